"""Numbers of a stored velocity as they are shown: in image time, in mm/s or px/line, and what describes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cloudscope_widgets.analysis.velocity.scan_speed import corrected_velocity, largest_scan_error
from cloudscope_widgets.core.header import Calibration
from cloudscope_widgets.core.measured import bounds_of, calibration_of
from cloudscope_widgets.core.record import Record
from cloudscope_widgets.core.roi import RectRoi
from cloudscope_widgets.core.velocity_quality import at_zero
from cloudscope_widgets.widgets.analysis.result_time import result_time

FloatArray = NDArray[np.float64]
Unit = Literal["mm/s", "px/line"]

_UM_PER_MM = 1000
_EXACTLY_ZERO = 1e-9
"""Beside the rounding of a tangent at 180 degrees."""


@dataclass(frozen=True, slots=True)
class SpeedUnit:
    """Unit in which speeds are shown, and what one unit of the stored table and one px/line are in it."""

    name: Unit
    per_stored: float
    per_px_line: float


def speed_unit(calibration: Calibration) -> SpeedUnit:
    """Unit of speeds under a calibration: mm/s where it is known, px/line where it is not."""
    stored_per_px_line = calibration.um_per_pixel / calibration.seconds_per_line
    if calibration.is_known:
        return SpeedUnit("mm/s", 1 / _UM_PER_MM, stored_per_px_line / _UM_PER_MM)
    return SpeedUnit("px/line", 1 / stored_per_px_line, 1.0)


def calibration_then(record: Record, present: Calibration) -> Calibration:
    """Calibration with which a result was made; the present one where the result does not tell."""
    return calibration_of(record.facts, present)


@dataclass(frozen=True, slots=True, eq=False)
class VelocityTrace:
    """One velocity over the time of the image."""

    time: FloatArray
    """Middle of every window, in the absolute time of the image."""
    velocity: FloatArray
    """Velocity, NaN where the window was rejected."""
    rejected: FloatArray
    """What a rejected window would have shown, NaN where it was kept."""
    unit: Unit
    is_judged: bool = True
    """Whether the method says which windows can be trusted."""

    @property
    def at_zero(self) -> NDArray[np.bool_]:
        """Windows at exactly 0 of a velocity that was not judged (windows,); none of one that was."""
        value = np.where(np.isnan(self.velocity), self.rejected, self.velocity)
        flags: NDArray[np.bool_] = (np.abs(value) < _EXACTLY_ZERO) & (not self.is_judged)
        return flags


def velocity_trace(record: Record, roi: RectRoi, calibration: Calibration) -> VelocityTrace:
    """Trace of a stored velocity.

    Parameters
    ----------
    record
        A velocity with a table.
    roi
        The region as it is now; counts only where the result does not tell where it was measured.
    calibration
        The present one, whose time the image shows.
    """
    table = record.table
    if table is None:
        raise ValueError(f"the velocity of ROI {record.roi_id} has no table: run it again")
    then = calibration_then(record, calibration)
    unit = speed_unit(then)
    time = result_time(record, roi, calibration).seconds(table["time_s"].to_numpy(float))
    velocity = table["velocity"].to_numpy(float)
    velocity = np.where(np.isfinite(velocity), velocity, np.nan) * unit.per_stored
    raw = _apparent(table["theta_deg"].to_numpy(float), record, then) * unit.per_px_line
    rejected = np.where(np.isnan(velocity), raw, np.nan)
    return VelocityTrace(time, velocity, rejected, unit.name, record.is_judged)


def _apparent(theta_deg: FloatArray, record: Record, then: Calibration) -> FloatArray:
    """Velocity that the angle of the streaks shows, px/line, corrected like those that were kept."""
    apparent = np.tan(np.deg2rad(theta_deg))
    scan = (record.provenance.get("method") or {}).get("scan_speed") or {}
    speed = then.scan_speed_px_line
    return corrected_velocity(apparent, speed) if scan.get("is_corrected") and speed else apparent


@dataclass(frozen=True, slots=True)
class VelocityNumbers:
    """What describes a whole velocity; a number is None where no window was kept."""

    kept: int
    windows: int
    unit: Unit
    median: float | None = None
    """Speed along the main direction, as are the quartiles: those of windows that run the other way are negative."""
    lower: float | None = None
    upper: float | None = None
    variation: float | None = None
    """Standard deviation / |mean|."""
    is_judged: bool = True
    """False where nobody knows which windows can be trusted."""
    standing: int = 0
    """Windows at exactly 0, counted where they were not judged."""
    direction: int = 0
    """-1 towards pixel 0, 1 away from it, 0 when nothing moves on the whole."""


def velocity_numbers(trace: VelocityTrace) -> VelocityNumbers:
    """Numbers of the windows that were kept, or of all where none was judged."""
    kept = trace.velocity[np.isfinite(trace.velocity)]
    standing = int(trace.at_zero.sum())
    if not len(kept):
        return VelocityNumbers(0, len(trace.velocity), trace.unit, is_judged=trace.is_judged, standing=standing)
    direction = int(np.sign(np.median(kept)))
    lower, median, upper = (float(value) for value in np.quantile(kept * (direction or 1), (0.25, 0.5, 0.75)))
    mean = abs(float(kept.mean()))
    variation = float(kept.std()) / mean if mean else None
    return VelocityNumbers(
        kept=len(kept),
        windows=len(trace.velocity),
        unit=trace.unit,
        median=median,
        lower=lower,
        upper=upper,
        variation=variation,
        is_judged=trace.is_judged,
        standing=standing,
        direction=direction,
    )


def scan_error(record: Record, roi: RectRoi, calibration: Calibration) -> float | None:
    """Largest relative error that the scan speed may cause; None when it was corrected or there is no speed."""
    scan = (record.provenance.get("method") or {}).get("scan_speed") or {}
    median = record.summary.get("velocity_median")
    if scan.get("is_corrected") or not isinstance(median, int | float):
        return None
    then = calibration_then(record, calibration)
    bounds = bounds_of(record.facts) or roi.bounds
    return largest_scan_error(bounds[3] - bounds[2], median * then.seconds_per_line / then.um_per_pixel)


@dataclass(frozen=True, slots=True)
class WindowCounts:
    """How many windows a velocity has, and what became of them."""

    kept: int
    windows: int
    standing: int
    """At exactly 0."""
    is_judged: bool


def window_counts(record: Record) -> WindowCounts:
    """Count the windows of a stored velocity."""
    table, judged = record.held_table, record.is_judged
    if table is None:
        return WindowCounts(0, 0, 0, judged)
    kept = int(np.isfinite(table["velocity"].to_numpy(float)).sum())
    return WindowCounts(kept, len(table), int(at_zero(table).sum()), judged)
