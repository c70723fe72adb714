"""The command line, run in this process."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from sibeat.cli import app as cli_app

Run = Callable[..., "Told"]


@dataclass
class Told:
    """What a run of the command line left behind."""

    code: int
    out: str
    err: str


@pytest.fixture
def sibeat(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Run:
    """Run the command line in this process, in an empty folder, with a state folder of its own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str | Path) -> Told:
        monkeypatch.setattr("sys.argv", ["sibeat", *map(str, arguments)])
        with pytest.raises(SystemExit) as left:
            cli_app.main()
        told = capsys.readouterr()
        code = left.value.code
        assert isinstance(code, int)
        assert "Traceback" not in told.err
        return Told(code, told.out, told.err)

    return run
