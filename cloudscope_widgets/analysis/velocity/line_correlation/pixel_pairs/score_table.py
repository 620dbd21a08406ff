"""The score of a speed: weighted squared differences, centred so that its slope vanishes at the true speed.

    score(v) = c(v) - 1/2 sum over features of w(v) D          dc/dv = 1/2 sum over features of dw/dv · E[D | v]

With exact weights c is half a log determinant, and the score a log likelihood. Summed from the same weights, centring
also removes what their approximations would add: no speed draws because pairs enter or leave the line there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cloudscope_widgets.analysis.velocity.line_correlation.arrays import Float32Array, Float64Array

from .covariance import pattern_covariance
from .differences import expected_differences
from .layout import PairLayout
from .pair_weights import weight_table
from .pattern import Pattern

_SAMPLES_PER_PX = 50
_FORGOTTEN = 12.0


@dataclass(frozen=True, slots=True)
class BlockScore:
    """What turns the differences of a block into its part of the score, speed by speed."""

    far: Float32Array
    """Half the weight of the features that inner and outer blocks weigh differently (features, speeds)."""

    centre: Float32Array
    """Centring: of the noise, and of a pattern as strong as usual (2, speeds)."""

    expected: Float64Array
    """Expected weighted sum of the differences at the true speed, likewise (2, speeds)."""


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """The score of inner and of outer blocks of a window."""

    near: Float32Array
    """Half the weight of the first features, the same in all blocks (features, speeds)."""
    inner: BlockScore
    outer: BlockScore

    def weighted(self, features: Float32Array) -> tuple[Float32Array, Float32Array]:
        """Half the weighted sums of differences of every block, as an inner and as an outer one (blocks, speeds)."""
        split = len(self.near)
        near, far = features[:, :split] @ self.near, features[:, split:]
        inner, outer = far @ self.inner.far, far @ self.outer.far
        inner += near
        outer += near
        return inner, outer


def score_table(layout: PairLayout, pattern: Pattern) -> ScoreTable:
    """The score for lines of one layout and a record's pattern."""
    shape = pattern.shape
    weights = weight_table(layout.columns, layout.window_lines, layout.step_px, shape)
    farthest = min(layout.speeds[-1] * layout.lags[-1] + layout.columns, _FORGOTTEN * (shape.blur + shape.length))
    distance = np.arange(0, farthest, 1 / _SAMPLES_PER_PX)
    of_noise, of_pattern = expected_differences(
        layout,
        pattern_covariance(distance, blur=shape.blur, length=shape.length).astype(np.float32),
        pattern.excess,
        per_px=_SAMPLES_PER_PX,
        snr=shape.snr,
    )
    of_outer = layout.outer_weight[layout.lag_of_feature].astype(np.float32)
    split = int((of_outer == 1).sum())
    return ScoreTable(
        np.float32(0.5) * weights[:split],
        _block_score(weights, of_noise, of_pattern, split),
        _block_score(weights * of_outer[:, None], of_noise, of_pattern, split),
    )


def _block_score(weights: Float32Array, of_noise: Float32Array, of_pattern: Float32Array, split: int) -> BlockScore:
    noise = 0.5 * (of_noise @ weights)
    own = 0.5 * np.einsum("fs,fs->s", weights, of_pattern, dtype=np.float64)
    # sum of dw · (E + E') / 2 over neighbouring speeds, written with products of whole tables
    up = 0.5 * np.einsum("fs,fs->s", weights[:, 1:], of_pattern[:, :-1], dtype=np.float64)
    down = 0.5 * np.einsum("fs,fs->s", weights[:, :-1], of_pattern[:, 1:], dtype=np.float64)
    change = 0.5 * (own[1:] - own[:-1] + up - down)
    pattern = np.concatenate([[0.0], np.cumsum(change)])
    centre = np.stack([noise - noise[0], pattern]).astype(np.float32)
    return BlockScore(np.float32(0.5) * weights[split:], centre, np.stack([noise, own]))
