"""The value of one pixel, of any type."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from cloudscope_widgets.widgets.image.raw_value import raw_value


@pytest.mark.parametrize(
    ("dtype", "value", "told"),
    [
        ("uint8", 200, 200),
        (">u2", 40_000, 40_000),
        ("int64", -(2**40), -(2**40)),
        ("bool", True, 1),
        ("float16", 0.5, 0.5),
        ("float64", -1e-9, -1e-9),
        ("float32", np.nan, None),
        ("float32", np.inf, None),
    ],
)
def test_a_pixel_of_any_type_is_a_number_or_missing(dtype: str, value: Any, told: float | None) -> None:  # noqa: ANN401
    pixels = np.zeros((4, 3), dtype)
    pixels[2, 1] = value
    found = raw_value(pixels, 2, 1)
    assert found == told
    assert type(found) in {int, float, type(None)}
