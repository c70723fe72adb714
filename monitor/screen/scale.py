"""How big a millimetre is: a terminal cell has none, so one is chosen and stated.

One millimetre is one column wide and half a row high (chosen by us: a cell is about twice as high
as wide, so millimetres come out square, and 5 mm are a whole number of columns). That makes two
braille dots a millimetre in both directions.
"""

import math
from dataclasses import dataclass

from sibeat.monitor.screen.canvas import DOTS_Y

DOTS_PER_MM = 2
MM_NOTE = "1 column = 1 mm"
MAJOR_MM = 5
"""distance of the heavy lines of ECG paper, mm"""
GAINS_MM_MV = (40.0, 20.0, 10.0, 5.0, 2.5)
"""gains that electrocardiographs offer (IEC 60601-2-25 asks for 5, 10 and 20 mm/mV) and one more
on each side; the largest that fits is taken"""
USED_HEIGHT = 0.95
"""share of the height that the usual extent may take (chosen by us: a little air)"""
FAST_MM_S, SLOW_MM_S = 25.0, 12.5
"""usual speeds of ECG paper"""
FAST_FROM_COLUMNS = 110
"""columns from which the usual speed is taken (chosen by us: 4.4 s; fewer would show less than
four beats, so a narrow screen takes half the speed)"""


@dataclass(frozen=True, slots=True)
class Scale:
    """From the signal's unit to dots."""

    dots_per_unit: float
    zero_dot: float
    """place of the zero line, in dots from the top"""
    text: str
    """the gain, as stated on the screen"""


def sweep_mm_s(n_columns: int) -> float:
    """Speed of the trace that the width asks for, mm/s."""
    return FAST_MM_S if n_columns >= FAST_FROM_COLUMNS else SLOW_MM_S


def samples_per_dot(fs: float, sweep: float) -> float:
    """Samples that one column of dots covers at `sweep` mm/s."""
    return fs / (sweep * DOTS_PER_MM)


def choose_scale(
    extent: tuple[float, float] | None, unit: str, gain_steps: int, n_rows: int
) -> Scale:
    """Gain that fits the usual extent of the signal into `n_rows`, doubled `gain_steps` times."""
    low, high = extent or (0.0, 0.0)
    height_mm = n_rows * DOTS_Y / DOTS_PER_MM
    fitting = USED_HEIGHT * height_mm / (high - low) if high > low else 10.0
    gain = _millivolt_gain(fitting) if unit == "mV" else _round_gain(fitting)
    gain *= 2.0**gain_steps
    middle = n_rows * DOTS_Y / 2 + (low + high) / 2 * gain * DOTS_PER_MM
    zero_dot = min(max(round(middle), 0), n_rows * DOTS_Y - 1)
    return Scale(gain * DOTS_PER_MM, zero_dot, _gain_text(gain, unit, gain_steps))


def _millivolt_gain(fitting: float) -> float:
    return next((gain for gain in GAINS_MM_MV if gain <= fitting), GAINS_MM_MV[-1])


def _round_gain(fitting: float) -> float:
    """Largest gain so that 1 mm is 1, 2 or 5 times a power of ten of the unit."""
    per_mm = 1.0 / fitting
    decade = 10.0 ** math.floor(math.log10(per_mm))
    step = next(step for step in (1, 2, 5, 10) if step >= per_mm / decade * (1 - 1e-9))
    return 1.0 / (step * decade)


def _gain_text(gain: float, unit: str, gain_steps: int) -> str:
    if unit == "mV":
        return f"{gain:g} mm/mV"
    note = "autoscaled" if gain_steps == 0 else f"autoscaled × {2.0**gain_steps:g}"
    return f"1 mm = {1.0 / gain:.3g} {unit} ({note})"
