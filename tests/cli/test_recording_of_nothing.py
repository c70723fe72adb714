"""``--record`` where nothing arrives, in a real process."""

import subprocess
import sys
from pathlib import Path

SIBEAT = [sys.executable, "-m", "sibeat.cli.app", "monitor"]
LIMIT_S = 90


def test_a_run_that_cannot_begin_leaves_no_recording(tmp_path: Path) -> None:
    for alerts, code in (("alerts.jsonl", 3), (".", 6)):
        command = [*SIBEAT, "--serial", "/dev/nothing", "--record", "rec", "--alerts", alerts]
        ended = subprocess.run(
            [*command, "--headless"], cwd=tmp_path, capture_output=True, text=True, timeout=LIMIT_S
        )
        assert ended.returncode == code, ended.stderr
        assert list((tmp_path / "rec").iterdir()) == []
        assert "nothing arrived: no recording was made" in ended.stderr
