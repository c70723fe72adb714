"""The benchmark of altered records, on a small synthetic one."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from sibeat.ecg.annotation import Annotations
from sibeat.ecg.ec57 import compare
from sibeat.ecg.synthetic import SyntheticEcg
from sibeat.ecg.synthetic_record import write_synthetic_record
from sibeat.ecg.synthetic_rhythm import RhythmSettings
from sibeat.ecg.synthetic_settings import SyntheticSettings

FS, SECONDS = 250.0, 330.0


@pytest.fixture(scope="module")
def robustness(benchmark_module: Callable[[str], ModuleType]) -> ModuleType:
    return benchmark_module("robustness")


@pytest.fixture(scope="module")
def summary(robustness: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("records")
    settings = SyntheticSettings(RhythmSettings(ventricular_rate=10.0))
    write_synthetic_record(folder / "one", SyntheticEcg(settings, FS, 0), round(SECONDS * FS))
    return robustness.summarise({"one": robustness.run("one", folder, None)})


def test_every_way_finds_the_beats(robustness: ModuleType, summary: Any) -> None:
    total, each = summary
    assert list(total) == list(robustness.WAYS)
    assert all(row["QRS Se"] == 100 for row in total.values())
    assert each["one"] == total


def test_the_tables_have_a_line_for_each_way(robustness: ModuleType, summary: Any) -> None:
    lines = [*robustness.total_table(summary[0]), *robustness.loss_table(*summary)]
    n_ways = len(robustness.WAYS)
    assert len(lines) == 2 + n_ways + 1 + 2 + n_ways - 1
    assert lines[-1] == "| 500 Hz | 0.00 | 0.00 (one) | 0.00 | 0.00 (one) |"


def test_losses_are_points_of_each_record(robustness: ModuleType) -> None:
    beats = [round((301 + k) * FS) for k in range(4)]
    truth = Annotations.of(beats, "NNNN", fs=FS)
    whole, half = (
        robustness.row(compare(truth, Annotations.of(beats[:n], "N" * n, fs=FS))) for n in (4, 2)
    )
    way = "inverted"
    rows = {"one": {"as it is": whole, way: whole}, "two": {"as it is": whole, way: half}}
    assert robustness.greatest_loss(rows, way, "QRS Se") == (50.0, "two")
    assert robustness.losses(whole, half)["V Se"] is None
