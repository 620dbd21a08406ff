"""How often faults are provoked: a few times in every run, and very often with ``CLOUDSCOPE_SOAK=1`` (make soak)."""

from __future__ import annotations

import os

import pytest


@pytest.fixture(scope="session")
def is_soak() -> bool:
    """Whether the long runs were asked for."""
    return os.environ.get("CLOUDSCOPE_SOAK", "") not in {"", "0"}
