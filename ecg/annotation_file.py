"""Append-only writer of WFDB annotation files.

After every ``write`` the file is whole: it ends with the format's end marker, which the next
annotation overwrites, so a kill leaves all that was written. A beat that is found late is put at
its place by rewriting the few annotations after it; only the last `N_REWRITABLE` stay in memory.
"""

import re
from bisect import bisect_right
from dataclasses import replace
from io import FileIO
from pathlib import Path
from typing import Self, SupportsIndex

from .errors import OutputError, no_room
from .mit_format import END, ORIGIN, EncodedAnnotation, after, encode, time_resolution

N_REWRITABLE = 64
"""annotations that a late one is still sorted among; chosen by us: half a minute of beats, far
more than a search-back reaches"""


def annotation_file_name(record_name: str, extension: str) -> str:
    """Name an annotation file as WFDB allows it: letters, digits, hyphens, underscores.

    >>> annotation_file_name("holter/my rec.1", "sib")
    'my_rec_1.sib'
    """
    stem = re.sub(r"[^A-Za-z0-9_-]", "_", Path(record_name).name)
    return f"{stem or 'record'}.{extension}"


class AnnotationWriter:
    """Write annotations one at a time; the file can be read after each.

    Parameters
    ----------
    path : the file; an existing one is replaced, a missing folder is made
    fs : Hz, noted in the file as WFDB does it; None leaves it to the record's header

    Raises
    ------
    OutputError
        when the file cannot be made
    """

    def __init__(self, path: Path, fs: float | None = None) -> None:
        self.path = path
        self.n_out_of_order = 0
        """annotations so late that they were added at the tail's beginning, out of order"""
        self._tail = [ORIGIN]  # the last annotations, after the one that they build on
        self._tail_offset = 0  # byte at which the second of them begins
        self._end = 0  # byte at which the end marker is
        is_new = not path.exists()
        self._file = self._create()
        header = b"" if fs is None else time_resolution(fs)
        try:
            self._put(0, header)
        except OutputError:
            self._file.close()
            if is_new:  # nothing is better than a file that is none
                path.unlink(missing_ok=True)
            raise
        self._tail_offset = self._end

    def write(
        self,
        sample: SupportsIndex,
        symbol: str,
        aux_note: str = "",
        subtype: SupportsIndex = 0,
        chan: SupportsIndex = 0,
    ) -> None:
        """Add one annotation at its place in time.

        Parameters
        ----------
        sample : index in the record, not negative; may be before the last ones
        symbol : WFDB symbol: ``N``, ``V``, ``~`` ...
        aux_note : at most 255 characters of Latin-1; others become ``?``
        subtype : -128 to 127
        chan : number of the lead, 0 to 255

        Raises
        ------
        OutputError
            when the disk does not take it; the file holds what it held before, and the same call
            may be made again
        ValueError
            for what the format cannot hold, see `mit_format.encode`
        """
        new = encode(sample, symbol, aux_note, subtype, chan)
        place = bisect_right(self._tail, new.sample, lo=1, key=lambda earlier: earlier.sample)
        late = place < len(self._tail)
        following = [replace(new, long_step=late), *self._tail[place:]]
        offset = self._end - len(_joined(self._tail[place - 1 :]))
        self._put(offset, _joined([self._tail[place - 1], *following]))
        self.n_out_of_order += new.sample < self._tail[place - 1].sample
        self._tail[place:] = following
        self._forget_oldest()

    def close(self) -> None:
        """Close the file, which is whole already. Closing twice is fine."""
        try:
            self._file.close()
        except OSError as error:
            raise self._failure(error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _create(self) -> FileIO:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            return FileIO(self.path, "w")
        except OSError as error:
            raise self._failure(error) from error

    def _forget_oldest(self) -> None:
        while len(self._tail) > N_REWRITABLE + 1:
            self._tail_offset += len(after(self._tail[0], self._tail[1]))
            del self._tail[0]

    def _put(self, offset: int, content: bytes) -> None:
        """Overwrite the file from `offset` on; on failure put back what was there."""
        try:
            self._write_all(offset, content + END)
        except OSError as error:
            self._restore()
            raise self._failure(error) from error
        self._end = offset + len(content)

    def _write_all(self, offset: int, content: bytes) -> None:
        self._file.seek(offset)
        while content:  # a disk that fills takes a part
            content = content[self._file.write(content) :]

    def _restore(self) -> None:
        """Rewrite the tail as it was: these bytes had room before."""
        try:
            self._write_all(self._tail_offset, _joined(self._tail) + END)
            self._file.truncate(self._end + len(END))
        except OSError:
            return  # nothing more can be done; the first error says what happened

    def _failure(self, error: OSError) -> OutputError:
        return no_room(f"annotations to {self.path}", error)


def _joined(chain: list[EncodedAnnotation]) -> bytes:
    """Bytes of all annotations of a chain but its first, which they come after."""
    return b"".join(map(after, chain, chain[1:]))
