"""The best speed of every window, and all that tells how far it can be trusted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cloudscope_widgets.analysis.velocity.line_correlation.arrays import Float32Array, Float64Array, IndexArray
from cloudscope_widgets.analysis.velocity.line_correlation.plan import BLOCKS

from .differences import BlockDifferences
from .layout import PairLayout
from .pattern import Pattern
from .score_table import ScoreTable
from .slopes import FLOWING, PLACE, lost_by_slope, usual_slope
from .strength import window_strength
from .window_scores import WindowScores

_SLOPES = (-10, -7, -5, -3, -2, 2, 3, 5, 7, 10)
_SLOPE_CHARGE = 3.0
_USUAL_TIMES = 3.0
_MOST_LOST = 0.5
_NEAR = 0.25
_NEAR_PX_PER_WINDOW = 3.0
_SMALLEST_LOG = -60.0
_EVERY_FOURTH = slice(None, None, 4)

FOUND = np.dtype(
    [
        (name, np.float64)
        for name in ("speed", "per_step", "scatter", "curvature", "inside", "gain", "lead", "spread", "slope")
    ]
    + [(name, np.float64) for name in ("uneven", "centre", "strength", "seen")]
)
"""What is found of every window: see `search_windows`."""


@dataclass(frozen=True, slots=True)
class _Best:
    """The best place on the grid of speeds, and the slope there; all (windows,)."""

    place: IndexArray
    slope: Float64Array
    score: Float32Array
    """Scores at all speeds with that slope (windows, speeds)."""


def search_windows(
    differences: BlockDifferences,
    *,
    table: ScoreTable,
    pattern: Pattern,
    layout: PairLayout,
    slopes: tuple[int, ...] = _SLOPES,
) -> NDArray[np.void]:
    """Speeds of consecutive windows.

    Parameters
    ----------
    differences
        Squared differences of the blocks.
    table, pattern, layout
        Score, the record's pattern, and grid of speeds.
    slopes
        Changes of speed from block to block that are tried, in steps of the grid.

    Returns
    -------
    Of every window: speed (px/line); speed per step of the grid; scatter (of the blocks' slopes) and curvature
    of the score, per step; inside (probability that the speed lies near the best one); gain over the median speed and
    lead over the best distant one, as log likelihood ratios; spread (of the differences, 1 if the pattern explains
    them); slope; uneven (how unevenly the blocks tell the speed: 0 all alike, 0.75 one alone); centre (where in the
    window it is told, in blocks); strength of the edges; seen (share of the lines).
    """
    features = differences.features / np.float32(pattern.noise)
    weight = (layout.stands_for / layout.stands_for.sum()).astype(np.float32)
    strength = window_strength(features, layout, pattern.shape)
    scores = WindowScores(features, share=differences.seen @ weight, strength=strength, table=table, layout=layout)
    best, spread = _search(scores, layout, slopes)
    found = _described(scores, best, spread, layout)
    found["strength"] = strength
    found["seen"] = differences.of_windows(BLOCKS)
    return found


def _search(scores: WindowScores, layout: PairLayout, slopes: tuple[int, ...]) -> tuple[_Best, Float64Array]:
    """Best place and slope of every window, and the spread of its differences."""
    score = scores.even()
    window, last = np.arange(len(score)), scores.size - 2
    place = np.clip(score.argmax(1), 1, last)
    top = score[window, place]
    slope = np.zeros(len(score))
    spread = scores.spread(place, top)
    bend = np.maximum(2 * top - score[window, place - 1] - score[window, place + 1], 1e-9)
    usual = usual_slope(place, spread / bend, layout)
    for tried in slopes:
        some = np.flatnonzero(_USUAL_TIMES * usual > abs(tried))
        if not len(some):
            continue
        of_slope = scores.sloping(some, tried)
        at = np.clip(of_slope.argmax(1), 1, last)
        charge = _SLOPE_CHARGE + 0.5 * (tried / usual[some]) ** 2
        peak = of_slope.max(1) - spread[some] * charge
        _, bend = scores.around(some, at, tried)
        lost = lost_by_slope(np.maximum(bend, 0) / spread[some, None], usual[some])
        better = (peak > top[some]) & (np.abs(layout.speeds[at]) > FLOWING * layout.slow) & (lost < _MOST_LOST)
        some = some[better]
        top[some], slope[some], score[some] = peak[better], tried, of_slope[better]
    return _Best(np.clip(score.argmax(1), 1, last), slope, score), spread


def _described(scores: WindowScores, best: _Best, spread: Float64Array, layout: PairLayout) -> NDArray[np.void]:
    """Speed between the places of the grid, and the numbers of the gate and of the standard error."""
    score, place = best.score, best.place
    window = np.arange(len(score))
    before, here, after = (score[window, place + i] for i in (-1, 0, 1))
    curvature = np.maximum(2 * here - before - after, 1e-9)
    off = np.clip(0.5 * (after - before) / curvature, -1, 1)
    grid = place - scores.size // 2 + off
    found = np.zeros(len(score), FOUND)
    found["speed"] = layout.speed_at(grid[:, None] + best.slope[:, None] * PLACE).mean(1)
    found["per_step"] = layout.speed_per_step(grid)
    found["curvature"], found["spread"], found["slope"] = curvature, spread, best.slope
    first, bend = scores.around(window, place, best.slope)
    positive = np.maximum(bend, 0)
    share = positive / np.maximum(positive.sum(1, keepdims=True), 1e-9)
    found["scatter"] = (first - off[:, None] * bend).var(1) * BLOCKS**2 / (BLOCKS - 1)
    found["uneven"] = ((share - 1 / BLOCKS) ** 2).sum(1)
    found["centre"] = np.where(best.slope == 0, share @ PLACE, 0)
    log_ratio = (score - here[:, None]) / np.maximum(spread, 1)[:, None].astype(np.float32)
    near = np.maximum(_NEAR * np.abs(found["speed"]), _NEAR_PX_PER_WINDOW / layout.window_lines)
    is_near = np.abs(layout.speeds - found["speed"][:, None]) <= near[:, None]
    likelihood = np.exp(np.clip(log_ratio, _SMALLEST_LOG, 0))
    found["inside"] = (likelihood * is_near).sum(1) / likelihood.sum(1)
    found["gain"] = -np.median(log_ratio[:, _EVERY_FOURTH], 1)
    found["lead"] = -np.where(is_near, -np.inf, log_ratio).max(1)
    return found
