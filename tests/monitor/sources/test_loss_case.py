"""Count against clock, as long as a backlog may still come and when none does any more."""

from typing import Literal

import pytest

from sibeat.monitor.protocols.board import shipped_boards
from sibeat.monitor.protocols.codec import make_decoder
from sibeat.monitor.sources.base import Missing
from sibeat.monitor.sources.loss_case import LossCase
from sibeat.monitor.sources.text_protocol import TextDecoder

from .numbered_board import stamped_decoder


def case(absence: Literal["silence", "reconnect"] | None, n_counted: int | None) -> LossCase:
    loss = None if n_counted is None else Missing(n_counted, "dropped")
    return LossCase(100.0, [], absence, loss)


def test_a_backlog_lacks_what_is_counted_and_nothing_else() -> None:
    uncounted = TextDecoder(drop_first=False, fs=250.0)
    assert case("silence", None).n_missing(uncounted, 1000.0, 250, still_comes=True) == 0
    assert case("silence", None).n_missing(uncounted, 1000.0, 250, still_comes=False) == 1000
    assert case("silence", 300).n_missing(stamped_decoder(), 1000.0, 250, still_comes=True) == 300


def test_a_count_beyond_the_time_that_passed_is_not_believed_in_a_backlog_either() -> None:
    assert case(None, 90_000).n_missing(stamped_decoder(), 400.0, 250, still_comes=True) == 400


def test_a_port_that_went_away_lost_something_unless_a_count_tells_better() -> None:
    uncounted = TextDecoder(drop_first=False, fs=250.0)
    assert case("reconnect", None).n_missing(uncounted, 0.0, 250, still_comes=False) == 1
    assert case("reconnect", None).n_missing(stamped_decoder(), 0.0, 250, still_comes=False) == 0


@pytest.mark.parametrize("still_comes", [True, False])
def test_rounds_of_a_counter_are_lost_once_they_come_no_more(still_comes: bool) -> None:
    cyton = make_decoder(shipped_boards()["openbci-cyton"])
    missing = case("silence", 44).n_missing(cyton, 1100.0, 25, still_comes)
    assert missing == (44 if still_comes else 44 + 4 * 256)


def test_only_rounds_are_in_doubt_where_nothing_is_counted_nor_absent() -> None:
    assert case(None, None).is_of_rounds
    assert not case(None, 5).is_of_rounds
    assert not case("silence", None).is_of_rounds
