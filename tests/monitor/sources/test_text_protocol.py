"""The text protocol: every float32 survives, losses are told in their places."""

from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sibeat.ecg.errors import UsageError
from sibeat.ecg.record import open_record
from sibeat.ecg.stream import Chunk
from sibeat.monitor.sources.base import Missing
from sibeat.monitor.sources.text_protocol import TextDecoder

from .text_decoding import decode, flat, losses

ARDUINO_LOG = Path(__file__).parents[4] / "shared" / "data" / "serial" / "ehealth_arduino.csv"


@settings(max_examples=100, deadline=None)
@given(st.lists(st.floats(-(2**30), 2**30, width=32), min_size=1))
def test_every_float32_printed_exactly_comes_back(values: list[float]) -> None:
    signal = np.array(values, dtype=np.float32)
    for form in ("%.9g", "%r"):
        text = "".join(f"{form % float(value)}\n" for value in signal)
        decoded, _ = decode(text, fs=250.0)
        assert np.array(decoded, dtype=np.float32).tobytes() == signal.tobytes()


def test_lead_off_lines_are_samples_that_are_missing() -> None:
    decoded, decoder = decode("500\n" * 70 + "!\n!\nleads off\n" + "501\n!\n")
    assert decoded == [500.0] * 70 + ["lead_off"] * 3 + [501.0, "lead_off"]
    assert decoder.counts.n_garbage == 0


def test_a_board_that_starts_with_its_electrodes_off_is_waited_for() -> None:
    decoded, decoder = decode("V [mV]\n" + "!\n" * 1000 + "0.5\n" * 100)
    assert decoded[-100:] == [0.5] * 100
    assert (decoder.lead, decoder.unit, decoder.counts.n_garbage) == ("V", "mV", 0)


def test_garbage_is_counted_and_a_header_is_none_even_when_it_comes_again() -> None:
    text = "time_ms,II,V1\n" + "".join(f"{4 * i},{i},0\n" for i in range(70))
    decoded, decoder = decode(text + "time_ms,II,V1\nboom\n4,5\n280,70,0\n", fs=250.0)
    assert decoded == [float(i) for i in range(71)]
    assert decoder.counts.n_garbage == 2


@settings(deadline=None)
@given(st.sets(st.integers(1, 398)), st.sampled_from(["", "\x02", "5x2", "1.2.3", "5\x02,", "--5"]))
def test_a_damaged_line_without_a_time_is_a_sample_that_is_missing(
    hit: set[int], damage: str
) -> None:
    """All others stay in their places, but where too many in a row are no lines for certain."""
    hit -= {i for i in hit if {i - 1, i - 2, i - 3, i - 4} <= hit}
    lines = [damage if i in hit else str(i) for i in range(400)]
    decoded, decoder = decode("\n".join(lines), fs=250.0)
    n_damaged = len(hit) if damage else 0  # a blank line is none
    assert losses(decoded) == ["dropped"] * n_damaged
    assert decoder.counts.n_garbage == n_damaged
    if damage:
        assert all(decoded[i] == ("dropped" if i in hit else i) for i in range(400))


@pytest.mark.parametrize("talk", ["HR 72", "battery: 87 %", "# note", "", "Booting v1.2", "ECG"])
def test_a_board_that_says_something_between_its_samples_loses_none(talk: str) -> None:
    text = "ECG\n" + "".join(f"{i}\n" + f"{talk}\n" * (i % 50 == 7) for i in range(500))
    assert decode(text, fs=250.0)[0] == [float(i) for i in range(500)]


def test_garbage_of_any_length_takes_no_place_and_neither_does_what_a_resync_forgets() -> None:
    decoder = TextDecoder(drop_first=False, fs=250.0)
    assert losses(flat(decoder.feed(b"1\n" * 70 + b"\x02\n" * 50 + b"2\n"))) == []
    assert losses(flat(decoder.feed(b"\x02\n\x02\n3\n"))) == ["dropped"] * 2
    decoder.feed(b"\x02\n")
    decoder.resync()
    assert flat(decoder.feed(b"half\n4\n")) == [4.0]


@pytest.mark.parametrize(("lead", "expected"), [("v1", 7.0), ("0", 5.0), (1, 7.0), (None, 5.0)])
def test_the_lead_is_chosen_by_name_or_index(lead: str | int | None, expected: float) -> None:
    text = "II;V1\n" + "5;7\n" * 70
    assert decode(text, lead=lead)[0] == [expected] * 70


def test_an_unknown_lead_names_those_there_are() -> None:
    with pytest.raises(UsageError, match="0: II, 1: V1"):
        decode("II;V1\n" + "5;7\n" * 70, lead="aVF")


def test_a_gain_makes_millivolts() -> None:
    decoded, decoder = decode("100\n" * 70, gain=200.0)
    assert (decoded[0], decoder.unit) == (0.5, "mV")
    decoded, decoder = decode("ECG [uV]\n" + "500\n" * 70)
    assert (decoded[0], decoder.unit) == (0.5, "mV")


@pytest.mark.parametrize("gain", [0.0, -1.0, float("nan"), float("inf")])
def test_a_gain_that_is_none_is_refused(gain: float) -> None:
    with pytest.raises(UsageError, match="--gain"):
        TextDecoder(gain=gain)


def timed(stamps: Iterable[int], every: int = 1) -> str:
    return "".join(f"{stamp},{i}\n" for i, stamp in enumerate(stamps))


def test_a_time_column_states_the_rate_after_ten_seconds_of_it() -> None:
    decoder = TextDecoder(drop_first=False)
    assert decoder.feed(timed(range(0, 10_000_000, 4000)).encode()) == []
    decoded = decoder.feed(b"10000000,5\n10004000,5\n10008000,5\n")
    assert decoder.stated_fs == 250.0
    assert decoder.counts_losses
    assert len(flat(decoded)) == 2503


def test_lost_lines_are_counted_exactly_by_their_stamps() -> None:
    stamps = [round(1e6 * i / 360) for i in range(20_000)]
    lost = set(np.random.default_rng(1).choice(np.arange(1, 19_999), 200, replace=False).tolist())
    decoded, _ = decode("".join(f"{s},{i}\n" for i, s in enumerate(stamps) if i not in lost))
    assert [entry if isinstance(entry, float) else None for entry in decoded] == [
        None if i in lost else float(i) for i in range(20_000)
    ]


def test_micros_that_wrap_lose_nothing() -> None:
    stamps = [(2**32 - 4_000_000 + 4000 * i) % 2**32 for i in range(5000)]
    decoded, decoder = decode(timed(stamps))
    assert losses(decoded) == []
    assert decoder.stated_fs == 250.0


def test_the_real_log_has_no_false_gaps_and_its_losses_are_found() -> None:
    if not ARDUINO_LOG.exists():
        pytest.skip(f"no Arduino log at {ARDUINO_LOG}")
    header, *rows = ARDUINO_LOG.read_text().splitlines()
    decoded, decoder = decode("\n".join([header, *rows]))
    assert losses(decoded) == []
    assert len(decoded) == len(rows)
    del rows[1000:1003], rows[2000]
    decoded, _ = decode("\n".join([header, *rows]))
    assert [i for i, entry in enumerate(decoded) if entry == "dropped"] == [1000, 1001, 1002, 2003]
    assert decoder.unit == "a.u."


def test_a_stream_reads_as_its_log_does() -> None:
    if not ARDUINO_LOG.exists():
        pytest.skip(f"no Arduino log at {ARDUINO_LOG}")
    decoded, decoder = decode(ARDUINO_LOG.read_bytes())
    record = open_record(ARDUINO_LOG)
    assert (decoder.stated_fs, decoder.lead, decoder.unit) == (record.fs, record.lead, record.unit)
    samples = [item.samples for item in record.items() if isinstance(item, Chunk)]
    assert np.array(decoded, dtype=np.float32).tobytes() == np.concatenate(samples).tobytes()


def test_after_a_resync_the_layout_stays_and_times_that_go_on_tell_the_loss() -> None:
    decoder = TextDecoder(drop_first=False, fs=250.0)
    decoder.feed(timed(range(0, 4_000_000, 4000)).encode() + b"4000")
    assert decoder.resync() == []
    decoded = decoder.feed(b"000,5\n" + b"9000000,6\n9004000,7\n9008000,8\n")
    assert decoded[0] == Missing(9_000_000 // 4000 - 1000, "dropped")
    assert flat(decoded[1:]) == [6.0, 7.0, 8.0]
    assert decoder.counts.n_garbage == 0


def test_after_a_resync_times_that_begin_anew_cost_a_line() -> None:
    decoder = TextDecoder(drop_first=False, fs=250.0)
    decoder.feed(timed(range(0, 4_000_000, 4000)).encode())
    decoder.resync()
    decoded = decoder.feed(b"half\n" + timed(range(0, 40_000, 4000)).encode())
    assert decoded[0] == Missing(1, "dropped", anew=True)
    assert sum(item.n_samples for item in decoded) == 10


def test_runs_join_and_reasons_keep_apart() -> None:
    decoder = TextDecoder(drop_first=False, fs=250.0)
    decoder.feed(timed(range(0, 400_000, 4000)).encode())
    decoded = decoder.feed(b"404000,1\n408000,!\n412000,!\n424000,2\n428000,3\n")
    assert [(type(item).__name__, item.n_samples) for item in decoded] == [
        ("Missing", 1),
        ("Samples", 1),
        ("Missing", 2),
        ("Missing", 2),
        ("Samples", 2),
    ]
    assert all(a != b for a, b in pairwise(decoded))
    assert decoded[0] == Missing(1, "dropped")
