"""Reciprocal velocities are recognised from the numbers alone."""

from __future__ import annotations

import numpy as np
import pytest

from cloudscope_widgets.analysis.velocity.reciprocal import reciprocal_scale, velocity_from_angle

SCALE = 250.0
ANGLES = np.array([12.0, 45.0, 80.25, 101.5, 135.0, 150.0, 20.0])
TANGENT = np.tan(np.deg2rad(ANGLES))


def test_a_table_that_holds_reciprocals_is_recognised_and_put_right() -> None:
    assert reciprocal_scale(ANGLES, SCALE / TANGENT, SCALE) == SCALE
    np.testing.assert_allclose(velocity_from_angle(ANGLES, SCALE), SCALE * TANGENT)


def test_a_right_table_is_left_alone() -> None:
    assert reciprocal_scale(ANGLES, SCALE * TANGENT, SCALE) is None


def test_a_velocity_corrected_for_the_scan_speed_is_left_alone() -> None:
    assert reciprocal_scale(ANGLES, SCALE * TANGENT / (1 + TANGENT / 40), SCALE) is None


def test_a_calibration_changed_since_is_found_from_the_numbers() -> None:
    assert reciprocal_scale(ANGLES, 1.0 / TANGENT, SCALE) == pytest.approx(1.0)


def test_steady_right_numbers_under_another_calibration_are_left_alone() -> None:
    angles = 80 + np.linspace(0, 1e-3, 50)
    assert reciprocal_scale(angles, np.tan(np.deg2rad(angles)), SCALE) is None


def test_windows_that_say_nothing_give_no_verdict() -> None:
    nothing = np.full(3, np.nan)
    assert reciprocal_scale(np.array([0.0, 90.0, 45.0]), nothing, SCALE) is None
    assert reciprocal_scale(np.array([45.0, 135.0]), np.array([SCALE, -SCALE]), SCALE) is None


def test_a_standing_streak_is_zero_and_an_infinite_speed_is_missing() -> None:
    assert velocity_from_angle(np.array([0.0, 180.0]), SCALE).tolist() == [0.0, 0.0]
    assert np.isnan(velocity_from_angle(np.array([90.0, -90.0]), SCALE)).all()


def test_angles_below_zero_and_above_half_a_turn_count_as_the_same_streak() -> None:
    np.testing.assert_allclose(velocity_from_angle(np.array([-2.0, 181.0]), 1.0), np.tan(np.deg2rad([178.0, 1.0])))


def test_speeds_beyond_all_measure_agree_with_no_scale() -> None:
    assert reciprocal_scale(ANGLES, np.full(7, 1e308), 1e-100) is None


def test_angles_that_are_none_say_nothing_and_give_no_speed() -> None:
    angles = np.array([np.inf, -np.inf, np.nan, 20.0])
    assert np.isnan(velocity_from_angle(angles, SCALE)).tolist() == [True, True, True, False]
    assert reciprocal_scale(angles, np.array([1.0, 2.0, 3.0, SCALE / np.tan(np.deg2rad(20))]), SCALE) == SCALE
