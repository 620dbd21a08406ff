"""Diameter of a vessel by the fit of a model."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from cloudscope_widgets.core.errors import Cancelled

from .arrays import AnyArray, IntArray
from .edges import joined, plain_edges
from .levels import Levels, has_two_peaks, profile_levels
from .measure import DiameterRows, Findings, check_region, gathered_rows, profiles_of
from .model_fit import ModelFit, fit_model
from .model_fit.fit import FitPlan
from .model_fit.floor import find_floor
from .model_fit.least_squares import Profiles
from .model_fit.noise import line_variance
from .model_fit.refusal import LEAST_COLUMNS
from .profiles import center_rows, mean_profiles, row_chunks
from .settings import Settings

_SHARE_OF_PROFILES = 0.05


def diameter_by_model(
    pixels: AnyArray,
    settings: Settings,
    *,
    um_per_pixel: float = 1.0,
    progress: Callable[[float], None] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> tuple[DiameterRows, ModelFit]:
    """Diameter of every row in fractions of a pixel, and what was fitted.

    Parameters
    ----------
    pixels
        Lines x columns, any real type; what is no finite number is left out.
    settings
        Parameters; those of the other methods do not matter.
    um_per_pixel
        Size of a pixel.
    progress
        Called with the fraction done.
    cancel
        Asked between stretches of work.

    Returns
    -------
    rows
        Edges and diameters; a row that was refused has none.
    fit
        Standard errors, refusals and what is the same in all rows.

    Raises
    ------
    ValueError
        When the region cannot give a diameter; the sentence says what to change.
    Cancelled
        When `cancel` returned True.
    """
    check_region(pixels)
    _check_width(pixels.shape[1])

    def check() -> None:
        if cancel is not None and cancel():
            raise Cancelled("the measurement of the diameter was cancelled")

    def said(fraction: float) -> None:
        if progress is not None:
            progress(_SHARE_OF_PROFILES + (1 - _SHARE_OF_PROFILES) * fraction)

    rows = center_rows(len(pixels), settings.stride)
    profiles, levels, two_peaks = _prepared(pixels, rows, settings, check)
    apart = int(np.ceil(settings.window_rows_odd / settings.stride))
    plan = FitPlan(settings.lumen_profile, settings.psf_sigma_px, apart)
    is_dark = settings.polarity == "dark_on_bright"
    floor, variance = find_floor(pixels, is_dark=is_dark), line_variance(pixels)
    fit = fit_model(profiles, plan, floor, variance=variance, progress=said, check=check)
    findings = Findings(plain_edges(fit.left, fit.right), levels, two_peaks)
    return gathered_rows(rows, findings, settings, um_per_pixel=um_per_pixel), fit


def _check_width(columns: int) -> None:
    if columns < LEAST_COLUMNS:
        raise ValueError(
            f"the region is {columns} px wide, too narrow for a lumen and what is beside it: make it at least "
            f"{LEAST_COLUMNS} px wide"
        )


def _prepared(
    pixels: AnyArray, rows: IntArray, settings: Settings, check: Callable[[], None]
) -> tuple[Profiles, Levels, AnyArray]:
    """Means of neighbouring lines of a vessel that is bright, and the levels that the table holds."""
    sign = -1 if settings.polarity == "dark_on_bright" else 1
    values = np.empty((len(rows), pixels.shape[1]), np.float32)
    lines = np.empty_like(values)
    levels, two_peaks = [], []
    for chunk in row_chunks(rows, pixels.shape[1]):
        check()
        mean, lines[chunk] = mean_profiles(pixels, rows[chunk], settings.window_rows_odd)
        values[chunk] = np.where(np.isfinite(mean), sign * mean, 0)
        shown = profiles_of(pixels, rows[chunk], settings)
        levels.append(profile_levels(shown))
        two_peaks.append(has_two_peaks(shown, levels[-1]))
    place = np.broadcast_to(np.arange(pixels.shape[1], dtype=np.float64), values.shape)
    return Profiles(values, lines, place), joined(levels), np.concatenate(two_peaks)
