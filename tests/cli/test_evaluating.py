"""``sibeat evaluate monitor``: which records, in processes or not, what it prints."""

import io
import json
import signal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sibeat.cli import app as cli_app
from sibeat.cli.evaluating import choose_records, groups, without_ctrl_c
from sibeat.cli.evaluation_table import SECTIONS, to_text
from sibeat.ecg.errors import OutputError, RecordError, UsageError

RUNNER = CliRunner()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("100", "102", "232"):
        (tmp_path / f"{name}.atr").touch()
    return tmp_path


def test_records_are_those_with_annotations(folder: Path) -> None:
    assert choose_records(folder, None) == ["100", "102", "232"]
    assert choose_records(folder, "232, 100") == ["100", "232"]


@pytest.mark.parametrize("wanted", ["100,999", ",", ""])
def test_an_unknown_record_names_those_there_are(folder: Path, wanted: str) -> None:
    with pytest.raises(UsageError, match="100, 102, 232"):
        choose_records(folder, wanted)


def test_an_empty_folder_is_a_record_error(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="--data"):
        choose_records(tmp_path, None)


def test_groups_of_the_database_are_told_apart() -> None:
    assert groups(["100", "101", "102", "232"]) == {
        "all": ["100", "101", "102", "232"],
        "without paced": ["100", "101", "232"],
        "DS2": ["100", "232"],
        "DS2 without 232": ["100"],
        "232": ["232"],
        "paced": ["102"],
    }
    assert groups(["e0103"]) == {"all": ["e0103"], "without paced": ["e0103"]}


@pytest.fixture(scope="module")
def told(mitdb: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, object]]:
    """What the command prints and writes about the first minutes of two records."""
    file = tmp_path_factory.mktemp("figures") / "new" / "figures.json"
    done = RUNNER.invoke(
        cli_app.app,
        [
            *("evaluate", "monitor", "--data", str(mitdb), "--records", "119,232"),
            *("--duration", "320", "--chunk-ms", "10000", "--jobs", "2", "--json", str(file)),
        ],
    )
    assert done.exit_code == 0, done.output
    return done.stdout, json.loads(file.read_text())


def test_figures_say_under_which_conditions_they_hold(
    told: tuple[str, dict[str, object]],
) -> None:
    _, report = told
    assert report["schema"] == "sibeat-evaluation/1"
    assert report["mapping"] == {"ec57": "ec57", "scores": "learning", "alarms": "learning"}
    assert isinstance(report["conditions"], dict)
    assert report["conditions"]["duration_s"] == 320
    assert isinstance(report["records"], dict)
    assert report["records"]["119"]["ec57_report"]["record"] == "119"
    assert list(report["records"]) == ["119", "232"]
    assert isinstance(report["groups"], dict)
    assert report["groups"]["DS2"]["records"] == ["232"]


def test_tables_have_a_row_for_each_record_and_group(
    told: tuple[str, dict[str, object]],
) -> None:
    text, _ = told
    starts = [line.split("  ")[0] for line in text.splitlines()]
    assert starts.count("119") == len(SECTIONS)
    text_rows = text.splitlines()
    for row in ("all, gross ", "all, mean ", "DS2, gross ", "232, mean "):
        assert sum(line.startswith(row) for line in text_rows) == 2
    assert "2 records, chunks of 10000 ms, the first 320 s, threshold 0.5" in text


def test_without_a_terminal_tables_are_plain_and_narrow(
    told: tuple[str, dict[str, object]],
) -> None:
    text, _ = told
    assert text.isascii()
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) <= 100


def test_on_a_terminal_of_80_columns_no_figure_is_cut(
    told: tuple[str, dict[str, object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm")
    text = to_text(told[1], Terminal())
    assert any(line.startswith("─") for line in text.splitlines())
    assert "…" not in text


def test_a_file_that_cannot_be_written_is_an_output_error(
    told: tuple[str, dict[str, object]], tmp_path: Path
) -> None:
    from sibeat.cli.figures import publish

    with pytest.raises(OutputError, match="cannot write"):
        publish("table", "{}", tmp_path)


def test_one_process_and_figures_on_standard_output(mitdb: Path) -> None:
    done = RUNNER.invoke(
        cli_app.app,
        [
            *("evaluate", "monitor", "--data", str(mitdb), "--records", "100", "--jobs", "1"),
            *("--duration", "30", "--chunk-ms", "10000", "--json", "-", "--invert"),
        ],
    )
    report = json.loads(done.stdout)
    assert report["conditions"]["invert"] is True
    assert report["records"]["100"]["ec57"]["gross"]["QRS sensitivity"] is None


def test_a_record_that_cannot_be_read_costs_no_other_its_figures(
    mitdb: Path, tmp_path: Path
) -> None:
    for name in ("100", "119"):
        for extension in ("hea", "dat", "atr"):
            content = (mitdb / f"{name}.{extension}").read_bytes()
            (tmp_path / f"{name}.{extension}").write_bytes(content)
    (tmp_path / "100.dat").unlink()
    done = RUNNER.invoke(
        cli_app.app,
        [
            *("evaluate", "monitor", "--data", str(tmp_path), "--duration", "20"),
            *("--jobs", "2", "--json", "-"),
        ],
    )
    assert isinstance(done.exception, RecordError)
    assert "1 of 2 records are in no figure (100)" in str(done.exception)
    report = json.loads(done.stdout)
    assert list(report["records"]) == report["groups"]["all"]["records"] == ["119"]
    assert list(report["unreadable"]) == ["100"]
    assert "100.dat" in report["unreadable"]["100"]


def test_a_record_without_the_lead_costs_no_other_its_figures(mitdb: Path) -> None:
    done = RUNNER.invoke(
        cli_app.app,
        [
            *("evaluate", "monitor", "--data", str(mitdb), "--records", "100,119", "--lead", "V5"),
            *("--duration", "20", "--jobs", "1", "--json", "-"),
        ],
    )
    assert "1 of 2 records are in no figure (119)" in str(done.exception)
    assert list(json.loads(done.stdout)["records"]) == ["100"]
    assert "119: no lead 'V5'" in done.stderr


def test_without_a_record_that_can_be_read_there_are_no_figures(folder: Path) -> None:
    done = RUNNER.invoke(cli_app.app, ["evaluate", "monitor", "--data", str(folder)])
    assert "3 of 3 records are in no figure (100, 102, 232)" in str(done.exception)
    assert done.stdout == ""


def test_workers_leave_ctrl_c_to_the_command() -> None:
    before = signal.getsignal(signal.SIGINT)
    with without_ctrl_c():
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    assert signal.getsignal(signal.SIGINT) is before
