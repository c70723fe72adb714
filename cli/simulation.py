"""What ``sibeat simulate`` does with its options."""

import math
import re
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import typer

from sibeat.cli.simulated_board import SimulatedBoard, open_wire
from sibeat.ecg.errors import RecordError, UsageError
from sibeat.ecg.record import Record, open_record
from sibeat.ecg.record_altered import AlteredRecord
from sibeat.ecg.synthetic import SyntheticEcg
from sibeat.ecg.synthetic_noise import NoiseSettings
from sibeat.ecg.synthetic_record import write_synthetic_record
from sibeat.ecg.synthetic_rhythm import RhythmSettings
from sibeat.ecg.synthetic_settings import SyntheticSettings
from sibeat.monitor.protocols.board import find_board
from sibeat.monitor.simulator.faults import Faults
from sibeat.monitor.simulator.speaking import UTTERANCE_S, TimeColumn, record_items, synthetic_items
from sibeat.monitor.sources.pacing import Pacer
from sibeat.monitor.stopping import terminated_by_exception

_DEFAULT_FS = 250.0  # chosen by us: that of the commonest boards
_DEFAULT_FILE_S = 60.0
_LONGEST_S = 31 * 86_400.0  # chosen by us: a month is surely a slip
_SYNTHETIC = frozenset(
    {"seed", "heart_rate", "ventricular_rate", "ventricular_run", "supraventricular_rate"}
    | {"pause", "bigeminy", "trigeminy", "brady", "tachy", "asystole"}
    | {"noise", "mains", "motion", "lead_off"}
)


@dataclass(frozen=True, slots=True)
class Order:
    """The options of ``sibeat simulate``, as they were given or by default."""

    out: Path | None
    pty: bool
    tcp: str | None
    overwrite: bool
    record: str | None
    lead: str | None
    fs: float | None
    duration_s: float | None
    speed: str
    time_column: TimeColumn | None
    seed: int
    rhythm: RhythmSettings
    noise: NoiseSettings
    lead_off_rate: float
    protocol: str = "text"
    faults: Faults = field(default_factory=Faults)
    given: frozenset[str] = frozenset()
    """names of the options that the user gave"""

    def settings(self) -> SyntheticSettings:
        """Say what the synthetic ECG is like."""
        return SyntheticSettings(self.rhythm, self.noise, lead_off_rate=self.lead_off_rate)

    def comments(self) -> tuple[str, ...]:
        """Say in the record's header how it came to be."""
        heart, noise = self.rhythm, self.noise
        episodes = ", ".join(
            f"{getattr(heart, f'{name}_rate'):g} of {name}"
            for name in ("bigeminy", "trigeminy", "brady", "tachy", "asystole")
        )
        return (
            f"synthetic ECG made by sibeat simulate, seed {self.seed}",
            f"sinus rhythm {heart.heart_rate_bpm:g} bpm; a minute: {heart.ventricular_rate:g} "
            f"ventricular of {heart.ventricular_run} beats, {heart.supraventricular_rate:g} "
            f"supraventricular, {heart.pause_rate:g} pauses",
            f"episodes a minute: {episodes}",
            f"noise {noise.level:g}, mains {noise.mains_hz or 0:g} Hz; a minute: "
            f"{noise.motion_rate:g} of motion, {self.lead_off_rate:g} lead off",
        )


def run(order: Order) -> None:
    """Do what was ordered.

    Raises
    ------
    UsageError, RecordError, OutputError
        as their names say
    """
    _check(order)
    if order.out is not None:
        _write(order, order.out)
    else:
        _speak(order)


def _check(order: Order) -> None:
    if (order.out is not None) + order.pty + (order.tcp is not None) != 1:
        raise UsageError(
            "simulate needs one place to go to: give --out DIR/NAME, --pty or --tcp HOST:PORT"
        )
    if order.seed < 0:
        raise UsageError(f"--seed {order.seed} is negative: give 0 or more")
    if order.duration_s is not None and not 0 < order.duration_s <= _LONGEST_S:
        raise UsageError(
            f"--duration {order.duration_s:g} s is no length: give more than 0, "
            f"up to {_LONGEST_S:.0f}"
        )
    _check_what(order)
    _check_for_file(order)


def _check_what(order: Order) -> None:
    astray = order.given & ({"lead"} if order.record is None else _SYNTHETIC)
    if astray:
        raise UsageError(
            f"{_as_options(astray)} cannot be had {'with' if order.record else 'without'} "
            "--record: leave one of them away"
        )


def _check_for_file(order: Order) -> None:
    if order.out is None:
        return
    spoken = order.given & {
        *("record", "speed", "time_column", "protocol", "drop", "flip", "garbage"),
        *("stall", "unplug", "clock_drift", "burst"),
    }
    if spoken:
        raise UsageError(
            f"{_as_options(spoken)} is for speaking, --out writes a synthetic record: "
            "leave one of them away"
        )


def _as_options(names: frozenset[str]) -> str:
    return ", ".join(f"--{name.replace('_', '-')}" for name in sorted(names))


def _write(order: Order, path: Path) -> None:
    fs = _fs(order)
    duration_s = _DEFAULT_FILE_S if order.duration_s is None else order.duration_s
    ecg = SyntheticEcg(order.settings(), fs, order.seed)
    n_samples = max(1, round(duration_s * fs))
    written = write_synthetic_record(path, ecg, n_samples, order.comments(), order.overwrite)
    counts = ", ".join(f"{written[symbol]} {symbol}" for symbol in "NVA~" if written[symbol])
    typer.echo(f"{path}: {n_samples / fs:g} s at {fs:g} Hz, annotated {counts or 'nowhere'}")


def _speak(order: Order) -> None:
    speed = _speed(order.speed)
    if order.record is None:
        fs, column = _fs(order), "II [mV]"
        ecg = SyntheticEcg(order.settings(), fs, order.seed)
        items = synthetic_items(ecg, _n_block(fs, speed), _n_samples(order, fs))
    else:
        record = _record(order, order.record)
        fs, column = record.fs, _column(record.lead, record.unit)
        items = record_items(record, _n_block(fs, speed), _n_samples(order, fs))
    board = SimulatedBoard.of(
        order.protocol, fs, column, order.time_column, order.faults, order.seed
    )
    keeps_name = order.faults.unplug is not None
    with ExitStack() as stack, terminated_by_exception():
        board.talk(items, open_wire(stack, order.tcp, keeps_name), fs, Pacer(speed))


def _record(order: Order, path: str) -> Record:
    """Open a record, at the board's rate where it has one; ``--fs`` takes the samples as they are.

    A board of another rate than it is known for would be heard as a slower or a quicker heart.
    """
    record = open_record(path, order.lead, order.fs)
    fs = find_board(order.protocol).fs
    if order.fs is not None or fs is None or fs == record.fs:
        return record
    as_it_is = f"--fs {record.fs:g} speaks it as it is"
    try:
        altered = AlteredRecord(record, fs)
    except RecordError as error:
        raise RecordError(f"{error}; {as_it_is}") from error
    typer.echo(
        f"{record.name} is resampled from {record.fs:g} to {fs:g} Hz, the rate of "
        f"{order.protocol}; {as_it_is}",
        err=True,
    )
    return altered


def _speed(text: str) -> float | None:
    if text == "max":
        return None
    try:
        speed = float(text)
    except ValueError:
        speed = math.nan
    if not 0 < speed < math.inf:
        raise UsageError(f"--speed {text!r} is no speed: give a number above 0, or max")
    return speed


def _fs(order: Order) -> float:
    if order.fs is not None:
        return order.fs
    return find_board(order.protocol).fs or _DEFAULT_FS


def _n_samples(order: Order, fs: float) -> int | None:
    return None if order.duration_s is None else max(1, round(order.duration_s * fs))


def _n_block(fs: float, speed: float | None) -> int:
    return max(1, round(UTTERANCE_S * fs * (speed or 1.0)))


def _column(lead: str, unit: str) -> str:
    """Name the column of samples, free of what separates columns."""
    name = re.sub(r"[^\w+-]+", "_", lead) or "ECG"
    return f"{name} [mV]" if unit == "mV" else name
