"""The clock by which bytes arrive."""

import time


def arrival_clock() -> float:
    """Seconds that go on while the computer sleeps, where the system has such a clock."""
    boot_time = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot_time is None else time.clock_gettime(boot_time)
