"""What a benchmark found is printed and written alike."""

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

FOUND = {"rows": [1, 2.5, None], "ok": True}


@pytest.fixture(scope="module")
def publishing(benchmark_module: Callable[[str], ModuleType]) -> ModuleType:
    return benchmark_module("publishing")


def test_the_file_holds_what_is_printed(
    publishing: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "found.json"
    publishing.publish(FOUND, file)
    written = file.read_text(encoding="utf-8")
    assert json.loads(written) == FOUND
    assert written == capsys.readouterr().out


def test_without_a_file_nothing_is_written(
    publishing: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    publishing.publish(FOUND, None)
    assert list(tmp_path.iterdir()) == []


def test_what_is_kept_is_not_printed(
    publishing: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "found.json"
    publishing.keep(FOUND, file)
    assert json.loads(file.read_text(encoding="utf-8")) == FOUND
    assert capsys.readouterr().out == ""
