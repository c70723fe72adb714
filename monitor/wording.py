"""How figures and lines are written for people."""

import textwrap


def counted(n: int, one: str, many: str = "") -> str:
    """Write a number of things: ``1 gap``, ``1,211 samples``."""
    return f"{n:,} {one if n == 1 else many or f'{one}s'}"


def broken(text: str, width: int | None, begin: str = "", hang: int | None = None) -> str:
    """Break a line between words where it is longer than `width`; what follows hangs.

    Parameters
    ----------
    text : one line
    width : columns; None: as long as it is
    begin : what stands before it
    hang : columns before what follows; None: as many as before the text
    """
    if width is None:
        return begin + text
    further = " " * (len(begin) if hang is None else hang)
    return "\n".join(
        textwrap.wrap(
            text,
            width,
            initial_indent=begin,
            subsequent_indent=further,
            break_long_words=False,
            break_on_hyphens=False,
        )
    )


def factor_text(factor: float) -> str:
    """Write how many times as fast: ``3.94``, ``20,571``."""
    return f"{factor:,.0f}" if factor >= 100 else f"{factor:.3g}"


def span(seconds: float) -> str:
    """Write a length of time: ``4.21 s``, ``30 min 06 s``, ``24 h 00 min``."""
    if seconds < 60:
        return f"{seconds:.3g} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02} s"
    return f"{minutes // 60} h {minutes % 60:02} min"
