import importlib.util

import pytest

from sibeat.cli.extras import require_packages
from sibeat.ecg.errors import ConfigError


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "sklearn" else object()
    )
    with pytest.raises(ConfigError, match="judging beats needs sklearn, not installed here"):
        require_packages("judging beats", "torch", "sklearn")
    require_packages("judging beats", "torch")
