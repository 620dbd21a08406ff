"""Diameter of a vessel as it is stored: table, quality, summary and how it was measured."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pandas as pd

from cloudscope_widgets.analysis.base import Result, Task
from cloudscope_widgets.core.header import Calibration
from cloudscope_widgets.core.params import Param

from .measure import DiameterRows, measure_diameter
from .settings import PARAMS, Settings, settings_of
from .table import diameter_summary, diameter_table


class Diameter:
    """Diameter of a vessel that the scan line crosses, in every row; the name is that of the shared files."""

    name: ClassVar[str] = "diameter"
    label: ClassVar[str] = "Diameter"
    version: ClassVar[int] = 1
    needs_own_region: ClassVar[tuple[str, ...]] = ("radon_velocity",)
    params: ClassVar[tuple[Param, ...]] = PARAMS

    def run(self, task: Task) -> Result:
        """Measure the diameter in every row."""
        settings = settings_of(task.params)
        found = measure_diameter(
            task.pixels,
            settings,
            um_per_pixel=task.calibration.um_per_pixel,
            progress=lambda fraction: task.progress(fraction, "Measuring the diameter"),
            cancel=task.is_cancelled,
        )
        um_per_pixel = task.calibration.um_per_pixel
        return Result(
            summary=diameter_summary(found, um_per_pixel=um_per_pixel),
            table=diameter_table(found, seconds_per_line=task.calibration.seconds_per_line, um_per_pixel=um_per_pixel),
            quality=_unknown_quality(len(found.center_row)),
            method={
                "name": settings.diameter_method,
                "sentences": [*_sentences(settings, found), *_unit_sentences(task.calibration)],
            },
        )


def _unknown_quality(rows: int) -> pd.DataFrame:
    """Quality of a method that judges no row."""
    return pd.DataFrame(
        {
            "accepted": np.ones(rows, np.bool_),
            "refused": np.zeros(rows, np.uint8),
            "diameter_um_se": np.full(rows, np.nan, np.float32),
        }
    )


def _sentences(settings: Settings, found: DiameterRows) -> list[str]:
    without = int(np.isnan(found.diameter).sum())
    return [
        _profile_sentence(settings),
        *(_gradient(settings) if settings.diameter_method == "gradient_edges" else _threshold(settings)),
        (
            "Edges are whole pixels; the diameter is the distance of their centres, less than the width of the "
            "vessel by about one pixel, and by much more in a round one."
        ),
        f"Diameters were smoothed by a running median of {settings.post_filter_kernel_size} rows.",
        f"{without} of {len(found.diameter)} rows have no diameter.",
    ]


def _profile_sentence(settings: Settings) -> str:
    vessel = "bright on dark" if settings.polarity == "bright_on_dark" else "dark on bright"
    every = "every line" if settings.stride == 1 else f"every {settings.stride} lines"
    return (
        f"The diameter of the vessel ({vessel}) was measured at {every}, from the {settings.binning_method} of "
        f"{settings.window_rows_odd} lines."
    )


def _threshold(settings: Settings) -> list[str]:
    level = (
        f"{settings.threshold_value:g} counts"
        if settings.threshold_mode == "absolute"
        else "half the way from the 10th to the 90th percentile"
    )
    return [f"Its edges are the first and the last pixel of the profile that reaches {level}."]


def _gradient(settings: Settings) -> list[str]:
    smoothed = f"smoothed by a Gaussian of {settings.gradient_sigma:g} px" if settings.gradient_sigma else "as it is"
    gates = (
        f"more than {settings.max_edge_shift_um:g} (an edge), {settings.max_diameter_change_um:g} (the diameter) or "
        f"{settings.max_center_shift_um:g} µm (the middle)"
    )
    return [
        f"Its edges are the steepest rise and the steepest fall of the profile, {smoothed}.",
        *([f"Edges that jump from row to row by {gates} were left out."] if settings.enable_motion_gating else []),
    ]


def _unit_sentences(calibration: Calibration) -> list[str]:
    if calibration.is_space_known:
        return []
    return ["The size of a pixel is not known: all lengths are in pixels, also where the saved files name them um."]
