"""Standard errors of the mean and median of a whole trace, from resampled stretches of it."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

LEAST_BLOCK_S = 1.0
_RESAMPLES = 200
_FEWEST_BLOCKS = 4
"""Fewest stretches beside one another from which a spread can be told."""
_SEED = 2019
"""The same trace always has the same errors."""


def block_bootstrap(values: FloatArray, *, step_s: float, window_s: float) -> dict[str, float | None]:
    """Standard errors of the mean and the median of the finite values of a trace.

    Parameters
    ----------
    values
        The trace (windows,), NaN where there is no value.
    step_s
        Time from window to window.
    window_s
        Duration of a window; windows overlap.

    Returns
    -------
    ``mean_se`` and ``median_se`` in the unit of the trace, None when the trace is shorter than four blocks or has no
    value, and ``block_s``, the length of a block in seconds.

    Notes
    -----
    Moving-block bootstrap: 200 traces are put together from stretches that begin anywhere, each at least as long as
    max(1 s, window), and the spread of their means and medians is the standard error. Windows overlap and the flow
    pulsates, so that their number says little about how much is known; no error here is a standard deviation over √n.

    References
    ----------
    Künsch HR (1989). The jackknife and the bootstrap for general stationary observations. Annals of Statistics
    17:1217-1241. doi 10.1214/aos/1176347265.
    """
    block = max(math.ceil(max(LEAST_BLOCK_S, window_s) / step_s), 1)
    facts: dict[str, float | None] = {"mean_se": None, "median_se": None, "block_s": block * step_s}
    count = len(values) // block
    if count < _FEWEST_BLOCKS or not np.isfinite(values).any():
        return facts
    random = np.random.default_rng(_SEED)
    within = np.arange(block)
    means, medians = np.full(_RESAMPLES, np.nan), np.full(_RESAMPLES, np.nan)
    for resample in range(_RESAMPLES):
        starts = random.integers(0, len(values) - block + 1, count)
        drawn = values[(starts[:, None] + within).ravel()]
        drawn = drawn[np.isfinite(drawn)]
        if len(drawn):
            means[resample], medians[resample] = drawn.mean(), np.median(drawn)
    return {**facts, "mean_se": float(np.nanstd(means, ddof=1)), "median_se": float(np.nanstd(medians, ddof=1))}
