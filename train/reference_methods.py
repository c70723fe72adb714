"""Methods that need no training of a network, run beside the students on the same beats.

PCA reconstruction, nearest neighbours on whitened principal components, alone and joint with rhythm
and amplitude; between patients also what compares a beat with its own record. All learn from the
same normal beats: those that do not judge. They need scikit-learn.
"""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sibeat.ecg.stream import DoubleArray
from sibeat.model.components import N_COMPONENTS
from sibeat.model.usual_beat import UsualBeat
from sibeat.train.beats_file import Beats
from sibeat.train.rr_features import NAMES, rr_features

N_NEIGHBOURS = 3
"""of the nearest-neighbour methods, as in the figures that they reproduce"""
PREMATURITY_WEIGHT = 12.0
FOLLOWING_WEIGHT = 4.0
"""weights of the plain sum of hand-made numbers, as in the figures that it reproduces"""

SAYS = {
    "PCA(10)": "reconstruction error of 10 principal components",
    "PCA(20)": "reconstruction error of 20 principal components",
    "kNN": "distance to the 3 nearest of the normal beats, on 20 whitened components",
    "RR": "the same on 8 RR features alone",
    "kNN + RR": "the same on both jointly",
    "kNN + RR + amplitude": "and on the beat's amplitude",
    "template": "distance from the record's own running median beat (last 60)",
    "prematurity": "minus log of preceding over usual RR",
    "template + RR": "template + 12 x prematurity + 4 x log of following over usual RR",
    "template + RR + PCA(20)": "and the standardised log error of PCA(20)",
}
"""name of a method -> what it is"""

SHAPE_ALONE = ("PCA(10)", "PCA(20)", "kNN", "template")
"""methods that know nothing of the rhythm"""

BoolArray: TypeAlias = NDArray[np.bool_]
Note: TypeAlias = Callable[[str], None]


def reference_scores(
    beats: Beats, learn: BoolArray, judge: BoolArray, note: Note = lambda _: None
) -> dict[str, DoubleArray]:
    """Score beats by nearest neighbours and PCA.

    Parameters
    ----------
    beats : in order of record and sample
    learn : (n_beats,), the normal beats to learn from
    judge : (n_beats,), the beats to score
    note : hears the name of each method before it runs

    Returns
    -------
    name -> (n_judged,), greater is more abnormal
    """
    windows = beats.windows_float()
    scores = {}
    for n in (10, N_COMPONENTS):
        note(f"PCA({n})")
        scores[f"PCA({n})"] = pca_error(windows[learn], windows[judge], n)
    shape = whitened(windows, learn)
    rhythm = standardised(rr_features(beats), learn)
    amplitude = standardised(np.log(np.maximum(beats.amplitude, 1e-6))[:, None], learn)
    joint = {
        "kNN": (shape,),
        "RR": (rhythm,),
        "kNN + RR": (shape, rhythm),
        "kNN + RR + amplitude": (shape, rhythm, amplitude),
    }
    for name, parts in joint.items():
        note(name)
        features = np.concatenate(parts, axis=1)
        scores[name] = neighbour_distance(features[learn], features[judge])
    return scores


def pca_error(
    learn: NDArray[np.float32], judge: NDArray[np.float32], n_components: int
) -> DoubleArray:
    """Log of the mean squared error of a reconstruction from principal components.

    Parameters
    ----------
    learn : (n_learnt, 320)
    judge : (n_judged, 320)
    n_components : kept
    """
    from sklearn.decomposition import PCA

    pca = PCA(n_components, svd_solver="covariance_eigh").fit(learn)
    error = judge - pca.inverse_transform(pca.transform(judge))
    return np.asarray(np.log((error**2).mean(axis=1) + np.finfo(np.float32).tiny), np.float64)


def whitened(windows: NDArray[np.float32], learn: BoolArray) -> DoubleArray:
    """Project windows (n_beats, 320) onto 20 whitened components of the learnt ones."""
    from sklearn.decomposition import PCA

    pca = PCA(N_COMPONENTS, whiten=True, svd_solver="covariance_eigh").fit(windows[learn])
    return np.asarray(pca.transform(windows), dtype=np.float64)


def standardised(features: DoubleArray, learn: BoolArray) -> DoubleArray:
    """Scale each column to mean 0 and deviation 1 over the learnt beats."""
    spread = features[learn].std(axis=0)
    scaled = (features - features[learn].mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return np.asarray(scaled, dtype=np.float64)


def neighbour_distance(learn: DoubleArray, judge: DoubleArray) -> DoubleArray:
    """Log of the mean distance to the three nearest learnt beats, (n_judged,)."""
    from sklearn.neighbors import NearestNeighbors

    tree = NearestNeighbors(n_neighbors=min(N_NEIGHBOURS, len(learn)), algorithm="brute")
    distances, _ = tree.fit(learn.astype(np.float32)).kneighbors(judge.astype(np.float32))
    return np.asarray(np.log(distances.mean(axis=1) + 1e-9), dtype=np.float64)


def own_record_scores(beats: Beats, error: DoubleArray) -> dict[str, DoubleArray]:
    """Score beats against their own record: its usual beat, its usual RR, and a plain sum.

    Parameters
    ----------
    beats : whole records, in order
    error : (n_beats,), log reconstruction error, standardised over the learnt beats

    Returns
    -------
    name -> (n_beats,)
    """
    rhythm = dict(zip(NAMES, rr_features(beats).T, strict=True))
    premature = -rhythm["log preceding over usual"]
    following = rhythm["log following over usual"]
    template = template_distance(beats)
    plain = template + PREMATURITY_WEIGHT * premature + FOLLOWING_WEIGHT * following
    return {
        "template": template,
        "prematurity": premature,
        "template + RR": plain,
        "template + RR + PCA(20)": plain + error,
    }


def template_distance(beats: Beats) -> DoubleArray:
    """Log squared distance from the median of the record's last 60 beats, whatever they were."""
    windows = beats.windows_float()
    distance = np.empty(len(beats))
    for record in np.unique(beats.record):
        usual = UsualBeat()
        for place in np.flatnonzero(beats.record == record):
            _, distance[place] = usual.distances(windows[place], float(beats.amplitude[place]))
            usual.learn(windows[place], float(beats.amplitude[place]))
    return distance
