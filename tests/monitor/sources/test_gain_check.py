import pytest

from sibeat.ecg.errors import UsageError
from sibeat.monitor.sources.gain_check import require_gain


def test_numbers_above_0_and_none_at_all_are_taken() -> None:
    for gain in (None, 1e-9, 200.0):
        require_gain(gain)


@pytest.mark.parametrize("gain", [0.0, -1.0, float("nan"), float("inf")])
def test_anything_else_is_refused(gain: float) -> None:
    with pytest.raises(UsageError, match="--gain"):
        require_gain(gain)
