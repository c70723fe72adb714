"""Each training's folder has a name of its own."""

from pathlib import Path

import pytest

from sibeat.ecg.errors import UsageError
from sibeat.train.run_names import names_of


def test_names_are_the_shortest_ends_that_differ() -> None:
    assert names_of([Path("a/run"), Path("a/next")]) == ["run", "next"]
    assert names_of([Path("x/a/run"), Path("x/b/run")]) == ["a/run", "b/run"]
    assert names_of([]) == []


def test_a_folder_twice_is_refused() -> None:
    with pytest.raises(UsageError, match="given twice"):
        names_of([Path("a/run"), Path("a/b/../run")])
