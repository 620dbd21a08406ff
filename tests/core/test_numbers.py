"""What a number or a text may be: what is accepted comes back from a file, and the rest is refused in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest

from cloudscope_widgets.core.contrast import ChannelContrast, ContrastSet
from cloudscope_widgets.core.events import Event
from cloudscope_widgets.core.experiment import Experiment
from cloudscope_widgets.core.header import Calibration
from cloudscope_widgets.core.numbers import (
    checked_number,
    checked_size,
    checked_text,
    checked_whole,
    shown,
    within_limits,
)
from cloudscope_widgets.core.params import Param
from cloudscope_widgets.core.roi import LineRoi, RectRoi

LONG = -(10**5000)
"""Longer than Python spells numbers."""
NO_NUMBERS = [None, "5", True, float("nan"), float("inf"), -float("inf"), 1j, [5], np.float64("nan"), Fraction(1, 2)]


@pytest.mark.parametrize("value", [0, -0.0, 5e-324, -1e100, 2**53, 2**60, np.uint8(7), np.float32(0.1)])
def test_a_number_keeps_its_value_as_a_float(value: float) -> None:
    found = checked_number("depth", value)
    assert type(found) is float
    assert found == value


@pytest.mark.parametrize("value", [*NO_NUMBERS, 1e300, -1e101, 10**400, LONG, 2**53 + 1, 2**63 - 1], ids=shown)
def test_what_no_file_keeps_is_no_number(value: object) -> None:
    with pytest.raises(ValueError, match=r"^gain must be a number\b.*, got ") as refused:
        checked_number("gain", value)
    assert len(str(refused.value)) < 150


@pytest.mark.parametrize("value", [*NO_NUMBERS, 0, -1, 5e-324, 1e-101, 1e300, 10**400])
def test_a_size_is_above_zero(value: object) -> None:
    with pytest.raises(ValueError, match=r"^step must be a (positive )?number\b"):
        checked_size("step", value)


@pytest.mark.parametrize("value", [3, 3.0, np.int16(3), np.float32(3)])
def test_a_whole_number_may_come_as_any_kind(value: float) -> None:
    assert checked_whole("row", value) == 3
    assert type(checked_whole("row", value)) is int


@pytest.mark.parametrize("value", [*NO_NUMBERS, 3.5, np.float32(0.1), -1, 11, LONG], ids=shown)
def test_a_whole_number_has_no_digits_behind_the_point_and_keeps_its_limits(value: object) -> None:
    with pytest.raises(ValueError, match=r"^row must be a whole number"):
        checked_whole("row", value, least=0, most=10)


def test_a_character_of_two_halves_becomes_one() -> None:
    assert checked_text("note", "a\ud83d\ude00b\ud83d") == "a😀b\ud83d"
    with pytest.raises(ValueError, match="note must be text, got 5"):
        checked_text("note", 5)


def test_what_is_only_drawn_is_cut_to_the_limits() -> None:
    assert (within_limits(1e300), within_limits(-1e300), within_limits(2.5)) == (1e100, -1e100, 2.5)


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda value: ChannelContrast(0, value), "value_max"),
        (lambda value: ChannelContrast(value, 1e100), "value_min"),
        (lambda value: ChannelContrast(0, 1, gamma=value), "gamma"),
        (lambda value: ChannelContrast(0, 1, img_max=value), "img_max"),
        (lambda value: Calibration(seconds_per_line=value), "seconds per line"),
        (lambda value: Calibration(um_per_pixel=value), "µm per pixel"),
        (lambda value: Calibration(dwell_s=value), "dwell time in seconds"),
        (lambda value: Event(1, 0.0, 1.0, strength=value), "strength of an event"),
        (Param("k_mad", 3.0, "Threshold").checked, "k_mad"),
        (Param("lines", 64, "Lines").checked, "lines"),
    ],
)
def test_every_number_of_a_recording_follows_one_rule(make: Callable[[object], object], name: str) -> None:
    for value in (1e300, 10**400, float("nan"), float("inf"), True, "5"):
        with pytest.raises(ValueError, match=rf"^{name} must be a "):
            make(value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"depth": float("inf")}, "depth must be a number"),
        ({"depth": "1e400"}, "depth must be a number"),
        ({"depth": 2**53 + 1}, "depth must be a number that a file keeps"),
        ({"branch_order": 2**53 + 1}, "branch_order must be a whole number from"),
        ({"branch_order": "9" * 400}, "branch_order must be a whole number"),
        ({"branch_order": "9" * 5000}, "branch_order must be a whole number"),
        ({"branch_order": 0.5}, "branch_order must be a whole number"),
    ],
)
def test_the_numbers_of_an_experiment_say_that_they_may_be_empty(change: dict[str, object], words: str) -> None:
    makers: tuple[Callable[..., object], ...] = (Experiment().updated, Experiment)
    for make in makers:
        with pytest.raises(ValueError, match=f"^{words}.*; leave it empty when it is not known$"):
            make(**change)


@pytest.mark.parametrize("wrong", [{"name": 5}, {"note": None}, {"is_locked": "yes"}, {"row_start": 1.5}])
def test_a_region_holds_text_flags_and_whole_numbers(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        RectRoi(1, **{"row_start": 0, "row_stop": 9, "col_start": 0, "col_stop": 9, **wrong})  # type: ignore[arg-type]


def test_bounds_of_any_size_are_cut_to_the_image() -> None:
    far = RectRoi(1, -(10**400), 10**400, np.int64(2), 3.0)  # type: ignore[arg-type]  # numbers of any kind
    assert far.clamped((50, 8)).bounds == (0, 50, 2, 3)
    assert LineRoi(1, 10**400, 0, 0, 0).clamped((50, 8)).bounds == (49, 0, 0, 0)


@pytest.mark.parametrize("channel", [-1, 0.5, True, "0", 2**31])
def test_a_contrast_belongs_to_a_channel(channel: object) -> None:
    with pytest.raises(ValueError, match="a channel must be a whole number"):
        ContrastSet({channel: ChannelContrast(0, 1)})  # type: ignore[dict-item]  # that is the test
