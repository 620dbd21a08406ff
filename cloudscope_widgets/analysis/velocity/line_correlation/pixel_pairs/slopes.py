"""How much the speed changes from block to block of a window."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import median_filter, uniform_filter1d

from cloudscope_widgets.analysis.velocity.line_correlation.arrays import Float64Array, IndexArray
from cloudscope_widgets.analysis.velocity.line_correlation.plan import BLOCKS

from .layout import PairLayout

PLACE = np.arange(BLOCKS) - (BLOCKS - 1) / 2
"""Middles of the blocks of a window around its own, in blocks (4,)."""

NEIGHBOURS = 65
"""Windows that tell together how much speed usually changes."""

FLOWING = 3.0
"""Speed above which flow passes on, of the layout's `slow`: near 0 no factor changes a speed."""

_LEAST, _MOST = 0.3, 8.0
_MEDIAN_TO_MEAN = 0.455
_PRECISE = 16.0
_CHANGES = (-4.0, 150.0)
_FROM_GRID = 0.2


def usual_slope(best: IndexArray, noise: Float64Array, layout: PairLayout) -> Float64Array:
    """Standard deviation of the change of speed from block to block around every window, in steps of the grid.

    Parameters
    ----------
    best
        Best place on the grid of every window of even speed (windows,).
    noise
        Variance of that place (windows,).
    layout
        The grid.

    Returns
    -------
    Steps (windows,), 0.3 ... 8.

    Notes
    -----
    Changes between neighbouring windows, less what their noise explains; the smaller one of mean and median over 65
    windows, so that neither a stop nor a wrong window passes for a heartbeat.
    """
    flowing = np.abs(layout.speeds[best[1:]]) > FLOWING * layout.slow
    known = (noise[1:] < _PRECISE) & (noise[:-1] < _PRECISE) & flowing
    change = np.diff(best).astype(np.float64) ** 2 - 0.5 * (noise[1:] + noise[:-1]) - _FROM_GRID
    change = np.append(np.where(known, np.clip(change, *_CHANGES), 0), 0)
    size = min(NEIGHBOURS, len(change)) | 1
    mean = uniform_filter1d(change, size, mode="nearest")
    median = median_filter(change, size, mode="nearest") / _MEDIAN_TO_MEAN
    usual: Float64Array = np.sqrt(np.clip(np.minimum(mean, median), _LEAST**2, _MOST**2))
    return usual


def lost_by_slope(bend: Float64Array, usual: Float64Array) -> Float64Array:
    """Share of what a window tells about its mean speed that a free slope takes away (windows,).

    Parameters
    ----------
    bend
        How much every block tells: minus the second derivative of its score (windows, blocks).
    usual
        Usual slope (windows,).
    """
    about, both = bend.sum(1), bend @ PLACE
    slope = bend @ PLACE**2 + 1 / usual**2
    lost: Float64Array = both**2 / np.maximum(about * slope, 1e-12)
    return lost
