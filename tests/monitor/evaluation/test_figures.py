"""Figures of hand-made records, computed by hand; AUC against scikit-learn."""

import json
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from sibeat.ecg.ec57 import RecordReport
from sibeat.monitor.evaluation.alarms import JudgedAlert
from sibeat.monitor.evaluation.figures import figures
from sibeat.monitor.evaluation.judging import RecordEvaluation
from sibeat.monitor.evaluation.match import Truth


def evaluation(record: str = "a", **given: Any) -> RecordEvaluation:
    """Half an hour in which nothing happened but what is given."""
    nothing: dict[str, Any] = {
        "lead": "II",
        "duration_s": 1800.0,
        "report": RecordReport(),
        "offsets_ms": np.array([]),
        "expected": np.array([], dtype="U7"),
        "found": np.array([], dtype=bool),
        "scores": np.array([]),
        "classes": np.array([], dtype="U7"),
        "alerts": (),
        "quality_s": {"good": 1800.0},
        "rhythm_events": {},
        "cpu_s": 1.0,
    }
    return RecordEvaluation(record=record, **(nothing | given))


def alert(truth: Truth, delay_s: float = 0.7, **given: Any) -> JudgedAlert:
    values = {"announced": True, "late": False, "withdrawn": False, "begin_s": 1.0, "end_s": 3.0}
    return JudgedAlert(truth, delay_s=delay_s, **(values | given))


def test_false_alarms_per_hour() -> None:
    one = evaluation(alerts=(alert("N"), alert("none", announced=False), alert("V")))
    other = evaluation("b", alerts=(alert("N", withdrawn=True), alert("flutter"), alert("Q")))
    found = figures([one, other])["alarms"]  # of one hour
    assert found["false_per_hour"] == 3
    assert found["announced_false_per_hour"] == 2
    assert found["n"] == 6
    assert found["by_reference"] == {
        "N": 2, "S": 0, "V": 1, "F": 0, "Q": 1, "none": 1, "flutter": 1,
    }  # fmt: skip
    assert found["withdrawn"] == found["false_withdrawn"] == 1
    assert found["withdrawn_percent"] == pytest.approx(100 / 6)


def test_seconds_of_false_alarm_per_hour() -> None:
    overlapping = (alert("N"), alert("none", begin_s=2.0, end_s=5.0), alert("V", end_s=100.0))
    assert figures([evaluation(alerts=overlapping)])["alarms"]["false_seconds_per_hour"] == 8
    # the same moments of two records are not one moment
    both = [evaluation(alerts=overlapping), evaluation("b", alerts=(alert("N"),))]
    assert figures(both)["alarms"]["false_seconds_per_hour"] == 6


def test_delays_of_provisional_and_of_late_alerts() -> None:
    early = [alert("V", k / 100) for k in range(101)]
    late = [alert("N", 2.0, late=True), alert("N", 4.0, late=True)]
    found = figures([evaluation(alerts=(*early, *late))])["delay_s"]
    assert found["provisional"] == pytest.approx({"n": 101, "p50": 0.5, "p99": 0.99, "max": 1.0})
    assert found["late"] == pytest.approx({"n": 2, "p50": 3.0, "p99": 3.98, "max": 4.0})
    assert found["late_percent"] == pytest.approx(200 / 103)


def test_auc_pools_beats_and_averages_records() -> None:
    rng = np.random.default_rng(4)
    records = []
    for name in "ab":
        classes = rng.choice(list("NNNNSVFQ"), 200)
        scores = np.round(rng.random(200) + 0.3 * (classes != "N"), 2)
        records.append(evaluation(name, scores=scores, classes=classes))
    found = figures(records)["scores"]

    def expected(which: list[RecordEvaluation], names: str = "SVF") -> float:
        scores = np.concatenate([record.scores for record in which])
        classes = np.concatenate([record.classes for record in which])
        used = np.isin(classes, ["N", *names])
        return float(roc_auc_score(classes[used] != "N", scores[used]))

    assert found["auc"] == pytest.approx(expected(records))
    assert found["per_class"]["V"]["auc"] == pytest.approx(expected(records, "V"))
    mean = np.mean([expected([record], "S") for record in records])
    assert found["mean_over_records"]["per_class"]["S"]["auc"] == pytest.approx(mean)
    n_of_class = sum(int((record.classes == "F").sum()) for record in records)
    assert found["per_class"]["F"]["n"] == n_of_class
    assert found["mapping"] == "learning"


def test_beats_never_detected() -> None:
    record = evaluation(
        expected=np.array(list("NNNNVVF")),
        found=np.array([True, True, True, False, True, False, True]),
    )
    found = figures([record])["found"]
    assert found["n_reference"] == 7
    assert found["missed_percent"] == pytest.approx(200 / 7)
    assert found["missed_percent_per_class"] == {"N": 25, "S": None, "V": 50, "F": 0, "Q": None}


def test_ventricular_beats_found_are_counted_by_ec57() -> None:
    report = RecordReport()
    report.beats[2, :] = [1, 0, 5, 0, 1, 3, 0]  # row V: n s v f q o x
    assert figures([evaluation(report=report)])["found"]["v_found_percent"] == 70


def test_the_constant_offset_of_each_record_is_taken_off() -> None:
    one = evaluation(offsets_ms=np.array([10.0, 10.0, 20.0]))
    other = evaluation("b", offsets_ms=np.array([-30.0, -30.0, -30.0]))
    assert figures([one])["position"]["offset_ms"] == 10
    found = figures([one, other])["position"]
    assert found["median_ms"] == 0
    assert found["p95_ms"] == pytest.approx(7.5)  # of 0 0 0 0 0 10
    assert found["p95_samples"] == pytest.approx(2.7)


def test_time_judged_unfit_and_rhythm_events() -> None:
    one = evaluation(quality_s={"good": 1620.0, "noisy": 180.0}, rhythm_events={"run": 2})
    other = evaluation("b", rhythm_events={"run": 1, "pause": 1}, cpu_s=3.0)
    found = figures([one, other])
    assert found["signal"]["unfit_percent"] == 5
    assert found["signal"]["seconds"] == {"good": 3420, "noisy": 180}
    assert found["rhythm_events"] == {"run": 3, "pause": 1}
    assert found["real_time_factor"] == {"median": 1200, "least": 600}


def test_where_nothing_happened_figures_are_null_and_json() -> None:
    found = figures([evaluation(cpu_s=0.0)])
    assert found["scores"]["auc"] is None
    assert found["position"]["median_ms"] is None
    assert found["alarms"]["false_per_hour"] == 0
    json.dumps(found, allow_nan=False)
