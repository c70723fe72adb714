"""The source that ``sibeat monitor`` is asked for, opened as far as that needs no waiting."""

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sibeat.cli.settings import SourceSettings
from sibeat.ecg.errors import UsageError
from sibeat.monitor.sources.base import Source

DEMO_S = 30.0
"""length of a demo, s: a requirement of the project"""

STANDARD_INPUT = "-"

ONLY_FOR = {
    "baud": ("serial",),
    "protocol": ("serial", "recording"),
    "reconnect_timeout": ("serial",),
    "gain": ("serial", "replay -", "recording"),
    "lead": ("serial", "replay -", "replay"),
    "start": ("replay",),
    "speed": ("replay", "demo"),
}
"""options that make sense with some sources alone; a recording of what arrived is a replay, too"""


SPELT = {
    "serial": "--serial PORT",
    "replay": "--replay PATH",
    "replay -": "standard input (--replay -)",
    "demo": "--demo",
    "recording": "the replay of a recording",
}
"""how each kind of source is asked for"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the user asks for; exactly one of the three, and no stray words."""

    serial: str | None = None
    replay: str | None = None
    demo: bool = False
    stray: tuple[str, ...] = ()
    """words without an option before them"""

    @property
    def kinds(self) -> list[str]:
        """Kinds of source that are asked for."""
        replay = "replay -" if self.replay == STANDARD_INPUT else "replay"
        given = {
            "serial": self.serial is not None,
            replay: self.replay is not None,
            "demo": self.demo,
        }
        return [kind for kind, asked in given.items() if asked]


def require_one_source(
    wanted: Wanted, options: Mapping[str, Any], *, recording: bool = False
) -> None:
    """Refuse none or several sources, and options that say nothing to the one.

    Parameters
    ----------
    wanted : what the user asks for
    options : by name, None where not given
    recording : whether what is to be replayed is a recording of what arrived

    Raises
    ------
    UsageError
        With what was given and what is possible.
    """
    kinds = wanted.kinds
    _refuse_stray(wanted.stray, kinds)
    if len(kinds) != 1:
        got = " and ".join(f"--{kind}" for kind in kinds) or "none"
        raise UsageError(
            f"sibeat monitor needs one source, got {got}; "
            "expected exactly one of --serial PORT, --replay PATH and --demo"
        )
    fit = {*kinds, "recording"} if recording else set(kinds)
    for name, fitting in ONLY_FOR.items():
        if options.get(name) is not None and fit.isdisjoint(fitting):
            fits = " or ".join(SPELT[kind] for kind in fitting)
            raise UsageError(
                f"--{name.replace('_', '-')} says nothing to {SPELT[kinds[0]]}; "
                f"expected it with {fits} alone: leave it out"
            )


def _refuse_stray(words: Sequence[str], kinds: Sequence[str]) -> None:
    if not words:
        return
    text = " ".join(words)
    if kinds:
        raise UsageError(
            f"{text!r} has no option before it; expected options and their values alone: leave it "
            "out, or quote a path with blanks"
        )
    raise UsageError(
        f"{text!r} has no option before it; expected what it is: --replay {text} for a recording, "
        f"--serial {text} for a port"
    )


def open_source(wanted: Wanted, settings: SourceSettings) -> Source:
    """Make the source; a record is opened, a port is not yet.

    Raises
    ------
    SourceError, UsageError
        When it cannot be opened, or the settings do not fit it.
    """
    if wanted.serial is not None:
        return _serial(wanted.serial, settings)
    if wanted.replay == STANDARD_INPUT:
        return _standard_input(settings)
    if wanted.replay is not None:
        return _replay(wanted.replay, settings)
    return _demo(settings)


def _demo(settings: SourceSettings) -> Source:
    from sibeat.monitor.sources.demo import DEMO_FS, DemoSource

    return DemoSource(
        speed=_speed(settings), duration_s=settings.duration_s or DEMO_S, fs=settings.fs or DEMO_FS
    )


def _replay(path: str, settings: SourceSettings) -> Source:
    from sibeat.ecg.record import open_record
    from sibeat.monitor.sources.replay import ReplaySource

    record = open_record(path, settings.lead, settings.fs)
    return ReplaySource(record, settings.start_s, settings.duration_s, _speed(settings))


def _serial(port: str, settings: SourceSettings) -> Source:
    from sibeat.cli.protocol import spoken_protocol
    from sibeat.monitor.sources.serial_source import SerialSource

    spoken = spoken_protocol(settings)
    return SerialSource(
        port,
        spoken.bauds,
        fs=settings.fs,
        reconnect_timeout_s=settings.reconnect_timeout_s,
        decoder=spoken.decoder,
        name=session_name(port.removeprefix("/dev/"), datetime.now(UTC)),
        talk_at=spoken.talk_at,
        expected=spoken.expected,
        found=spoken.found,
    )


def _standard_input(settings: SourceSettings) -> Source:
    from sibeat.monitor.sources.stdin_source import StdinSource

    if sys.stdin.isatty():  # where keys are read, too
        raise UsageError(
            "--replay - reads what a program prints, and standard input is a terminal; expected a "
            "pipe: program | sibeat monitor --replay -"
        )
    name = session_name("stdin", datetime.now(UTC))
    return StdinSource(None, settings.lead, settings.fs, settings.gain, name=name)


def session_name(source: str, now: datetime) -> str:
    """Name a live session, so that none replaces the annotations of an earlier one.

    >>> session_name("socket://host:23", datetime(2024, 3, 1, 12, 30, 5))
    'socket-host-23-20240301T123005'
    """
    words = re.findall(r"[A-Za-z0-9]+", source)
    return "-".join([*words, f"{now:%Y%m%dT%H%M%S}"])


def _speed(settings: SourceSettings) -> float | None:
    return None if settings.speed == "max" else settings.speed
