"""Fixtures of the tests of widgets."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import ipywidgets
import pytest

sys.path.insert(0, str(Path(__file__).parent))  # tests are no package


@pytest.fixture(autouse=True)
def no_widget_is_left_over() -> Iterator[None]:
    """Close what a test leaves open, so that widgets of one test never hear of another."""
    yield
    ipywidgets.Widget.close_all()
