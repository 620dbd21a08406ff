"""How the contrast of the cells varies along the line, as light and collection do."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d

from .arrays import Float32Array

_SMOOTHING = 0.08
_SCATTER = 3.0
_LARGEST_GAIN = 2.5


def contrast_gain(sample: Float32Array, *, noise_variance: float, independent_pictures: float) -> Float32Array:
    """Factor for every column that makes the cells equally contrasted all along the line.

    Where cells fade as they move, matching shifted lines favours small shifts; the factor removes that.

    Parameters
    ----------
    sample
        Good lines from all over the record (lines, columns).
    noise_variance
        Variance of white noise in a pixel.
    independent_pictures
        How many different pictures the record shows: fewer, and the profile is shrunk to a constant.

    Returns
    -------
    Factors (columns,), root mean square of the contrast kept, 0.4 ... 2.5.

    Notes
    -----
    Variance in time of every column, from differences of far lines, smoothed along the line, shrunk, to the power
    -1/2 x signal / (signal + noise): where noise rules, a division would only raise it.
    """
    variance = _temporal_variance(sample) - noise_variance
    width = max(_SMOOTHING * sample.shape[1], 1.5)
    smooth = np.maximum(gaussian_filter1d(variance, width, mode="nearest"), 0)
    mean = float(smooth.mean())
    if not mean > 0:
        return np.ones(sample.shape[1], np.float32)
    relative = smooth / mean
    by_chance = _SCATTER / max(independent_pictures, 1.0)
    share = np.clip(1 - by_chance / max(float(relative.var()), 1e-9), 0, 1)
    shrunk = np.maximum(1 + share * (relative - 1), 1 / _LARGEST_GAIN**2)
    gain = shrunk ** (-0.5 * mean / (mean + noise_variance))
    gain /= np.sqrt(np.mean(gain**2 * shrunk))
    return np.clip(gain, 1 / _LARGEST_GAIN, _LARGEST_GAIN).astype(np.float32)


def _temporal_variance(sample: Float32Array) -> Float32Array:
    """Variance of every column in time (columns,); what stands still drops out."""
    half = len(sample) // 2
    if not half:
        return np.zeros(sample.shape[1], np.float32)
    variance: Float32Array = np.mean((sample[half:] - sample[: len(sample) - half]) ** 2, 0) / np.float32(2)
    return variance
