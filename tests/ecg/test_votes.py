"""neurokit2's methods: each by its name, guarded against all that they meet."""

import subprocess
import sys
from types import ModuleType

import numpy as np
import pytest

from sibeat.ecg.errors import ConfigError
from sibeat.ecg.stream import DoubleArray
from sibeat.ecg.votes import NEUTRAL, Voters, find_method, find_peaks

FS = 125.0
N = round(8 * FS)
METHODS = (
    "neurokit",
    "pantompkins1985",
    "nabian2018",
    "gamboa2008",
    "slopesumfunction",
    "zong2003",
    "hamilton2002",
    "christov2004",
    "engzeemod2012",
    "elgendi2010",
    "kalidas2017",
    "martinez2004",
    "rodrigues2021",
    "khamis2016",
    "manikandan2012",
    "promac",
)
WITH_A_PACKAGE_OF_THEIR_OWN = ("emrich2023", "koka2022")
_NOISE = np.random.default_rng(6).normal(size=N)
WINDOWS = {
    "flat": np.zeros(N),
    "constant": np.full(N, 3.3),
    "noise": _NOISE,
    "great": _NOISE * 1e6,
    "steps": np.round(_NOISE * 0.6),
    "pulse": np.eye(1, N, N // 2)[0],
    "early": np.eye(1, N, 2)[0],
    "late": np.eye(1, N, N - 2)[0],
    "square": np.sign(np.sin(2 * np.pi * np.arange(N) / FS + 0.1)),
    "jump": np.where(np.arange(N) > N / 2, 1e6, 0.0),
    "two seconds": _NOISE[: round(2 * FS)],
    "short": _NOISE[:10],
    "one": np.ones(1),
    "none": np.empty(0),
}


def beats(fs: float) -> tuple[DoubleArray, list[int]]:
    """Give 8 s of a band-passed ECG at 75 bpm, and where its R-peaks are."""
    places = [round((0.5 + 0.8 * k) * fs) for k in range(10)]
    moment = np.arange(round(8 * fs))[:, None] / fs - np.array(places) / fs
    wave = (1 - (moment / 0.02) ** 2) * np.exp(-0.5 * (moment / 0.02) ** 2)
    return wave.sum(axis=1) + 0.001 * np.random.default_rng(7).normal(size=round(8 * fs)), places


@pytest.mark.parametrize("name", METHODS)
def test_no_window_makes_a_method_raise_print_or_give_nan(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    method = find_method(name)
    for window in WINDOWS.values():
        assert np.isfinite(find_peaks(method, window, FS)).all()
        assert Voters((name,), FS).share(window, len(window) // 2) in (0.0, 1.0)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("fs", [100.0, 257.3, 500.0])
@pytest.mark.parametrize("name", ["neurokit", "pantompkins1985", "elgendi2010"])
def test_methods_vote_for_beats_and_not_for_what_lies_between(name: str, fs: float) -> None:
    signal, places = beats(fs)
    voters = Voters((name,), fs)
    votes = [voters.share(signal, place) for place in places[3:-1]]
    assert sum(votes) >= len(votes) - 1
    assert voters.share(signal, places[5] + round(0.4 * fs)) == 0.0


def test_the_share_counts_methods() -> None:
    signal, places = beats(250.0)
    voters = Voters(("neurokit", "pantompkins1985", "hamilton2002", "elgendi2010"), 250.0)
    assert voters.share(signal, places[5]) == 1.0
    assert voters.share(signal, places[5] + 100) == 0.0
    assert Voters(("neurokit", "manikandan2012"), FS).share(WINDOWS["flat"], 500) == 0.0


def test_a_name_in_capitals_is_the_same_method() -> None:
    assert find_method("NeuroKit") is find_method("neurokit")


@pytest.mark.parametrize("name", ["", "neurokit3", "pan tompkins", "gqrs"])
def test_an_unknown_method_is_named(name: str) -> None:
    with pytest.raises(ConfigError, match=f"R-peak method '{name}' is not one of neurokit2's"):
        Voters(("neurokit", name), FS)


@pytest.mark.parametrize("name", WITH_A_PACKAGE_OF_THEIR_OWN)
def test_a_method_without_its_package_is_refused_before_the_stream_starts(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ts2vg", None)
    with pytest.raises(ConfigError, match=f"'{name}' needs a package .*ts2vg"):
        Voters((name,), FS)


def test_no_method_at_all_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"no R-peak method is given, expected at least one"):
        Voters((), FS)


NOT_LOADED = """
import sys
import numpy as np
from sibeat.ecg.votes import Voters
voters = Voters(("neurokit",), 125.0, load_now=False)
assert "neurokit2" not in sys.modules
assert voters.share(np.zeros(1000), 500) == 0.0
assert "neurokit2" in sys.modules
"""


def test_neurokit2_is_loaded_when_it_is_first_asked() -> None:
    subprocess.run([sys.executable, "-c", NOT_LOADED], check=True, timeout=120)


def test_loading_later_changes_no_vote_and_refuses_the_same_names() -> None:
    signal, places = beats(FS)
    later = Voters(("neurokit",), FS, load_now=False)
    now = Voters(("neurokit",), FS)
    for place in places:
        assert later.share(signal, place) == now.share(signal, place)
    with pytest.raises(ConfigError, match="is not one of neurokit2's"):
        Voters(("neurokit", "neurokit3"), FS, load_now=False)


def test_a_neurokit2_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "neurokit2.ecg.ecg_findpeaks", None)
    voters = Voters(("neurokit",), FS, load_now=False)
    with pytest.raises(ConfigError, match="neurokit2 cannot be loaded"):
        voters.share(np.zeros(1000), 500)
    assert voters.share(np.zeros(1000), 500) == NEUTRAL, "what waits is decided all the same"
    with pytest.raises(ConfigError, match="neurokit2 cannot be loaded"):
        voters.raise_failure()


def test_voters_that_are_loaded_or_not_yet_asked_have_no_failure_to_raise() -> None:
    voters = Voters(("neurokit",), FS, load_now=False)
    voters.raise_failure()
    voters.load()
    voters.raise_failure()


def test_a_neurokit2_of_another_form_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    other = ModuleType("neurokit2.ecg.ecg_findpeaks")  # without the function that is asked
    monkeypatch.setitem(sys.modules, other.__name__, other)
    with pytest.raises(ConfigError, match=r"neurokit2 cannot be loaded \(AttributeError"):
        Voters(("neurokit",), FS)


def test_a_neurokit2_that_is_not_installed_is_told_before_the_stream_starts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sibeat.ecg.votes.find_spec", lambda name: None)
    with pytest.raises(ConfigError, match="neurokit2 is not there"):
        Voters(("neurokit",), FS, load_now=False)
