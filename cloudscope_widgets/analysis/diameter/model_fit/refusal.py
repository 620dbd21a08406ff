"""Which rows cannot be measured, and by which rule."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from cloudscope_widgets.analysis.diameter.arrays import AnyArray, Flags, FloatArray

from .least_squares import AMPLITUDE, CENTER, WIDTH, Fits, standard_errors
from .lumen_table import EXPONENTS, LumenTable

LEAST_COLUMNS = 8
"""Fewest pixels of a profile that a lumen can be fitted to."""

_LEAST_CONTRAST = 6.0
_LARGEST_ERROR = 0.15
_LARGEST_CHI = 6.0


class Refusal(IntEnum):
    """Why a row has no diameter; the first rule that refuses it."""

    NONE = 0
    EMPTY = 1
    """Too few pixels with a number."""
    NO_CONTRAST = 2
    """The lumen does not stand out of the noise."""
    AT_BORDER = 3
    """An edge lies at the border of the region, or beyond."""
    TOO_NARROW = 4
    """The vessel is too narrow to be told from the blur."""
    TOO_NOISY = 5
    """The standard error is above 15 % of the diameter."""
    BAD_FIT = 6
    """The profile does not look like the lumen."""
    NOT_SETTLED = 7
    """The fit came to no end."""


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Fits after judgement (profiles,)."""

    refused: AnyArray
    """Values of `Refusal`."""
    error: FloatArray
    """Standard error of the diameter, px; also of refused rows."""


def stands_out(fits: Fits) -> Flags:
    """Whether each lumen stands out of the noise (profiles,)."""
    flags: Flags = fits.found[:, AMPLITUDE] > _LEAST_CONTRAST * standard_errors(fits.covariance, AMPLITUDE)
    return flags


def judge(fits: Fits, is_seen: Flags, lines: AnyArray, lumen: LumenTable) -> Judged:
    """Apply the rules to every fit.

    Parameters
    ----------
    fits
        Fitted lumens.
    is_seen
        Whether each stood out by itself, before its neighbourhood told its amplitude.
    lines
        Lines that each pixel is the mean of, 0 where it holds no number (profiles, columns).
    lumen
        The lumen that was fitted.

    Notes
    -----
    Where a profile departs from the lumen by more than noise makes it, the standard error grows with the root of the
    residual variance.
    """
    found, covariance = fits.found, fits.covariance
    freedom = np.maximum((lines > 0).sum(1) - 4, 1)
    chi, spread = fits.cost / freedom, np.sqrt(2 / freedom)
    error = standard_errors(covariance, WIDTH) * np.sqrt(np.where(chi > 1 + 4 * spread, chi, 1))
    width, center = found[:, WIDTH], found[:, CENTER]
    columns = np.flatnonzero((lines > 0).mean(0) > 0.5)
    first, last = columns[0] - 0.5 + lumen.sigma_px / 2, columns[-1] + 0.5 - lumen.sigma_px / 2
    least_width = (2 + 4 * EXPONENTS[lumen.profile]) * lumen.sigma_px
    with np.errstate(invalid="ignore"):
        rules = {
            Refusal.NOT_SETTLED: ~fits.is_settled,
            Refusal.BAD_FIT: ~(chi <= _LARGEST_CHI + 4 * spread),
            Refusal.TOO_NOISY: ~(error < _LARGEST_ERROR * width),
            Refusal.TOO_NARROW: np.full(len(width), np.median(width) < least_width),
            Refusal.AT_BORDER: (center - width / 2 < first) | (center + width / 2 > last),
            Refusal.NO_CONTRAST: ~(is_seen & stands_out(fits)),
        }
    refused = np.zeros(len(width), np.uint8)
    for rule, breaks in rules.items():  # the last one that refuses counts: it is the most plain
        refused[breaks] = rule
    return Judged(refused, error)
