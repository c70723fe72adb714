from pathlib import Path

import pytest

from sibeat.monitor.recording import parts
from sibeat.monitor.recording.format import encode_block, encode_entry
from sibeat.monitor.recording.reader import RecordingReader

from .conftest import HEADER, SmallDisk, entry


def test_a_disk_that_is_full_from_the_start_costs_the_oldest_but_not_the_header(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "MOST_BLOCKS", 5)
    disk = SmallDisk(0)
    writer = parts.PartWriter(tmp_path / "s", HEADER, disk)
    blocks = [encode_block(b"A", n + 1, encode_entry(entry(n))) for n in range(20)]
    for block in blocks:
        writer.append(block)
    disk.room = 1 << 20
    writer.retry()
    writer.close()
    reader = RecordingReader(tmp_path / "s")
    assert reader.header["name"] == "s"
    told = list(reader.entries())
    assert told[-4:] == [entry(n) for n in range(16, 20)]
    assert writer.n_lost == reader.survey.n_missing == 16
