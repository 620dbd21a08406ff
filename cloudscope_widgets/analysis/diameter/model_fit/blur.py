"""Blur of a record: the standard deviation of the point spread function that fits all its rows best."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.ndimage import percentile_filter

from cloudscope_widgets.analysis.diameter.arrays import AnyArray, FloatArray, IntArray

from .floor import Floor
from .least_squares import AMPLITUDE, CENTER, WIDTH, Fits, Model, Profiles, fit_lumens
from .lumen_table import LumenTable
from .noise import first_noise, noise_of

_BURST = 16
"""Neighbouring profiles that are looked at together."""
_MOST_BURSTS = 25
_FIRST_SIGMA_PX = 1.5
_GRIDS = (
    np.geomspace(0.4, 4, 6),
    np.geomspace(0.63, 1.6, 5),
    np.geomspace(0.75, 1.33, 5),
    np.geomspace(0.93, 1.07, 5),
)
_GROUPED_FROM = 2
_COST_CAP = 3.0


def sampled_rows(usable: IntArray, apart: int) -> IntArray:
    """Profiles that tell the blur: bursts of neighbours that share no line, spread over the record.

    Parameters
    ----------
    usable
        Indices of profiles that can be fitted.
    apart
        Distance of profiles that share no line.
    """
    some = usable[::apart]
    if len(some) < _BURST:
        return some
    bursts = some[: len(some) // _BURST * _BURST].reshape(-1, _BURST)
    chosen = np.linspace(0, len(bursts) - 1, min(len(bursts), _MOST_BURSTS)).astype(int)
    return bursts[chosen].ravel()


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """Where the search for the blur stands."""

    profiles: Profiles
    found: FloatArray
    model: Model


def find_model(  # noqa: PLR0913  (what a model depends on)
    profiles: Profiles,
    start: FloatArray,
    *,
    lumen_profile: str,
    sigma_px: float,
    floor: Floor | None,
    check: Callable[[], None],
) -> Model:
    """Blur and noise of a record.

    Parameters
    ----------
    profiles, start
        Sampled profiles and the boxes to start from.
    lumen_profile
        "flat" or "chord".
    sigma_px
        The blur where it is known, 0 where it has to be found.
    floor
        Where noise is cut off.
    check
        Raises to stop.

    Notes
    -----
    The blur is that of the least total cost over the sampled profiles, on grids that become finer. When one profile
    says little about it, neighbours share background, amplitude, width and a straight track of the middle:
    parameters of their own would draw the blur to small values.
    """
    columns = profiles.values.shape[1]
    widths = start[:, WIDTH]
    span = (
        max(1.0, float(np.percentile(widths, 1)) * 0.4),
        min(1.6 * columns, float(np.percentile(widths, 99)) * 1.5 + 8),
    )
    best = sigma_px or _FIRST_SIGMA_PX
    state = _State(profiles, start, Model(LumenTable(lumen_profile, best, columns, span), first_noise(profiles), floor))
    for stage, factors in enumerate(_GRIDS):
        if stage == _GROUPED_FROM:
            state = _grouped(state, best)
        grid = np.ones(1) if sigma_px else factors
        tables = [LumenTable(lumen_profile, best * float(factor), columns, span) for factor in grid]
        fits = [_fitted(replace(state.model, lumen=table), state, stage, check) for table in tables]
        cost = np.array([one.cost for one in fits])
        total = np.minimum(cost, _COST_CAP * np.median(cost)).mean(1)
        at = int(total.argmin())
        is_last = stage == len(_GRIDS) - 1
        best *= _refined(grid, total) if is_last and len(grid) > 1 else float(grid[at])
        model = replace(state.model, lumen=LumenTable(lumen_profile, best, columns, span))
        found = fits[at].found
        state = _State(state.profiles, found, replace(model, noise=noise_of(model, state.profiles, found)))
    return state.model


def _fitted(model: Model, state: _State, stage: int, check: Callable[[], None]) -> Fits:
    return fit_lumens(model, state.profiles, state.found, leaves_shadows_out=stage > 0, iterations=6, check=check)


def _refined(grid: FloatArray, total: FloatArray) -> float:
    """Minimum of a parabola through the costs over the logarithm of the blur."""
    a, b, _ = np.polyfit(np.log(grid), total, 2)
    if a <= 0:
        return float(grid[total.argmin()])
    return float(np.exp(np.clip(-b / (2 * a), np.log(grid[0]), np.log(grid[-1]))))


def _grouped(state: _State, sigma_px: float) -> _State:
    """Neighbours joined to one long profile each, without those that shadows darken."""
    found, profiles = state.found, state.profiles
    size = _group_size(found, sigma_px)
    is_clear = _is_clear(found)
    keep = is_clear.reshape(-1, size).mean(1) > 0.4
    lines = profiles.lines * is_clear[:, None]
    if keep.sum() < 5:  # hardly any clear group: take them all
        keep[:], lines = True, profiles.lines
    columns = profiles.values.shape[1]
    moved = profiles.place - _track(found[:, CENTER], size)[:, None]
    joined = Profiles(*(part.reshape(-1, size * columns)[keep] for part in (profiles.values, lines, moved)))
    return replace(state, profiles=joined, found=np.median(found.reshape(-1, size, 4), axis=1)[keep])


def _group_size(found: FloatArray, sigma_px: float) -> int:
    """So many neighbours that together they know the width to 8 % of the blur; a power of two."""
    if len(found) < 4 * _BURST:
        return 1
    error = 1.4826 * float(np.median(np.abs(np.diff(found[:, WIDTH])))) / np.sqrt(2)
    wanted = 2.0 ** np.ceil(2 * np.log2(max(error, 1e-9) / (0.08 * sigma_px)))
    return int(np.clip(wanted, 1, _BURST))


def _is_clear(found: FloatArray) -> AnyArray:
    """Profiles that are about as bright as those around them and of usual width."""
    usual = percentile_filter(found[:, AMPLITUDE], 70, size=min(101, len(found)), mode="nearest")
    away = np.abs(found[:, WIDTH] - np.median(found[:, WIDTH]))
    return (found[:, AMPLITUDE] > 0.85 * usual) & (away < 6 * 1.4826 * np.median(away) + 1)


def _track(center: FloatArray, size: int) -> FloatArray:
    """How far the vessel has moved in each profile from the middle of its group, along a straight line."""
    powers = np.vander(np.arange(size) - (size - 1) / 2, 2)[:, 1 - (size > 2) :]
    groups = center.reshape(-1, size)
    track = groups @ np.linalg.pinv(powers).T @ powers.T
    moved: FloatArray = (track - track.mean(1, keepdims=True)).ravel()
    return moved
