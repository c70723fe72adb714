"""What the monitor does once before its first step."""

import gc

from sibeat.cli.monitoring import spare_what_is_loaded


def test_what_is_loaded_is_never_walked_again() -> None:
    gc.unfreeze()
    held = [[] for _ in range(1000)]
    try:
        spare_what_is_loaded()
        assert gc.get_freeze_count() > len(held)
        assert len(gc.get_objects()) < len(held), "a collection walks what came since, no more"
    finally:
        gc.unfreeze()
