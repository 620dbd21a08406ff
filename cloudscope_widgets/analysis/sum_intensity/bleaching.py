"""Bleaching: a single exponential that is fitted to a trace, and subtracted or divided by."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import OptimizeWarning, curve_fit

from cloudscope_widgets.core.errors import Cancelled

FloatArray = NDArray[np.float64]

LEAST_SAMPLES = 4
_MOST_CALLS = 10_000
_NOT_FITTED = "The exponential could not be fitted, so the trace was not detrended. Choose detrend_method none"


@dataclass(frozen=True, slots=True, eq=False)
class Detrended:
    """A trace without its slow decay."""

    trace: FloatArray
    """In the unit of the trace (lines,)."""
    is_divided: bool = False
    amplitude: float | None = None
    rate_per_s: float | None = None
    offset: float | None = None
    lost_fraction: float | None = None
    """Part of the fitted brightness at the first sample that is gone at the last one; negative when it grows.

    None where nothing was fitted, or the fit is not above 0 throughout.
    """
    warnings: tuple[str, ...] = ()


def detrended(
    trace: FloatArray,
    time_s: FloatArray,
    is_cancelled: Callable[[], bool] | None = None,
    *,
    is_divided: bool = False,
) -> Detrended:
    """Take the exponential that fits a trace best off it.

    Parameters
    ----------
    trace
        Finite values (lines,).
    time_s
        Their times from 0 (lines,).
    is_cancelled
        Asked at each step of the fit.
    is_divided
        Divide by the fit instead of subtracting it.

    Returns
    -------
    Trace in the same unit; where no exponential fits, as it was, with a warning.

    Raises
    ------
    Cancelled
        When ``is_cancelled`` returned True.

    Notes
    -----
    ``a * exp(-b * t) + c`` by Levenberg-Marquardt, from a = first - last, b = 1 / (last time - first time), c = last.
    trace - fit + fit[0] leaves the size of events as it is in counts. Indicator that has bleached answers with fewer
    counts, so that dF/F of late events comes out too small by up to the fraction that is lost. trace / fit * fit[0]
    has no such error where the background is known and taken off before.
    """
    if len(trace) < LEAST_SAMPLES:
        return Detrended(trace.copy(), warnings=(f"A trace of fewer than {LEAST_SAMPLES} lines is not detrended.",))
    if np.allclose(trace, trace[0]):
        return Detrended(trace.copy(), warnings=("The trace is constant, so it was not detrended.",))
    found = _fitted(trace, time_s, is_cancelled)
    if found is None:
        return Detrended(trace.copy(), warnings=(f"{_NOT_FITTED}.",))
    amplitude, rate, offset = found
    fit = amplitude * np.exp(-rate * time_s) + offset
    lost = float(1 - fit[-1] / fit[0]) if min(fit[0], fit[-1]) > 0 else None
    if is_divided and lost is None:
        return Detrended(trace.copy(), warnings=(f"{_NOT_FITTED}, or bleaching_correction subtract.",))
    without = trace / fit * fit[0] if is_divided else trace - fit + fit[0]
    return Detrended(without, is_divided, amplitude, rate, offset, lost)


def _fitted(
    trace: FloatArray, time_s: FloatArray, is_cancelled: Callable[[], bool] | None
) -> tuple[float, float, float] | None:
    """Amplitude, rate and offset; None when there is no fit with finite values."""

    def model(time: FloatArray, amplitude: float, rate: float, offset: float) -> FloatArray:
        if is_cancelled is not None and is_cancelled():
            raise Cancelled("Measuring was stopped.")
        return amplitude * np.exp(-rate * time) + offset

    start = (trace[0] - trace[-1], 1.0 / (time_s[-1] - time_s[0]), trace[-1])
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore", OptimizeWarning)
            found, _ = curve_fit(model, time_s, trace, p0=start, maxfev=_MOST_CALLS)
            is_finite = np.isfinite(model(time_s, *found)).all()
    except (RuntimeError, ValueError):  # too many calls, or values that are not finite on the way
        return None
    return (float(found[0]), float(found[1]), float(found[2])) if is_finite else None
