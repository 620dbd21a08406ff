"""ROIs, experiment fields, contrast, calibration and parameters."""

from __future__ import annotations

import dataclasses
import pickle

import pytest

from cloudscope_widgets.core.contrast import ContrastSet
from cloudscope_widgets.core.experiment import FIELD_NAMES, Experiment
from cloudscope_widgets.core.frozen import FrozenDict
from cloudscope_widgets.core.header import Calibration
from cloudscope_widgets.core.params import Param, checked_params
from cloudscope_widgets.core.roi import LineRoi, RectRoi, RoiSet

WINDOW = Param("window_width", 64, "Window", choices=(16, 32, 64, 128, 256))
FLOOR = Param("floor", 0.25, "At least", minimum=0.0, maximum=10.0)


def rect(roi_id: int, row_start: int = 0, row_stop: int = 10, col_start: int = 0, col_stop: int = 5) -> RectRoi:
    return RectRoi(roi_id, row_start, row_stop, col_start, col_stop)


def test_a_rectangle_is_clamped_to_the_image_and_keeps_one_pixel() -> None:
    assert rect(1, -5, 99, 3, 2).clamped((50, 8)).bounds == (0, 50, 2, 3)
    assert rect(1, 90, 99, 20, 30).clamped((50, 8)).bounds == (49, 50, 7, 8)


def test_the_ends_of_a_line_are_clamped_and_not_swapped() -> None:
    assert LineRoi(1, 60, 9, -3, 2).clamped((50, 8)).bounds == (49, 7, 0, 2)


def test_a_roi_cannot_be_changed_in_place() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        rect(1).row_stop = 3  # type: ignore[misc]  # that is the test


def test_edits_of_a_roi_set_leave_the_old_one_alone() -> None:
    before = RoiSet([rect(1), rect(2)])
    after = before.replaced(2, row_stop=7).added(rect(3)).removed(1)
    assert before.ids == (1, 2)
    assert after.ids == (2, 3)
    assert after.by_id(2).bounds == (0, 7, 0, 5)


def test_a_new_id_is_above_ids_that_records_still_use() -> None:
    assert RoiSet([rect(1)]).next_id(used=[4]) == 5
    assert RoiSet().next_id() == 1


def test_an_unknown_roi_is_named_with_the_known_ones() -> None:
    with pytest.raises(KeyError, match="there is no ROI 9; ROIs of this file: 1, 2"):
        RoiSet([rect(1), rect(2)]).by_id(9)


def test_two_rois_with_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="id of its own"):
        RoiSet([rect(1), rect(1)])


def test_values_survive_pickling() -> None:
    rois = RoiSet([rect(1), LineRoi(2, 0, 0, 3, 3)])
    contrast = ContrastSet().updated(0, value_min=1, value_max=2)
    assert pickle.loads(pickle.dumps((rois, contrast))) == (rois, contrast)  # noqa: S301  (own bytes)


def test_experiment_has_the_fifteen_fields_of_the_format() -> None:
    assert len(FIELD_NAMES) == 15
    assert Experiment().known_fields()["depth"] is None


def test_numeric_text_becomes_a_number_and_empty_text_none() -> None:
    changed = Experiment().updated(depth=" 75.5", branch_order="2", note=None)
    assert (changed.depth, changed.branch_order, changed.note) == (75.5, 2, "")
    assert changed.updated(depth="").depth is None


@pytest.mark.parametrize(
    "change",
    [
        *({"depth": "deep"}, {"depth": float("nan")}, {"depth": True}, {"depth": 10**400}),
        *({"branch_order": 1.5}, {"branch_order": 1e308}, {"branch_order": 10**400}),
    ],
)
def test_a_value_that_does_not_fit_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(change))):
        Experiment().updated(**change)


def test_an_unknown_experiment_field_names_the_known_ones() -> None:
    with pytest.raises(TypeError, match="'specie'; the fields are species"):
        Experiment().updated(specie="mouse")


def test_contrast_of_one_channel_changes_alone() -> None:
    before = ContrastSet().updated(0, value_min=1, value_max=9).updated(1, value_min=2, value_max=3)
    after = before.updated(0, gamma=0.5)
    assert (after[0].gamma, after[0].value_max, after[1]) == (0.5, 9, before[1])


@pytest.mark.parametrize(
    "change", [{"gamma": 0.0}, {"value_min": 10}, {"color_lut": "Nothing"}, {"value_max": float("nan")}]
)
def test_contrast_that_cannot_be_drawn_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"must|colour table"):
        ContrastSet().updated(0, value_min=1, value_max=9).updated(0, **change)


def test_scan_speed_is_signed_and_needs_line_time_dwell_and_direction() -> None:
    forward = Calibration(seconds_per_line=1e-3, time_label="s", dwell_s=2e-6, scan_direction="forward")
    assert forward.scan_speed_px_line == pytest.approx(500)
    backward = dataclasses.replace(forward, scan_direction="backward")
    assert backward.scan_speed_px_line == pytest.approx(-500)
    assert dataclasses.replace(forward, scan_direction=None).scan_speed_px_line is None
    assert dataclasses.replace(forward, time_label="Pixels").scan_speed_px_line is None


def test_calibration_is_known_only_with_seconds_and_micrometres() -> None:
    assert not Calibration().is_known
    assert Calibration(time_label="seconds", space_label="µm").is_known
    assert not Calibration(time_label="s").is_known


@pytest.mark.parametrize("change", [{"um_per_pixel": 0}, {"seconds_per_line": float("inf")}, {"dwell_s": -1.0}])
def test_an_impossible_calibration_is_refused(change: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must be a positive number"):
        Calibration(**change)  # type: ignore[arg-type]  # fields chosen by the test


def test_parameters_take_their_defaults_and_check_what_is_given() -> None:
    assert checked_params([WINDOW, FLOOR], {"window_width": 32.0}) == {"window_width": 32, "floor": 0.25}


@pytest.mark.parametrize(
    ("param", "value", "reason"),
    [
        (WINDOW, 65, "one of 16, 32, 64, 128, 256"),
        (WINDOW, "64", "a whole number"),
        (WINDOW, True, "a whole number"),
        (FLOOR, -1, "at least 0"),
        (FLOOR, 11, "at most 10"),
        (FLOOR, float("nan"), "a number"),
    ],
)
def test_a_wrong_parameter_says_what_is_allowed(param: Param, value: object, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        param.checked(value)


def test_an_unknown_parameter_names_the_known_ones() -> None:
    with pytest.raises(TypeError, match="unknown parameter 'window'; the parameters are window_width"):
        checked_params([WINDOW], {"window": 3})


SPEED = Param("speed", "any", "Speed", choices=("any", "fast"), sets=FrozenDict({"fast": {"floor": 0.5}}))
PLACE = Param("place", 0.0, "Place", takes_roi=True)


def test_a_preset_sets_what_is_not_given_and_nothing_else() -> None:
    assert checked_params([SPEED, FLOOR], {"speed": "fast"}) == {"speed": "fast", "floor": 0.5}
    assert checked_params([SPEED, FLOOR], {"speed": "fast", "floor": 0.125}) == {"speed": "fast", "floor": 0.125}
    assert checked_params([SPEED, FLOOR], {}) == {"speed": "any", "floor": 0.25}


@pytest.mark.parametrize(("given", "value"), [("ROI 2", "ROI 2"), ("roi12 ", "ROI 12"), (3, 3.0)])
def test_a_region_may_stand_for_a_number(given: object, value: object) -> None:
    assert checked_params([PLACE], {"place": given}) == {"place": value}


@pytest.mark.parametrize("given", ["2", "ROI 0", "ROI", "line 2", ""])
def test_a_text_that_names_no_region_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match="place must be a number, or a region such as"):
        checked_params([PLACE], {"place": given})


def test_a_parameter_tells_with_which_values_of_the_others_it_has_an_effect() -> None:
    level = Param("level", 0.5, "Level", applies_with=FrozenDict({"method": ("manual", "mixed"), "is_on": (True,)}))
    assert level.applies({"method": "mixed", "is_on": True})
    assert not level.applies({"method": "mixed", "is_on": False})
    assert not level.applies({"method": "automatic", "is_on": True})
    assert PLACE.applies({})
