"""The reports equal those of WFDB's bxb and rxr, number by number."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sibeat.ecg.annotation import Annotations, read_annotations
from sibeat.ecg.ec57 import average, compare, gross, qrs_statistics, record_json
from sibeat.ecg.errors import RecordError

RECORDS = ("100", "104", "105", "106", "200", "207", "208", "209", "217", "223", "231")
BESIDE_THE_PROJECT = Path(__file__).parents[2].parent / "shared" / "reference" / "ec57"


@pytest.fixture(scope="module")
def reports_of_wfdb() -> Path:
    folder = Path(os.environ.get("SIBEAT_EC57", BESIDE_THE_PROJECT))
    if not (folder / "100.json").exists():
        pytest.skip(f"no reports of bxb and rxr at {folder}: set SIBEAT_EC57 to their folder")
    return folder


def report_of_wfdb(folder: Path, record: str) -> dict[str, Any]:
    report: dict[str, Any] = json.loads((folder / f"{record}.json").read_text())
    return report


@pytest.mark.parametrize("record", RECORDS)
def test_every_number_is_that_of_bxb_and_rxr(
    mitdb: Path, reports_of_wfdb: Path, record: str
) -> None:
    truth = read_annotations(mitdb / record, "atr")
    judged = read_annotations(reports_of_wfdb / record, "tst")
    ours = record_json(compare(truth, judged), record, "atr", "tst")
    assert ours == report_of_wfdb(reports_of_wfdb, record)


@pytest.mark.parametrize("record", RECORDS)
def test_the_light_statistics_count_the_same_beats(
    mitdb: Path, reports_of_wfdb: Path, record: str
) -> None:
    truth = read_annotations(mitdb / record, "atr")
    judged = read_annotations(reports_of_wfdb / record, "tst")
    light = qrs_statistics(truth, judged.samples[judged.beat_mask][::-1])
    figures = report_of_wfdb(reports_of_wfdb, record)["bxb_stats"]
    assert [light.tp, light.tp + light.fn] == figures["QRS sensitivity"]
    assert [light.tp, light.tp + light.fp] == figures["QRS positive predictivity"]
    assert np.abs(light.offsets).max() <= 54


def annotated(samples: list[int], symbols: str, fs: float | None = 100.0) -> Annotations:
    subtypes = [-1 if symbol == "x" else 0 for symbol in symbols]
    return Annotations.of(samples, symbols.replace("x", "~"), subtypes=subtypes, fs=fs)


def test_a_record_against_itself_is_perfect() -> None:
    truth = annotated([10, 110, 210, 310, 410], "NVVSN")
    report = compare(truth, truth, start_s=0)
    assert report.count("NSVFQ", "nsvfq") == report.beats.trace() == 5
    assert report.rms_rr_error_ms == 0
    assert report.run_sensitivity[2, 2] == report.run_predictivity[2, 2] == 1


def test_beats_before_the_start_are_not_counted_but_their_rr_interval_is() -> None:
    truth, judged = annotated([90, 200, 300], "NNN"), annotated([80, 200, 300], "NNN")
    report = compare(truth, judged, start_s=1)
    assert report.count("N", "n") == 2
    assert (report.n_rr, report.rr_square_sum) == (2, 100.0**2)


def test_flutter_is_left_out_and_ends_a_run() -> None:
    truth = annotated([10, 110, 200, 300, 400, 510, 610], "NV[!]VN")
    judged = annotated([10, 110, 250, 350, 510, 610], "NVVVVN")
    report = compare(truth, judged, start_s=0)
    assert (report.count("NSVFQ", "nsvfq"), report.count("O"), report.n_rr) == (4, 0, 2)
    assert report.run_sensitivity[1, 1] == 2


def test_beats_missed_in_a_shutdown_are_apart_and_its_time_is_summed() -> None:
    truth = annotated([10, 110, 210, 310, 410, 510], "NNVNNN")
    judged = annotated([10, 150, 330, 410, 510], "Nx~NN")
    report = compare(truth, judged, start_s=0)
    assert (report.count("N", "o"), report.count("NV", "x")) == (1, 2)
    assert report.shutdown_s == 1.8
    assert report.n_rr == 1


def test_extra_beats_where_the_reference_is_unreadable_are_no_false_positives() -> None:
    truth = annotated([10, 150, 330, 410], "Nx~N")
    judged = annotated([10, 200, 350, 410], "NVNN")
    report = compare(truth, judged, start_s=0)
    assert (report.count("X", "v"), report.count("O", "n")) == (1, 1)


def test_a_shutdown_without_end_lasts_to_the_last_annotation() -> None:
    truth, judged = annotated([10, 110, 210, 310], "NNNN"), annotated([10, 60], "Nx")
    report = compare(truth, judged, start_s=0)
    assert (report.count("N", "x"), report.shutdown_s) == (3, 2.5)


@pytest.mark.parametrize("n_test", [0, 2])
@pytest.mark.parametrize("n_reference", [0, 2])
def test_annotators_without_beats_are_judged_too(n_reference: int, n_test: int) -> None:
    truth = annotated([10, 110][:n_reference], "NN"[:n_reference])
    judged = annotated([10, 110][:n_test], "NN"[:n_test])
    report = compare(truth, judged, start_s=0)
    assert report.beats.sum() == max(n_reference, n_test)
    assert qrs_statistics(truth, judged.samples, start_s=0).tp == min(n_reference, n_test)


def test_rates_that_differ_or_are_unknown_are_refused() -> None:
    with pytest.raises(RecordError, match=r"100\.0 Hz, test annotations at 250\.0 Hz"):
        compare(annotated([1], "N"), annotated([1], "N", fs=250.0))
    with pytest.raises(RecordError, match="expected one known rate"):
        compare(annotated([1], "N", fs=None), annotated([1], "N", fs=None))


def test_the_rate_of_one_of_them_is_enough() -> None:
    report = compare(annotated([1], "N", fs=None), annotated([1], "N"), start_s=0)
    assert report.count("N", "n") == 1


def test_statistics_of_records_add_up() -> None:
    one = qrs_statistics(annotated([10, 110], "NN"), np.array([12, 300]), start_s=0)
    both = one + one
    assert (both.tp, both.fn, both.fp, both.offsets.tolist()) == (2, 2, 2, [2, 2])
    assert (both.sensitivity, both.positive_predictivity) == (0.5, 0.5)


def test_nothing_to_find_and_nothing_found_is_no_figure() -> None:
    none = qrs_statistics(annotated([], ""), np.array([], dtype=np.int64))
    assert np.isnan([none.sensitivity, none.positive_predictivity]).all()


def test_gross_counts_beats_and_average_counts_records() -> None:
    truth = annotated([10, 110, 210], "NNN")
    all_found = compare(truth, truth, start_s=0)
    one_found = compare(truth, annotated([10], "N"), start_s=0)
    nothing = compare(annotated([], ""), annotated([], ""), start_s=0)
    together = gross([all_found, one_found, nothing])
    assert together.count("N", "n") / together.count("N") == 4 / 6
    sensitivity = average([all_found, one_found, nothing])["QRS sensitivity"]
    assert sensitivity == pytest.approx((100 + 100 / 3) / 2)
