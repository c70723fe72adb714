"""The bytes of the MIT annotation format, written one annotation at a time and read back.

An annotation is a word that holds its code and the step in time from the annotation before, then
words for what is not usual: subtype, lead, note. The file ends with a zero word. Reading is ours
too, since ``wfdb.rdann`` never returns from some damaged files.

References
----------
WFDB Applications Guide, annot(5), "MIT format".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from mmap import mmap
from operator import index
from typing import SupportsIndex

# Numbers of the MIT annotation format (WFDB, ecgcodes.h); the symbols are those of ``wfdb.rdann``.
SYMBOL_CODES: dict[str, int] = {
    "N": 1, "L": 2, "R": 3, "a": 4, "V": 5, "F": 6, "J": 7, "A": 8, "S": 9, "E": 10, "j": 11,
    "/": 12, "Q": 13, "~": 14, "|": 16, "s": 18, "T": 19, "*": 20, "D": 21, '"': 22, "=": 23,
    "p": 24, "B": 25, "^": 26, "t": 27, "+": 28, "u": 29, "?": 30, "!": 31, "[": 32, "]": 33,
    "e": 34, "n": 35, "@": 36, "x": 37, "f": 38, "(": 39, ")": 40, "r": 41,
}  # fmt: skip


END = b"\0\0"
"""what the last annotation is followed by"""

# Codes of annot(5) beside those of the symbols
_SKIP, _NUM, _SUB, _CHAN, _AUX = 59, 60, 61, 62, 63
_NOTE = SYMBOL_CODES['"']
_MAX_CODE = 49
"""annot(5), ecgcodes.h: the last code that an annotation may have"""

_RATE_NOTE = "## time resolution: "
_CODE_SYMBOLS = {code: symbol for symbol, code in SYMBOL_CODES.items()}

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
    note = _word(_NOTE, 0) + _aux(_RATE_NOTE + rate)
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


@dataclass(slots=True)
class DecodedAnnotation:
    """An annotation as it was read."""

    sample: int
    code: int
    chan: int
    subtype: int = 0
    aux_note: str = ""

    @property
    def symbol(self) -> str:
        """WFDB symbol; ``[42]`` for a code without one, as WFDB names it."""
        return _CODE_SYMBOLS.get(self.code, f"[{self.code}]")


def decode(content: bytes) -> list[DecodedAnnotation]:
    """Read all annotations of a file, those without meaning (code 0) left out.

    Raises
    ------
    ValueError
        when the bytes break off within an annotation or are none
    """
    return list(decode_each(content))


def decode_each(content: bytes | mmap) -> Iterator[DecodedAnnotation]:
    """Read the annotations of a file one by one, as :func:`decode` does.

    Raises
    ------
    ValueError
        when the bytes break off within an annotation or are none; after those before that place
    """
    last: DecodedAnnotation | None = None
    sample = chan = n_found = 0
    for code, value, data in _fields(content):
        if code == _SKIP:
            sample += _signed_skip(data)
        elif code <= _MAX_CODE:
            yield from _whole(last)
            sample += value
            last = DecodedAnnotation(sample, code, chan)
            n_found += 1
        elif code in (_NUM, _SUB, _CHAN, _AUX) and last is not None:
            _extend(last, code, value, data)
            chan = last.chan
        else:
            raise ValueError(f"code {code} after {n_found} annotations")
    yield from _whole(last)


def _whole(annotation: DecodedAnnotation | None) -> Iterator[DecodedAnnotation]:
    """Yield an annotation that is complete, if it means something."""
    if annotation is None:
        return
    if annotation.sample < 0:
        raise ValueError("an annotation before sample 0")
    if annotation.code:
        yield annotation


def take_definitions(
    annotations: list[DecodedAnnotation],
) -> tuple[list[DecodedAnnotation], float | None]:
    """Split off the notes at sample 0 that describe the file.

    Returns
    -------
    annotations : the others
    fs : Hz, None when no note says it
    """
    rest, fs = [], None
    for annotation in annotations:
        note = annotation.aux_note
        if not is_definition(annotation):
            rest.append(annotation)
        elif note.startswith(_RATE_NOTE):
            fs = float(note.removeprefix(_RATE_NOTE))
    return rest, fs


def is_definition(annotation: DecodedAnnotation) -> bool:
    """Say whether this is a note at sample 0 that describes the file."""
    is_note = annotation.sample == 0 and annotation.code == _NOTE
    return is_note and annotation.aux_note.startswith("## ")


def _fields(content: bytes | mmap) -> Iterator[tuple[int, int, bytes]]:
    """Code, value and following bytes of each word, up to the end marker or the last byte."""
    if not content:
        raise ValueError("it is empty, without even the mark of the end")
    at = 0
    while at < len(content) and content[at : at + 2] != END:
        word = int.from_bytes(content[at : at + 2], "little")
        code, value = word >> 10, word & _MAX_STEP
        size = 4 if code == _SKIP else value if code == _AUX else 0
        stop = at + 2 + size
        if stop > len(content):
            raise ValueError(f"it breaks off after {len(content)} bytes, within an annotation")
        yield code, value, content[at + 2 : stop]
        at = stop + size % 2


def _signed_skip(data: bytes) -> int:
    high = int.from_bytes(data[:2], "little", signed=True)
    return (high << 16) + int.from_bytes(data[2:], "little")


def _extend(annotation: DecodedAnnotation, code: int, value: int, data: bytes) -> None:
    if code == _SUB:
        annotation.subtype = (value & 0xFF) - 256 * (value >> 7 & 1)
    elif code == _CHAN:
        annotation.chan = value & 0xFF
    elif code == _AUX:
        annotation.aux_note = data.decode("latin-1").rstrip("\0")
