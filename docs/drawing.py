"""Drawings of scores and beats, small enough to live in the repository."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from sibeat.ecg.beats import GRID_FS, WINDOW_AFTER, WINDOW_BEFORE
from sibeat.ecg.ranking import Ranking
from sibeat.ecg.stream import DoubleArray, FloatArray
from sibeat.train.choices import VALIDATION_AUC

mpl.use("Agg")
DPI = 90
"""chosen by us: readable, and under 150 kB a figure"""
COLOURS = {"N": "#6b7785", "S": "#c28a00", "V": "#c0392b", "F": "#7b3fa0"}


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """Beats that several methods rank."""

    abnormal: NDArray[np.bool_]
    scores: Mapping[str, DoubleArray]


def curves(ranked: Ranked, title: str, path: Path) -> None:
    """Draw ROC and precision-recall curves of all methods."""
    figure = Figure(figsize=(10, 4.6), layout="constrained")
    roc, precision = figure.subplots(1, 2)
    for name, scores in ranked.scores.items():
        ranking = Ranking(scores, ranked.abnormal)
        found, passed = ranking.curve()
        auc, ap = ranking.figures() or (float("nan"), float("nan"))
        places = np.unique(np.linspace(0, len(found) - 1, 2000).astype(int))
        recall = found[places] / found[-1]
        roc.plot(passed[places] / passed[-1], recall, lw=1.2, label=f"{name}  {auc:.3f}")
        share = found[places] / (found[places] + passed[places])
        precision.plot(recall, share, lw=1.2, label=f"{name}  {ap:.3f}")
    _label(roc, "false positive rate", "sensitivity", "AUC")
    _label(precision, "sensitivity", "positive predictivity", "AP")
    roc.set_xscale("symlog", linthresh=0.01)
    roc.set_xlim(0, 1)
    figure.suptitle(title, fontsize=10)
    figure.savefig(path, dpi=DPI)


def _label(axes: Axes, x: str, y: str, legend: str) -> None:
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.set_ylim(0, 1.02)
    axes.grid(alpha=0.3)
    axes.legend(title=legend, fontsize=8, loc="lower left" if legend == "AP" else "lower right")


def histograms(
    scores: Mapping[str, DoubleArray],
    classes: NDArray[np.str_],
    names: Iterable[str],
    about: str,
    path: Path,
) -> None:
    """Draw how the log scores of each class are spread, one panel a score."""
    figure = Figure(figsize=(10, 3.8), layout="constrained")
    for axes, (title, row) in zip(figure.subplots(1, len(scores)), scores.items(), strict=True):
        edges = np.linspace(*np.quantile(row, (0.0005, 0.9995)), 70)
        for name in names:
            axes.hist(
                row[classes == name],
                edges,
                density=True,
                histtype="step",
                color=COLOURS[name],
                label=name,
            )
        axes.set_title(title, fontsize=10)
        axes.set_xlabel("log score")
        axes.set_ylabel("density")
        axes.legend(fontsize=8)
    figure.suptitle(about, fontsize=9)
    figure.savefig(path, dpi=DPI)


def beats(examples: Mapping[str, tuple[FloatArray, FloatArray]], path: Path) -> None:
    """Draw beats with their reconstructions, and the error's size as a strip below."""
    figure = Figure(figsize=(11, 3.6), layout="constrained")
    panels = figure.subplots(2, len(examples), height_ratios=(8, 1), sharex=True)
    errors = {title: np.abs(beat - made) for title, (beat, made) in examples.items()}
    greatest = max(float(error.max()) for error in errors.values())
    time_ms = np.arange(-WINDOW_BEFORE, WINDOW_AFTER) * 1000 / GRID_FS
    for column, (title, (beat, made)) in enumerate(examples.items()):
        above, below = panels[0, column], panels[1, column]
        above.plot(time_ms, beat, color="black", lw=1.2, label="beat")
        above.plot(time_ms, made, color="#1f77b4", lw=1.2, ls="--", label="reconstruction")
        above.set_title(title, fontsize=9)
        below.imshow(
            errors[title][None],
            aspect="auto",
            cmap="inferno",
            vmin=0,
            vmax=greatest,
            extent=(time_ms[0], time_ms[-1], 0, 1),
        )
        below.set_yticks([])
        below.set_xlabel("ms from the R-peak", fontsize=8)
    panels[0, 0].legend(fontsize=8)
    panels[1, 0].set_ylabel("error", fontsize=8, rotation=0, ha="right", va="center")
    figure.savefig(path, dpi=DPI)


def confusion(
    flagged: NDArray[np.bool_],
    classes: NDArray[np.str_],
    records: NDArray[np.str_],
    names: tuple[str, ...],
    path: Path,
) -> None:
    """Draw the share of each record's beats that are flagged, by class, with the counts."""
    rows = sorted(map(str, np.unique(records)))
    share = np.full((len(names), len(rows)), np.nan)
    figure = Figure(figsize=(12, 3.0), layout="constrained")
    axes = figure.subplots()
    for i, name in enumerate(names):
        for j, record in enumerate(rows):
            chosen = (classes == name) & (records == record)
            if not chosen.any():
                continue
            share[i, j] = flagged[chosen].mean()
            text = f"{int(flagged[chosen].sum())}\n{int(chosen.sum())}"
            colour = "white" if share[i, j] > 0.5 else "black"
            axes.text(j, i, text, ha="center", va="center", fontsize=7, color=colour)
    picture = axes.imshow(share, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    axes.set_xticks(range(len(rows)), rows, fontsize=8)
    axes.set_yticks(range(len(names)), names)
    axes.set_title("Flagged at the default threshold, of how many; final scores", fontsize=10)
    figure.colorbar(picture, ax=axes, label="share flagged")
    figure.savefig(path, dpi=DPI)


def history(parts: Mapping[str, list[dict[str, float]]], path: Path) -> None:
    """Draw the named losses of each stage by epoch; the ranking of validation beats is no loss."""
    figure = Figure(figsize=(10, 3.8), layout="constrained")
    for axes, (part, epochs) in zip(figure.subplots(1, len(parts)), parts.items(), strict=True):
        for name in sorted(epochs[0].keys() - {VALIDATION_AUC}):
            losses = [epoch[name] for epoch in epochs]
            axes.plot(range(1, len(epochs) + 1), losses, marker=".", lw=1.2, label=name)
        axes.set_yscale("log")
        axes.set_title(part, fontsize=10)
        axes.set_xlabel("epoch")
        axes.set_ylabel("loss")
        axes.grid(alpha=0.3)
        axes.legend(fontsize=8)
    figure.savefig(path, dpi=DPI)
