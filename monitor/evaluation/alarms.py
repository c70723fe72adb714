"""Alerts against the truth: which were false, how late they came, how long they stood.

An alert is false where the reference has a normal beat or none. It stands from the moment it is
given until the next beat is judged, or it is withdrawn: that long the monitor says "abnormal".
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sibeat.monitor.evaluation.hearing import Heard
from sibeat.monitor.evaluation.match import Truth
from sibeat.monitor.events import Alert

FALSE: tuple[Truth, ...] = ("N", "none")


@dataclass(frozen=True, slots=True)
class JudgedAlert:
    """An alert, and what was there."""

    truth: Truth
    announced: bool
    late: bool
    withdrawn: bool
    delay_s: float
    """signal time from the R-peak to the alert"""
    begin_s: float
    """when it was given"""
    end_s: float
    """when it no longer stood"""

    @property
    def false(self) -> bool:
        """Whether nothing abnormal was there."""
        return self.truth in FALSE


def judge_alerts(heard: Heard, truths: Sequence[Truth]) -> tuple[JudgedAlert, ...]:
    """Judge each alert of a record.

    Parameters
    ----------
    heard : what the monitor said
    truths : of each of its beats, in order
    """
    truth_at = {beat.sample: truth for beat, truth in zip(heard.beats, truths, strict=True)}
    withdrawn_at = {revision.sample: revision.decided_at_sample for revision in heard.revisions}
    return tuple(
        _judge(alert, heard, truth_at[alert.sample], withdrawn_at) for alert in heard.alerts
    )


def standing_s(alerts: Sequence[JudgedAlert]) -> float:
    """Seconds in which at least one of the alerts stood."""
    total = covered_to = 0.0
    for alert in sorted(alerts, key=lambda alert: alert.begin_s):
        total += max(0.0, alert.end_s - max(alert.begin_s, covered_to))
        covered_to = max(covered_to, alert.end_s)
    return total


def _judge(
    alert: Alert, heard: Heard, truth: Truth, withdrawn_at: Mapping[int, int]
) -> JudgedAlert:
    given = alert.decided_at_sample
    next_beat = bisect_right(heard.judged_at, given)
    end = heard.judged_at[next_beat] if next_beat < len(heard.judged_at) else heard.n_samples
    withdrawal = withdrawn_at.get(alert.sample)
    return JudgedAlert(
        truth=truth,
        announced=alert.announced,
        late=alert.stage == "late",
        withdrawn=withdrawal is not None,
        delay_s=(given - alert.sample) / heard.fs,
        begin_s=given / heard.fs,
        end_s=max(given, end if withdrawal is None else min(end, withdrawal)) / heard.fs,
    )
