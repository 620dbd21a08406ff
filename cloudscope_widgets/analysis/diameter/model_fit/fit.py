"""Lumen of a vessel fitted to every row of a record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from cloudscope_widgets.analysis.diameter.arrays import AnyArray, FloatArray, IntArray

from .best_box import best_boxes
from .blur import find_model, sampled_rows
from .floor import Floor
from .least_squares import CENTER, WIDTH, Fits, Model, Profiles, fit_lumens
from .lumen_table import EXPONENTS
from .noise import with_line_noise
from .refusal import LEAST_COLUMNS, Judged, Refusal, judge, stands_out
from .shadows import Neighbourhood, without_shadows

_LEAST_ROWS = 3
_BOX_ROWS = 4096
_CLEAR_DOUBT = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class ModelFit:
    """Lumen of every row (rows,), px."""

    left: FloatArray
    """NaN where refused; whole numbers are centres of pixels."""
    right: FloatArray
    error: FloatArray
    """Standard error of the diameter of the row; NaN where refused."""
    refused: AnyArray
    """Values of `Refusal`."""
    lumen_profile: str
    sigma_px: float
    """Blur; NaN where no row could be fitted."""
    noise_sd: tuple[float, float]
    """Standard deviation of the noise of one line, outside of the lumen and inside."""
    floor: Floor | None
    shadow_share: float
    """Share of the rows that cells darken, or that depart from the lumen otherwise."""
    scatter_over_error: float
    """Scatter of rows that share no line, in standard errors; NaN where too few are left."""
    lumen_doubt: float = 0.0
    """How much better the other lumen fits, in standard errors; below 0 where it fits worse."""

    @property
    def better_lumen(self) -> str | None:
        """Lumen that fits the record clearly better than the one that was asked for; None where there is none."""
        is_clear = self.lumen_doubt > _CLEAR_DOUBT
        return next(name for name in EXPONENTS if name != self.lumen_profile) if is_clear else None


@dataclass(frozen=True, slots=True)
class FitPlan:
    """How a record is fitted."""

    lumen_profile: str
    sigma_px: float
    """0 to find it."""
    apart: int
    """Distance of rows that share no line."""


def fit_model(  # noqa: PLR0913  (what a fit depends on)
    profiles: Profiles,
    plan: FitPlan,
    floor: Floor | None,
    *,
    variance: FloatArray,
    progress: Callable[[float], None],
    check: Callable[[], None],
) -> ModelFit:
    """Fit a blurred lumen to every profile, find its blur, and judge every row.

    Parameters
    ----------
    profiles
        Means of neighbouring lines, of a vessel that is bright.
    plan
        Shape, blur, and which rows share lines.
    floor
        Where noise is cut off.
    variance
        Variance of one line in each column, NaN where it is not known.
    progress
        Called with the fraction done.
    check
        Called between stretches of work; raises to stop.

    Notes
    -----
    m(x) = b + A S(x − c, w), where S is a lumen (1 − u²)^p, |u| < 1, u = 2 (x − c) / w, behind a Gaussian blur and
    averaged over a pixel. Background b, amplitude A, middle c and width w are those of the row, the blur is that of the
    record. Where a camera or a file cuts off noise at a lowest value, the mean of such noise is fitted.
    """
    usable = np.flatnonzero((profiles.lines > 0).sum(1) >= max(LEAST_COLUMNS, profiles.values.shape[1] // 4))
    if len(usable) < _LEAST_ROWS or not np.ptp(profiles.values[usable][profiles.lines[usable] > 0]) > 0:
        return _nothing(len(profiles.values), usable, plan, floor)
    some = profiles if len(usable) == len(profiles.values) else profiles[usable]
    start = _starts(some, check)
    progress(0.1)
    chosen = sampled_rows(np.arange(len(usable)), plan.apart)
    model = find_model(
        some[chosen],
        start[chosen],
        lumen_profile=plan.lumen_profile,
        sigma_px=plan.sigma_px,
        floor=floor,
        check=check,
    )
    progress(0.3)
    doubt = _lumen_doubt(model, some[chosen], start[chosen], plan, check)
    progress(0.4)
    fits = fit_lumens(model, some, start, check=check)
    progress(0.7)
    model = with_line_noise(model, fits.found, variance)
    is_seen = stands_out(fits)
    fits, share = without_shadows(model, some, fits, Neighbourhood(plan.apart), check)
    progress(1.0)
    judged = judge(fits, is_seen, some.lines, model.lumen)
    found = _gathered(len(profiles.values), usable, fits, judged, model=model, plan=plan, share=share)
    return replace(found, lumen_doubt=doubt)


def _lumen_doubt(
    model: Model, profiles: Profiles, start: FloatArray, plan: FitPlan, check: Callable[[], None]
) -> float:
    """How much better the other lumen fits: mean difference of the costs of rows in its standard errors (Vuong)."""
    other = next(name for name in EXPONENTS if name != plan.lumen_profile)
    rival = find_model(profiles, start, lumen_profile=other, sigma_px=plan.sigma_px, floor=model.floor, check=check)
    noise = min(model.noise, rival.noise, key=lambda one: one.outside + one.inside)
    models = (replace(model, noise=noise), replace(rival, noise=noise))
    costs = [fit_lumens(one, profiles, start, leaves_shadows_out=True, check=check).cost for one in models]
    gain = costs[0] - costs[1]
    spread = float(gain.std()) / np.sqrt(len(gain))
    return float(gain.mean()) / spread if spread > 0 else 0.0


def _starts(profiles: Profiles, check: Callable[[], None]) -> FloatArray:
    parts = []
    for first in range(0, len(profiles.values), _BOX_ROWS):
        check()
        part = slice(first, first + _BOX_ROWS)
        parts.append(best_boxes(profiles.values[part], profiles.lines[part] > 0))
    return np.concatenate(parts)


def _gathered(  # noqa: PLR0913  (what was found)
    rows: int, usable: IntArray, fits: Fits, judged: Judged, *, model: Model, plan: FitPlan, share: float
) -> ModelFit:
    left, right, error = (np.full(rows, np.nan) for _ in range(3))
    refused = np.full(rows, Refusal.EMPTY, np.uint8)
    refused[usable] = judged.refused
    kept = judged.refused == Refusal.NONE
    center, half = fits.found[kept, CENTER], fits.found[kept, WIDTH] / 2
    left[usable[kept]], right[usable[kept]], error[usable[kept]] = center - half, center + half, judged.error[kept]
    noise = model.noise
    return ModelFit(
        left,
        right,
        error,
        refused,
        plan.lumen_profile,
        model.lumen.sigma_px,
        (float(np.sqrt(noise.outside)), float(np.sqrt(noise.inside))),
        model.floor,
        share,
        _scatter(right - left, error, plan.apart),
    )


def _scatter(diameter: FloatArray, error: FloatArray, apart: int) -> float:
    """Scatter of the difference of rows that share no line, against that of their standard errors."""
    change = diameter[apart:] - diameter[:-apart]
    change = change[np.isfinite(change)]
    if len(change) < 2:
        return float("nan")
    spread = 1.4826 * np.median(np.abs(change - np.median(change))) / np.sqrt(2)
    return float(spread / np.nanmedian(error))


def _nothing(rows: int, usable: IntArray, plan: FitPlan, floor: Floor | None) -> ModelFit:
    """A record in which nothing can be fitted."""
    unknown, nan = np.full(rows, np.nan), float("nan")
    refused = np.full(rows, Refusal.EMPTY, np.uint8)
    refused[usable] = Refusal.NO_CONTRAST
    return ModelFit(unknown, unknown, unknown, refused, plan.lumen_profile, nan, (nan, nan), floor, 0.0, nan)
