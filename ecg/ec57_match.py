"""Pair the beats of a reference with those of a test, one to one, as WFDB's ``bxb`` does.

Both lists are walked in time. At each step the earlier of the two current beats is decided: it is
paired with the other's current beat when that lies within the window and nothing better is near,
else it stands alone. The steps are kept, since RR intervals are compared at each of them.

References
----------
ANSI/AAMI EC57:2012, 4.3.2; bxb(1) of the WFDB Applications Guide.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .annotation import IntArray

_NEVER = 1 << 62
"""a sample that no record reaches: where the beat after the last one would be"""


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """The steps of a walk through two lists of beats."""

    reference: IntArray
    """(n_steps,), index of the current reference beat; n_reference after the last"""
    test: IntArray
    """(n_steps,), index of the current test beat; n_test after the last"""
    took_reference: NDArray[np.bool_]
    """(n_steps,), the step decides the reference beat: paired or missed"""
    took_test: NDArray[np.bool_]
    """(n_steps,), the step decides the test beat: paired or extra"""

    @property
    def pairs(self) -> tuple[IntArray, IntArray]:
        """Indices of the paired reference beats and of their test beats."""
        both = self.took_reference & self.took_test
        return self.reference[both], self.test[both]

    @property
    def missed(self) -> IntArray:
        """Indices of the reference beats without a test beat."""
        return self.reference[self.took_reference & ~self.took_test]

    @property
    def extra(self) -> IntArray:
        """Indices of the test beats without a reference beat."""
        return self.test[self.took_test & ~self.took_reference]


def align(reference: IntArray, test: IntArray, window: int) -> Alignment:
    """Pair beats that are at most `window` samples apart.

    Parameters
    ----------
    reference : (n_reference,), samples in order
    test : (n_test,), samples in order
    window : in samples
    """
    expected = [*reference.tolist(), _NEVER, _NEVER]
    found = [*test.tolist(), _NEVER, _NEVER]
    steps = []
    i = j = 0
    while i < len(reference) or j < len(test):
        paired = _is_pair(expected[i : i + 2], found[j : j + 2], window)
        took_reference = paired or expected[i] <= found[j]
        took_test = paired or found[j] < expected[i]
        steps.append((i, j, took_reference, took_test))
        i += took_reference
        j += took_test
    table = np.array(steps, dtype=np.int64).reshape(-1, 4)
    return Alignment(table[:, 0], table[:, 1], table[:, 2].astype(bool), table[:, 3].astype(bool))


def _is_pair(expected: list[int], found: list[int], window: int) -> bool:
    """Say whether two current beats, each given with its follower, belong together.

    They do unless the other list's follower is nearer to the later of them; even then when the two
    followers are nearer still to each other.
    """
    apart = abs(found[0] - expected[0])
    if apart > window:
        return False
    if found[0] < expected[0]:
        follower_apart = abs(expected[0] - found[1])
    else:
        follower_apart = abs(found[0] - expected[1])
    return apart < follower_apart or abs(expected[1] - found[1]) < follower_apart
