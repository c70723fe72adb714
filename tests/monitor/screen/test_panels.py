"""Lines at the edges of a narrow screen: what gives way is whole, or says that it was cut."""

from dataclasses import replace

import pytest

from sibeat.monitor.screen.look import Look
from sibeat.monitor.screen.panels import draw_header, draw_status
from sibeat.monitor.sources.base import SourceStatus

LOST = SourceStatus("lost", 1211, 2, 1, 14, detail="the port is gone, waiting for it to come back")


def test_a_long_name_of_a_source_leaves_lead_and_rate(snapshot):
    name = "serial /dev/ttyUSB0, openview-ads1292r"
    shown = draw_header(replace(snapshot, source=name), 80, Look()).plain
    lead_and_rate = f"… · {snapshot.lead} · {snapshot.fs:g} Hz "
    assert lead_and_rate in shown
    assert name[:20] in shown
    assert name in draw_header(replace(snapshot, source=name), 120, Look()).plain


@pytest.mark.parametrize("width", [50, 60, 70, 80, 100])
def test_counts_are_whole_or_away_beside_what_goes_on(snapshot, width):
    shown = draw_status(replace(snapshot, status=LOST), width, Look()).plain
    assert LOST.detail in shown
    counts = shown[: shown.index(LOST.detail)].split()
    assert " ".join(counts) in "dropped 1,211 gaps 2 reconnects 1 garbage 14"
    assert len(counts) % 2 == 0
