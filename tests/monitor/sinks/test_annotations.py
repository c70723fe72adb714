import errno
from pathlib import Path

import pytest
import wfdb

from sibeat.ecg.annotation import Annotations, read_annotations
from sibeat.ecg.annotation_file import AnnotationWriter
from sibeat.ecg.ec57 import compare
from sibeat.ecg.errors import OutputError
from sibeat.ecg.stream import StreamInfo
from sibeat.monitor.events import BeatFinal, GapEvent, Kind, QualityEvent, Revision
from sibeat.monitor.sinks import annotations
from sibeat.monitor.sinks.annotations import AnnotationSink, aux_note

INFO = StreamInfo("my.208", "replay my.208", 360.0, "MLII")


def beat(sample: int, kind: Kind = "normal", score: float = 0.25) -> BeatFinal:
    return BeatFinal(sample, sample + 300, score, -1.5, 0.125, kind, 0.8)


FULL = OSError(errno.ENOSPC, "No space left on device")


class FullWriter(AnnotationWriter):
    """A writer whose disk has no room."""

    full = True
    full_at_start = False

    def __init__(self, *given: object) -> None:
        if FullWriter.full_at_start:
            raise OutputError("cannot write annotations: No space left on device") from FULL
        super().__init__(*given)  # type: ignore[arg-type]

    def write(self, *entry: object, **more: object) -> None:
        if FullWriter.full:
            raise OutputError("cannot write annotations: No space left on device") from FULL
        super().write(*entry, **more)  # type: ignore[arg-type]


def test_every_beat_is_an_annotation_that_wfdb_reads(tmp_path: Path) -> None:
    sink = AnnotationSink(tmp_path / "out")
    sink.start(INFO, {})
    sink.take(beat(100))
    sink.take(beat(400, "ventricular-like", 0.9876543))
    sink.take(Revision(400, 500, 0.2, "normal", 0.8))
    sink.take(beat(700, "supraventricular-like"))
    sink.take(beat(1000, "abnormal"))
    sink.end(1200, {})
    sink.close()
    assert sink.path == tmp_path / "out" / "my_208.sib"
    read = wfdb.rdann(str(tmp_path / "out" / "my_208"), "sib")
    assert read.sample.tolist() == [100, 400, 700, 1000]
    assert read.symbol == ["N", "V", "S", "Q"]
    assert read.fs == 360
    assert read.aux_note[1].rstrip("\0") == "s=0.987654 m=-1.5 r=0.125"


def test_unfit_signal_is_noise_in_its_place_in_time(tmp_path: Path) -> None:
    sink = AnnotationSink(tmp_path)
    sink.start(INFO, {})
    sink.take(beat(100))
    sink.take(beat(450))
    sink.take(QualityEvent(360, 720, "flat", "good"))  # a second is judged when it is over
    sink.take(QualityEvent(720, 1080, "good", "flat"))
    sink.take(QualityEvent(1200, 1500, "noisy", "good"))
    sink.take(GapEvent(1300, 1700, 399, "dropped", bridged=False))
    sink.take(beat(1800))
    sink.close()
    read = wfdb.rdann(str(tmp_path / "my_208"), "sib")
    assert list(zip(read.sample.tolist(), read.symbol, read.subtype.tolist(), strict=True)) == [
        (100, "N", 0),
        (360, "~", -1),
        (450, "N", 0),
        (720, "~", 0),
        (1200, "~", 1),
        (1300, "~", -1),
        (1699, "~", 0),
        (1800, "N", 0),
    ]


def test_beats_missed_in_a_shutdown_are_counted_apart(tmp_path: Path) -> None:
    """Of ten beats a second apart two fall into lead off, one into noise; none is found there."""
    sink = AnnotationSink(tmp_path)
    sink.start(INFO, {})
    for k in (1, 2):
        sink.take(beat(360 * k))
    sink.take(QualityEvent(1000, 1100, "lead_off", "good"))
    sink.take(GapEvent(1000, 1601, 600, "lead_off", bridged=False))
    sink.take(QualityEvent(1600, 1601, "good", "lead_off"))
    sink.take(beat(360 * 5))
    sink.take(QualityEvent(2100, 2200, "noisy", "good"))
    sink.take(QualityEvent(2300, 2400, "good", "noisy"))
    for k in (7, 8, 9, 10):
        sink.take(beat(360 * k))
    sink.close()
    truth = Annotations.of([360 * k for k in range(1, 11)], "N" * 10, fs=360.0)
    report = compare(truth, read_annotations(tmp_path / "my_208", "sib"), start_s=0)
    found, missed, missed_in_shutdown = report.beats[0, 0], report.beats[0, 5], report.beats[0, 6]
    assert (found, missed, missed_in_shutdown) == (7, 1, 2)
    assert report.shutdown_s == pytest.approx(600 / 360)


def test_a_score_has_six_significant_digits() -> None:
    event = BeatFinal(1, 2, 0.123456489, 0.1, 0.2, "normal", None)
    assert aux_note(event) == "s=0.123456 m=0.1 r=0.2"


def test_the_file_of_an_earlier_run_is_replaced(tmp_path: Path) -> None:
    for samples in ([100, 200], [300]):
        sink = AnnotationSink(tmp_path)
        sink.start(INFO, {})
        for sample in samples:
            sink.take(beat(sample))
        sink.close()
        assert sink.replaced == (samples == [300])
    assert wfdb.rdann(str(tmp_path / "my_208"), "sib").sample.tolist() == [300]


def test_a_full_disk_is_a_warning_and_a_retry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(annotations, "AnnotationWriter", FullWriter)
    monkeypatch.setattr(annotations, "MAX_PENDING", 2)
    monkeypatch.setattr(FullWriter, "full", True)
    sink = AnnotationSink(tmp_path)
    sink.start(INFO, {})
    for sample in (100, 200, 300):
        sink.take(beat(sample))
    assert sink.warning is not None
    assert "annotations waiting: 2, given up: 1" in sink.warning
    monkeypatch.setattr(FullWriter, "full", False)
    sink.tick()
    assert sink.warning is None
    sink.close()
    assert wfdb.rdann(str(tmp_path / "my_208"), "sib").sample.tolist() == [200, 300]


def test_a_disk_that_is_full_at_the_start_is_waited_for_where_that_is_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(annotations, "AnnotationWriter", FullWriter)
    monkeypatch.setattr(FullWriter, "full", False)
    monkeypatch.setattr(FullWriter, "full_at_start", True)
    with pytest.raises(OutputError, match="No space left"):
        AnnotationSink(tmp_path).start(INFO, {})
    sink, hopeless = (AnnotationSink(tmp_path, can_wait=True) for _ in range(2))
    for one in (sink, hopeless):
        one.start(INFO, {})
        assert "annotations waiting: 0, given up: 0" in str(one.warning)
        one.take(beat(100))
        assert "annotations waiting: 1, given up: 0" in str(one.warning)
        assert one.path is None
    hopeless.close()
    assert hopeless.n_lost == 1
    monkeypatch.setattr(FullWriter, "full_at_start", False)
    sink.tick()
    assert sink.warning is None
    sink.take(beat(200))
    sink.close()
    assert sink.n_lost == 0
    assert wfdb.rdann(str(tmp_path / "my_208"), "sib").sample.tolist() == [100, 200]


@pytest.fixture
def waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AnnotationSink:
    """A sink that began on a full disk."""
    monkeypatch.setattr(annotations, "AnnotationWriter", FullWriter)
    monkeypatch.setattr(FullWriter, "full_at_start", True)
    sink = AnnotationSink(tmp_path, can_wait=True)
    sink.start(INFO, {})
    return sink


def test_a_file_that_was_never_made_is_lost_though_no_beat_waited(waiting: AnnotationSink) -> None:
    waiting.close()
    waiting.close()
    assert waiting.n_lost == 1


def test_only_a_full_disk_is_waited_for(tmp_path: Path) -> None:
    sink = AnnotationSink(tmp_path, can_wait=True)
    (tmp_path / "my_208.sib").mkdir()
    with pytest.raises(OutputError):
        sink.start(INFO, {})


def test_a_file_that_waits_for_nothing_is_made_as_soon_as_it_can_be(
    waiting: AnnotationSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FullWriter, "full_at_start", False)
    waiting.tick()
    assert waiting.warning is None
    assert waiting.path is not None
    waiting.close()


def test_what_never_found_room_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(annotations, "AnnotationWriter", FullWriter)
    monkeypatch.setattr(FullWriter, "full", True)
    sink = AnnotationSink(tmp_path)
    sink.start(INFO, {})
    sink.take(beat(100))
    sink.close()
    sink.close()
    assert sink.n_lost == 1


def test_a_folder_that_cannot_be_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for bad in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(OutputError, match="cannot write annotations into"):
            AnnotationSink(bad)


def test_a_folder_in_place_of_the_file_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "my_208.sib").mkdir()
    with pytest.raises(OutputError, match=r"my_208\.sib"):
        AnnotationSink(tmp_path).start(INFO, {})


def test_closing_before_the_start_is_fine(tmp_path: Path) -> None:
    sink = AnnotationSink(tmp_path)
    sink.close()
    assert sink.path is None
