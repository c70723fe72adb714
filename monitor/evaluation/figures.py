"""Figures of one record or of many, as JSON: beats by EC57, scores, alarms, delays, signal.

A group's figures pool all beats, alerts and seconds of its records; ``average`` and
``mean_over_records`` give each record the same weight.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sibeat.ecg.beats import GRID_FS
from sibeat.ecg.ec57 import RecordReport, average, gross, percentages
from sibeat.ecg.ranking import ABNORMAL, against_normal, per_class
from sibeat.ecg.stream import DoubleArray
from sibeat.monitor.evaluation.alarms import JudgedAlert, standing_s
from sibeat.monitor.evaluation.judging import RecordEvaluation
from sibeat.monitor.evaluation.match import CLASSES, MAPPING

Json: TypeAlias = dict[str, Any]


def figures(records: Sequence[RecordEvaluation]) -> Json:
    """All figures of a group of records, or of one.

    Parameters
    ----------
    records : at least one
    """
    reports = [record.report for record in records]
    hours = sum(record.duration_s for record in records) / 3600
    alerts = [alert for record in records for alert in record.alerts]
    return {
        "n_records": len(records),
        "hours": hours,
        "ec57": {
            "gross": percentages(gross(reports)),
            "average": average(reports),
            "shutdown": _shutdown(gross(reports)),
        },
        "found": _found(records),
        "scores": _scores(records),
        "alarms": {
            **_alarms(alerts, hours),
            "false_seconds_per_hour": _per(_false_seconds(records), hours),
        },
        "delay_s": _delays(alerts),
        "signal": _signal(records),
        "position": _position(records),
        "rhythm_events": dict(sum((Counter(r.rhythm_events) for r in records), Counter())),
        "real_time_factor": _real_time_factor(records),
    }


def _shutdown(report: RecordReport) -> Json:
    """Time in which the monitor said that the signal cannot be read, and beats missed in it."""
    return {"seconds": report.shutdown_s or 0.0, "missed": report.count("NSVFQ", "x")}


def _found(records: Sequence[RecordEvaluation]) -> Json:
    """V beats found as EC57 counts; reference beats never detected over whole records."""
    expected = np.concatenate([record.expected for record in records])
    missed = ~np.concatenate([record.found for record in records])
    v_found = [_v_found(record.report) for record in records]
    return {
        "v_found_percent": _v_found(gross(record.report for record in records)),
        "mean_v_found_percent": _mean(v_found),
        "n_reference": len(expected),
        "missed_percent": _percent(int(missed.sum()), len(expected)),
        "missed_percent_per_class": {
            name: _percent(int(missed[expected == name].sum()), int((expected == name).sum()))
            for name in CLASSES
        },
    }


def _v_found(report: RecordReport) -> float | None:
    return _percent(report.count("V", "nsvfq"), report.count("V"))


def _scores(records: Sequence[RecordEvaluation]) -> Json:
    pooled = _separation(
        np.concatenate([record.scores for record in records]),
        np.concatenate([record.classes for record in records]),
    )
    each = [_separation(record.scores, record.classes) for record in records]
    return {
        "mapping": MAPPING,
        **pooled,
        "mean_over_records": {
            "auc": _mean([row["auc"] for row in each]),
            "ap": _mean([row["ap"] for row in each]),
            "per_class": {
                name: {
                    figure: _mean([row["per_class"][name][figure] for row in each])
                    for figure in ("auc", "ap")
                }
                for name in ABNORMAL
            },
        },
    }


def _separation(scores: DoubleArray, classes: NDArray[np.str_]) -> Json:
    """AUC and AP of S, V and F against N, and of each class alone."""
    return {
        **against_normal(scores, classes, ABNORMAL),
        "per_class": per_class(scores, classes, ABNORMAL),
    }


def _alarms(alerts: Sequence[JudgedAlert], hours: float) -> Json:
    false = [alert for alert in alerts if alert.false]
    announced = [alert for alert in false if alert.announced]
    by_truth: Counter[str] = Counter(alert.truth for alert in alerts)
    return {
        "mapping": MAPPING,
        "n": len(alerts),
        "n_announced": sum(alert.announced for alert in alerts),
        "by_reference": {name: by_truth[name] for name in (*CLASSES, "none", "flutter")},
        "false_per_hour": _per(len(false), hours),
        "announced_false_per_hour": _per(len(announced), hours),
        "withdrawn": sum(alert.withdrawn for alert in alerts),
        "withdrawn_percent": _percent(sum(alert.withdrawn for alert in alerts), len(alerts)),
        "false_withdrawn": sum(alert.withdrawn for alert in false),
    }


def _false_seconds(records: Sequence[RecordEvaluation]) -> float:
    return sum(standing_s([a for a in record.alerts if a.false]) for record in records)


def _delays(alerts: Sequence[JudgedAlert]) -> Json:
    late = [alert.delay_s for alert in alerts if alert.late]
    return {
        "provisional": _spread([alert.delay_s for alert in alerts if not alert.late]),
        "late": _spread(late),
        "late_percent": _percent(len(late), len(alerts)),
    }


def _spread(delays_s: Sequence[float]) -> Json:
    if not delays_s:
        return {"n": 0, "p50": None, "p99": None, "max": None}
    p50, p99 = np.percentile(delays_s, [50, 99])
    return {"n": len(delays_s), "p50": float(p50), "p99": float(p99), "max": max(delays_s)}


def _signal(records: Sequence[RecordEvaluation]) -> Json:
    seconds: Counter[str] = Counter()
    for record in records:
        seconds.update(record.quality_s)
    unfit_s = sum(s for quality, s in seconds.items() if quality != "good")
    total_s = sum(record.duration_s for record in records)
    return {"unfit_percent": _percent(unfit_s, total_s), "seconds": dict(seconds)}


def _position(records: Sequence[RecordEvaluation]) -> Json:
    """Distance of matched peaks from annotations, each record's median offset taken off."""
    constant = [_median(record.offsets_ms) for record in records]
    away = [
        np.abs(record.offsets_ms - offset)
        for record, offset in zip(records, constant, strict=True)
        if offset is not None
    ]
    if not away:
        return dict.fromkeys(("offset_ms", "median_ms", "p95_ms", "median_samples", "p95_samples"))
    median_ms, p95_ms = (float(p) for p in np.percentile(np.concatenate(away), [50, 95]))
    return {
        "offset_ms": constant[0] if len(records) == 1 else None,
        "median_ms": median_ms,
        "p95_ms": p95_ms,
        "median_samples": median_ms * GRID_FS / 1000,
        "p95_samples": p95_ms * GRID_FS / 1000,
    }


def _real_time_factor(records: Sequence[RecordEvaluation]) -> Json:
    """Seconds of signal in one second of processor time."""
    factors = [record.duration_s / record.cpu_s for record in records if record.cpu_s]
    if not factors:
        return {"median": None, "least": None}
    return {"median": float(np.median(factors)), "least": min(factors)}


def _median(values: DoubleArray) -> float | None:
    return float(np.median(values)) if len(values) else None


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _percent(part: float, whole: float) -> float | None:
    return 100 * part / whole if whole else None


def _per(count: float, hours: float) -> float | None:
    return count / hours if hours else None
