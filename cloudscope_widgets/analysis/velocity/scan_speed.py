"""Correction for the time the beam takes to scan a line, during which the cells move."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cloudscope_widgets.core.header import Calibration

FloatArray = NDArray[np.float64]

_LEAST_DENOMINATOR = 1e-3


def corrected_velocity(apparent: FloatArray, scan_speed: float) -> FloatArray:
    """Speed of the cells from the slope of their streaks.

    Parameters
    ----------
    apparent
        Speed that the streaks show, in any unit.
    scan_speed
        Speed of the beam in the same unit, positive when it moves towards larger column.

    Returns
    -------
    v = apparent / (1 + apparent / scan speed); NaN where cells run against the beam as fast as it scans.

    References
    ----------
    Chaigneau, Roche, Charpak 2019, doi 10.3389/fnins.2019.00644.
    """
    denominator = 1 + np.asarray(apparent, float) / scan_speed
    speed: FloatArray = np.divide(
        apparent, denominator, out=np.full(np.shape(apparent), np.nan), where=denominator > _LEAST_DENOMINATOR
    )
    return speed


def scan_speed_facts(
    calibration: Calibration, apparent_px_line: FloatArray, accepted: NDArray[np.bool_]
) -> dict[str, Any]:
    """What was done about the scan speed, for the provenance of a velocity.

    Returns
    -------
    ``is_corrected``; when it is, the scan speed and the median apparent speed in px/line.
    """
    scan_speed = calibration.scan_speed_px_line
    if scan_speed is None:
        return {"is_corrected": False}
    median = float(np.median(apparent_px_line[accepted])) if accepted.any() else None
    return {"is_corrected": True, "scan_speed_px_line": scan_speed, "apparent_median_px_line": median}


def largest_scan_error(columns: int, median_px_line: float) -> float:
    """Largest relative error of an uncorrected speed, when the scan fills the whole line time."""
    return abs(median_px_line) / columns


def check_one_way(calibration: Calibration) -> None:
    """Refuse a scan to and fro; ValueError says why."""
    if calibration.scan_direction == "bidirectional":
        raise ValueError(
            "the lines were scanned to and fro, so that neighbouring lines are mirrored in time and their shift is no "
            "speed: record with a one-way scan"
        )
