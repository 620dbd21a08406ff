"""Systems that tests pretend to run on."""

from __future__ import annotations

import pytest

from cloudscope_widgets.io.platform import files as platform


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "_system", lambda: "Windows")
