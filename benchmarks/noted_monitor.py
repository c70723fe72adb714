"""``sibeat monitor`` itself, with a note of each moment at which something reached the disk.

``python -m benchmarks.noted_monitor NOTES OPTIONS...`` writes at its end, as JSON, one
``[file, bytes, clock_s, processor_s]`` for each sync: inode and length of the file, the monotonic
clock and the processor time of this process when the sync had returned.
"""

import json
import os
import sys
import time
from pathlib import Path
from unittest.mock import patch

from sibeat.cli import app
from sibeat.cli.errors import guarded
from sibeat.monitor.sinks.disk import Disk


def main() -> None:
    """Run the monitor with the options that follow the name of the notes."""
    path = Path(sys.argv.pop(1))
    sys.argv.insert(1, "monitor")
    notes: list[tuple[int, int, float, float]] = []
    sync = Disk.sync

    def noting_sync(disk: Disk, fd: int) -> None:
        sync(disk, fd)
        file = os.fstat(fd)
        notes.append((file.st_ino, file.st_size, time.monotonic(), time.process_time()))

    try:
        with patch.object(Disk, "sync", noting_sync):
            app.main()
    finally:
        path.write_text(json.dumps(notes), encoding="utf-8")


if __name__ == "__main__":
    guarded(main)
