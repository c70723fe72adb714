"""The index: no hole, no overlap, every loss counted once."""

from itertools import pairwise

import numpy as np

from sibeat.ecg.stream import Gap
from sibeat.monitor.sources.base import Missing, Samples
from sibeat.monitor.sources.sample_clock import SampleClock


def test_everything_is_contiguous_and_pieces_of_one_reason_are_one_gap() -> None:
    clock = SampleClock()
    samples = Samples(np.zeros(10, dtype=np.float32))
    items = clock.place([samples, Missing(2, "dropped"), samples, Missing(3, "lead_off")])
    items += [clock.gap(5, "silence"), clock.gap(5, "silence"), clock.gap(7, "reconnect")]
    assert all(a.stop == b.start for a, b in pairwise(items))
    assert items[1] == Gap(10, 2, "dropped")
    assert items[-1].stop == 42
    assert (clock.n_dropped, clock.n_gaps) == (19, 3)
