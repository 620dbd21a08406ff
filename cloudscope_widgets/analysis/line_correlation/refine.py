"""Refinement of a coarse speed: cubic interpolation between shifts and a parabola through the best speeds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .arrays import BoolArray, Float32Array, Float64Array, IndexArray
from .cubic import cubic_value
from .plan import Plan

_MOST_MOVES = 4
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

    at_edge: BoolArray
    """Whether the best sample is the first or the last."""


def parabola_top(score: Float64Array, position: Float64Array) -> Top:
    """Top of every row.

    Parameters
    ----------
    score
        Samples (rows, points).
    position
        Where the samples lie, evenly spaced (points,).
    """
    row = np.arange(len(score))
    best = np.argmax(score, 1)
    inner = np.clip(best, 1, len(position) - 2)
    before, top, after = score[row, inner - 1], score[row, inner], score[row, inner + 1]
    curvature = before - 2 * top + after
    peaked = curvature < 0
    offset = np.where(peaked, 0.5 * (before - after) / np.where(peaked, curvature, -1), 0).clip(-1, 1)
    return Top(position[inner] + offset * (position[1] - position[0]), top, inner != best)


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
    The range moves on as long as its best speed lies at its end, at most four times: the peaks of cells wider than the
    line are broad, and the coarse search prefers their slow side.
    """
    look = look or Range()
    scores = _Scores(match, plan, look.lags)
    speed, height = start.copy(), np.zeros(len(start))
    half = np.maximum(look.px_per_window / plan.window_lines, look.relative * np.abs(start))
    for count in look.points:
        grid = np.linspace(-1, 1, count)
        rows = np.arange(len(speed))
        for _ in range(1 + _MOST_MOVES):
            top = parabola_top(scores.around(rows, speed[rows], half[rows], grid), grid)
            speed[rows] += half[rows] * top.position
            height[rows] = top.height
            rows = rows[top.at_edge]
            if not len(rows):
                break
        half = half * _ZOOM * (grid[1] - grid[0])
    return speed, height


class _Scores:
    """Scores of rows at speeds around a centre."""

    def __init__(self, match: Float32Array, plan: Plan, lags: int | None) -> None:
        self._plan = plan
        self._lags: list[int] = plan.lags[:lags].tolist()
        self._flat = np.ascontiguousarray(match).ravel()

    def around(self, rows: IndexArray, speed: Float64Array, half: Float64Array, grid: Float64Array) -> Float64Array:
        """Score per pixel at speed + half x grid (rows, points); a lag counts where all of these are in reach."""
        plan = self._plan
        tried = speed[:, None] + half[:, None] * grid
        curve = plan.curve_starts(rows)[:, None]
        score, overlap = np.zeros(tried.shape), np.zeros(len(rows))
        for i, lag in enumerate(self._lags):
            usable = (np.abs(speed) + half) * lag <= plan.reach - 2
            if not usable.any():
                break
            weight = np.maximum(plan.columns - np.abs(speed * lag), 0) * usable
            overlap += weight
            position = np.clip(tried * lag + plan.reach, 1, 2 * plan.reach - 2)
            score += cubic_value(self._flat, curve + i * plan.shifts, position) * weight[:, None]
        return score / np.maximum(overlap, 1)[:, None]
