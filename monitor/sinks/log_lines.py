"""Which event becomes which line of the alert log: JSON objects that scripts may rely on.

Every line has ``schema``, ``type``, ``sample``, ``t_s`` (from the stream's start) and ``time``
(UTC, None when the source has no clock). Pure functions, no files.
"""

import json
import math
from collections.abc import Mapping
from datetime import UTC, timedelta
from typing import Any, TypeAlias

from sibeat.ecg.stream import GapReason, StreamInfo
from sibeat.monitor.events import (
    Alert,
    BaselineEvent,
    BeatEvent,
    BeatFinal,
    Event,
    GapEvent,
    QualityEvent,
    Revision,
    RhythmEvent,
)

SCHEMA = "sibeat/1"

TRACE_DIGITS = 4
"""chosen by us: significant digits of the error trace, which is looked at rather than computed"""

Line: TypeAlias = dict[str, Any]

_GAP_TYPES: dict[GapReason, str] = {"lead_off": "lead_off", "reconnect": "reconnect"}


def to_line(event: Event, info: StreamInfo) -> Line | None:
    """Turn an event into the object of its line.

    Parameters
    ----------
    event : what the pipeline said
    info : the stream it came from; its clock gives ``t_s`` and ``time``

    Returns
    -------
    The object, None for beats, which belong into the annotation file, and for the baseline's first
    ones, which are for the screen.
    """
    match event:
        case Alert():
            return _stamped("alert", event.sample, info) | _alert_fields(event)
        case Revision():
            return _stamped("revision", event.sample, info) | _revision_fields(event)
        case RhythmEvent():
            return _stamped("event", event.sample, info) | _rhythm_fields(event)
        case BaselineEvent(state="learning"):
            return None
        case BaselineEvent():
            return _stamped("event", event.sample, info) | _baseline_fields(event)
        case GapEvent():
            kind = _GAP_TYPES.get(event.reason, "gap")
            return _stamped(kind, event.sample, info) | _gap_fields(event, info.fs)
        case QualityEvent():
            return _stamped("quality", event.sample, info) | _quality_fields(event)
        case BeatEvent() | BeatFinal():
            return None


def session_line(phase: str, sample: int, info: StreamInfo, fields: Mapping[str, Any]) -> Line:
    """Object of a line about the session itself.

    Parameters
    ----------
    phase : "start", "end", "continued" in a new file, "lost" and "back" of a live source
    sample : index of the first sample at the start, else index after the last one so far
    info : the stream
    fields : whatever else the session has to say: versions, hashes, counts
    """
    stream = {
        "phase": phase,
        "source": info.source,
        "record": info.name,
        "fs": info.fs,
        "lead": info.lead,
        "unit": info.unit,
    }
    return _stamped("session", sample, info) | stream | dict(fields)


def encoded(line: Line) -> bytes:
    """One line of JSON as bytes, its newline included; what is not finite becomes null."""
    return json.dumps(_finite(line), ensure_ascii=False, allow_nan=False).encode() + b"\n"


def _stamped(kind: str, sample: int, info: StreamInfo) -> Line:
    """Begin a line: what it is, and when."""
    elapsed_s = (sample - info.first_sample) / info.fs
    return {
        "schema": SCHEMA,
        "type": kind,
        "sample": int(sample),
        "t_s": round(elapsed_s, 6),
        "time": time_text(elapsed_s, info),
    }


def time_text(elapsed_s: float, info: StreamInfo) -> str | None:
    """ISO 8601 time in UTC, to the millisecond, of a moment since the stream's start."""
    if info.start_time is None:
        return None
    start = info.start_time
    aware = start if start.tzinfo else start.replace(tzinfo=UTC)
    moment = (aware + timedelta(seconds=elapsed_s)).astimezone(UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _alert_fields(event: Alert) -> Line:
    return {
        "decided_at_sample": int(event.decided_at_sample),
        "stage": event.stage,
        "score": float(event.score),
        "threshold": float(event.threshold),
        "morphology": float(event.morphology),
        "rhythm": float(event.rhythm),
        "kind": event.kind,
        "rr_pre_s": _number(event.rr_pre_s),
        "rr_post_s": _number(event.rr_post_s),
        "hr_bpm": _number(event.hr_bpm),
        "error_trace": [_rounded(value) for value in event.error_trace],
        "priority": event.priority,
        "announced": bool(event.announced),
    }


def _revision_fields(event: Revision) -> Line:
    return {
        "decided_at_sample": int(event.decided_at_sample),
        "withdraws": int(event.sample),
        "score": float(event.score),
        "kind": event.kind,
        "rr_post_s": _number(event.rr_post_s),
    }


def _rhythm_fields(event: RhythmEvent) -> Line:
    onset = event.sample if event.onset_sample is None else event.onset_sample
    return {
        "decided_at_sample": int(event.decided_at_sample),
        "name": event.name,
        "priority": event.priority,
        "announced": bool(event.announced),
        "detail": event.detail,
        "onset_sample": int(onset),
    }


def _baseline_fields(event: BaselineEvent) -> Line:
    return {
        "decided_at_sample": int(event.decided_at_sample),
        "name": f"baseline-{event.state}",
        "priority": "information",
        "announced": False,
        "detail": event.detail,
    }


def _gap_fields(event: GapEvent, fs: float) -> Line:
    return {
        "decided_at_sample": int(event.decided_at_sample),
        "reason": event.reason,
        "n_samples": int(event.n_samples),
        "duration_s": round(event.n_samples / fs, 6),
        "bridged": bool(event.bridged),
    }


def _quality_fields(event: QualityEvent) -> Line:
    return {
        "decided_at_sample": int(event.decided_at_sample),
        "quality": event.quality,
        "previous": event.previous,
    }


def _number(value: float | None) -> float | None:
    return None if value is None else float(value)


def _rounded(value: float) -> float:
    return float(f"{float(value):.{TRACE_DIGITS}g}")


def _finite(value: Any) -> Any:
    """Replace what JSON cannot hold (NaN, infinities) by None, at any depth."""
    match value:
        case float():
            return value if math.isfinite(value) else None
        case Mapping():
            return {str(key): _finite(entry) for key, entry in value.items()}
        case list() | tuple():
            return [_finite(entry) for entry in value]
    return value
