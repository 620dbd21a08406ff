"""Red-cell velocity of a region as it is stored: table, quality, summary and how it was measured."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cloudscope_widgets.analysis.base import Result, Task, TaskAnalysis
from cloudscope_widgets.analysis.finite_pixels import FinitePixels, empty_windows, finite_pixels
from cloudscope_widgets.analysis.velocity.blas_threads import one_blas_thread
from cloudscope_widgets.analysis.velocity.line_correlation import (
    WINDOWS,
    Choices,
    LineCorrelation,
    Refusal,
    line_correlation,
)
from cloudscope_widgets.analysis.velocity.radon_method import radon_velocity
from cloudscope_widgets.analysis.velocity.scan_speed import (
    check_one_way,
    corrected_velocity,
    largest_scan_error,
    scan_speed_facts,
)
from cloudscope_widgets.analysis.velocity.summary import own_summary, velocity_summary
from cloudscope_widgets.core.header import Calibration
from cloudscope_widgets.core.kinds import VELOCITY, Kind
from cloudscope_widgets.core.params import Param


class RadonVelocity(TaskAnalysis):
    """Speed of red blood cells in overlapping windows of lines; the name is that of the shared files."""

    kind: ClassVar[Kind] = VELOCITY
    version: ClassVar[int] = 2
    params: ClassVar[tuple[Param, ...]] = (
        Param(
            "window_width",
            64,
            "Window",
            "Lines that are measured together. Shorter follows a heartbeat better, longer measures slow flow better.",
            unit="lines",
            choices=WINDOWS,
        ),
        Param(
            "method",
            "line_correlation",
            "Method",
            "Line correlation is the more accurate by far. Radon finds the angles that CloudScope finds.",
            choices=("line_correlation", "radon"),
        ),
    )

    def run(self, task: Task) -> Result:
        """Measure the speed in every window."""
        check_one_way(task.calibration)
        finite = finite_pixels(task.pixels)
        measure = radon_velocity if task.params["method"] == "radon" else _correlated
        return _with_gaps(measure(task, finite), finite)


def _with_gaps(result: Result, finite: FinitePixels) -> Result:
    """Result that also says which columns and lines without numbers were left out."""
    if not finite.facts:
        return result
    method = {
        **result.method,
        "without_numbers": finite.facts,
        "sentences": [*result.method["sentences"], *finite.sentences],
    }
    return replace(result, summary={**result.summary, **finite.counts}, method=method)


def _correlated(task: Task, finite: FinitePixels) -> Result:
    """Speeds by line correlation."""
    window_lines = int(task.params["window_width"])
    with one_blas_thread():
        found = line_correlation(
            finite.pixels,
            window_lines=window_lines,
            progress=lambda fraction: task.progress(fraction, "Measuring velocity"),
            cancel=task.is_cancelled,
        )
    found = _without_empty(found, finite.missing)
    velocity, error = _physical(found, task.calibration)
    line_s = task.calibration.seconds_per_line
    own = own_summary(
        velocity,
        refused={rule.name.lower(): int((found.refused == rule).sum()) for rule in Refusal if rule},
        standing=int((found.accepted & (np.abs(found.velocity) < 0.5 / window_lines)).sum()),
        step_s=window_lines // 4 * line_s,
        window_s=window_lines * line_s,
    )
    return Result(
        summary={**velocity_summary(velocity), **own},
        table=_table(found, velocity, task.calibration),
        quality=_quality(found, velocity, error),
        method=_method(found, task.calibration, task.pixels.shape[1]),
    )


def _without_empty(found: LineCorrelation, missing: NDArray[np.bool_]) -> LineCorrelation:
    """Refuse the windows of which more than half is missing, whatever was found in their rest."""
    empty = empty_windows(missing, found.choices["window_lines"])
    if not empty.any():
        return found
    return replace(
        found,
        velocity=np.where(empty, np.nan, found.velocity),
        accepted=found.accepted & ~empty,
        refused=np.where(empty, np.int8(Refusal.EMPTY), found.refused),
    )


def _physical(found: LineCorrelation, calibration: Calibration) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Velocity, NaN where refused, and its standard error, in µm/s when calibrated."""
    scale = calibration.um_per_pixel / calibration.seconds_per_line
    velocity, error = found.velocity, found.velocity_se
    scan_speed = calibration.scan_speed_px_line
    if scan_speed is not None:
        velocity = corrected_velocity(found.velocity, scan_speed)
        error = error / (1 + found.velocity / scan_speed) ** 2
    return np.where(found.accepted, velocity * scale, np.nan), error * scale


def _table(found: LineCorrelation, velocity: NDArray[np.float64], calibration: Calibration) -> pd.DataFrame:
    """Columns of the shared format; the angle is that of the streaks, also in refused windows."""
    return pd.DataFrame(
        {
            "time_s": found.index * calibration.seconds_per_line,
            "time_index": found.index,
            "theta_deg": np.mod(np.rad2deg(np.arctan(found.velocity)), 180.0),
            "velocity": velocity,
        }
    )


def _quality(found: LineCorrelation, velocity: NDArray[np.float64], error: NDArray[np.float64]) -> pd.DataFrame:
    columns = {
        "accepted": np.isfinite(velocity),
        "z": found.z,
        "contrast": found.contrast,
        "gap": found.gap,
        "velocity_se": error,
    }
    return pd.DataFrame({column.name: _stored(columns[column.name], column.dtype) for column in VELOCITY.quality})


def _stored(values: NDArray[Any], dtype: str) -> NDArray[Any]:
    """Values in the precision in which they are kept; what is too large for it is the largest."""
    limit = np.finfo(dtype).max if dtype.startswith("f") else None
    return (values if limit is None else values.clip(-limit, limit)).astype(dtype)


def _method(found: LineCorrelation, calibration: Calibration, columns: int) -> dict[str, Any]:
    scan = scan_speed_facts(calibration, found.velocity, found.accepted)
    facts: dict[str, Any] = {"name": "line_correlation", **found.choices, "scan_speed": scan}
    return {**facts, "sentences": [*_sentences(found, columns), _scan_sentence(scan, found, columns)]}


def _sentences(found: LineCorrelation, columns: int) -> list[str]:
    choices = found.choices
    kept, missing = int(found.accepted.sum()), choices["missing_lines"]
    return [
        f"Red-cell velocity was measured by line correlation in windows of {choices['window_lines']} lines.",
        *_comparison(choices, columns),
        f"The standing background was removed ({choices['background']}).",
        *([f"{missing} lines without signal were left out."] if missing else []),
        f"{kept} of {len(found.accepted)} windows passed the quality limits; the others have no velocity.",
    ]


def _comparison(choices: Choices, columns: int) -> list[str]:
    """What was compared: whole lines, or in a narrow region all pairs of pixels."""
    lags, pattern = choices["lags"], choices["pattern"]
    if pattern is None:
        return [
            f"Windows overlap by three quarters; lines {lags[0]} to {lags[-1]} lines apart were compared.",
            f"Lines were smoothed along the vessel with a Gaussian of {choices['smoothing_sd_px']:.2f} px.",
        ]
    fitted = f"{pattern['snr_db']:.1f} dB, blur {pattern['blur_px']:.2g} px, length {pattern['length_px']:.2g} px"
    every = f"in this region of {columns} columns all pairs of pixels up to {lags[-1]} lines apart were compared"
    return [
        f"Windows overlap by three quarters; {every}.",
        "Each pair was weighted by the inverse covariance of a moving pattern with noise.",
        f"The pattern was fitted to the recording ({fitted}).",
    ]


def _scan_sentence(scan: dict[str, Any], found: LineCorrelation, columns: int) -> str:
    if scan["is_corrected"]:
        return (
            f"Speeds were corrected for the finite scan speed of {abs(scan['scan_speed_px_line']):.4g} pixels per line "
            "time (Chaigneau, Roche, Charpak 2019)."
        )
    median = float(np.median(found.velocity[found.accepted])) if found.accepted.any() else 0.0
    share = largest_scan_error(columns, median)
    return f"Speeds were not corrected for the finite scan speed, which may change them by up to {share:.1%}."
