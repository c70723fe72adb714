from hypothesis import given
from hypothesis import strategies as st

from sibeat.monitor.watches.refractory import Refractory


def test_a_name_is_let_again_after_its_time_and_not_before() -> None:
    refractory = Refractory(100)
    told = [refractory.lets("run", sample) for sample in (0, 99, 100, 150, 199, 200)]
    assert told == [True, False, True, False, False, True]


def test_one_name_does_not_silence_another() -> None:
    refractory = Refractory(100)
    assert refractory.lets("run", 0)
    assert refractory.lets("pause", 1)


@given(st.lists(st.integers(0, 2000)).map(sorted), st.integers(1, 300))
def test_what_is_let_lies_a_refractory_time_apart_and_what_is_not_follows_closely(
    samples: list[int], length: int
) -> None:
    refractory, last = Refractory(length), -length
    for sample in samples:
        assert refractory.lets("run", sample) is (sample - last >= length)
        last = sample if sample - last >= length else last
