"""Velocity by the angles of the Radon transform, for comparison with what other programs found."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cloudscope_widgets.analysis.base import Result, Task
from cloudscope_widgets.analysis.finite_pixels import FinitePixels, empty_windows, with_lines_bridged
from cloudscope_widgets.analysis.velocity.radon import radon_angles
from cloudscope_widgets.analysis.velocity.scan_speed import corrected_velocity, largest_scan_error, scan_speed_facts
from cloudscope_widgets.analysis.velocity.summary import own_summary, velocity_summary
from cloudscope_widgets.core.kinds import VELOCITY
from cloudscope_widgets.core.row_quality import unknown_quality

FloatArray = NDArray[np.float64]
_INFINITE_DEG = 90.0
NARROW_COLUMNS = 24
"""Columns below which the angles may lean towards those of slower cells."""


def radon_velocity(task: Task, finite: FinitePixels) -> Result:
    """Angle and speed of every window; none is refused, and only an infinite speed, or no picture, has no number."""
    window_lines = int(task.params["window_width"])
    theta = radon_angles(
        with_lines_bridged(finite),
        window_lines=window_lines,
        progress=lambda fraction: task.progress(fraction, "Measuring angles"),
        cancel=task.is_cancelled,
    )
    theta[empty_windows(finite.missing, window_lines)] = np.nan
    apparent = np.where(theta == _INFINITE_DEG, np.nan, np.tan(np.deg2rad(theta)))
    scan = scan_speed_facts(task.calibration, apparent, np.isfinite(apparent))
    velocity = apparent if not scan["is_corrected"] else corrected_velocity(apparent, scan["scan_speed_px_line"])
    velocity = velocity * (task.calibration.um_per_pixel / task.calibration.seconds_per_line)
    index = np.arange(len(theta), dtype=np.float64) * (window_lines // 4) + window_lines / 2
    line_s = task.calibration.seconds_per_line
    own = own_summary(
        velocity,
        refused=None,
        standing=int((theta == 0).sum()),
        step_s=window_lines // 4 * line_s,
        window_s=window_lines * line_s,
    )
    return Result(
        summary={**velocity_summary(velocity), **own},
        table=pd.DataFrame(
            {
                "time_s": index * line_s,
                "time_index": index,
                "theta_deg": theta,
                "velocity": velocity,
            }
        ),
        quality=unknown_quality(VELOCITY.quality, len(theta)),
        method={
            "name": "radon",
            "window_lines": window_lines,
            "scan_speed": scan,
            "sentences": _sentences(task, scan, apparent),
        },
    )


def _sentences(task: Task, scan: dict[str, Any], apparent: FloatArray) -> list[str]:
    return [
        f"Red-cell velocity was measured by the Radon transform in windows of {task.params['window_width']} lines.",
        "Windows overlap by three quarters. The angle is that of the largest variance, to a quarter of a degree.",
        "No window was refused and no standing background removed.",
        *_narrow_sentences(task.pixels.shape[1]),
        _scan_sentence(scan, apparent, task.pixels.shape[1]),
    ]


def _narrow_sentences(columns: int) -> list[str]:
    """What it read in synthetic records of known speed; line correlation read 0.80 to 0.81 in them."""
    if columns >= NARROW_COLUMNS:
        return []
    return [
        (
            f"The region is {columns} columns wide. Below {NARROW_COLUMNS} columns this method may read too "
            "low: 0.8 px/line was read as 0.63 in 8 columns and as 0.47 in 5."
        )
    ]


def _scan_sentence(scan: dict[str, Any], apparent: FloatArray, columns: int) -> str:
    if scan["is_corrected"]:
        return (
            f"Speeds were corrected for the finite scan speed of {abs(scan['scan_speed_px_line']):.4g} pixels per line "
            "time (Chaigneau, Roche, Charpak 2019)."
        )
    known = apparent[np.isfinite(apparent)]
    share = largest_scan_error(columns, float(np.median(known)) if len(known) else 0.0)
    return f"Speeds were not corrected for the finite scan speed, which may change them by up to {share:.1%}."
