"""Scores items with T stochastic passes of a whole network, the usual way, and prints one JSON line.

Fair to the peer: no gradients, sums instead of kept samples, the best of three batch sizes found in a short trial.
"""

import argparse
import json
import resource
import time

import torch

from nets import NETS


def score(net, items, samples, batch):
    with torch.inference_mode():
        for start in range(0, len(items), batch):
            part = items[start:start + batch]
            mean = torch.zeros(len(part), 10)
            entropy = torch.zeros(len(part))
            for _ in range(samples):
                logs = torch.log_softmax(net(part), 1)
                probs = logs.exp()
                mean += probs / samples
                entropy -= (probs * logs).sum(1) / samples
            total = -torch.special.xlogy(mean, mean).sum(1)
            _ = total - entropy


def seconds(net, items, samples, batch):
    start = time.perf_counter()
    score(net, items, samples, batch)
    return time.perf_counter() - start


parser = argparse.ArgumentParser()
parser.add_argument("--net", required=True, choices=list(NETS))
parser.add_argument("--items", type=int, required=True)
parser.add_argument("--samples", type=int, required=True)
parser.add_argument("--threads", type=int, required=True)
args = parser.parse_args()

torch.set_num_threads(args.threads)
torch.manual_seed(0)
net, shape = NETS[args.net]()
net.train()
items = torch.rand(args.items, *shape)
trial = items[:min(1000, args.items)]
score(net, trial, 1, 250)
batch = min((100, 250, 1000), key=lambda size: seconds(net, trial, 3, size))
cpu = time.process_time()
taken = seconds(net, items, args.samples, batch)
cpu = time.process_time() - cpu
print(json.dumps({
    "seconds": taken,
    "cpuSeconds": cpu,
    "passesPerSecond": args.items * args.samples / taken,
    "passesPerCpuSecond": args.items * args.samples / cpu,
    "batch": batch,
    "maxRssMb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    "torch": torch.__version__,
}))
