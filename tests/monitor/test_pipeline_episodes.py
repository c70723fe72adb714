"""Each rhythm event from the whole monitor: told once, at the very prefix that it claims."""

from collections import Counter
from itertools import repeat

import numpy as np
import pytest

from sibeat.ecg.stream import Chunk, Gap
from sibeat.monitor.events import Alert, RhythmEvent
from sibeat.monitor.watches.episode import is_end

pytestmark = pytest.mark.no_cover

FS = 250.0
SINUS = 0.8
LEAD_IN = 24
"""sinus beats before anything happens: the patient's usual beat is learnt by then"""

COURSES = {  # what follows the sinus beats: kind, time since the beat before
    "couplet": [("V", 0.5), ("V", 0.5)],
    "run": [("V", 0.5), ("V", 0.65), ("V", 0.65)],
    "vt-like": [("V", 0.45)] * 8,
    "bigeminy": [("V", 0.5), ("N", 1.1)] * 4,
    "trigeminy": [("N", SINUS), ("V", 0.5), ("N", 1.1)] * 4,
    "pause": [("N", 2.4)],
    "extreme-brady": [("N", 1.7)] * 7,
    "extreme-tachy": [("N", 0.38)] * 26,
    "asystole-like": [("N", 7.0)],
}
ALONG = {
    "vt-like": {"run"},
    "extreme-brady": {"pause"},
    "trigeminy": set(),
}
"""what is rightly told as well"""


def beats(course, n_after=30):
    """Times and kinds of a heart with one course."""
    at, row = 0.0, []
    for kind, rr_s in [("N", SINUS)] * LEAD_IN + course + [("N", 1.1)] + [("N", SINUS)] * n_after:
        at += rr_s
        row.append((at, kind))
    return row


def stream(heart, course, n_after=30):
    row = beats(course, n_after)
    return [Chunk(0, heart(FS, row[-1][0] + 1.5, row))]


def rhythm(said):
    return [event for event, _ in said if isinstance(event, RhythmEvent)]


@pytest.fixture(scope="module", params=list(COURSES))
def course(request):
    return request.param


def test_each_event_is_told_once_and_its_end_once_and_nothing_else(course, watch, heart):
    told = Counter(event.name for event in rhythm(watch(stream(heart, COURSES[course]), FS)))
    begins = {name for name in told if not is_end(name)}
    assert course in begins
    assert begins - ALONG.get(course, set()) == {course}
    assert told[course] == 1
    ended = {name for name in begins if name not in ("couplet", "pause")}
    assert {name for name in told if is_end(name)} == {f"{name}-end" for name in ended}


@pytest.mark.parametrize("size", [1, 97])
def test_any_split_gives_the_same_events_at_the_prefixes_they_claim(
    course, size, watch, heart, recut, as_bits
):
    items = stream(heart, COURSES[course], n_after=8)
    whole = rhythm(watch(items, FS))
    pieces = watch(recut(items, repeat(size)), FS)
    assert [as_bits(e) for e in rhythm(pieces)] == [as_bits(e) for e in whole]
    for event, came_at in pieces:
        if isinstance(event, RhythmEvent) and came_at > 0:
            assert came_at - size < event.decided_at_sample <= came_at


def test_a_prefix_gives_it_and_one_sample_less_does_not(course, watch, heart):
    (chunk,) = stream(heart, COURSES[course], n_after=8)
    event = next(e for e in rhythm(watch([chunk], FS)) if e.name == course)
    for stop, there in ((event.decided_at_sample, True), (event.decided_at_sample - 1, False)):
        said = rhythm(watch([Chunk(0, chunk.samples[:stop])], FS, flush=False))
        assert (event in said) is there


RATES = ("extreme-brady", "extreme-tachy")
EPISODES = [name for name in COURSES if name not in ("pause", "asystole-like")]


def parted(name, heart, lost_s):
    """A course with a loss in it, before it is enough; what is left after it is not either."""
    n_before = {"couplet": 1, "run": 2, "vt-like": 4, "extreme-brady": 3, "extreme-tachy": 12}
    half = n_before.get(name, len(COURSES[name]) // 2)
    row = beats(COURSES[name])[: LEAD_IN + 2 * half]
    samples = heart(FS, row[-1][0] + 0.6, row)
    lost = round((row[LEAD_IN + half - 1][0] + 0.15) * FS)
    back = lost + round(lost_s * FS)
    samples = np.insert(samples, lost, np.zeros(back - lost, np.float32))
    return [
        Chunk(0, samples[:lost]),
        Gap(lost, back - lost, "dropped"),
        Chunk(back, samples[back:]),
    ]


@pytest.mark.parametrize("name", EPISODES)
def test_no_event_reaches_over_a_long_gap(name, watch, heart):
    items = parted(name, heart, 1.1)
    assert name not in {event.name for event in rhythm(watch(items, FS))}


@pytest.mark.parametrize("name", [name for name in EPISODES if name not in RATES])
def test_no_row_reaches_over_a_short_one(name, watch, heart):
    items = parted(name, heart, 0.1)
    assert name not in {event.name for event in rhythm(watch(items, FS))}


def test_a_run_silences_its_beats(watch, heart):
    said = [event for event, _ in watch(stream(heart, COURSES["vt-like"]), FS)]
    run = next(e for e in said if isinstance(e, RhythmEvent) and e.name == "run")
    alerts = [e for e in said if isinstance(e, Alert) and e.kind == "ventricular-like"]
    inside = [a for a in alerts if a.sample >= run.sample]
    assert len(inside) >= 5
    assert run.announced
    assert not any(alert.announced for alert in inside)
    assert alerts[0].announced


def test_the_end_of_a_run_tells_its_length_and_rate(watch, heart):
    said = rhythm(watch(stream(heart, COURSES["vt-like"]), FS))
    (end,) = [event for event in said if event.name == "run-end"]
    assert end.detail == "8 ventricular-like beats in a row at 133 bpm"
    assert (end.sample - (end.onset_sample or 0)) / FS == pytest.approx(7 * 0.45, abs=0.03)
