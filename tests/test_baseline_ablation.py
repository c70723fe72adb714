"""The baseline's ablation on a small synthetic record: three ways, one table."""

from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sibeat.ecg.synthetic import SyntheticEcg
from sibeat.ecg.synthetic_record import write_synthetic_record
from sibeat.ecg.synthetic_rhythm import RhythmSettings
from sibeat.ecg.synthetic_settings import SyntheticSettings
from sibeat.model.baseline import SeenBeat

FS, SECONDS = 250.0, 60.0


@pytest.fixture(scope="module")
def ablation(benchmark_module: Callable[[str], ModuleType]) -> ModuleType:
    return benchmark_module("baseline_ablation")


@pytest.fixture(scope="module")
def rows(ablation: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("records")
    settings = SyntheticSettings(RhythmSettings(ventricular_rate=10.0))
    write_synthetic_record(folder / "one", SyntheticEcg(settings, FS, 0), round(SECONDS * FS))
    judged = {"one": ablation.run("one", folder, None)}
    return ablation.rows_of({"one": ("one",)}, judged)


def test_each_way_has_every_figure_of_the_tables(ablation: ModuleType, rows: Any) -> None:
    names = {column.name for columns in ablation.TABLES.values() for column in columns}
    assert set(rows["one"]) == set(ablation.VARIANTS)
    assert all(set(row) == names for row in rows["one"].values())
    assert rows["one"]["shipped"]["V%"] == 100.0


def test_the_tables_have_a_cell_for_each_figure_in_each_way(
    ablation: ModuleType, rows: Any
) -> None:
    for title, columns in ablation.TABLES.items():
        first, blank, head, rule, row, last = ablation.table(title, columns, rows)
        assert (first, blank, last) == (title, "", "")
        assert head.count("|") == rule.count("|") == row.count("|") == 3 * len(columns) + 2
        assert row.startswith("| one | ")


def test_the_careless_one_learns_whatever_comes(ablation: ModuleType) -> None:
    baseline = ablation.UnguardedBaseline()
    wide = np.exp(-0.5 * ((np.arange(320) - 140) / 20) ** 2).astype(np.float32)
    for _ in range(100):
        beat = SeenBeat(wide, 1.0, 0.3)
        assert baseline.observe(beat, abnormal=True, log_rr=-1.0, usual_rr_s=0.8) is None
    assert baseline.interrupt() is None
    assert baseline.usual.n_seen == 100
    assert max(baseline.distances(wide, 1.0)) < -6.0


def test_shares_by_hand(ablation: ModuleType) -> None:
    record = SimpleNamespace(
        scores=np.array([0.2, 0.4, 0.6, 0.9, 0.8, 0.7]),
        classes=np.array(["N", "N", "N", "V", "V", "S"]),
        expected=np.array(["N", "N", "N", "N", "V", "V", "V", "S"]),
    )
    flagged = {name: ablation.flagged_percent([record], name) for name in "NVSF"}
    assert flagged == {"N": 25.0, "V": pytest.approx(200 / 3), "S": 100.0, "F": None}
    assert ablation.normal_percent([record]) == 0.0
    assert ablation.shown(None, 1) == "-"
