"""A student that looks at beats the way round that the lead is."""

from itertools import chain, repeat

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sibeat.ecg.stream import FloatArray
from sibeat.model.artefact import StudentLike, load_student
from sibeat.model.orientation import ASKED_EVERY, FEWEST_BEATS, MEMORY_BEATS, OrientedStudent

TIME = np.arange(320, dtype=np.float32)
USUAL = (2 * np.exp(-0.5 * ((TIME - 140) / 5) ** 2) - 1).astype(np.float32)
ECTOPIC = -(2 * np.exp(-0.5 * ((TIME - 140) / 20) ** 2) - 1).astype(np.float32)


class KnowsUsual:
    """A student that reconstructs every beat as the usual one, and counts what it is asked."""

    def __init__(self) -> None:
        loaded = load_student()
        self.contract, self.sha256 = loaded.contract, loaded.sha256
        self.n_asked = 0

    def reconstruct(self, window: FloatArray) -> tuple[FloatArray, float]:
        """Say how far the beat is from the usual one."""
        self.n_asked += 1
        return USUAL, float(np.log(np.mean((window - USUAL) ** 2) + 1e-3))


def feed(student: StudentLike, *beats: FloatArray) -> list[tuple[FloatArray, float]]:
    return [student.reconstruct(beat) for beat in beats]


def test_an_upright_lead_is_seen_as_it_is() -> None:
    plain, oriented = KnowsUsual(), OrientedStudent(KnowsUsual())
    for beat in chain(repeat(USUAL, 40), [ECTOPIC], repeat(USUAL, 40)):
        (want, log_want), (got, log_got) = plain.reconstruct(beat), oriented.reconstruct(beat)
        np.testing.assert_array_equal(got, want)
        assert log_got == log_want


def test_a_lead_upside_down_is_turned_over_at_the_third_beat() -> None:
    answers = feed(OrientedStudent(KnowsUsual()), *repeat(-USUAL, 60))
    upright = feed(KnowsUsual(), USUAL)[0][1]
    assert all(log_score > upright + 2 for _, log_score in answers[: FEWEST_BEATS - 1])
    for reconstruction, log_score in answers[FEWEST_BEATS - 1 :]:
        np.testing.assert_array_equal(reconstruction, -USUAL)
        assert log_score == upright


@given(n_ectopic=st.integers(0, MEMORY_BEATS // 2))
def test_a_run_of_ectopics_turns_nothing(n_ectopic: int) -> None:
    oriented = OrientedStudent(KnowsUsual())
    feed(oriented, *repeat(USUAL, MEMORY_BEATS), *repeat(ECTOPIC, n_ectopic * ASKED_EVERY))
    assert oriented.sign == 1


@pytest.mark.parametrize("first", [1, -1])
def test_a_lead_that_is_swapped_later_is_followed(first: int) -> None:
    oriented = OrientedStudent(KnowsUsual())
    feed(oriented, *repeat(first * USUAL, 100))
    assert oriented.sign == first
    feed(oriented, *repeat(-first * USUAL, ASKED_EVERY * MEMORY_BEATS))
    assert oriented.sign == -first


def test_most_beats_cost_one_question() -> None:
    student = KnowsUsual()
    feed(OrientedStudent(student), *repeat(USUAL, 1000))
    assert student.n_asked <= 1000 * (1 + 1 / ASKED_EVERY) + MEMORY_BEATS


def test_two_patients_share_a_student_and_nothing_else() -> None:
    student = KnowsUsual()
    one, other = OrientedStudent(student), OrientedStudent(student)
    feed(one, *repeat(-USUAL, 10))
    assert (one.sign, other.sign) == (-1, 1)
