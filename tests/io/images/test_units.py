"""Units of lengths and times."""

from __future__ import annotations

import pytest

from cloudscope_widgets.io.images.units import in_micrometres, in_seconds, positive


@pytest.mark.parametrize("unit", ["um", "µm", "μm", "\\u00B5m", "\\u03bcm", "micron", "Microns", "micrometer", " um "])
def test_micrometres_are_known_by_all_their_names(unit: str) -> None:
    assert in_micrometres(0.25, unit) == 0.25


@pytest.mark.parametrize(
    ("unit", "um"), [("nm", 1e-3), ("mm", 1e3), ("cm", 1e4), ("m", 1e6), ("inch", 25400.0), ("in", 25400.0)]
)
def test_other_lengths_are_converted(unit: str, um: float) -> None:
    assert in_micrometres(1.0, unit) == pytest.approx(um)


@pytest.mark.parametrize("unit", ["pixel", "pixels", "", "gray value", "sec", "furlong", "mmm"])
def test_what_is_no_length_is_not_known(unit: str) -> None:
    assert in_micrometres(1.0, unit) is None


@pytest.mark.parametrize(
    ("unit", "seconds"),
    [
        *(("s", 1.0), ("sec", 1.0), ("seconds", 1.0), ("ms", 1e-3), ("msec", 1e-3), ("Milliseconds", 1e-3)),
        *(("us", 1e-6), ("µs", 1e-6), ("\\u00B5s", 1e-6), ("min", 60.0), ("ns", 1e-9)),
    ],
)
def test_times_are_converted(unit: str, seconds: float) -> None:
    assert in_seconds(1.0, unit) == pytest.approx(seconds)


@pytest.mark.parametrize("unit", ["hour", "hours", "h", "frames", "frame", "pixel", "", "day", "um", "Hz"])
def test_what_is_no_time_of_a_line_is_not_known(unit: str) -> None:
    assert in_seconds(1.0, unit) is None


@pytest.mark.parametrize("said", [0, -1, "NaN", "inf", "1e999", "2,5", "", None, [], 10**400])
def test_what_is_no_size_is_not_known(said: object) -> None:
    assert positive(said) is None
