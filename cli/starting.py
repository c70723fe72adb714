"""A word on the terminal while what takes seconds is loaded: numbers, models, detectors."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

WORD = "starting ..."


@contextmanager
def starting() -> Iterator[None]:
    """Show a word while the block runs; the next line takes its place. Terminals alone see it."""
    shown = sys.stderr.isatty() and sys.stdout.isatty()
    if shown:
        _show(WORD)
    try:
        yield
    finally:
        if shown:
            _show(" " * len(WORD))


def _show(text: str) -> None:
    with suppress(OSError):  # the terminal is gone: nobody looks
        print(text, end="\r", file=sys.stderr, flush=True)
