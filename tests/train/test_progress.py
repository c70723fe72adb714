import io

import pytest
from rich.console import Console

from sibeat.train.progress import RichProgress, describe_duration, describe_losses


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "0 s"), (59.4, "59 s"), (60, "1 min 00 s"), (3599, "59 min 59 s"), (3900, "1 h 05 min")],
)
def test_durations(seconds: float, text: str) -> None:
    assert describe_duration(seconds) == text


def test_losses_keep_their_order() -> None:
    assert describe_losses({"b": 0.5, "a": 0.0123456}) == "b 0.5  a 0.01235"


def test_without_a_terminal_each_epoch_is_a_line() -> None:
    text = io.StringIO()
    with RichProgress(Console(file=text, width=100)) as progress:
        progress.stage("teacher", "training")
        for epoch in (3, 4):
            progress.start_epoch(epoch, 5, n_batches=2)
            progress.step({"reconstruction": 0.5})
            progress.end_epoch(epoch, {"reconstruction": 0.25})
        progress.note("[brackets] stay")
    shown = text.getvalue()
    assert "teacher  training" in shown
    assert "epoch 4/5  reconstruction 0.25" in shown
    assert "epoch 5/5  reconstruction 0.25  0 s left" in shown
    assert "[brackets] stay" in shown


def test_on_a_terminal_the_bar_shows_epoch_and_losses() -> None:
    text = io.StringIO()
    with RichProgress(Console(file=text, width=120, force_terminal=True)) as progress:
        progress.stage("distil", "distilling")
        progress.start_epoch(0, 2, n_batches=4)
        progress.step({"reconstruction": 0.125})
    assert "distil 1/2" in text.getvalue()
    assert "reconstruction 0.125" in text.getvalue()
