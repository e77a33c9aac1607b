"""Times optimisation steps (forward, backward, Adam) and prints one JSON line."""

import argparse
import json
import time

import torch
from torch import nn

from nets import NETS

parser = argparse.ArgumentParser()
parser.add_argument("--net", required=True, choices=list(NETS))
parser.add_argument("--batch", type=int, required=True)
parser.add_argument("--steps", type=int, required=True)
parser.add_argument("--threads", type=int, required=True)
args = parser.parse_args()

torch.set_num_threads(args.threads)
torch.manual_seed(0)
net, shape = NETS[args.net]()
net.train()
rows = 4096
features = torch.rand(rows, *shape)
targets = torch.randint(0, 10, (rows,))
optimiser = torch.optim.Adam(net.parameters())
loss_of = nn.CrossEntropyLoss()


def step():
    chosen = torch.randint(0, rows, (args.batch,))
    optimiser.zero_grad(set_to_none=True)
    loss_of(net(features[chosen]), targets[chosen]).backward()
    optimiser.step()


for _ in range(max(3, args.steps // 10)):
    step()
start = time.perf_counter()
cpu = time.process_time()
for _ in range(args.steps):
    step()
cpu = time.process_time() - cpu
taken = time.perf_counter() - start
print(json.dumps({
    "msPerStep": 1000 * taken / args.steps,
    "cpuMsPerStep": 1000 * cpu / args.steps,
    "torch": torch.__version__,
}))
