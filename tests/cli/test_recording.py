"""What ``--record`` kept, replayed: a real process, a real pty, a board that misbehaves."""

import contextlib
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sibeat.cli.recording import require_recordable
from sibeat.cli.sources import Wanted
from sibeat.ecg.errors import UsageError
from sibeat.ecg.synthetic import SyntheticEcg
from sibeat.ecg.synthetic_rhythm import RhythmSettings
from sibeat.ecg.synthetic_settings import SyntheticSettings
from sibeat.monitor.recording.reader import RecordingReader
from sibeat.monitor.simulator.speaking import TextEncoder
from tests.pty_board import Board

FS = 250.0
UTTERANCE = 10
"""samples that the board sends at once"""
SIBEAT = [sys.executable, "-m", "sibeat.cli.app", "monitor"]
LIMIT_S = 90


class Patient(Board):
    """A board on a heart."""

    def __init__(self, link: Path) -> None:
        super().__init__(link)
        settings = SyntheticSettings(RhythmSettings(heart_rate_bpm=80, ventricular_rate=12))
        self._blocks = SyntheticEcg(settings, FS, 3).blocks(UTTERANCE, None)
        self._encoder = TextEncoder(FS, "II [mV]")

    def speak(self, seconds: float) -> None:
        """Say what the heart does, at real time."""
        start = time.monotonic()
        for number in range(round(seconds * FS / UTTERANCE)):
            time.sleep(max(0.0, start + number * UTTERANCE / FS - time.monotonic()))
            self.send(self._encoder.encode(next(self._blocks)))


@dataclass
class Run:
    """A monitor that records."""

    board: Patient
    process: "subprocess.Popen[str]"
    folder: Path

    def recorded_bytes(self) -> int:
        return sum(part.stat().st_size for part in self.folder.glob("rec/*/*.sibrec"))


@contextlib.contextmanager
def recording(folder: Path, *options: str) -> Iterator[Run]:
    board = Patient(folder / "ttyFAKE0")
    outputs = ["--alerts", "live.jsonl", "--annotate", "live", "--record", "rec", "--headless"]
    command = [*SIBEAT, "--serial", str(board.link), "--fs", "250", *outputs, *options]
    files: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=folder, **files) as process:
        run = Run(board, process, folder)
        try:
            while not run.recorded_bytes() > 1000:  # time-outs are recorded: the port is open
                assert process.poll() is None, process.communicate()
                time.sleep(0.05)
            yield run
        finally:
            process.kill()
            board.close()


def replay(folder: Path, what: str = "rec") -> str:
    """Replay in a process of its own; gives what it says on standard error."""
    outputs = ["--alerts", "replay.jsonl", "--annotate", "replay", "--headless"]
    command = [*SIBEAT, "--replay", what, "--speed", "max", *outputs]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=LIMIT_S)
    assert done.returncode == 0, done.stderr
    return done.stderr


def event_lines(path: Path) -> list[dict[str, Any]]:
    """All lines but `session`, all fields but `time` (docs/recordings.md)."""
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        {key: value for key, value in line.items() if key != "time"}
        for line in lines
        if line["type"] != "session"
    ]


def annotation_bytes(folder: Path) -> bytes:
    (path,) = folder.glob("*.sib")
    return path.read_bytes()


@pytest.mark.slow
def test_a_replay_equals_the_live_run_to_the_bit(tmp_path: Path) -> None:
    with recording(tmp_path, "--threshold", "0.6", "--mains", "60") as run:
        board = run.board
        board.send(b"half a line\r\n")
        board.speak(5)
        board.send(bytes(range(256)) * 2 + b"0.1,\r\n,,\r\n")
        board.speak(4)
        time.sleep(2.6)
        board.speak(4)
        board.unplug()
        time.sleep(1)
        board.plug()
        time.sleep(1.3)
        board.send(b"cut\r\n")
        board.speak(5)
        run.process.send_signal(signal.SIGTERM)
        out, err = run.process.communicate(timeout=LIMIT_S)
    assert run.process.returncode == 0, err
    assert "Summary of" in out
    told = replay(tmp_path)
    assert "differ" not in told
    assert "no end" not in told
    live = event_lines(tmp_path / "live.jsonl")
    assert event_lines(tmp_path / "replay.jsonl") == live
    assert {"alert", "gap", "reconnect"} <= {line["type"] for line in live}
    annotations = annotation_bytes(tmp_path / "live")
    assert annotation_bytes(tmp_path / "replay") == annotations
    (session,) = (tmp_path / "rec").iterdir()
    assert annotation_bytes(session) == annotations
    assert len(annotations) > 500


@pytest.mark.slow
def test_a_killed_run_is_replayed_as_far_as_it_was_written(tmp_path: Path) -> None:
    with recording(tmp_path) as run:
        run.board.send(b"\r\n")
        run.board.speak(12)
        run.process.send_signal(signal.SIGKILL)
        run.process.wait(LIMIT_S)
    reader = RecordingReader(tmp_path / "rec")
    assert reader.end_sample is None
    assert "has no end" in replay(tmp_path)
    live = event_lines(tmp_path / "live.jsonl")
    assert event_lines(tmp_path / "replay.jsonl")[: len(live)] == live
    beats = annotation_bytes(tmp_path / "live").removesuffix(b"\0\0")
    assert annotation_bytes(tmp_path / "replay").startswith(beats)
    assert len(beats) > 200


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--demo", "--record", "r"], "made anew"),
        (["--replay", "208", "--record", "r"], "a recording already"),
    ],
)
def test_what_does_not_arrive_is_not_recorded(
    options: list[str], message: str, tmp_path: Path
) -> None:
    wanted = Wanted(demo="--demo" in options, replay="208" if "--replay" in options else None)
    with pytest.raises(UsageError, match=message):
        require_recordable(wanted, {"record": tmp_path})
    require_recordable(wanted, {"record": Path("off")})
    require_recordable(Wanted(serial="COM3"), {"record": tmp_path})


def speak(folder: Path, seconds: float, seed: int, *options: str) -> None:
    """Let a monitor hear a heart on standard input."""
    ecg = SyntheticEcg(SyntheticSettings(RhythmSettings(ventricular_rate=12)), FS, seed)
    encoder = TextEncoder(FS, "II [mV]", "ms")
    blocks = ecg.blocks(250, round(seconds * FS))
    text = encoder.preamble() + b"".join(encoder.encode(item) for item in blocks)
    done = subprocess.run(
        [*SIBEAT, "--replay", "-", "--headless", *options],
        cwd=folder,
        input=text.rstrip(b"\n"),
        capture_output=True,
        timeout=LIMIT_S,
    )
    assert done.returncode == 0, done.stderr


def test_standard_input_is_recorded_and_replayed_with_its_end(tmp_path: Path) -> None:
    speak(tmp_path, 30, 3, "--alerts", "live.jsonl", "--annotate", "live", "--record", "rec")
    replay(tmp_path)
    live = event_lines(tmp_path / "live.jsonl")
    assert event_lines(tmp_path / "replay.jsonl") == live
    assert any(line["type"] == "alert" for line in live)
    assert annotation_bytes(tmp_path / "replay") == annotation_bytes(tmp_path / "live")
    command = [*SIBEAT, "--replay", "rec", "--protocol", "cyton"]
    refused = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=LIMIT_S)
    assert refused.returncode == 2
    assert "--protocol says nothing to a recording of standard input" in refused.stderr


def test_a_recording_keeps_the_baseline_that_was_known_at_its_start(tmp_path: Path) -> None:
    speak(tmp_path, 40, 3, "--alerts", "first.jsonl", "--baseline", "anna.json")
    known = json.loads((tmp_path / "anna.json").read_text(encoding="utf-8"))
    outputs = ["--alerts", "live.jsonl", "--annotate", "live", "--record", "rec"]
    speak(tmp_path, 30, 4, "--baseline", "anna.json", *outputs)
    assert RecordingReader(tmp_path / "rec").header["baseline"] == known
    changed = (tmp_path / "anna.json").read_bytes()
    assert json.loads(changed) != known

    told = replay(tmp_path)
    assert "differ" not in told
    assert "no end" not in told
    live = event_lines(tmp_path / "live.jsonl")
    assert event_lines(tmp_path / "replay.jsonl") == live
    assert "10 ordinary beats are back" in [line.get("detail") for line in live]
    assert annotation_bytes(tmp_path / "replay") == annotation_bytes(tmp_path / "live")
    assert (tmp_path / "anna.json").read_bytes() == changed

    command = [*SIBEAT, "--replay", "rec", "--baseline", "anna.json"]
    refused = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=LIMIT_S)
    assert refused.returncode == 2
    assert "keeps the baseline of its own start" in refused.stderr


OWN = 'name = "mine"\ntitle = "my board"\nprotocol = "text"\nbauds = [115200]\n'


def test_a_recording_keeps_the_description_of_a_board_of_ones_own(tmp_path: Path) -> None:
    own = tmp_path / "mine.toml"
    own.write_text(OWN, encoding="utf-8")
    with recording(tmp_path, "--protocol", "mine.toml", "--gain", "2") as run:
        run.board.speak(6)
        run.process.send_signal(signal.SIGTERM)
        _, err = run.process.communicate(timeout=LIMIT_S)
    assert run.process.returncode == 0, err
    own.unlink()
    assert "differ" not in replay(tmp_path)
    assert event_lines(tmp_path / "replay.jsonl") == event_lines(tmp_path / "live.jsonl")
    assert len(annotation_bytes(tmp_path / "live")) > 100
    assert annotation_bytes(tmp_path / "replay") == annotation_bytes(tmp_path / "live")

    # what is asked for now goes first: a description that was mended, another gain
    mended = ["--protocol", "mine.toml", "--gain", "4", "--alerts", "mended.jsonl"]
    command = [*SIBEAT, "--replay", "rec", "--speed", "max", "--headless", *mended]
    own.write_text(OWN.replace("mine", "mended"), encoding="utf-8")
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=LIMIT_S)
    own.unlink()
    missing = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=LIMIT_S)
    assert (missing.returncode, "mine.toml" in missing.stderr) == (4, True)
