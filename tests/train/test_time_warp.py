import torch
from torch import Generator

from sibeat.ecg.beats import WINDOW_BEFORE
from sibeat.train.time_warp import N_MOVED, warp


def _ramps(n: int = 5) -> torch.Tensor:
    """Beats whose value is the time, so that a bent one tells where it was read."""
    return torch.arange(320.0).expand(n, 1, 320).clone()


def test_the_r_peak_and_the_length_stay() -> None:
    warped = warp(_ramps(), 1.0, Generator().manual_seed(0))
    assert warped.shape == (5, 1, 320)
    assert (warped[:, 0, WINDOW_BEFORE] == WINDOW_BEFORE).all()


def test_seven_are_doubled_and_seven_dropped_on_each_side() -> None:
    for beat in warp(_ramps(), 1.0, Generator().manual_seed(0))[:, 0]:
        for side in (beat[:WINDOW_BEFORE], beat[WINDOW_BEFORE + 1 :]):
            added = side % 1 == 0.5
            assert added.sum() == N_MOVED
            assert len(side) - len(side[~added].unique()) == N_MOVED
        assert (beat.diff() > 0).all(), "time never runs backwards"


def test_every_beat_is_bent_in_its_own_way_and_the_rest_stays() -> None:
    warped = warp(_ramps(6), 0.5, Generator().manual_seed(0))[:, 0]
    assert torch.equal(warped[3:], _ramps(3)[:, 0])
    assert len(warped[:3].unique(dim=0)) == 3
    assert not (warped[:3] == _ramps(3)[:, 0]).all(dim=1).any()


def test_it_follows_from_its_generator_alone() -> None:
    once, again = (warp(_ramps(), 1.0, Generator().manual_seed(3)) for _ in range(2))
    assert torch.equal(once, again)
    beats = _ramps()
    assert warp(beats, 0.0, Generator()) is beats
