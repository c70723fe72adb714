"""The bytes of the MIT annotation format, one annotation at a time.

An annotation is a word that holds its code and the step in time from the annotation before, then
words for what is not usual: subtype, lead, note. The file ends with a zero word.

References
----------
WFDB Applications Guide, annot(5), "MIT format".
"""

from dataclasses import dataclass
from operator import index
from typing import SupportsIndex

from .annotation import SYMBOL_CODES

END = b"\0\0"
"""what the last annotation is followed by"""

# Codes of annot(5) beside those of the symbols
_SKIP, _SUB, _CHAN, _AUX = 59, 61, 62, 63
_NOTE = SYMBOL_CODES['"']

_MAX_STEP = 1023
"""samples that fit the ten bits of a word; longer and backward steps take a SKIP"""
_MAX_SKIP = 2**31 - 1
_MAX_AUX = 255


@dataclass(frozen=True, slots=True)
class EncodedAnnotation:
    """An annotation, encoded as far as it does not depend on the one before."""

    sample: int
    code: int
    chan: int
    extras: bytes
    """subtype and note"""
    long_step: bool = False
    """step written as a SKIP even where a word would do, so that a file which this annotation is
    inserted into never becomes shorter"""


ORIGIN = EncodedAnnotation(sample=0, code=0, chan=0, extras=b"")
"""where a file begins: what the first annotation comes after"""


def encode(
    sample: SupportsIndex,
    symbol: str,
    aux_note: str = "",
    subtype: SupportsIndex = 0,
    chan: SupportsIndex = 0,
) -> EncodedAnnotation:
    """Encode one annotation, and refuse what readers would not give back.

    Raises
    ------
    ValueError
        for a negative sample, an unknown symbol, a note at sample 0 (where WFDB keeps the
        sampling rate), a note over 255 characters, a subtype or lead that needs more than a byte
    """
    if symbol not in SYMBOL_CODES:
        raise ValueError(f"annotation symbol {symbol!r}: expected one of {''.join(SYMBOL_CODES)}")
    sample, subtype, chan = index(sample), index(subtype), index(chan)
    first = 1 if symbol == '"' else 0
    if sample < first:
        raise ValueError(f"annotation {symbol!r} at sample {sample}: expected {first} or more")
    if not (-128 <= subtype <= 127 and 0 <= chan <= 255):
        raise ValueError(f"subtype {subtype}, chan {chan}: expected -128..127 and 0..255")
    extras = _word(_SUB, subtype & 0xFF) if subtype else b""
    return EncodedAnnotation(sample, SYMBOL_CODES[symbol], chan, extras + _aux(aux_note))


def after(previous: EncodedAnnotation, annotation: EncodedAnnotation) -> bytes:
    """Bytes of an annotation that follows `previous` in the file."""
    step = _step(annotation.sample - previous.sample, annotation.code, annotation.long_step)
    new_chan = annotation.chan != previous.chan  # readers carry the lead over
    return step + (_word(_CHAN, annotation.chan) if new_chan else b"") + annotation.extras


def time_resolution(fs: float) -> bytes:
    """Note the sampling rate at a file's beginning as WFDB 10.7 does.

    The note is followed by an empty annotation one step after a step back, which no reader shows.
    """
    rate = str(int(fs)) if float(fs).is_integer() else repr(float(fs))
    note = _word(_NOTE, 0) + _aux(f"## time resolution: {rate}")
    return note + _skip(-1) + _word(0, 1)


def _word(code: int, value: int) -> bytes:
    return (code << 10 | value).to_bytes(2, "little")


def _skip(n_samples: int) -> bytes:
    high, low = divmod(n_samples & 0xFFFFFFFF, 1 << 16)
    return _word(_SKIP, 0) + high.to_bytes(2, "little") + low.to_bytes(2, "little")


def _step(n_samples: int, code: int, as_skip: bool) -> bytes:
    if not as_skip and 0 <= n_samples <= _MAX_STEP:
        return _word(code, n_samples)
    n_longest, rest = divmod(n_samples, _MAX_SKIP) if n_samples > 0 else (0, n_samples)
    return _skip(_MAX_SKIP) * n_longest + _skip(rest) + _word(code, 0)


def _aux(note: str) -> bytes:
    text = note.encode("latin-1", errors="replace")
    if len(text) > _MAX_AUX:
        raise ValueError(f"aux_note of {len(text)} characters: expected at most {_MAX_AUX}")
    padding = b"\0" * (len(text) % 2)
    return _word(_AUX, len(text)) + text + padding if text else b""
