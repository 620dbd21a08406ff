"""Fixtures of the tests of widgets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ipywidgets
import numpy as np
import pytest

from cloudscope_widgets.widgets.image.image_viewer import ImageViewer
from tests.widgets.fake_page import FakePage


@pytest.fixture(autouse=True)
def no_widget_is_left_over() -> Iterator[None]:
    """Close what a test leaves open, so that widgets of one test never hear of another."""
    ipywidgets.Widget.close_all()  # of tests elsewhere
    yield
    ipywidgets.Widget.close_all()


@pytest.fixture
def pixels() -> Any:  # noqa: ANN401  (an array)
    return np.random.default_rng(3).integers(100, 900, (100, 20)).astype(np.uint16)


@pytest.fixture
def viewer(pixels: Any) -> ImageViewer:  # noqa: ANN401  (an array)
    return ImageViewer(pixels)


@pytest.fixture
def page(viewer: ImageViewer) -> FakePage:
    return FakePage(viewer)
