"""From a recording, made through standard input, to files that wfdb and edfio read."""

import json
import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import edfio
import numpy as np
import pytest
import wfdb

from sibeat.cli.exporting import Order, run
from sibeat.ecg.errors import OutputError, RecordError
from sibeat.ecg.record import open_record
from sibeat.ecg.stream import Chunk, Item
from sibeat.ecg.synthetic import SyntheticEcg
from sibeat.ecg.synthetic_settings import SyntheticSettings
from sibeat.monitor.recording.reader import RecordingReader
from sibeat.monitor.simulator.speaking import TextEncoder

from .conftest import Run

FS = 250.0


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, np.ndarray]:
    """A recording of twenty seconds, and what was sent."""
    folder = tmp_path_factory.mktemp("recorded")
    items = list(SyntheticEcg(SyntheticSettings(), FS, 3).blocks(250, round(20 * FS)))
    hear(folder, items)
    sent = np.concatenate([item.samples for item in items if isinstance(item, Chunk)])
    return folder / "rec", sent


def hear(folder: Path, items: list[Item]) -> None:
    """Let a monitor hear lines on standard input, each with its time, and record them."""
    encoder = TextEncoder(FS, "II [mV]", "ms")
    text = encoder.preamble() + b"".join(map(encoder.encode, items))
    options = ["--replay", "-", "--record", "rec", "--alerts", "a.jsonl", "--headless"]
    command = [sys.executable, "-m", "sibeat.cli.app", "monitor", *options]
    subprocess.run(command, cwd=folder, input=text, check=True, capture_output=True, timeout=60)


def test_a_wfdb_record_has_what_was_sent_and_the_beats_that_were_found(
    recorded: tuple[Path, np.ndarray], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, sent = recorded
    run(Order(folder, tmp_path / "x", "wfdb"))
    assert "20.000 s at 250 Hz, with" in capsys.readouterr().err
    read = wfdb.rdrecord(str(tmp_path / "x")).p_signal[:, 0]
    assert len(read) == len(sent)
    assert np.all(np.abs(read - sent) <= 0.00026)
    (session,) = folder.iterdir()
    (kept,) = session.glob("*.sib")
    assert (tmp_path / "x.sib").read_bytes() == kept.read_bytes()
    with pytest.raises(OutputError, match="--overwrite"):
        run(Order(folder, tmp_path / "x", "wfdb"))
    run(Order(folder, tmp_path / "x", "wfdb", overwrite=True))


def test_an_edf_has_them_too(recorded: tuple[Path, np.ndarray], tmp_path: Path) -> None:
    folder, sent = recorded
    run(Order(folder, tmp_path / "x.edf", "edf"))
    edf = edfio.read_edf(tmp_path / "x.edf")
    assert np.all(np.abs(edf.signals[0].data[: len(sent)] - sent) <= 0.00026)
    assert len(edf.annotations) > 15


def test_both_say_when_the_recording_began(
    recorded: tuple[Path, np.ndarray], tmp_path: Path
) -> None:
    run(Order(recorded[0], tmp_path / "x", "wfdb"))
    run(Order(recorded[0], tmp_path / "x.edf", "edf"))
    began = open_record(tmp_path / "x").start_time
    assert began is not None
    assert began == open_record(tmp_path / "x.edf").start_time
    (noted,) = RecordingReader(recorded[0]).survey.notes["stream"]
    assert abs(began - datetime.fromisoformat(noted["start_time"])) < timedelta(seconds=5)


def test_a_gap_and_the_end_are_the_same_in_every_replay(tmp_path: Path, sibeat: Run) -> None:
    items = SyntheticEcg(SyntheticSettings(), FS, 3).blocks(250, round(30.3 * FS))
    hear(tmp_path, [item for item in items if not 3000 <= item.start < 4000])
    told, lines = [], []
    for replayed in ("rec", "x", "x.edf"):
        if replayed != "rec":
            assert sibeat("export", "rec", replayed).code == 0
        log = Path(f"{replayed}.jsonl")
        options = ["--speed", "max", "--alerts", log, "--json"]
        summary = json.loads(sibeat("monitor", "--replay", replayed, *options).out)
        del summary["loss"]["garbage"]  # lines are of the recording alone
        same = ("duration_s", "beats", "alerts", "loss", "quality_s")
        told.append({key: summary[key] for key in same})
        lines.append(log.read_text().splitlines()[1:-1])
    assert told[0] == told[1] == told[2]
    assert told[0]["loss"]["gaps"] == 1
    assert told[0]["duration_s"] % 1 == pytest.approx(0.3, abs=0.01)  # no whole data record
    assert lines[1] == lines[2] != []


@pytest.mark.skipif(os.name == "nt", reason="files are limited with the shell's ulimit")
@pytest.mark.parametrize("there", [False, True])
@pytest.mark.parametrize(("name", "kind"), [("x", "wfdb"), ("x.edf", "edf")])
def test_a_full_disk_is_told_and_leaves_what_was_there(
    recorded: tuple[Path, np.ndarray],
    tmp_path: Path,
    name: str,
    kind: Literal["wfdb", "edf"],
    there: bool,
) -> None:
    order = Order(recorded[0], tmp_path / name, kind, overwrite=there)
    if there:
        run(order)
    before = {file: file.read_bytes() for file in tmp_path.iterdir()}
    command = [sys.executable, "-m", "sibeat.cli.app", "export", recorded[0], order.out]
    command += ["--overwrite"] if there else []
    small = ["sh", "-c", 'ulimit -f 8; exec "$@"', "sh"]  # of a file no more than some kB
    done = subprocess.run([*small, *command], capture_output=True, text=True, timeout=60)
    assert done.returncode == 6
    assert "(File too large): expected a writable folder" in done.stderr
    assert "Traceback" not in done.stderr
    assert {file: file.read_bytes() for file in tmp_path.iterdir()} == before
    run(order)


def test_another_file_of_annotations_is_taken_or_told(
    recorded: tuple[Path, np.ndarray], tmp_path: Path
) -> None:
    folder, _ = recorded
    with pytest.raises(RecordError, match="no annotation file"):
        run(Order(folder, tmp_path / "x", "wfdb", annotations=tmp_path / "absent.sib"))
    (tmp_path / "empty.sib").write_bytes(b"\0\0")
    run(Order(folder, tmp_path / "x", "wfdb", annotations=tmp_path / "empty.sib"))
    assert len(wfdb.rdann(str(tmp_path / "x"), "sib").sample) == 0


def test_what_is_no_recording_is_told(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="no recording of `sibeat monitor --record`"):
        run(Order(tmp_path, tmp_path / "x", "wfdb"))
