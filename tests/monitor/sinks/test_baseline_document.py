"""A baseline as JSON: what it notes, and what does not fit."""

import json

import numpy as np
import pytest

from sibeat.ecg.errors import ConfigError
from sibeat.ecg.stream import StreamInfo
from sibeat.model.baseline import LEARNING_BEATS, PatientBaseline, SeenBeat
from sibeat.monitor.sinks.baseline_document import SCHEMA, from_document, to_document

INFO = StreamInfo("a", "a", 250.0, "II", "mV")
BEAT = np.exp(-0.5 * ((np.arange(320) - 140) / 5) ** 2).astype(np.float32)


def learnt(n: int = LEARNING_BEATS) -> PatientBaseline:
    baseline = PatientBaseline()
    for _ in range(n):
        baseline.observe(SeenBeat(BEAT, 1.5, 0.8), abnormal=False, log_rr=0.0, usual_rr_s=0.8)
    return baseline


def test_it_notes_what_it_was_learnt_from() -> None:
    document = to_document(learnt(), INFO, "abc")
    assert document is not None
    assert {key: value for key, value in document.items() if key != "window"} == {
        "schema": SCHEMA,
        "lead": "II",
        "unit": "mV",
        "model": "abc",
        "amplitude": 1.5,
        "n_seen": LEARNING_BEATS,
    }
    assert len(document["window"]) == 320


def test_there_and_back_at_any_rate() -> None:
    document = json.loads(json.dumps(to_document(learnt(), INFO, "abc")))
    faster = StreamInfo("b", "b", 1000.0, "II", "mV")
    again = from_document(document, faster, "a file")
    assert again.state == "held"
    assert to_document(again, faster, "abc") == document


def test_a_learning_that_did_not_end_is_no_baseline() -> None:
    assert to_document(learnt(LEARNING_BEATS - 1), INFO, "abc") is None


@pytest.mark.parametrize(
    ("info", "message"),
    [
        (StreamInfo("a", "a", 250.0, "V5", "mV"), "p.json holds .* lead II, .* has V5; expected"),
        (StreamInfo("a", "a", 250.0, "II", "a.u."), r"unit mV, .* a\.u\.; expected"),
    ],
)
def test_another_lead_or_unit_is_refused(info: StreamInfo, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        from_document(to_document(learnt(), INFO, "abc") or {}, info, "p.json")


@pytest.mark.parametrize("schema", [None, "sibeat-baseline/2", 7])
def test_another_schema_is_refused(schema: object) -> None:
    document = (to_document(learnt(), INFO, "abc") or {}) | {"schema": schema}
    with pytest.raises(ConfigError, match=f"its schema is {schema}.*expected .*{SCHEMA}"):
        from_document(document, INFO, "p.json")
