"""The sampling rate by the arrival clock, from counts: single arrivals are bursty (FTDI: 16 ms)."""

from dataclasses import dataclass

LEAST_S = 2.0
"""arrivals that must be seen before a rate is given, s; chosen by us: bursts count 1 % then"""


@dataclass(slots=True)
class RateMeter:
    """Least squares slope of the number of samples over the time at which they had arrived."""

    _origin: float | None = None
    _n_samples: int = 0
    _span_s: float = 0.0
    _n: int = 0
    _mean_t: float = 0.0
    _mean_c: float = 0.0
    _tt: float = 0.0
    _tc: float = 0.0

    def add(self, time_s: float, n_samples: int) -> None:
        """Count samples that had arrived by then; the first ones may have waited in a buffer."""
        if self._origin is None:
            self._origin = time_s
        else:
            self._n_samples += n_samples
        self._span_s = time_s - self._origin
        self._n += 1
        dt = self._span_s - self._mean_t
        self._mean_t += dt / self._n
        self._mean_c += (self._n_samples - self._mean_c) / self._n
        self._tt += dt * (self._span_s - self._mean_t)
        self._tc += dt * (self._n_samples - self._mean_c)

    @property
    def span_s(self) -> float:
        """Time between the first and the last arrival, s."""
        return self._span_s

    @property
    def fs(self) -> float | None:
        """Samples a second, Hz; None while too little has arrived."""
        return self._tc / self._tt if self._span_s >= LEAST_S and self._tt > 0 else None
