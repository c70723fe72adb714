import json
from pathlib import Path

import pytest

from sibeat.cli.judging import judge_folders, show
from sibeat.ecg.annotation_file import AnnotationWriter
from sibeat.ecg.errors import OutputError, RecordError

FS = 250.0


def annotate(path: Path, seconds: list[int], symbols: str) -> None:
    with AnnotationWriter(path, FS) as writer:
        for second, symbol in zip(seconds, symbols, strict=True):
            writer.write(round(second * FS), symbol)


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    truth, found = tmp_path / "truth", tmp_path / "found"
    seconds = list(range(1, 321))
    annotate(truth / "a.atr", seconds, "N" * 310 + "V" * 10)
    annotate(truth / "b.atr", seconds, "N" * 320)
    annotate(found / "a.sib", seconds, "N" * 315 + "V" * 5)
    return truth, found


def test_the_records_of_the_test_folder_are_judged(folders: tuple[Path, Path]) -> None:
    figures = json.loads(judge_folders(*folders, "atr", "sib").to_json())
    assert list(figures["records"]) == ["a"]
    assert figures["records"]["a"]["bxb_stats"]["VEB sensitivity"] == [5, 10]
    assert figures["gross"]["bxb_stats"]["VEB sensitivity"] == [5, 10]
    assert "average" in figures


def test_the_table_shows_percentages_and_names_the_mapping(folders: tuple[Path, Path]) -> None:
    lines = judge_folders(*folders, "atr", "sib").to_text().splitlines()
    assert lines[1].split() == ["a", "100.00", "100.00", "50.00", "100.00", "-", "-"]
    assert [line.split()[0] for line in lines[2:4]] == ["gross", "average"]
    assert lines[-1] == "percent, mapping ec57, sib against atr"


def test_a_record_shorter_than_the_learning_period_is_named(folders: tuple[Path, Path]) -> None:
    annotate(folders[0] / "c.atr", [1, 2], "NN")
    annotate(folders[1] / "c.sib", [1, 2], "NN")
    last = judge_folders(*folders, "atr", "sib").to_text().splitlines()[-1]
    assert last == "not counted: c; no beat after the first 300 s, which EC57 leaves out"


def test_figures_go_to_a_file_or_to_standard_output(
    folders: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    judgement = judge_folders(*folders, "atr", "sib")
    show(judgement, tmp_path / "new" / "figures.json")
    assert "QRS Se" in capsys.readouterr().out
    assert json.loads((tmp_path / "new" / "figures.json").read_text())["mapping"] == "ec57"
    show(judgement, Path("-"))
    assert json.loads(capsys.readouterr().out)["mapping"] == "ec57"
    show(judgement, None)
    with pytest.raises(OutputError, match="cannot write"):
        show(judgement, tmp_path)


def test_nothing_to_judge_is_a_record_error(folders: tuple[Path, Path]) -> None:
    with pytest.raises(RecordError, match="no annotation file"):
        judge_folders(*folders, "atr", "xyz")


def test_a_record_that_cannot_be_read_costs_no_other_its_figures(
    folders: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    annotate(folders[1] / "c.sib", [1], "N")  # without its truth
    (folders[1] / "b.sib").write_bytes(b"")
    judgement = judge_folders(*folders, "atr", "sib")
    with pytest.raises(RecordError, match=r"2 of 3 records are in no figure \(b, c\)"):
        show(judgement, Path("-"))
    shown = capsys.readouterr()
    report = json.loads(shown.out)
    assert list(report["records"]) == ["a"]
    assert list(report["unreadable"]) == ["b", "c"]
    assert "c.atr" in report["unreadable"]["c"]
    assert "c: " in shown.err


def test_without_a_record_that_can_be_read_there_are_no_figures(
    folders: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    (folders[0] / "a.atr").unlink()
    with pytest.raises(RecordError, match="1 of 1 records"):
        show(judge_folders(*folders, "atr", "sib"), None)
    assert capsys.readouterr().out == ""
