"""Refinement of a coarse speed: cubic interpolation between shifts and a parabola through the best speeds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from .arrays import Float32Array, Float64Array
from .cubic import cubic_value
from .plan import Plan

_ZOOM = 1.3


@dataclass(frozen=True, slots=True)
class Range:
    """Where to look around a start."""

    relative: float = 0.12
    """Half the range, relative to the start."""

    px_per_window: float = 4.0
    """Half the range at least, in pixels per window."""

    points: tuple[int, int] = (9, 5)
    """Speeds tried in the first and in the second round."""

    lags: int | None = None
    """Use only so many of the shortest lags; None: all."""


@dataclass(frozen=True, slots=True)
class Top:
    """Best sample of every row; all (rows,)."""

    position: Float64Array
    """Position of the top of the parabola through the best sample and its neighbours."""

    height: Float64Array
    """The best sample."""


@cache
def even_grid(points: int) -> Float64Array:
    """Evenly spaced from -1 to 1."""
    grid = np.linspace(-1, 1, points)
    grid.setflags(write=False)
    return grid


def parabola_top(score: Float64Array, position: Float64Array) -> Top:
    """Top of every row.

    Parameters
    ----------
    score
        Samples (rows, points).
    position
        Where the samples lie, evenly spaced (points,).
    """
    inner = np.clip(np.argmax(score, 1), 1, len(position) - 2)
    flat, at = score.ravel(), np.arange(0, score.size, len(position)) + inner
    before, top, after = flat.take(at - 1), flat.take(at), flat.take(at + 1)
    curvature = before - 2 * top + after
    peaked = curvature < 0
    offset = np.where(peaked, 0.5 * (before - after) / np.where(peaked, curvature, -1), 0).clip(-1, 1)
    return Top(position[inner] + offset * (position[1] - position[0]), top)


def refine_speed(
    match: Float32Array, plan: Plan, start: Float64Array, look: Range | None = None
) -> tuple[Float64Array, Float64Array]:
    """Speed at which the shifted lines differ least, near a start.

    Parameters
    ----------
    match
        Minus half the squared difference of shifted lines, summed over pairs (rows, lags, shifts).
    plan
        Lags and shifts.
    start
        Where to look, px/line (rows,).
    look
        How far, how finely and at which lags; None: the usual.

    Returns
    -------
    Speed in px/line and the score per pixel at the best sample, both (rows,).

    Notes
    -----
    The range never moves on from its end: where the best match lies beyond it, it is that of another peak, mostly of a
    rest of the background at speed 0.
    """
    look = look or Range()
    scores = _Scores(match, plan, look.lags)
    speed, height = start.copy(), np.zeros(len(start))
    half = np.maximum(look.px_per_window / plan.window_lines, look.relative * np.abs(start))
    for count in look.points:
        grid = even_grid(count)
        top = parabola_top(scores.around(speed, half, grid), grid)
        speed = speed + half * top.position
        height = top.height
        half = half * _ZOOM * (grid[1] - grid[0])
    return speed, height


class _Scores:
    """Scores of all rows at speeds around a centre."""

    def __init__(self, match: Float32Array, plan: Plan, lags: int | None) -> None:
        self._plan = plan
        self._lags = plan.lags[:lags]
        self._flat = np.ascontiguousarray(match).ravel()

    def around(self, speed: Float64Array, half: Float64Array, grid: Float64Array) -> Float64Array:
        """Score per pixel at speed + half x grid (rows, points); a lag counts where all of these are in reach."""
        plan = self._plan
        tried = speed[:, None] + half[:, None] * grid
        usable = (np.abs(speed) + half)[:, None] * self._lags <= plan.reach - 2
        used = slice(int(usable.any(0).sum()))  # the shortest lags reach furthest
        lags = self._lags[used]
        weight = np.maximum(plan.columns - np.abs(speed[:, None] * lags), 0) * usable[:, used]
        position = np.clip(tried[:, None] * lags[:, None] + plan.reach, 1, 2 * plan.reach - 2)
        curve = plan.curve_starts(np.arange(len(speed)))[:, None] + np.arange(len(lags)) * plan.shifts
        score = np.einsum("rlp,rl->rp", cubic_value(self._flat, curve[:, :, None], position), weight)
        return score / np.maximum(weight.sum(1), 1)[:, None]
