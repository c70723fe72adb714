"""Rhythm events that annotations hold."""

import pytest

from sibeat.ecg.annotation import Annotations
from sibeat.ecg.errors import RecordError
from sibeat.ecg.reference_rhythm import Extent, reference_episodes, rhythm_extents


def of_text(symbols: str, rr_s: float = 0.8) -> Annotations:
    """Beats (and other annotations) at a steady rate, 100 samples a second."""
    return Annotations.of([round(100 * rr_s * k) for k in range(len(symbols))], symbols, fs=100.0)


def places(symbols: str, name: str, rr_s: float = 0.8) -> list[tuple[int, int]]:
    """Indices of the beats between which episodes lie."""
    step = round(100 * rr_s)
    found = reference_episodes(of_text(symbols, rr_s)).get(name, [])
    return [(extent.start // step, extent.stop // step) for extent in found]


@pytest.mark.parametrize(
    ("symbols", "name", "expected"),
    [
        ("NVVN", "couplet", [(1, 2)]),
        ("NVVVN", "couplet", []),
        ("NVEN", "couplet", [(1, 2)]),
        ("NVFN", "couplet", []),  # a fusion beat is none
        ("VVN", "couplet", []),  # what was before is not known
        ("NVVVVN", "run", [(1, 4)]),
        ("NVNVNV", "bigeminy", [(0, 5)]),
        ("NVNVN", "bigeminy", []),
        ("NNVNNVNNV", "trigeminy", [(0, 8)]),
        ("NV[!!]VVN", "run", []),
        ("NVNV[]NV", "bigeminy", []),
    ],
)
def test_patterns_of_kinds(symbols: str, name: str, expected: list[tuple[int, int]]) -> None:
    assert places(symbols, name) == expected


@pytest.mark.parametrize(("rr_s", "n"), [(0.6, 1), (0.61, 0)])
def test_vt_is_five_at_a_hundred(rr_s: float, n: int) -> None:
    assert len(places("NVVVVVN", "vt-like", rr_s)) == n
    assert places("NVVVVN", "vt-like", rr_s) == []


@pytest.mark.parametrize(("rr_s", "n"), [(1.5, 0), (1.6, 1)])
def test_brady_is_five_beats_and_one_episode_however_long(rr_s: float, n: int) -> None:
    assert len(places("N" * 5, "extreme-brady", rr_s)) == n
    assert len(places("N" * 50, "extreme-brady", rr_s)) == n
    assert places("N" * 4, "extreme-brady", rr_s) == []


@pytest.mark.parametrize(("n_beats", "n"), [(16, 0), (17, 1), (90, 1)])
def test_tachy_is_seventeen_beats(n_beats: int, n: int) -> None:
    assert len(places("N" * n_beats, "extreme-tachy", 0.4)) == n


@pytest.mark.parametrize(
    ("gap_s", "name"),
    [(1.4, None), (1.5, "pause"), (2.5, "pause"), (4.0, "asystole-like"), (9.0, "asystole-like")],
)
def test_a_long_interval_is_a_pause_or_an_asystole(gap_s: float, name: str | None) -> None:
    samples = [80 * k for k in range(10)] + [720 + round(100 * gap_s)]
    found = reference_episodes(Annotations.of(samples, "N" * 11, fs=100.0))
    for event in ("pause", "asystole-like"):
        assert found[event] == ([Extent(720, samples[-1])] if event == name else [])


def test_a_rhythm_lasts_until_the_next() -> None:
    annotations = Annotations.of(
        [0, 10, 50, 80, 90], "+N++N", aux_notes=["(N", "", "(B\0", "(N", ""], fs=100.0
    )
    assert rhythm_extents(annotations, "(B") == [Extent(50, 80)]
    assert rhythm_extents(annotations, "(N") == [Extent(0, 50), Extent(80, 90)]


def test_a_rate_is_needed() -> None:
    with pytest.raises(RecordError, match="without a sampling rate"):
        reference_episodes(Annotations.of([1], "N", fs=None))
