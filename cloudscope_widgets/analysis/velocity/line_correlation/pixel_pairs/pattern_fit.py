"""The pattern of a record, from its own lines: a first guess, then a fit around the streaks that were found."""

from __future__ import annotations

from itertools import product

import numpy as np

from cloudscope_widgets.analysis.velocity.line_correlation.arrays import BoolArray, Float32Array, Float64Array

from .covariance import pattern_covariance
from .layout import PairLayout
from .pattern import Pattern, rounded_shape

_BLURS = (0.7, 0.85, 1.0, 1.2, 1.4, 1.7, 2.0, 2.4, 2.8, 3.4, 4.0)
_LENGTHS = (2.0, 3.0, 4.5, 6.5, 9.0, 13.0, 20.0)
_FIRST_BLUR, _FIRST_LENGTH = 1.7, 6.5
_LEAST_WINDOWS, _MOST_WINDOWS = 20, 600
_SHARE_OF_SIGNAL = (1e-3, 0.98)
_SHARE_OF_NOISE = (1e-3, 0.999)
_LAGS_OF_SHAPE = (1, 2)
_BINS_PER_PX = 2
_NARROW_BINS, _ALL_BINS = 7, 11
_BROAD_BLUR = 1.8
_ON_STREAK = 0.75
_WITHIN_LINE = 0.85
_ABOUT_EQUAL = 1.1


def first_pattern(lines: Float32Array, good: Float32Array, layout: PairLayout) -> Pattern:
    """A first guess from neighbouring pixels of one line: noise is alike in none of them.

    Parameters
    ----------
    lines, good
        Prepared lines (lines, columns), zero where missing, and 1 for usable ones (lines,).
    layout
        Lags.
    """
    columns, share = lines.shape[1], max(float(good.mean()), 1e-9)
    at = [float(np.mean(lines[:, : columns - j] * lines[:, j:], dtype=np.float64)) / share for j in range(3)]
    energy = max(at[0], 1e-12)
    low, high = _SHARE_OF_SIGNAL
    signal = float(np.clip((4 * at[1] - at[2]) / 3, low * energy, high * energy))
    noise = energy - signal
    shape = rounded_shape(signal / noise, blur=_FIRST_BLUR, length=_FIRST_LENGTH, classes_per_fold=1)
    return Pattern(noise, energy, shape, np.zeros(len(layout.lags)))


def fitted_pattern(
    differences: Float32Array, speed: Float64Array, clear: BoolArray, *, layout: PairLayout, first: Pattern
) -> Pattern:
    """The pattern whose squared differences grow with the distance from the streaks as those of the record do.

    Parameters
    ----------
    differences
        Squared differences of windows at every lag and shift, from their two inner blocks (windows, lags, shifts).
    speed
        Speed of every window, px/line (windows,).
    clear
        Windows whose speed can be believed (windows,).
    layout
        Lags and columns.
    first
        What was guessed; it stays where fewer than 20 windows are clear.

    Notes
    -----
    Half the mean squared difference at distance d from a streak is noise + signal (1 - C(d)). Noise, blur and length
    are fitted up to 3 px, or 5 px for a broad blur, at lags of 1 and 2 lines. What the differences on the streak gain
    with longer lags is kept as excess: cells change on their way, and columns differ.
    """
    pick = np.flatnonzero(clear)
    if len(pick) < _LEAST_WINDOWS:
        return first
    pick = pick[:: max(1, len(pick) // _MOST_WINDOWS)]
    around = _AroundStreak(0.5 * differences[pick], speed[pick], layout)
    sums = np.zeros((3, _ALL_BINS))
    for lag in _LAGS_OF_SHAPE:
        sums += around.binned(lag)
    noise, blur, length = _fit(sums[:, :_NARROW_BINS], first.energy)
    if blur >= _BROAD_BLUR:
        noise, blur, length = _fit(sums, first.energy)
    signal = first.energy - noise
    excess = [0.0]
    for i in range(1, len(layout.lags)):
        gained = around.gained(i, noise, signal, blur=blur, length=length)
        excess.append(excess[-1] if gained is None else gained / noise)
    return Pattern(noise, first.energy, rounded_shape(signal / noise, blur=blur, length=length), np.array(excess))


class _AroundStreak:
    """Half squared differences of some windows by their distance from the streak."""

    def __init__(self, half: Float32Array, speed: Float64Array, layout: PairLayout) -> None:
        self._half, self._speed, self._layout = half, speed, layout
        self._within = np.abs(layout.shifts) < _WITHIN_LINE * layout.columns
        self._pairs = 2.0 * layout.step_lines * (layout.columns - np.abs(layout.shifts))

    def _distance(self, i: int) -> Float64Array:
        return np.abs(self._layout.shifts - self._speed[:, None] * self._layout.lags[i])

    def binned(self, i: int) -> Float64Array:
        """Numbers of pairs, and sums of their distances and half squared differences, in half pixels (3, bins)."""
        distance = self._distance(i)
        used = (distance < (_ALL_BINS - 0.5) / _BINS_PER_PX) & self._within
        pairs = np.broadcast_to(self._pairs, distance.shape)[used]
        bins = np.rint(distance[used] * _BINS_PER_PX).astype(np.intp)
        parts = (pairs, pairs * distance[used], self._half[:, i][used])
        return np.array([np.bincount(bins, part, _ALL_BINS) for part in parts])

    def gained(self, i: int, noise: float, signal: float, *, blur: float, length: float) -> float | None:
        """Half squared difference on the streak beyond that of the pattern, per pair; None where too few tell."""
        distance = self._distance(i)
        used = (distance < _ON_STREAK) & self._within
        pairs = np.broadcast_to(self._pairs, distance.shape)[used]
        if pairs.sum() <= _LEAST_WINDOWS * self._layout.step_lines * self._layout.columns:
            return None
        told = noise + signal * (1 - pattern_covariance(distance[used], blur=blur, length=length))
        return float(np.sum(self._half[:, i][used] - pairs * told) / pairs.sum())


def _fit(sums: Float64Array, energy: float) -> tuple[float, float, float]:
    """Noise, blur and length; of about equally good fits the one with the least blur."""
    pairs, (at, half) = sums[0], sums[1:] / np.maximum(sums[0], 1e-9)
    weight = pairs / (0.5 + at) ** 2
    fits = []
    for blur, length in product(_BLURS, _LENGTHS):
        alike = pattern_covariance(at, blur=blur, length=length)
        rest = half - energy * (1 - alike)
        noise = float(np.sum(weight * alike * rest) / max(np.sum(weight * alike * alike), 1e-12))
        noise = float(np.clip(noise, _SHARE_OF_NOISE[0] * energy, _SHARE_OF_NOISE[1] * energy))
        fits.append((float(np.sum(weight * (rest - noise * alike) ** 2)), noise, blur, length))
    least = min(fits)[0] + 1e-7 * energy**2 * float(weight.sum())
    _, noise, blur, length = min(
        (fit for fit in fits if fit[0] <= _ABOUT_EQUAL * least), key=lambda fit: (fit[2], fit[0])
    )
    return noise, blur, length
