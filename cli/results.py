"""What ``sibeat monitor`` leaves behind, as the settings ask for it: log, annotations, summary."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sibeat.cli.outputs import say, shown
from sibeat.cli.settings import OutputSettings
from sibeat.monitor.session import Outcome
from sibeat.monitor.sinks.alert_log import AlertLog
from sibeat.monitor.sinks.annotations import AnnotationSink
from sibeat.monitor.sinks.base import EventCollector, Sink
from sibeat.monitor.sinks.baseline_file import BaselineFile
from sibeat.monitor.sinks.durable_file import FileBusy
from sibeat.monitor.sources.base import Source
from sibeat.monitor.sources.demo import DemoSource
from sibeat.monitor.summary import Summary
from sibeat.monitor.verdict import judge

MAX_SESSIONS = 99
"""monitors at once that find a default log of their own; chosen by us: more than one computer
has patients"""


@dataclass(frozen=True, slots=True)
class Results:
    """Open outputs of a session."""

    log: AlertLog
    annotations: AnnotationSink | None
    collector: EventCollector | None
    """events of a demo, whose truth is known"""

    def sinks(self, kept: Sequence[Sink], baseline: BaselineFile | None) -> list[Sink]:
        """All that hears of the session, with the outputs of ``--record`` and ``--baseline``."""
        own = [sink for sink in (self.log, self.annotations, self.collector) if sink is not None]
        return [*own, *kept, *([] if baseline is None else [baseline])]

    def complete(self, outcome: Outcome, source: Source) -> Summary | None:
        """Say in the summary where the outputs are, and how well a demo was judged.

        None where the session ended before the stream began.
        """
        if outcome.summary is None:
            return None
        annotated = self.annotations.path if self.annotations else None
        if self.annotations and annotated and self.annotations.replaced:
            say(f"{shown(annotated)} of an earlier run was replaced")
        summary = replace(
            outcome.summary,
            alert_log=shown(self.log.path),
            annotations=shown(annotated) if annotated else None,
        )
        if isinstance(source, DemoSource) and self.collector is not None:
            truth = [beat for beat in source.truth if beat.sample < outcome.stop_sample]
            summary = replace(summary, verdict=judge(truth, self.collector.events, summary.fs))
        return summary


def open_results(output: OutputSettings, source: Source, *, sync_each: bool) -> Results:
    """Open what a session writes.

    Parameters
    ----------
    output : what is asked for
    source : a demo has a default log of its own, its beats are nobody's
    sync_each : see `AlertLog`

    Raises
    ------
    OutputError
        When the alert log cannot be written.
    """
    demo = isinstance(source, DemoSource)
    return Results(
        open_alert_log(output.alerts, demo, sync_each),
        AnnotationSink(output.annotate) if output.annotate else None,
        EventCollector() if demo else None,
    )


def open_alert_log(path: Path | None, demo: bool, sync_each: bool) -> AlertLog:
    """Open the alert log, by default one in the user's state folder that nobody writes now.

    Parameters
    ----------
    path : the user's choice, None for the default
    demo : the default of a demo is a file of its own: its beats are nobody's
    sync_each : see `AlertLog`

    Raises
    ------
    OutputError
        When it cannot be written.
    """
    if path is not None:
        return AlertLog(path, sync_each=sync_each)
    name = "demo-alerts" if demo else "alerts"
    for number in range(1, MAX_SESSIONS):
        suffix = f"-{number}" if number > 1 else ""
        try:
            return AlertLog(_state_folder() / f"{name}{suffix}.jsonl", sync_each=sync_each)
        except FileBusy:
            continue
    return AlertLog(_state_folder() / f"{name}-{MAX_SESSIONS}.jsonl", sync_each=sync_each)


def _state_folder() -> Path:
    import platformdirs

    return platformdirs.user_state_path("sibeat")
