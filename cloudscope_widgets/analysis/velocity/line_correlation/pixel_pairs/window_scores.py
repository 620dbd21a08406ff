"""Scores of windows at all speeds, block by block, and at speeds that change from block to block."""

from __future__ import annotations

import numpy as np

from cloudscope_widgets.analysis.velocity.line_correlation.arrays import Float32Array, Float64Array, IndexArray
from cloudscope_widgets.analysis.velocity.line_correlation.plan import BLOCKS

from .layout import PairLayout
from .score_table import ScoreTable
from .slopes import PLACE


class WindowScores:
    """What the four blocks of every window add to its score at every speed.

    Parameters
    ----------
    features
        Squared differences of the blocks, in units of the noise variance (blocks, features).
    share
        Share of the pairs of lines that are there (blocks,); a block without lines says nothing.
    strength
        Strength of every window's edges (blocks - 3,).
    table
        Weights and centring.
    layout
        Speeds.
    """

    def __init__(
        self,
        features: Float32Array,
        *,
        share: Float32Array,
        strength: Float32Array,
        table: ScoreTable,
        layout: PairLayout,
    ) -> None:
        windows = len(strength)
        self.size = len(layout.speeds)
        self._scores = (table.outer, table.inner, table.inner, table.outer)
        self._strength = strength
        self._share = [share[block : block + windows] for block in range(BLOCKS)]
        inner, outer = table.weighted(features)
        self.parts: list[Float32Array] = []
        for block, (score, weighted) in enumerate(zip(self._scores, (outer, inner, inner, outer), strict=True)):
            part = strength[:, None] * score.centre[1]
            part += score.centre[0]
            part -= weighted[block : block + windows]
            part *= self._share[block][:, None]
            self.parts.append(part)

    def even(self) -> Float32Array:
        """Score of every window at even speeds (windows, speeds)."""
        total = self.parts[0] + self.parts[1]
        total += self.parts[2]
        total += self.parts[3]
        return total

    def sloping(self, window: IndexArray, slope: int) -> Float32Array:
        """Score of some windows whose speed changes by `slope` steps from block to block (windows, speeds)."""
        place = np.arange(self.size)
        total = np.zeros((len(window), self.size), np.float32)
        for part, x in zip(self.parts, PLACE.tolist(), strict=True):
            total += part[window][:, np.clip(place + round(slope * x), 0, self.size - 1)]
        return total

    def spread(self, best: IndexArray, top: Float32Array) -> Float64Array:
        """Weighted squared differences at the best speed / those expected there (windows,), at least 0.5.

        1 where the pattern explains the window; more where something else adds to the differences.
        """
        centre, expected = np.zeros(len(best)), np.zeros(len(best))
        for share, score in zip(self._share, self._scores, strict=True):
            centre += share * (score.centre[0][best] + self._strength * score.centre[1][best])
            expected += share * (score.expected[0][best] + self._strength * score.expected[1][best])
        return np.maximum((centre - top) / np.maximum(expected, 1e-9), 0.5)

    def around(
        self, window: IndexArray, best: IndexArray, slope: Float64Array | int
    ) -> tuple[Float64Array, Float64Array]:
        """First and minus second difference of every block's score at its speed, per step (windows, blocks)."""
        first, bend = np.empty((2, len(window), BLOCKS))
        for block, part in enumerate(self.parts):
            at = np.clip(best + np.rint(slope * PLACE[block]).astype(np.intp), 1, self.size - 2)
            low, middle, high = part[window, at - 1], part[window, at], part[window, at + 1]
            first[:, block], bend[:, block] = 0.5 * (high - low), 2 * middle - low - high
        return first, bend
