"""--baseline and --no-baseline: what one session learns, the next one knows."""

import json
from pathlib import Path
from typing import Any

import pytest

from .conftest import Run

REPLAY = ("monitor", "--speed", "max", "--headless", "--json", "--replay")


@pytest.fixture
def record(sibeat: Run, tmp_path: Path) -> Path:
    path = tmp_path / "ecg" / "rec"
    assert sibeat("simulate", "--out", path, "--duration", "60").code == 0
    return path


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def baseline_lines(path: Path) -> list[str]:
    lines = lines_of(path)
    return [line["name"] for line in lines if line.get("name", "").startswith("baseline-")]


def test_the_next_session_starts_with_what_was_learnt(
    sibeat: Run, record: Path, tmp_path: Path
) -> None:
    first = sibeat(*REPLAY, record, "--baseline", "anna.json", "--alerts", "1.jsonl")
    assert "baseline: learnt anew into anna.json" in first.err
    assert json.loads(first.out)["baseline"] == {"state": "following", "changes": 1}
    stored = json.loads((tmp_path / "anna.json").read_text(encoding="utf-8"))
    assert (stored["schema"], len(stored["window"])) == ("sibeat-baseline/1", 320)

    second = sibeat(*REPLAY, record, "--baseline", "anna.json", "--alerts", "2.jsonl")
    assert "baseline: from anna.json" in second.err
    again = json.loads((tmp_path / "anna.json").read_text(encoding="utf-8"))
    assert again["n_seen"] > stored["n_seen"]
    details = [line["detail"] for line in lines_of(tmp_path / "2.jsonl") if "detail" in line]
    assert "10 ordinary beats are back" in details
    starts = [lines_of(tmp_path / f"{n}.jsonl")[0]["baseline"] for n in (1, 2)]
    assert starts == ["learnt anew into anna.json", "from anna.json"]
    end = lines_of(tmp_path / "2.jsonl")[-1]
    assert (end["baseline"], end["baseline_changes"]) == ("following", 1)


def test_without_a_baseline_none_is_learnt(sibeat: Run, record: Path, tmp_path: Path) -> None:
    told = sibeat(*REPLAY, record, "--no-baseline", "--alerts", "a.jsonl")
    assert json.loads(told.out)["baseline"] == {"state": "off", "changes": 0}
    assert baseline_lines(tmp_path / "a.jsonl") == []
    assert lines_of(tmp_path / "a.jsonl")[0]["settings"]["baseline"] is False


def test_a_file_of_the_settings_is_left_alone_where_none_is_used(
    sibeat: Run, record: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIBEAT_BASELINE", "anna.json")
    assert sibeat(*REPLAY, record, "--no-baseline").code == 0
    assert not (tmp_path / "anna.json").exists()
    assert sibeat(*REPLAY, record).code == 0
    assert (tmp_path / "anna.json").exists()


def test_another_lead_leaves_with_4_and_the_file_as_it_was(
    sibeat: Run, record: Path, tmp_path: Path
) -> None:
    sibeat(*REPLAY, record, "--baseline", "anna.json")
    path = tmp_path / "anna.json"
    changed = json.loads(path.read_text(encoding="utf-8")) | {"lead": "V5"}
    path.write_text(json.dumps(changed), encoding="utf-8")
    told = sibeat(*REPLAY, record, "--baseline", "anna.json")
    assert told.code == 4
    assert "anna.json holds the usual beat in lead V5" in told.err
    assert json.loads(path.read_text(encoding="utf-8")) == changed


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (["--baseline", "broken.json"], 4, "broken.json cannot be read as a patient's baseline"),
        (["--baseline", "."], 4, "cannot be read"),
        (["--baseline", "broken.json/a.json"], 6, "cannot write"),
        (["--baseline", "a.json", "--no-baseline"], 2, "one of the two"),
    ],
)
def test_what_cannot_be_meant_is_said_before_the_stream_begins(
    sibeat: Run, record: Path, tmp_path: Path, options: list[str], code: int, message: str
) -> None:
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    told = sibeat(*REPLAY, record, *options, "--alerts", "a.jsonl")
    assert told.code == code
    assert message in told.err
    assert not (tmp_path / "a.jsonl").exists()
