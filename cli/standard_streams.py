"""Standard streams as a program needs them: all three open, whatever its starter closed."""

import os
import sys

STREAMS = (("stdin", "r"), ("stdout", "w"), ("stderr", "w"))
"""in the order of their numbers: a file takes the lowest that is free"""


def open_closed() -> None:
    """Lead closed streams to nowhere: else the next file to be opened gets the number of one.

    An alert log with the number of standard error would hold what libraries say there.
    """
    for name, mode in STREAMS:
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode))


def take_any_letter() -> None:
    """Write what the terminal's encoding has no letter for as ``?``."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
