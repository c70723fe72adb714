"""A rate that is more than 2 % off is said, with what it may come from."""

import numpy as np
import pytest

from sibeat.ecg.stream import Chunk
from sibeat.monitor.protocols.board import shipped_boards
from sibeat.monitor.protocols.codec import make_decoder, make_encoder
from sibeat.monitor.sources.base import ByteArrival
from sibeat.monitor.sources.live_stream import LiveStream
from sibeat.monitor.sources.rate_check import override_warning, rate_warning
from sibeat.monitor.sources.text_protocol import TextDecoder


@pytest.mark.parametrize(
    ("nominal", "measured", "span_s"),
    [(250.0, 254.9, 60.0), (250.0, 200.0, 9.0), (None, 250.0, 60.0), (250.0, None, 60.0)],
)
def test_no_warning(nominal: float | None, measured: float | None, span_s: float) -> None:
    assert rate_warning(nominal, measured, span_s, counted=True) is None


def test_what_is_missing_may_be_lost_where_nothing_counts() -> None:
    slow = rate_warning(250.0, 240.0, 30.0, counted=False)
    assert slow is not None
    assert "240.0 samples a second, -4.0% from 250 Hz, or samples are lost" in slow
    fast = rate_warning(250.0, 260.0, 30.0, counted=False)
    assert fast is not None
    assert "lost" not in fast
    assert "lost" not in (rate_warning(250.0, 240.0, 30.0, counted=True) or "lost")


@pytest.mark.parametrize(("true_fs", "warned"), [(256.0, False), (250.0, True)])
def test_an_olimex_of_250_hz_that_is_taken_for_a_p2_is_told(true_fs: float, warned: bool) -> None:
    board = shipped_boards()["openeeg-p2"]
    encoder, stream = make_encoder(board, true_fs), LiveStream(make_decoder(board))
    for at in range(0, 4000, 5):
        data = encoder.encode(Chunk(at, np.zeros(5, np.float32)))
        stream.feed(ByteArrival((at + 5) / true_fs, data))
    assert bool(stream.status().warnings) == warned
    assert stream.status().fs == pytest.approx(true_fs, rel=0.001)


@pytest.mark.parametrize("stated_fs", [None, 0.0, 361.0])
def test_a_recording_that_says_nothing_or_the_same_is_not_overridden(
    stated_fs: float | None,
) -> None:
    assert override_warning("208", 360.0, stated_fs) is None


def test_a_rate_of_the_users_own_is_told_beside_the_recordings() -> None:
    told = override_warning("208", 300.0, 360.0)
    assert told == "208 says 360 Hz, times and filters follow --fs 300: leave it out?"


def test_a_rate_against_a_live_time_column_is_told_and_loses_nothing() -> None:
    stream = LiveStream(TextDecoder(drop_first=False, fs=300.0), fs=300.0)
    for at in range(10_000):
        stream.feed(ByteArrival(at / 250.0, b"%d,%d\n" % (4000 * at, at % 100)))
    status = stream.status()
    assert stream.fs == 300.0
    assert (status.n_dropped, status.n_gaps) == (0, 0)
    assert "250.0 samples a second, -16.7% from 300 Hz: give the true rate" in status.warnings[0]


def test_a_file_through_a_pipe_runs_at_no_rate_and_its_time_column_is_believed() -> None:
    for fs, told in ((250.0, ()), (300.0, ("the time column says 250 Hz, times and filters",))):
        stream = LiveStream(TextDecoder(drop_first=False, fs=fs), fs=fs)
        for at in range(0, 60_000, 4):
            text = "".join(f"{4000 * i},{i % 100}\n" for i in range(at, at + 4))
            stream.feed(ByteArrival(at / 5000.0, text.encode()))
        assert stream.status().fs == fs
        warnings = stream.status().warnings
        assert len(warnings) == len(told)
        assert all(warning.startswith(told) for warning in warnings)


@pytest.mark.parametrize("seconds", [5, 15, 60])
def test_a_live_board_that_bears_the_stated_rate_out_silences_its_time_column(seconds: int) -> None:
    stream = LiveStream(TextDecoder(drop_first=False, fs=250.0), fs=250.0)
    for at in range(250 * seconds):  # in units of 0.1 ms, taken for ms
        stream.feed(ByteArrival(at / 250.0, b"%d,%d\n" % (40 * at, at % 100)))
    assert stream.status().warnings == ()


@pytest.mark.parametrize(("sent", "stated"), [(2500.0, 1000.0), (1000.0, 250.0)])
def test_a_board_that_is_much_quicker_than_stated_is_told(sent: float, stated: float) -> None:
    stream = LiveStream(TextDecoder(drop_first=False, fs=stated), fs=stated)
    for at in range(round(60 * sent)):
        stream.feed(ByteArrival(at / sent, b"%d\n" % (at % 100)))
    assert f"the board sends {sent:.1f} samples a second" in stream.status().warnings[0]
