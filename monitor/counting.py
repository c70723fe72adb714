"""Counts a session's events as they come, in memory that does not grow with the stream."""

import math
from collections import Counter, deque
from collections.abc import Mapping
from typing import Any

from sibeat.model.baseline import BaselineState
from sibeat.monitor.events import (
    Alert,
    BaselineEvent,
    BeatEvent,
    BeatFinal,
    Event,
    GapEvent,
    Kind,
    Quality,
    QualityEvent,
    Revision,
    RhythmEvent,
)
from sibeat.monitor.summary import (
    AlertCounts,
    BaselineCounts,
    BeatCounts,
    Delay,
    LossCounts,
    QualityOrLost,
)
from sibeat.monitor.watches.episode import is_end

N_LOSSES = 1024
"""losses since the last change of quality that are kept; chosen by us: the next change is told a
few seconds after its sample, in which no more gaps than that have room"""

FORCED_S = 0.02
"""by how much less than the pipeline's own delay an alert may come that was not forced out, s;
chosen by us: peaks lie between samples, and windows are cut to whole ones"""


class EventCounter:
    """Counts events.

    Parameters
    ----------
    fs : sampling rate, Hz
    first_sample : index at which the stream begins
    baseline : what the patient's baseline does then
    latency_samples : the pipeline's own delay, at most: an alert that comes clearly sooner was
        forced out by an end or a gap, and says nothing of delays
    """

    def __init__(
        self,
        fs: float,
        first_sample: int,
        baseline: BaselineState = "learning",
        latency_samples: int = 0,
    ) -> None:
        self._baseline, self._n_baseline_changes = baseline, 0
        self._fs = fs
        self._least_delay = latency_samples - math.ceil(FORCED_S * fs)
        self._kinds: Counter[Kind] = Counter()
        self._alerts: Counter[str] = Counter()
        self._delays: Counter[int] = Counter()
        self._lost_samples = 0
        self._lead_off_samples = 0
        self._gaps = 0
        self._rr_sum_s = 0.0
        self._n_rr = 0
        self._quality: Quality = "good"
        self._quality_since = first_sample
        self._quality_before: Quality = "good"
        self._losses: deque[GapEvent] = deque(maxlen=N_LOSSES)
        self._quality_samples: Counter[QualityOrLost] = Counter()
        self.events: Counter[str] = Counter()

    def take(self, event: Event) -> None:
        """Count one event."""
        match event:
            case BeatEvent():
                self._count_rr(event)
            case BeatFinal():
                self._kinds[event.kind] += 1
            case Alert():
                self._count_alert(event)
            case Revision():
                self._alerts["withdrawn"] += 1
            case RhythmEvent():
                if not is_end(event.name):
                    self.events[event.name] += 1
            case BaselineEvent():
                self._baseline = event.state
                self._n_baseline_changes += event.state != "learning"
            case GapEvent():
                self._count_gap(event)
            case QualityEvent():
                self._change_quality(event.sample, event.quality)

    @property
    def beats(self) -> BeatCounts:
        """Beats by kind."""
        kinds = self._kinds
        return BeatCounts(
            total=kinds.total(),
            normal=kinds["normal"],
            ventricular_like=kinds["ventricular-like"],
            supraventricular_like=kinds["supraventricular-like"],
            abnormal=kinds["abnormal"],
        )

    @property
    def alerts(self) -> AlertCounts:
        """Alerts by what became of them."""
        counts = self._alerts
        return AlertCounts(
            counts["total"], counts["announced"], counts["late"], counts["withdrawn"]
        )

    @property
    def baseline(self) -> BaselineCounts:
        """The patient's baseline now."""
        return BaselineCounts(self._baseline, self._n_baseline_changes)

    @property
    def mean_hr_bpm(self) -> float | None:
        """Heart rate over all RR intervals, per minute."""
        return 60 * self._n_rr / self._rr_sum_s if self._rr_sum_s > 0 else None

    @property
    def delay(self) -> Delay:
        """Signal time from R-peak to provisional alert."""
        return Delay(self._delays.total(), self._delay_s(0.50), self._delay_s(0.99))

    def loss(self, n_reconnects: int = 0, n_garbage: int = 0) -> LossCounts:
        """What was lost; reconnects and garbage are the source's own to tell."""
        lead_off_s = self._lead_off_samples / self._fs
        return LossCounts(self._lost_samples, self._gaps, lead_off_s, n_reconnects, n_garbage)

    def quality_s(self, stop: int) -> Mapping[QualityOrLost, float]:
        """Seconds of each quality, and of what was lost, of a stream that ends before `stop`."""
        samples = Counter(self._quality_samples)
        samples[self._quality] += max(0, stop - self._quality_since)
        return {quality: n / self._fs for quality, n in samples.items() if n}

    def as_fields(self) -> dict[str, Any]:
        """The counts as the session's last log line holds them."""
        return {
            "beats": self.beats.total,
            "abnormal_beats": self.beats.total - self.beats.normal,
            "alerts": self.alerts.total,
            "announced": self.alerts.announced,
            "withdrawn": self.alerts.withdrawn,
            "events": dict(self.events),
            "baseline": self._baseline,
            "baseline_changes": self._n_baseline_changes,
            "gaps": self._gaps,
            "lost_samples": self._lost_samples,
        }

    def _count_rr(self, beat: BeatEvent) -> None:
        if beat.rr_pre_s is not None:
            self._rr_sum_s += beat.rr_pre_s
            self._n_rr += 1

    def _count_alert(self, alert: Alert) -> None:
        self._alerts["total"] += 1
        self._alerts["announced"] += alert.announced
        self._alerts["late"] += alert.stage == "late"
        n_samples = alert.decided_at_sample - alert.sample
        if alert.stage == "provisional" and n_samples >= self._least_delay:
            self._delays[n_samples] += 1

    def _count_gap(self, gap: GapEvent) -> None:
        if gap.reason == "lead_off":
            self._lead_off_samples += gap.n_samples
        else:
            self._gaps += 1
            self._lost_samples += gap.n_samples
            self._lose_quality(gap)

    def _lose_quality(self, gap: GapEvent) -> None:
        """Take samples that never came out of what was told of them: two qualities at the most."""
        n_before = min(gap.n_samples, max(0, self._quality_since - gap.sample))
        self._quality_samples[self._quality_before] -= n_before
        self._quality_samples[self._quality] -= gap.n_samples - n_before
        self._quality_samples["lost"] += gap.n_samples
        if n_before < gap.n_samples:
            self._losses.append(gap)

    def _change_quality(self, sample: int, quality: Quality) -> None:
        since = max(sample, self._quality_since)
        self._quality_samples[self._quality] += since - self._quality_since
        for gap in self._losses:  # a change is told after its sample: losses between are its own
            n_since = max(0, gap.sample + gap.n_samples - max(gap.sample, since))
            self._quality_samples[self._quality] += n_since
            self._quality_samples[quality] -= n_since
        going_on = (gap for gap in self._losses if gap.sample + gap.n_samples > since)
        self._losses = deque(going_on, N_LOSSES)
        self._quality_before = self._quality
        self._quality, self._quality_since = quality, since

    def _delay_s(self, share: float) -> float | None:
        """Delay that `share` of the provisional alerts do not exceed, s."""
        needed = share * self._delays.total()
        reached = 0
        for n_samples, count in sorted(self._delays.items()):
            reached += count
            if reached >= needed:
                return n_samples / self._fs
        return None
