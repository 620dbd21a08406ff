"""Where to start: the box that fits a profile best, among all boxes."""

from __future__ import annotations

import numpy as np

from cloudscope_widgets.analysis.diameter.arrays import AnyArray, FloatArray

_MOST_BINS = 64
_LEAST_WIDTH_PX = 3


def best_boxes(profiles: AnyArray, good: AnyArray) -> FloatArray:
    """Background, amplitude, middle and width of the least-squares box of each profile (profiles, 4).

    Parameters
    ----------
    profiles
        Profiles (profiles, columns).
    good
        Which pixels hold a number.
    """
    columns = profiles.shape[1]
    step = max(1, columns // _MOST_BINS)
    mean = _mean(profiles, good)[:, None]
    summed = np.pad(np.cumsum(np.where(good, profiles - mean, 0.0), axis=1), [(0, 0), (1, 0)])[:, ::step]
    counted = np.pad(np.cumsum(good, axis=1), [(0, 0), (1, 0)])[:, ::step].astype(float)
    if (counted == counted[:1]).all():
        counted = counted[:1]
    best, left, width = np.full(len(profiles), -1.0), np.zeros(len(profiles)), np.ones(len(profiles))
    row = np.arange(len(profiles))
    for bins in range(max(1, _LEAST_WIDTH_PX // step), summed.shape[1] - 1):
        inside, part = summed[:, bins:] - summed[:, :-bins], counted[:, bins:] - counted[:, :-bins]
        score = np.where(inside > 0, inside * inside, 0.0) / np.maximum(part * (1 - part / counted[:, -1:]), 0.5)
        at = score.argmax(1)
        better = score[row, at] > best
        best[better], left[better], width[better] = score[row, at][better], at[better] * step, bins * step
    center = left + width / 2 - 0.5
    within = (np.abs(np.arange(columns) - center[:, None]) < width[:, None] / 2) & good
    background = _mean(profiles, good & ~within)
    return np.stack([background, _mean(profiles, within) - background, center, width], axis=1)


def _mean(values: AnyArray, good: AnyArray) -> FloatArray:
    found: FloatArray = np.where(good, values, 0.0).sum(1) / np.maximum(good.sum(1), 1)
    return found
