"""Rhythm events: how many are found, how many are false, on made and on real hearts.

``python -m benchmarks.rhythm_events --data DIR [--json FILE]`` prints the tables of
docs/rhythm_events.md. The live pipeline runs with its default settings over synthetic hearts whose
episodes are labelled, and over MIT-BIH, where the reference is derived from the beat annotations
(`sibeat.ecg.reference_rhythm`); the annotators' own rhythms (B, (T and (VT are compared apart.
"""

import argparse
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial, reduce
from operator import add
from pathlib import Path
from typing import Any, TypeAlias

from sibeat.cli.errors import guarded
from sibeat.ecg.annotation import Annotations, read_annotations
from sibeat.ecg.ec57 import PACED_RECORDS
from sibeat.ecg.ec57_beats import flutter
from sibeat.ecg.episode_match import TOLERANCE_S, EpisodeCounts, match_episodes, outside
from sibeat.ecg.reference_rhythm import Episodes, Extent, reference_episodes, rhythm_extents
from sibeat.ecg.stream import Item, StreamInfo
from sibeat.ecg.synthetic import SyntheticEcg
from sibeat.ecg.synthetic_noise import NoiseSettings
from sibeat.ecg.synthetic_rhythm import RhythmSettings
from sibeat.ecg.synthetic_settings import SyntheticSettings
from sibeat.model.artefact import Student, load_student
from sibeat.monitor.events import Event, RhythmEvent
from sibeat.monitor.pipeline import Pipeline
from sibeat.monitor.settings import PipelineSettings
from sibeat.monitor.watches.episode import END
from sibeat.train.split import DS2

from .publishing import keep
from .replaying import LONG_CHUNK_S, record_names, replay

NAMES = (
    "asystole-like",
    "vt-like",
    "extreme-brady",
    "extreme-tachy",
    "run",
    "pause",
    "couplet",
    "bigeminy",
    "trigeminy",
)
ANNOTATED = {"bigeminy": "(B", "trigeminy": "(T", "run": "(VT", "vt-like": "(VT"}
FS, MADE_S, SEEDS, NOISE_LEVELS = 250.0, 600.0, (1, 2, 3), (1.0, 4.0)
HEARTS = {
    "couplet": RhythmSettings(ventricular_rate=1, ventricular_run=2),
    "run": RhythmSettings(ventricular_rate=1, ventricular_run=3),
    "vt": RhythmSettings(ventricular_rate=1, ventricular_run=8),
    "bigeminy": RhythmSettings(bigeminy_rate=1),
    "trigeminy": RhythmSettings(trigeminy_rate=1),
    "pause": RhythmSettings(pause_rate=1),
    "brady": RhythmSettings(brady_rate=1),
    "tachy": RhythmSettings(tachy_rate=1),
    "asystole": RhythmSettings(asystole_rate=1),
    "single ectopics": RhythmSettings(ventricular_rate=4, supraventricular_rate=4),
}
LABELS = {
    "vt": "vt-like",
    "brady": "extreme-brady",
    "tachy": "extreme-tachy",
    "asystole": "asystole-like",
}
"""names of synthetic episodes -> of events, where they differ"""

Counts: TypeAlias = dict[str, EpisodeCounts]


@dataclass(frozen=True, slots=True)
class Judged:
    """One record."""

    hours: float
    counts: Counts
    annotated: Counts


class ToldEpisodes:
    """The rhythm events of a stream, each from its onset to its end."""

    def __init__(self, events: Iterable[Event], fs: float) -> None:
        self._tolerance = round(TOLERANCE_S * fs)
        self.extents: Episodes = defaultdict(list)
        self.rung: dict[str, list[bool]] = defaultdict(list)
        for event in events:
            if isinstance(event, RhythmEvent):
                self._add(event)

    def _add(self, event: RhythmEvent) -> None:
        onset = event.sample if event.onset_sample is None else event.onset_sample
        name = event.name.removesuffix(END)
        if name != event.name:
            self.extents[name][-1] = Extent(onset, event.sample)
        else:
            self.extents[name].append(Extent(onset, event.sample))
            self.rung[name].append(event.announced)

    def judge(
        self, name: str, there: Episodes, allowed: Episodes, out: list[Extent]
    ) -> EpisodeCounts:
        """Count one event, flutter left out."""
        kept = outside(self.extents[name], out)
        told = [extent for extent, keep in zip(self.extents[name], kept, strict=True) if keep]
        rung = [rings for rings, keep in zip(self.rung[name], kept, strict=True) if keep]
        wanted = there.get(name, [])
        inside = [e for e, keep in zip(wanted, outside(wanted, out), strict=True) if keep]
        return match_episodes(inside, told, rung, self._tolerance, allowed.get(name, []))


def events_of(items: Iterable[Item], info: StreamInfo, student: Student) -> Iterator[Event]:
    """All events of a stream, by the default settings."""
    pipeline = Pipeline(info, student, PipelineSettings())
    for item in items:
        yield from pipeline.feed(item).events
    yield from pipeline.flush().events


def judge_record(name: str, data: Path, model: Path | None) -> Judged:
    """Judge a real record."""
    source = replay(data / name, LONG_CHUNK_S)
    reference = read_annotations(data / name, "atr")
    fs = source.info.fs
    told = ToldEpisodes(events_of(source, source.info, load_student(model)), fs)
    periods = flutter(reference)
    out = [Extent(*ends) for ends in zip(periods.begins, periods.ends, strict=True)]
    there = reference_episodes(reference)
    by_annotators = {n: rhythm_extents(reference, code) for n, code in ANNOTATED.items()}
    n_samples = (source.info.n_samples or 0) - sum(extent.stop - extent.start for extent in out)
    return Judged(
        hours=n_samples / fs / 3600,
        counts={n: told.judge(n, there, {}, out) for n in NAMES},
        annotated={n: told.judge(n, by_annotators, {}, out) for n in ANNOTATED},
    )


def judge_made(heart: str, seed: int, level: float, model: Path | None) -> Judged:
    """Judge a synthetic heart: labelled episodes are to be found, those by definition may be."""
    wanted = SyntheticSettings(HEARTS[heart], NoiseSettings(level))
    ecg = SyntheticEcg(wanted, FS, seed)
    n_samples = round(MADE_S * FS)
    items = list(ecg.blocks(round(LONG_CHUNK_S * FS), n_samples))
    labels = ecg.take_labels()
    info = StreamInfo(heart, "made", FS, "II")
    told = ToldEpisodes(events_of(items, info, load_student(model)), FS)
    last = labels.beats[-1].sample
    there: Episodes = defaultdict(list)
    for interval in labels.intervals:
        if interval.stop <= last:
            name = LABELS.get(interval.kind, interval.kind)
            there[name].append(Extent(interval.start, interval.stop))
    beats = Annotations.of(
        [b.sample for b in labels.beats], [b.symbol for b in labels.beats], fs=FS
    )
    by_definition = reference_episodes(beats)
    out = [Extent(last, n_samples)]
    counts = {name: told.judge(name, there, by_definition, out) for name in NAMES}
    return Judged(MADE_S / 3600, counts, {})


def summed(records: Iterable[Judged], annotated: bool = False) -> dict[str, Any]:
    """Figures of records together."""
    chosen = list(records)
    hours = sum(record.hours for record in chosen)
    names = ANNOTATED if annotated else NAMES
    answer: dict[str, Any] = {"records": len(chosen), "hours": round(hours, 3)}
    for name in names:
        parts = [(r.annotated if annotated else r.counts)[name] for r in chosen]
        total = reduce(add, parts, EpisodeCounts())
        answer[name] = asdict(total) | {
            "sensitivity": _rounded(total.sensitivity),
            "predictivity": _rounded(total.predictivity),
            "false_per_hour": round(total.n_false / hours, 3),
            "false_rung_per_hour": round(total.n_false_rung / hours, 3),
        }
    return answer


def _rounded(share: float) -> float | None:
    return None if share != share else round(share, 4)


def measure(data: Path, model: Path | None, jobs: int | None) -> dict[str, Any]:
    """Judge all hearts."""
    made = [(heart, seed, level) for heart in HEARTS for seed in SEEDS for level in NOISE_LEVELS]
    names = record_names(data)
    with ProcessPoolExecutor(jobs) as pool:
        real = pool.map(partial(judge_record, data=data, model=model), names)
        synthetic = list(pool.map(partial(judge_made, model=model), *zip(*made, strict=True)))
        by_name = dict(zip(names, real, strict=True))
    unpaced = [record for name, record in by_name.items() if name not in PACED_RECORDS]
    return {
        "model": load_student(model).sha256,
        "match": f"an overlap, or {TOLERANCE_S:g} s apart at most",
        "synthetic": summed(synthetic),
        "mitdb": summed(by_name.values()),
        "mitdb without paced": summed(unpaced),
        "DS2": summed(by_name[name] for name in DS2 if name in by_name),
        "annotated (B, (T, (VT": summed(by_name.values(), annotated=True),
        "records": {name: summed([record]) for name, record in by_name.items()},
    }


def table(title: str, group: dict[str, Any]) -> Iterator[str]:
    """Write a group as a Markdown table."""
    yield f"\n{title}: {group['records']} records, {group['hours']:.1f} h\n"
    yield "| event | there | found | Se % | told | false | +P % | false/h | rung false/h |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    for name in (key for key in group if key in NAMES):
        row = group[name]
        shares = [
            "-" if row[key] is None else f"{100 * row[key]:.1f}"
            for key in ("sensitivity", "predictivity")
        ]
        yield (
            f"| `{name}` | {row['n_there']} | {row['n_found']} | {shares[0]} | {row['n_told']} "
            f"| {row['n_false']} | {shares[1]} | {row['false_per_hour']:.2f} "
            f"| {row['false_rung_per_hour']:.2f} |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the MIT-BIH database")
    parser.add_argument("--model", type=Path, help="student (default: the shipped one)")
    parser.add_argument("--json", type=Path, help="where the figures go, by record too")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="records at once")
    given = parser.parse_args()
    figures = measure(given.data, given.model, given.jobs)
    keep(figures, given.json)
    for title, group in figures.items():
        if isinstance(group, dict) and title != "records":
            print("\n".join(table(title, group)))


if __name__ == "__main__":
    guarded(main)
