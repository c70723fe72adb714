"""Annotations: WFDB symbols, their AAMI classes in three mappings, and reading annotation files.

Learning papers, the published BeatGAN and the EC57 tools sort escape beats (e, j, n) into different
classes. A figure is worth nothing without the name of its mapping, so no function guesses one
silently: ``ec57`` is that of WFDB's ``bxb``.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Literal, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .errors import RecordError
from .mit_format import DecodedAnnotation, decode, decode_each, is_definition, take_definitions
from .wfdb_segment import read_header

AamiClass: TypeAlias = Literal["N", "S", "V", "F", "Q"]
Mapping: TypeAlias = Literal["ec57", "learning", "beatgan"]
IntArray: TypeAlias = NDArray[np.int64]

BEAT_SYMBOLS = frozenset("NLRBejnAaJSVErF/fQ?")
"""Symbols that mark a QRS complex (``isqrs`` of WFDB's ecgmap.h)."""


def _by_symbol(**symbols: str) -> dict[str, AamiClass]:
    """Turn class -> its symbols into symbol -> class."""
    classes: tuple[AamiClass, ...] = ("N", "S", "V", "F", "Q")
    return {symbol: name for name in classes for symbol in symbols[name]}


_CLASS_OF: dict[Mapping, dict[str, AamiClass]] = {
    # bxb(1): escape beats are supraventricular
    "ec57": _by_symbol(N="NLRB", S="AaJSejn", V="VEr", F="F", Q="/fQ?"),
    # ANSI/AAMI EC57 as learning papers read it (de Chazal 2004, table I): escape beats stay normal
    "learning": _by_symbol(N="NLRBejn", S="AaJS", V="VEr", F="F", Q="/fQ?"),
    # Zhou et al., IJCAI 2019, published code: other symbols are not used at all
    "beatgan": _by_symbol(N="NLR", S="aJASje", V="VE", F="F", Q="/fQ"),
}


def is_beat(symbol: str) -> bool:
    """Say whether a WFDB symbol marks a beat (and not rhythm, noise, a wave or a comment)."""
    return symbol in BEAT_SYMBOLS


def aami_class(symbol: str, mapping: Mapping = "ec57") -> AamiClass | None:
    """AAMI class of a WFDB symbol.

    Parameters
    ----------
    symbol : WFDB symbol, one character
    mapping : ``ec57`` (as WFDB's bxb: e, j, n are S), ``learning`` (e, j, n are N) or
        ``beatgan`` (as published: e, j are S; B, n, r and ? are not used)

    Returns
    -------
    N, S, V, F or Q; None for what is no beat, or is not used by the mapping
    """
    return _CLASS_OF[mapping].get(symbol)


@dataclass(frozen=True, slots=True, eq=False)
class Annotations:
    """The annotations of one record, in order of their samples."""

    samples: IntArray
    """(n_annotations,), index in the record"""
    symbols: tuple[str, ...]
    """n_annotations WFDB symbols"""
    subtypes: IntArray
    """(n_annotations,), -128 to 127; of NOISE annotations the signal quality"""
    aux_notes: tuple[str, ...]
    """n_annotations texts, empty where there is none"""
    fs: float | None
    """sampling rate that the samples count in, Hz; None when neither file nor header says it"""

    def __len__(self) -> int:
        return len(self.samples)

    @classmethod
    def of(
        cls,
        samples: Sequence[int] | IntArray,
        symbols: Iterable[str],
        *,
        subtypes: Sequence[int] | IntArray | None = None,
        aux_notes: Iterable[str] | None = None,
        fs: float | None,
    ) -> Self:
        """Build from plain sequences; subtypes default to 0, notes to none."""
        n = len(samples)
        return cls(
            samples=np.asarray(samples, dtype=np.int64),
            symbols=tuple(symbols),
            subtypes=np.asarray([0] * n if subtypes is None else subtypes, dtype=np.int64),
            aux_notes=("",) * n if aux_notes is None else tuple(aux_notes),
            fs=fs,
        )

    def in_order(self) -> "Annotations":
        """Sort by sample; annotations of one sample stay in the order that they had."""
        order = np.argsort(self.samples, kind="stable")
        return Annotations(
            samples=self.samples[order],
            symbols=tuple(self.symbols[i] for i in order),
            subtypes=self.subtypes[order],
            aux_notes=tuple(self.aux_notes[i] for i in order),
            fs=self.fs,
        )

    @property
    def beat_mask(self) -> NDArray[np.bool_]:
        """(n_annotations,), True where the annotation marks a beat."""
        return np.fromiter(map(is_beat, self.symbols), dtype=np.bool_, count=len(self))


def read_annotations(path: Path, extension: str) -> Annotations:
    """Read the WFDB annotation file ``path.extension``.

    Parameters
    ----------
    path : the record, without extension; its header, where there is one, gives ``fs`` if the
        annotation file does not
    extension : the annotator's name: ``atr``, ``sib``

    Raises
    ------
    RecordError
        when the file is missing or is no annotation file
    """
    file = path.with_name(f"{path.name}.{extension}")
    if not file.is_file():
        raise RecordError(
            f"no annotation file {file}: expected a file of annotator {extension!r} beside "
            f"record {path.name!r}; check the folder and the annotator's name"
        )
    try:
        content = file.read_bytes()
        decoded, fs = take_definitions(decode(content))
    except (OSError, ValueError) as error:
        raise _no_annotations(file, error) from error
    return Annotations.of(
        [annotation.sample for annotation in decoded],
        [annotation.symbol for annotation in decoded],
        subtypes=[annotation.subtype for annotation in decoded],
        aux_notes=[annotation.aux_note for annotation in decoded],
        fs=fs or _fs_of_header(path),
    ).in_order()


def annotations_in(file: Path) -> Iterator[DecodedAnnotation]:
    """Read an annotation file of any length one annotation at a time, in the file's order.

    Raises
    ------
    RecordError
        when the file is missing or is no annotation file; after those before that place
    """
    try:
        with file.open("rb") as opened:
            if not os.fstat(opened.fileno()).st_size:
                return
            with mmap(opened.fileno(), 0, access=ACCESS_READ) as content:
                for annotation in decode_each(content):
                    if not is_definition(annotation):
                        yield annotation
    except (OSError, ValueError) as error:
        raise _no_annotations(file, error) from error


def _no_annotations(file: Path, error: Exception) -> RecordError:
    return RecordError(
        f"cannot read {file}: {error}; expected a WFDB annotation file in MIT format, it may "
        "be truncated or something else"
    )


def _fs_of_header(path: Path) -> float | None:
    """Sampling rate by the record's header; None without one."""
    if not path.with_name(f"{path.name}.hea").is_file():
        return None
    return float(read_header(path).fs)
