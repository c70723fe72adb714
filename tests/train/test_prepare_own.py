"""Records of one's own: named in the configuration, cut as the monitor cuts, trained on."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import wfdb

from sibeat.ecg.annotation import read_annotations
from sibeat.ecg.annotation_file import AnnotationWriter
from sibeat.ecg.errors import ConfigError, RecordError
from sibeat.ecg.synthetic import SyntheticEcg
from sibeat.ecg.synthetic_record import write_synthetic_record
from sibeat.ecg.synthetic_rhythm import RhythmSettings
from sibeat.ecg.synthetic_settings import SyntheticSettings
from sibeat.model.input_check import require_monitor_front
from sibeat.train.beats_file import ARRAYS, Beats, load_beats, save_beats
from sibeat.train.config import PrepareConfig, TrainConfig
from sibeat.train.device import choose_device
from sibeat.train.prepare import prepare, prepare_record
from sibeat.train.progress import Progress
from sibeat.train.provenance import describe_student
from sibeat.train.stage_inputs import finished, finished_teacher
from sibeat.train.stages import Run, run_stages

from .conftest import Heard

FS = 250.0
OWN = PrepareConfig(
    lead="II", train=("anna", "more/ben"), validation=("carl",), test=("dora",), mains_hz=None
)


def write(path: Path, seed: int, fs: float = FS) -> None:
    path.parent.mkdir(exist_ok=True)
    settings = SyntheticSettings(RhythmSettings(ventricular_rate=10.0))
    write_synthetic_record(path, SyntheticEcg(settings, fs, seed), round(40 * fs))


def annotate(path: Path, *samples: int, fs: float = FS) -> None:
    path.unlink(missing_ok=True)
    with AnnotationWriter(path, fs) as writer:
        for sample in samples:
            writer.write(sample, "N")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    folder.mkdir()
    for seed, name in enumerate((*OWN.train, *OWN.validation, *OWN.test)):
        write(folder / name, seed)
    return folder


def test_each_record_has_the_part_that_it_was_given(archive: Path) -> None:
    beats = prepare(archive, OWN, Progress())
    parts = {str(name): str(part) for name, part in zip(beats.record, beats.part, strict=True)}
    assert parts == {"anna": "train", "more/ben": "train", "carl": "validation", "dora": "test"}
    assert beats.origin.fs == FS
    assert beats.origin.lead == "II"
    assert beats.origin.data == "4 records of the folder archive"
    assert {"N", "V"} <= set(map(str, beats.symbol))
    normal = np.median(beats.windows_float()[beats.symbol == "N"], axis=0)
    assert abs(int(normal.argmax()) - 140) <= 1, "cut at 360 Hz around the R-peak"


def test_a_record_of_the_database_is_cut_alike_whoever_names_it(mitdb: Path) -> None:
    """The records of DS1 and DS2 take no other way."""
    own = PrepareConfig(train=("101",), validation=("119",))
    ours, theirs = prepare_record(mitdb, "119", own), prepare_record(mitdb, "119", PrepareConfig())
    for name in ARRAYS:
        if name != "part":
            np.testing.assert_array_equal(getattr(ours, name), getattr(theirs, name))


@pytest.mark.parametrize("fs", [100.0, 250.0])
def test_beats_beside_missing_signal_are_left_out_and_no_other_changes(
    tmp_path: Path, fs: float
) -> None:
    """A second is missing; what the filter or the interpolation see of it must not reach a window.

    Every tenth of a second a beat is annotated, so that some are just near enough and some not.
    """
    n_samples, lost = round(12 * fs), slice(round(6 * fs), round(7 * fs))
    signal = 100.0 + np.cumsum(np.random.default_rng(0).standard_normal(n_samples))
    every = np.arange(round(2 * fs), round(11 * fs), round(0.1 * fs))
    signal[every] += 50.0  # so that all R-peaks point up, whichever are left out
    kept = []
    for name, missing in (("anna", slice(0)), ("carl", lost)):
        values = signal.copy()
        values[missing] = np.nan
        wfdb.wrsamp(
            *(name, fs, ["mV"], ["II"]),
            p_signal=values[:, None],
            fmt=["16"],
            adc_gain=[200.0],
            baseline=[0],
            write_dir=str(tmp_path),
        )
        annotate(tmp_path / f"{name}.atr", *every, fs=fs)
        kept.append(prepare_record(tmp_path, name, OWN))
    whole, holes = kept
    assert len(whole) == len(every)
    shared = whole.select(np.isin(whole.sample, holes.sample))
    np.testing.assert_array_equal(shared.windows, holes.windows)
    beside = (every > lost.start - fs) & (every < lost.stop + 0.85 * fs)
    assert set(every[~beside]) <= set(holes.sample.tolist()), "those a second away stay"
    reach = (every > lost.start - 0.5 * fs) & (every < lost.stop + 0.38 * fs)
    assert not set(every[reach]) & set(holes.sample.tolist()), "the window itself has a hole"


def test_annotations_that_count_at_a_rate_of_their_own_are_put_on_the_leads(archive: Path) -> None:
    """As where a header counts frames of several samples."""
    wanted = prepare_record(archive, "anna", OWN)
    beats = read_annotations(archive / "anna", "atr")
    (archive / "anna.atr").unlink()
    with AnnotationWriter(archive / "anna.atr", 2 * FS) as writer:
        for sample, symbol in zip(beats.samples, beats.symbols, strict=True):
            writer.write(2 * int(sample), symbol)
    got = prepare_record(archive, "anna", OWN)
    np.testing.assert_array_equal(got.windows, wanted.windows)
    np.testing.assert_array_equal(got.rr_pre, wanted.rr_pre)


def test_the_annotator_is_the_one_that_was_asked_for(archive: Path) -> None:
    annotate(archive / "anna.mine", 2000, 2200)
    own = replace(OWN, annotator="mine")
    assert prepare_record(archive, "anna", own).sample.tolist() == [2000, 2200]


def test_a_record_without_beats_has_none(archive: Path) -> None:
    annotate(archive / "anna.atr")
    assert len(prepare_record(archive, "anna", OWN)) == 0
    beats: Beats = prepare(archive, OWN, Progress())
    assert "anna" not in beats.record


def test_a_validation_record_without_beats_is_told_by_its_setting(
    archive: Path, tmp_path: Path, config: TrainConfig
) -> None:
    annotate(archive / "carl.atr")
    run = Run(replace(config, prepare=OWN), archive, tmp_path / "out")
    with pytest.raises(ConfigError, match=r"0 normal validation .* under prepare\.validation"):
        run_stages(run)


def test_annotations_of_another_record_are_refused(archive: Path) -> None:
    annotate(archive / "anna.atr", 100, 10250)
    with pytest.raises(RecordError, match=r"anna has 10000 samples, .* from 100 to 10250"):
        prepare_record(archive, "anna", OWN)


def test_records_of_two_sampling_rates_are_refused(archive: Path) -> None:
    write(archive / "eve", 9, fs=360.0)
    config = replace(OWN, test=("eve",))
    with pytest.raises(RecordError, match="record eve has 360 Hz, anna has 250 Hz"):
        prepare(archive, config, Progress())


def test_a_lead_that_a_record_lacks_is_refused_with_those_that_it_has(archive: Path) -> None:
    with pytest.raises(
        ConfigError, match=r"anna has the leads II: expected 'V5', as prepare\.lead"
    ):
        prepare_record(archive, "anna", replace(OWN, lead="V5"))


def test_the_lead_is_called_as_the_header_calls_it(archive: Path) -> None:
    for given in ("ii", "0"):
        assert prepare_record(archive, "anna", replace(OWN, lead=given)).origin.lead == "II"


def test_prepared_beats_must_be_for_what_the_configuration_says(
    archive: Path, tmp_path: Path, config: TrainConfig
) -> None:
    save_beats(tmp_path / "b.npz", prepare(archive, OWN, Progress()))
    run = Run(replace(config, prepare=OWN), tmp_path / "b.npz", tmp_path / "out")
    run_stages(run, "prepare")
    turned = replace(OWN, train=("dora", "more/ben"), test=("anna",))
    other = replace(run, config=replace(config, prepare=turned))
    with pytest.raises(
        ConfigError, match=r"beats of anna \(train\), dora \(test\): expected those"
    ):
        run_stages(other, "prepare")


def test_a_record_that_is_not_there_is_named(archive: Path) -> None:
    config = replace(OWN, test=("dora", "emil"))
    with pytest.raises(
        RecordError, match=r"1 of 5 records are not in .*: emil; expected WFDB records, which"
    ):
        prepare(archive, config, Progress())


def test_a_student_of_ones_own_records_says_what_trained_it(
    archive: Path, tmp_path: Path, config: TrainConfig
) -> None:
    """All stages but the export, which takes torch ten seconds and knows of no record."""
    heard = Heard()
    run = Run(replace(config, prepare=OWN), archive, tmp_path / "out", progress=heard)
    for stage in ("prepare", "teacher", "distil", "evaluate"):
        run_stages(run, stage)
    assert len(load_beats(run.file("beats.npz"))) > 100
    assert not any("232" in note for note in heard.notes)
    device = choose_device(run.config.run)
    trained = {
        "teacher": finished_teacher(run, device),
        "student": finished(run, "student", device),
    }
    report = json.loads(run.file("evaluation.json").read_text())
    contract = describe_student(run, report, str(device), trained)
    require_monitor_front(contract.input, None)
    assert contract.provenance.train_records == ("anna", "more/ben")
    assert contract.provenance.validation_records == ("carl",)
    assert contract.provenance.data == "4 records of the folder archive"
    assert contract.provenance.split.startswith("by record")
    assert contract.input.leads == ("II",)
