"""All that is drawn in an epoch follows from the training's seed and the epoch's number."""

SEEDS_PER_EPOCH = 1_000_003
"""a prime, chosen by us: neighbouring seeds do not share the order of any epoch"""


def epoch_seed(seed: int, epoch: int) -> int:
    """Seed of an epoch, counted from 0."""
    return seed * SEEDS_PER_EPOCH + epoch
