"""How often faults are provoked: a few times in every run, and very often in the long runs."""

from __future__ import annotations

import pytest

from tests.soak import IS_SOAK


@pytest.fixture(scope="session")
def is_soak() -> bool:
    """Whether the long runs were asked for."""
    return IS_SOAK
