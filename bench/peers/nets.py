"""The networks of the benches as a PyTorch user would write them, with dropout as an uncertain layer."""

from torch import nn


def small(rate=0.25):
    return nn.Sequential(
        nn.Linear(13, 50), nn.ReLU(), nn.Dropout(rate),
        nn.Linear(50, 50), nn.ReLU(), nn.Dropout(rate),
        nn.Linear(50, 10),
    ), (13,)


def mlp_512(rate=0.5):
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(784, 512), nn.ReLU(), nn.Dropout(rate),
        nn.Linear(512, 512), nn.ReLU(), nn.Dropout(rate),
        nn.Linear(512, 10),
    ), (1, 28, 28)


def batchbald_conv(rate=0.5):
    """Kirsch, van Amersfoort, Gal 2019."""
    return nn.Sequential(
        nn.Conv2d(1, 32, 5), nn.Dropout2d(rate), nn.MaxPool2d(2), nn.ReLU(),
        nn.Conv2d(32, 64, 5), nn.Dropout2d(rate), nn.MaxPool2d(2), nn.ReLU(),
        nn.Flatten(),
        nn.Linear(1024, 128), nn.Dropout(rate), nn.ReLU(),
        nn.Linear(128, 10),
    ), (1, 28, 28)


def gal_conv(_rate=None):
    """Gal, Islam, Ghahramani 2017."""
    return nn.Sequential(
        nn.Conv2d(1, 32, 4), nn.ReLU(),
        nn.Conv2d(32, 32, 4), nn.ReLU(),
        nn.MaxPool2d(2), nn.Dropout(0.25),
        nn.Flatten(),
        nn.Linear(32 * 11 * 11, 128), nn.ReLU(), nn.Dropout(0.5),
        nn.Linear(128, 10),
    ), (1, 28, 28)


NETS = {
    "small": small,
    "mlp-512": mlp_512,
    "batchbald-conv": batchbald_conv,
    "gal-conv": gal_conv,
}
