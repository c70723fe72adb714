"""Two trainings in one folder: the second is refused, and a kill leaves no lock."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sibeat.ecg.errors import ConfigError, OutputError
from sibeat.train.run_lock import alone_in
from sibeat.train.stages import Run, run_stages

HOLDS = """
import sys, time
from pathlib import Path
from sibeat.train.run_lock import alone_in
with alone_in(Path(sys.argv[1])):
    print("mine", flush=True)
    time.sleep(60)
"""

locks = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no flock")


@locks
def test_a_second_training_is_refused_until_the_first_is_over(run: Run) -> None:
    with (
        alone_in(run.out),
        pytest.raises(OutputError, match=r"another training runs in .*: expected a folder for"),
    ):
        run_stages(run, "prepare")
    assert not run.file("beats.npz").exists()
    run_stages(run, "prepare")
    assert run.file("beats.npz").exists()


@locks
def test_a_killed_training_leaves_its_folder_free(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(OutputError), alone_in(tmp_path):
            pass
        other.send_signal(signal.SIGKILL)
    with alone_in(tmp_path):
        pass


def test_a_folder_that_cannot_be_made_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(OutputError, match=r"cannot write .*train.lock"),
        alone_in(tmp_path / "file"),
    ):
        pass


def test_a_mistyped_folder_is_not_made(run: Run) -> None:
    with pytest.raises(ConfigError):
        run_stages(run, "export")
    assert not run.out.exists()
