"""The shape of a synthetic patient's beats: each wave a sum of Gaussians around the R-peak.

The idea of one Gaussian a wave is McSharry's; the waves here are our own, set to the normal limits
of lead II in an adult (P < 120 ms and < 0.25 mV, PR 120 to 200 ms, QRS 80 to 100 ms, QT 0.4 s at
60 bpm). The T wave is two Gaussians, as a real one rises slowly and falls fast.

References
----------
McSharry, Clifford, Tarassenko, Smith: A dynamical model for generating synthetic
electrocardiogram signals. IEEE Trans. Biomed. Eng. 50(3), 2003.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from .stream import DoubleArray

BeatSymbol: TypeAlias = Literal["N", "V", "A"]
"""Normal, ventricular and supraventricular premature beat, as WFDB writes them."""

Waves: TypeAlias = DoubleArray
"""(n_waves, 3): centre after the R-peak in s, width (standard deviation) in s, height in mV."""

# Rows of centre s, width s, height mV. P and T are given for one second between beats.
_P = np.array([[-0.175, 0.022, 0.11], [-0.145, 0.018, 0.06]])
_QRS = np.array([[-0.024, 0.0075, -0.10], [0.0, 0.0100, 1.15], [0.026, 0.0095, -0.24]])
_T = np.array([[0.255, 0.055, 0.14], [0.300, 0.034, 0.20]])
# An atrial focus near the node: P turned over, low, close to the QRS.
_P_ATRIAL = np.array([[-0.125, 0.016, -0.09], [-0.100, 0.014, -0.03]])
# A focus in the right outflow tract, the commonest: upright in II, broad, notched, T discordant.
_QRS_VENTRICULAR = np.array([[-0.048, 0.018, 0.62], [0.0, 0.024, 1.45], [0.072, 0.020, -0.34]])
_T_VENTRICULAR = np.array([[0.250, 0.066, -0.30], [0.325, 0.042, -0.30]])

REACH_BEFORE_S = 0.35
"""No wave is seen earlier before the R-peak, s."""
REACH_AFTER_S = 0.70
"""No wave is seen later after the R-peak, s."""

_PATIENT_SPREAD = 0.12  # chosen by us: patients differ by +-12 % in the height of each wave
_BEAT_SPREAD = 0.015  # chosen by us: beats of one patient differ by 1.5 % (standard deviation)
_BREATH_SWING = 0.05  # chosen by us: breathing turns the heart's axis, +-5 % of the QRS
_PEAK_SEARCH_S = 0.030
_N_PEAK_SEARCH = 241  # a step of 0.25 ms: half a sample at 2,000 Hz


def evaluate(waves: Waves, t: DoubleArray) -> DoubleArray:
    """Draw waves.

    Parameters
    ----------
    waves : (n_waves, 3)
    t : (n_samples,), in seconds from the R-peak

    Returns
    -------
    (n_samples,), in mV
    """
    centres, widths, heights = waves[:, 0:1], waves[:, 1:2], waves[:, 2:3]
    drawn: DoubleArray = (heights * np.exp(-0.5 * ((t - centres) / widths) ** 2)).sum(axis=0)
    return drawn


def _centred(waves: Waves) -> Waves:
    """Shift waves so that the summit of the sum, not that of the R wave alone, lies at 0."""
    t = np.linspace(-_PEAK_SEARCH_S, _PEAK_SEARCH_S, _N_PEAK_SEARCH)
    shifted = waves.copy()
    shifted[:, 0] -= t[np.argmax(evaluate(waves, t))]
    return shifted


@dataclass(frozen=True, slots=True)
class _Form:
    """The three parts of one kind of beat."""

    p: Waves
    qrs: Waves
    t: Waves


_NO_WAVE = np.empty((0, 3))
_FORMS: dict[BeatSymbol, _Form] = {
    "N": _Form(_P, _QRS, _T),
    "A": _Form(_P_ATRIAL, _QRS, _T),
    "V": _Form(_NO_WAVE, _QRS_VENTRICULAR, _T_VENTRICULAR),
}


class Heart:
    """One patient's beats: drawn once, then with a mild variation from beat to beat."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._forms = {symbol: self._individual(form) for symbol, form in _FORMS.items()}

    def _individual(self, form: _Form) -> _Form:
        return _Form(*(self._spread(part) for part in (form.p, form.qrs, form.t)))

    def _spread(self, waves: Waves) -> Waves:
        own = waves.copy()
        own[:, 2] *= self._rng.uniform(1 - _PATIENT_SPREAD, 1 + _PATIENT_SPREAD)
        return own

    def beat(self, symbol: BeatSymbol, cycle_s: float, breath: float) -> Waves:
        """Draw the next beat.

        Parameters
        ----------
        symbol : N, V or A
        cycle_s : length of the sinus cycle, s; P and T come nearer to the R-peak with its square
            root (Bazett), the QRS does not change
        breath : phase of breathing, -1 to 1

        Returns
        -------
        (n_waves, 3), its summit at 0 s
        """
        form, pace = self._forms[symbol], np.sqrt(cycle_s)
        p, qrs, t = form.p.copy(), form.qrs.copy(), form.t.copy()
        p[:, 0] *= pace
        t[:, :2] *= pace
        waves = np.concatenate([p, qrs, t])
        waves[:, 1:] *= 1 + _BEAT_SPREAD * self._rng.standard_normal((len(waves), 2))
        waves[:, 2] *= 1 + _BREATH_SWING * breath
        return _centred(waves)
