"""Fixtures of the tests of widgets."""

from __future__ import annotations

from collections.abc import Iterator

import ipywidgets
import pytest


@pytest.fixture(autouse=True)
def no_widget_is_left_over() -> Iterator[None]:
    """Close what a test leaves open, so that widgets of one test never hear of another."""
    yield
    ipywidgets.Widget.close_all()
