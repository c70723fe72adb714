"""Make the README's picture: the display as it stands late in the demo.

``python -m docs.picture docs/screen.svg``. The demo's signal runs through the real pipeline with
the shipped student; rich exports what a terminal of 100 by 32 cells shows.
"""

import sys
from pathlib import Path

from sibeat.model.artefact import load_student
from sibeat.monitor.pipeline import Pipeline
from sibeat.monitor.screen.builder import SnapshotBuilder
from sibeat.monitor.screen.export import export_svg
from sibeat.monitor.settings import PipelineSettings
from sibeat.monitor.sources.demo import DemoSource

MOMENT_S = 29.2
"""seconds of signal: ectopic beats of both kinds are in view"""
SIZE = (100, 32)


def main() -> None:
    """Run the demo up to the moment and export the screen."""
    source = DemoSource(speed=None, duration_s=2 * MOMENT_S, chunk_s=0.2)
    pipeline = Pipeline(source.info, load_student(), PipelineSettings())
    builder = SnapshotBuilder(source.info, delay="0.68 s", log_path="alerts.jsonl")
    for item in source:
        step = pipeline.feed(item)
        builder.add_step(step.events, step.trace)
        if item.stop >= MOMENT_S * source.info.fs:
            break
    builder.add_status(source.status())
    export_svg(builder.snapshot(), Path(sys.argv[1]), *SIZE)


if __name__ == "__main__":
    main()
