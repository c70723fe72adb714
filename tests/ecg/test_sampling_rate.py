"""The sampling rates that are taken."""

import math

import pytest

from sibeat.ecg.errors import RecordError, UsageError
from sibeat.ecg.sampling_rate import check_fs


@pytest.mark.parametrize("fs", [100, 360, 2000])
def test_rates_within_the_bounds_are_given_back(fs: float) -> None:
    assert check_fs(fs, "--fs") == fs


@pytest.mark.parametrize("fs", [0, -360, 99.9, 2000.1, 1e12, math.nan, math.inf])
def test_rates_outside_are_refused_with_who_gave_them(fs: float) -> None:
    with pytest.raises(RecordError, match=r"the header of 208 gives .* 100 to 2000 Hz"):
        check_fs(fs, "the header of 208")
    with pytest.raises(UsageError, match=r"--resample gives .* 2000 Hz$"):
        check_fs(fs, "--resample", UsageError)
