"""What all tests share: where the real database is."""

import os
from pathlib import Path

import pytest

MITDB_BESIDE_THE_PROJECT = Path(__file__).parents[1].parent / "shared" / "data" / "mitdb"


@pytest.fixture(scope="session")
def mitdb() -> Path:
    """Folder of the MIT-BIH Arrhythmia Database; skips, saying so, where it is absent."""
    folder = Path(os.environ.get("SIBEAT_MITDB", MITDB_BESIDE_THE_PROJECT))
    if not (folder / "100.hea").exists():
        pytest.skip(f"no MIT-BIH database at {folder}: set SIBEAT_MITDB to its folder")
    return folder
