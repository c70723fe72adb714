"""``sibeat simulate``: what its options ask for arrives in a file or at the other end of a wire."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import typer
import wfdb
from typer.testing import CliRunner

from sibeat.cli.simulate import simulate
from sibeat.cli.simulated_board import SimulatedBoard
from sibeat.ecg.errors import OutputError, RecordError, UsageError
from sibeat.ecg.signal_file import SignalWriter
from sibeat.ecg.stream import Chunk, Item

app = typer.Typer()
app.command("simulate")(simulate)
app.command("other")(lambda: None)

ALONE = (
    "import typer; from sibeat.cli.simulate import simulate; app = typer.Typer();"
    "app.command()(simulate); app()"
)


def run(*arguments: str | Path) -> str:
    result = CliRunner().invoke(app, ["simulate", *map(str, arguments)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_a_labelled_record_with_all_that_was_asked(tmp_path: Path) -> None:
    options = "--fs 360 --duration 120 --seed 3 --heart-rate 80 --ventricular-rate 5 --pause 2"
    more = "--supraventricular-rate 4 --noise 2 --lead-off 2 --motion 2 --mains 60"
    output = run("--out", tmp_path / "made" / "syn", *options.split(), *more.split())
    assert "120 s at 360 Hz" in output
    record = wfdb.rdrecord(str(tmp_path / "made" / "syn"))
    symbols = wfdb.rdann(str(tmp_path / "made" / "syn"), "atr").symbol
    assert (record.fs, record.sig_len) == (360, 120 * 360)
    assert np.isnan(record.p_signal).any()
    assert symbols.count("V") in (7, 8, 9)
    assert symbols.count("A") in (6, 7, 8)
    assert {"~", '"'} < set(symbols)
    assert any("seed 3" in comment for comment in record.comments)


def test_a_minute_at_250_hz_is_the_default(tmp_path: Path) -> None:
    run("--out", tmp_path / "syn")
    record = wfdb.rdrecord(str(tmp_path / "syn"))
    assert (record.fs, record.sig_len) == (250, 15_000)


def test_runs(tmp_path: Path) -> None:
    run("--out", tmp_path / "syn", "--ventricular-run", 3, "--supraventricular-rate", 0)
    symbols = "".join(wfdb.rdann(str(tmp_path / "syn"), "atr").symbol)
    assert set(symbols.replace('"', "").replace("N", " ").split()) == {"VVV"}


@pytest.mark.parametrize("episode", ["bigeminy", "trigeminy", "brady", "tachy", "asystole"])
def test_episodes_are_in_the_record_and_in_its_header(tmp_path: Path, episode: str) -> None:
    run("--out", tmp_path / "plain", "--ventricular-rate", 0)
    run("--out", tmp_path / "syn", "--ventricular-rate", 0, f"--{episode}", 2)
    comments = wfdb.rdheader(str(tmp_path / "syn")).comments
    assert any(f"2 of {episode}" in comment for comment in comments)
    plain, made = (wfdb.rdann(str(tmp_path / name), "atr") for name in ("plain", "syn"))
    assert plain.sample.tolist() != made.sample.tolist()
    assert ("V" in made.symbol) == (episode in ("bigeminy", "trigeminy"))


def test_a_record_is_replaced_only_when_asked(tmp_path: Path) -> None:
    run("--out", tmp_path / "syn", "--duration", 2)
    with pytest.raises(OutputError, match="exists"):
        run("--out", tmp_path / "syn", "--duration", 2)
    run("--out", tmp_path / "syn", "--duration", 3, "--overwrite")
    assert wfdb.rdrecord(str(tmp_path / "syn")).sig_len == 750


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("", "one place to go to"),
        ("--pty --tcp localhost:1", "one place to go to"),
        ("--out OUT --fs 0", "fs is 0"),
        ("--out OUT --duration 0", "--duration 0 s is no length"),
        ("--out OUT --duration nan", "--duration nan s is no length"),
        ("--out OUT --seed -1", "--seed -1"),
        ("--out OUT --heart-rate 900", "heart rate is 900"),
        ("--out OUT --speed 2", "--speed is for speaking"),
        ("--out OUT --record 100", "--record is for speaking"),
        ("--out OUT.dat", "cannot name a WFDB record"),
        ("--pty --lead II", "--lead cannot be had without --record"),
        ("--pty --record 100 --noise 2 --lead-off 1", "--lead-off, --noise cannot be had with"),
        ("--pty --speed fast", "--speed 'fast' is no speed"),
        ("--pty --speed 0", "--speed '0' is no speed"),
        ("--tcp 7000", "is no address"),
        ("--tcp localhost:99999", "is no address"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, options: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        run(*options.replace("OUT", str(tmp_path / "syn")).split())
    assert not list(tmp_path.iterdir())


def test_a_record_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RecordError):
        run("--pty", "--record", tmp_path / "missing")


@contextmanager
def simulator(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", ALONE, *arguments]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def heard_over_pty(*arguments: str) -> tuple[list[str], str]:
    """Run the simulator to its end; give the lines heard and what it said of itself."""
    with simulator("--pty", *arguments) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        port = os.open(process.stdout.readline().strip(), os.O_RDONLY | os.O_NOCTTY)
        heard = b""
        try:
            while data := os.read(port, 4096):
                heard += data
        except OSError:  # it hung up
            pass
        os.close(port)
        return heard.decode().splitlines(), process.stderr.read()


def test_what_is_heard_over_a_pty_is_what_the_file_holds(tmp_path: Path) -> None:
    options = ["--fs", "125", "--duration", "20", "--seed", "4", "--lead-off", "6"]
    run("--out", tmp_path / "syn", *options)
    lines, said = heard_over_pty("--speed", "max", "--time-column", "us", *options)
    assert lines[1] == "time_us,II [mV]"
    times, values = zip(*(line.split(",") for line in lines[2:]), strict=True)
    assert [int(time) for time in times] == [8000 * i for i in range(2500)]
    p_signal = wfdb.rdrecord(str(tmp_path / "syn")).p_signal[:, 0]
    spoken = np.array([np.nan if value == "!" else float(value) for value in values])
    assert np.array_equal(np.isnan(spoken), np.isnan(p_signal))
    assert np.nanmax(np.abs(spoken - p_signal)) < 0.0003
    assert "spoke 2500 samples (20.000 s) at 125 Hz, 2500 of them heard" in said


def test_bursts_lose_nothing_at_the_end() -> None:
    options = ("--fs", "125", "--duration", "2.5", "--speed", "max", "--burst", "1")
    lines, said = heard_over_pty(*options)
    assert len(lines[2:]) == 312
    assert "nothing went wrong" in said


def test_a_real_record_is_spoken(tmp_path: Path) -> None:
    samples = np.random.default_rng(1).normal(0, 1, 500).astype(np.float32)
    with SignalWriter(tmp_path / "rec", 250, "V5") as writer:
        writer.write(samples)
    lines, _ = heard_over_pty("--record", str(tmp_path / "rec"), "--speed", "max", "--lead", "v5")
    assert lines[1] == "V5 [mV]"
    p_signal = wfdb.rdrecord(str(tmp_path / "rec")).p_signal[:, 0]
    assert np.array_equal(np.array(lines[2:], np.float32), p_signal.astype(np.float32))


@pytest.mark.parametrize(
    ("options", "fs", "resampled"),
    [
        (("--protocol", "openbci-cyton"), 250, True),
        (("--protocol", "openbci-cyton", "--fs", "360"), 360, False),
        (("--protocol", "chords-uno-r4"), 500, True),
        (("--protocol", "text"), 360, False),
    ],
)
def test_a_record_is_spoken_at_the_rate_of_the_board(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: tuple[str, ...],
    fs: int,
    resampled: bool,
) -> None:
    wave = np.sin(np.arange(720) * 2 * np.pi * 5 / 360).astype(np.float32)
    with SignalWriter(tmp_path / "rec", 360, "II") as writer:
        writer.write(wave)
    said: list[Item] = []
    rates: list[float] = []

    def listen(board: SimulatedBoard, items: Iterator[Item], *wire: Any) -> None:
        said.extend(items)
        rates.append(wire[1])

    monkeypatch.setattr(SimulatedBoard, "talk", listen)
    run("--pty", "--record", tmp_path / "rec", *options)
    samples = np.concatenate([item.samples for item in said if isinstance(item, Chunk)])
    assert (rates, len(samples)) == ([fs], 2 * fs if resampled else 720)
    expected = np.sin(np.arange(2 * fs) * 2 * np.pi * 5 / fs) if resampled else wave
    assert np.abs(samples - expected)[20:-20].max() < 0.01


def test_a_port_that_is_terminated_leaves_nothing_behind(tmp_path: Path) -> None:
    with simulator("--pty", "--unplug", "8:3") as process:
        assert process.stdout is not None
        link = Path(process.stdout.readline().strip())
        assert link.is_symlink()
        process.terminate()
        assert process.wait(20) == 128 + signal.SIGTERM
        assert not link.parent.exists()


def test_tcp_says_where_it_listens() -> None:
    with simulator("--tcp", "127.0.0.1:0") as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("socket://127.0.0.1:")


def test_options_are_known_without_heavy_imports() -> None:
    program = (
        "import json, sys, sibeat.cli.simulate;"
        "print(json.dumps([m for m in ('numpy', 'wfdb', 'scipy', 'serial') if m in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert json.loads(done.stdout) == []
