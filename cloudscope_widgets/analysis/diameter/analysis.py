"""Diameter of a vessel as it is stored: table, quality, summary and how it was measured."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, ClassVar

import numpy as np

from cloudscope_widgets.analysis.base import Result, Task, TaskAnalysis
from cloudscope_widgets.analysis.velocity.blas_threads import one_blas_thread
from cloudscope_widgets.core.kinds import DIAMETER, Kind
from cloudscope_widgets.core.params import Param

from .by_model import diameter_by_model
from .measure import DiameterRows, measure_diameter
from .model_fit import ModelFit
from .sentences import sentences
from .settings import PARAMS, Settings, settings_of
from .table import diameter_summary, diameter_table, fit_quality, fit_summary


class Diameter(TaskAnalysis):
    """Diameter of a vessel that the scan line crosses, in every row; the name is that of the shared files."""

    kind: ClassVar[Kind] = DIAMETER
    version: ClassVar[int] = 1
    params: ClassVar[tuple[Param, ...]] = PARAMS

    def run(self, task: Task) -> Result:
        """Measure the diameter in every row."""
        settings, um_per_pixel = settings_of(task.params), task.calibration.um_per_pixel
        found, fit = _measured(task, settings)
        own = {} if fit is None else fit_summary(found, fit, settings, um_per_pixel=um_per_pixel)
        return Result(
            summary={**diameter_summary(found, um_per_pixel=um_per_pixel), **own},
            table=diameter_table(found, seconds_per_line=task.calibration.seconds_per_line, um_per_pixel=um_per_pixel),
            quality=None if fit is None else fit_quality(fit, um_per_pixel=um_per_pixel),
            method={
                "name": settings.diameter_method,
                **({} if fit is None else _facts(fit)),
                "sentences": sentences(settings, found, fit, task.calibration),
            },
        )


def _measured(task: Task, settings: Settings) -> tuple[DiameterRows, ModelFit | None]:
    def progress(fraction: float) -> None:
        task.progress(fraction, "Measuring the diameter")

    um_per_pixel, cancel = task.calibration.um_per_pixel, task.is_cancelled
    if settings.diameter_method == "model_fit":
        with one_blas_thread():
            return diameter_by_model(task.pixels, settings, um_per_pixel=um_per_pixel, progress=progress, cancel=cancel)
    found = measure_diameter(task.pixels, settings, um_per_pixel=um_per_pixel, progress=progress, cancel=cancel)
    return found, None


def _facts(fit: ModelFit) -> dict[str, Any]:
    """Automatic choices of a fit."""
    is_fitted = bool(np.isfinite(fit.sigma_px))
    return {
        "lumen_profile": fit.lumen_profile,
        "psf_sigma_px": fit.sigma_px if is_fitted else None,
        "noise_sd_outside": fit.noise_sd[0] if is_fitted else None,
        "noise_sd_inside": fit.noise_sd[1] if is_fitted else None,
        "floor": None if fit.floor is None else asdict(fit.floor),
        "departing_share": fit.shadow_share,
        "lumen_doubt_z": fit.lumen_doubt,
    }
