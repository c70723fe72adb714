"""A real record spoken as text through a real pty gives what its replay gives, to the bit.

The simulator writes each float32 with nine significant digits, which give it back exactly: there is
no rounding to allow for, and all event lines (but for their wall time) and annotations are equal.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import wfdb

SECONDS = "15"
SIBEAT = [sys.executable, "-m", "sibeat.cli.app"]
QUIET = ["--headless", "--duration", SECONDS]


def events(log: Path) -> list[dict[str, Any]]:
    """Event lines without their wall time."""
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    return [line | {"time": None} for line in lines if line["type"] != "session"]


def beats(folder: Path) -> list[tuple[int, str, str]]:
    """Sample, symbol and note of every annotation of the one file in a folder."""
    (path,) = folder.glob("*.sib")
    read = wfdb.rdann(str(path.with_suffix("")), "sib")
    return list(zip(read.sample.tolist(), read.symbol, read.aux_note, strict=True))


def monitor(out: Path, *source: str) -> tuple[list[dict[str, Any]], list[tuple[int, str, str]]]:
    """Run the monitor to its end; its events and annotations."""
    results = ["--alerts", f"{out}.jsonl", "--annotate", str(out)]
    subprocess.run(
        [*SIBEAT, "monitor", *source, *QUIET, *results], check=True, timeout=90, capture_output=True
    )
    return events(Path(f"{out}.jsonl")), beats(out)


def test_a_record_through_a_pty_equals_its_replay(mitdb: Path, tmp_path: Path) -> None:
    record = str(mitdb / "208")
    with subprocess.Popen(
        [*SIBEAT, "simulate", "--record", record, "--pty", "--duration", SECONDS],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as board:
        assert board.stdout is not None
        port = board.stdout.readline().strip()
        serial = ("--serial", port, "--protocol", "text", "--fs", "360")
        live = monitor(tmp_path / "live", *serial)
        board.terminate()
    replay = monitor(tmp_path / "replay", "--replay", record, "--speed", "max")
    assert any(event["type"] == "alert" for event in replay[0])
    assert len(replay[1]) > 20
    assert live == replay
