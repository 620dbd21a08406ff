"""Times and units of a stored result in the image as it is calibrated now."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cloudscope_widgets.core.header import Calibration
from cloudscope_widgets.core.measured import bounds_of, calibration_of
from cloudscope_widgets.core.record import Record
from cloudscope_widgets.core.roi import RectRoi

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ResultTime:
    """Where in the image a result was measured, and with which calibration."""

    first_line: int
    first_col: int
    then: Calibration
    """Calibration with which it was measured."""
    now: Calibration

    def rows(self, seconds: FloatArray) -> FloatArray:
        """Rows of the image (points,) for times of the table, which count from the first line of the region."""
        return seconds / self.then.seconds_per_line + self.first_line

    def seconds(self, seconds: FloatArray) -> FloatArray:
        """Times of the image (points,) for times of the table."""
        return self.rows(seconds) * self.now.seconds_per_line


def result_time(record: Record, roi: RectRoi, calibration: Calibration) -> ResultTime:
    """Find where a result was measured.

    Parameters
    ----------
    record
        Any result of a region.
    roi
        The region as it is now; counts only where the result does not tell where it was measured.
    calibration
        The present one, whose time the image shows.
    """
    bounds = bounds_of(record.facts) or roi.bounds
    return ResultTime(bounds[0], bounds[2], calibration_of(record.facts, calibration), calibration)
