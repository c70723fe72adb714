"""Records fetched from PhysioNet by name (``mitdb/208``) into the user's cache directory.

The header comes last into its place: where it is, the record is whole.
"""

import contextlib
import io
import tempfile
from pathlib import Path, PurePosixPath

from sibeat.ecg.errors import RecordError


def fetch(name: str) -> Path:
    """Give the local copy of a PhysioNet record, fetching it when there is none.

    Parameters
    ----------
    name : str
        Database, folders if any, record: ``mitdb/208``.

    Returns
    -------
    Path
        The record without extension.

    Raises
    ------
    RecordError
        It is not here and cannot be fetched.
    """
    stem = _cache() / name
    if stem.with_name(f"{stem.name}.hea").is_file():
        return stem
    database, _, record = name.partition("/")
    try:
        _cache().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=_cache(), prefix="fetching-") as folder:
            for file in _download(database, record, Path(folder)):
                target = _cache() / database / file
                target.parent.mkdir(parents=True, exist_ok=True)
                (Path(folder) / file).replace(target)
    except (OSError, ValueError, LookupError) as error:
        raise RecordError(
            f"there is no file {name} here, and fetching it from PhysioNet failed "
            f"({_reason(error)}): check the path, the name or the network"
        ) from error
    return stem


def _cache() -> Path:
    import platformdirs

    return Path(platformdirs.user_cache_path("sibeat")) / "physionet"


def _download(database: str, record: str, folder: Path) -> list[str]:
    """Fetch a record and its segments; gives the files, the record's header last."""
    import wfdb

    header = f"{record}.hea"
    _download_files(database, folder, [header])
    fields = wfdb.rdheader(str(folder / record))
    parent = PurePosixPath(record).parent
    if isinstance(fields, wfdb.MultiRecord):
        files = [
            file
            for segment in dict.fromkeys(fields.seg_name)
            if segment != "~"
            for file in _download(database, str(parent / segment), folder)
        ]
    else:
        names = (PurePosixPath(file).name for file in fields.file_name or [])
        signals = dict.fromkeys(name for name in names if name != "~")
        files = [str(parent / file) for file in signals]
        _download_files(database, folder, files)
    return [*files, header]


def _download_files(database: str, folder: Path, files: list[str]) -> None:
    import wfdb

    with contextlib.redirect_stdout(io.StringIO()):  # it prints its progress where our JSON goes
        wfdb.dl_files(database, str(folder), files)


def _reason(error: Exception) -> str:
    """Shorten a network error, whose text may be a page, to its kind and its beginning."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:120]}{'...' if len(text) > 120 else ''}"
