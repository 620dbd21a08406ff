"""Baseline F0 of a trace, and the trace relative to it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cloudscope_widgets.analysis.sum_intensity.settings import SumIntensitySettings

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Baseline:
    """Baseline of a trace."""

    f0: float
    error: str = ""
    """What is wrong with it, as a sentence."""
    is_floored: bool = False
    """True when it was nearer to 0 than the least value allowed."""


def baseline(trace: FloatArray, settings: SumIntensitySettings) -> Baseline:
    """F0: a percentile of the finite values of the trace, or the given number, never nearer to 0 than the least one."""
    least = settings.baseline_min_value
    known = trace[np.isfinite(trace)]
    if not len(known):
        return Baseline(least, "The trace has no number, so it has no F0, and dF/F is 0.")
    f0 = settings.manual_f0_baseline
    if settings.baseline_method == "percentile":
        f0 = float(np.percentile(known, settings.baseline_percentile))
    if not math.isfinite(f0):
        return Baseline(least, f"F0 is no finite number, so {least:g} was taken.")
    if abs(f0) < least:
        return Baseline(math.copysign(least, f0), is_floored=True)
    return Baseline(f0)


def relative_to(trace: FloatArray, f0: float) -> FloatArray:
    """dF/F: (trace - F0) / F0; 0 throughout where the trace has no number at all."""
    if not np.isfinite(trace).any():
        return np.zeros(len(trace))
    relative: FloatArray = (trace - f0) / f0
    return relative
