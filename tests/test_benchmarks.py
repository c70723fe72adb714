"""The benchmarks run end to end on tiny records and print what they promise; no time is judged."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sibeat.ecg.synthetic import SyntheticEcg
from sibeat.ecg.synthetic_record import write_synthetic_record
from sibeat.ecg.synthetic_rhythm import RhythmSettings
from sibeat.ecg.synthetic_settings import SyntheticSettings

REPOSITORY = Path(__file__).parents[1]
FS = 250.0
SECONDS = 40
ECTOPIC = SyntheticSettings(RhythmSettings(ventricular_rate=10.0))

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("records")
    for seed, name in enumerate(("one", "two")):
        ecg = SyntheticEcg(ECTOPIC, FS, seed)
        write_synthetic_record(folder / name, ecg, round(SECONDS * FS))
    return folder


@pytest.fixture(scope="module")
def figures(data: Path) -> dict[str, Any]:
    written = data / "figures.json"
    command = [sys.executable, "-m", "benchmarks.speed", "--data", str(data), "--record", "one"]
    command += ["--all", "--repeats", "1", "--hours", "0.03", "--json", str(written)]
    done = subprocess.run(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True, check=True)
    printed: dict[str, Any] = json.loads(done.stdout)
    assert json.loads(written.read_text(encoding="utf-8")) == printed
    return printed


def test_the_pipeline_and_its_peers_run_in_turns(figures: dict[str, Any]) -> None:
    factor = figures["real_time_factor"]
    assert factor["sibeat"]["n_records"] == 2
    assert set(factor["records"]["one"]["sibeat_over_peer"]) == {
        "neurokit2.ecg_process",
        "wfdb.processing.gqrs_detect",
    }
    assert "sibeat_over_peer" not in factor["records"]["two"]


def test_every_beat_is_timed(figures: dict[str, Any]) -> None:
    beat = figures["time_per_beat"]
    assert beat["cut_and_score"]["wall_ms"]["n"] > 0.5 * SECONDS
    assert beat["live_chunk"]["wall_ms"]["n"] == SECONDS / 0.04


def test_a_stream_longer_than_the_records_repeats_them(figures: dict[str, Any]) -> None:
    memory = figures["peak_memory"]
    assert memory["long"]["hours"] * 3600 > 2 * SECONDS
    assert memory["long"]["n_events"] > 50
    assert 0.5 < memory["ratio"] < 2.0


def test_delays_are_of_the_signal_and_hold_their_bound(figures: dict[str, Any]) -> None:
    assert figures["alert_delay"]["provisional_s"]["n"] > 0
    assert figures["alert_delay"]["provisional_s"]["p99"] <= 0.75


def test_the_figures_name_their_machine(figures: dict[str, Any]) -> None:
    assert {"cpu", "cores", "versions", "commit"} <= set(figures["machine"])
    assert len(figures["start_up_s"]) == 2
