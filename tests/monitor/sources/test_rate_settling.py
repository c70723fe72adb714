import numpy as np
import pytest

from sibeat.ecg.errors import SourceError
from sibeat.monitor.protocols.board import shipped_boards
from sibeat.monitor.protocols.codec import make_decoder
from sibeat.monitor.sources.base import Decoded, Missing, Samples
from sibeat.monitor.sources.rate_settling import RateSettling
from sibeat.monitor.sources.text_protocol import TextDecoder

from .numbered_board import stamped_decoder


def settling(stated_fs: float | None = None) -> RateSettling:
    return RateSettling(TextDecoder(None, None, None), stated_fs, 10.0)


def stamped() -> RateSettling:
    """Wait for a text board whose time column was understood."""
    return RateSettling(stamped_decoder(), None, 10.0)


def samples(n_samples: int) -> list[Decoded]:
    return [Samples(np.zeros(n_samples, np.float32))]


def test_a_stated_rate_is_settled_with_the_first_samples() -> None:
    waits = settling(250.0)
    waits.add(5.0, samples(3))
    assert waits.fs_at(5.0, None) == 250.0
    assert [item.n_samples for item in waits.take()] == [3]
    assert waits.take() == []


def test_a_measured_rate_is_taken_after_ten_seconds_and_is_whole() -> None:
    waits = settling()
    waits.add(5.0, samples(3))
    assert waits.fs_at(14.9, 249.7) is None
    assert waits.fs_at(15.0, None) is None
    assert waits.fs_at(15.0, 249.7) == 250.0


def test_what_came_before_a_restart_is_forgotten() -> None:
    waits = settling()
    waits.add(5.0, samples(3))
    waits.restart()
    assert waits.first_sample_s is None
    waits.add(7.0, samples(2))
    assert (waits.first_sample_s, len(waits.take())) == (7.0, 1)


@pytest.mark.parametrize("doubt", [Missing(1, "dropped", anew=True), Missing(900_000, "dropped")])
def test_a_stream_begins_after_what_arrivals_would_have_to_confirm(doubt: Missing) -> None:
    waits = stamped()
    waits.add(5.0, [*samples(3), doubt, *samples(4), Missing(2, "dropped"), *samples(5)])
    assert [item.n_samples for item in waits.take_certain(250.0, False)] == [4, 2, 5]


def test_a_lead_that_was_off_while_measuring_is_in_no_doubt() -> None:
    waits = stamped()
    waits.add(5.0, [*samples(3), Missing(500, "lead_off"), *samples(4)])
    assert [item.n_samples for item in waits.take_certain(250.0, False)] == [3, 500, 4]


def test_a_board_s_own_counter_is_in_no_doubt() -> None:
    board = shipped_boards()["openbci-cyton"]
    waits = RateSettling(make_decoder(board), None, 10.0)
    waits.add(5.0, [*samples(3), Missing(300, "dropped"), *samples(4)])
    assert [item.n_samples for item in waits.take_certain(250.0, False)] == [3, 300, 4]


def test_where_no_arrival_can_confirm_anything_all_is_kept() -> None:
    waits, doubt = stamped(), Missing(900_000, "dropped")
    waits.add(5.0, [*samples(3000), doubt, *samples(4)])
    assert waits.n_ahead(0.0, 250.0) == 3004
    assert waits.n_ahead(4.0, 250.0) == 3004 - 2 * 4 * 250
    assert waits.n_ahead(99.0, 250.0) == 0
    assert [item.n_samples for item in waits.take_certain(250.0, True)] == [3000, 900_000, 4]


def test_more_lines_than_any_rate_explains_are_no_stream() -> None:
    waits = settling()
    waits.add(5.0, samples(100_000))
    with pytest.raises(SourceError, match="no sampling rate"):
        waits.fs_at(6.0, None)


def test_an_end_before_the_rate_is_known_says_what_to_do() -> None:
    with pytest.raises(SourceError, match="no samples came"):
        settling().fs_at_end()
    waits = settling()
    waits.add(5.0, samples(3))
    with pytest.raises(SourceError, match="--fs HZ"):
        waits.fs_at_end()


def test_rows_that_are_held_back_for_their_times_are_no_silence() -> None:
    decoder = TextDecoder(None, None, None)
    waits = RateSettling(decoder, None, 10.0)
    assert waits.progress() == "waiting for samples"
    decoder.feed("".join(f"{i * 4000},{i}\n" for i in range(100)).encode())
    assert waits.progress() == "measuring the sampling rate, which takes 10 s"


def test_a_port_that_goes_away_while_it_is_measured_says_what_to_do() -> None:
    waits = settling()
    waits.add(5.0, samples(3))
    assert "--fs HZ" in waits.progress(n_reconnects=1)
