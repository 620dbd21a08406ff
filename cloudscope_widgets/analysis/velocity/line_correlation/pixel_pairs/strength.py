"""How strong the edges in view are, relative to those of the record."""

from __future__ import annotations

import numpy as np

from cloudscope_widgets.analysis.velocity.line_correlation.arrays import Float32Array, Float64Array
from cloudscope_widgets.analysis.velocity.line_correlation.plan import BLOCKS

from .covariance import pattern_covariance
from .layout import PairLayout
from .pattern import Shape

_DISTANCES = np.array([1, 2, 3])
_PRIOR_VARIANCE = 0.5


def window_strength(features: Float32Array, layout: PairLayout, shape: Shape) -> Float32Array:
    """Variance of the pattern in every window / that of the record (windows,), 1 where the window hardly tells.

    Parameters
    ----------
    features
        Squared differences of the blocks, in units of the noise variance (blocks, features).
    layout
        Columns and window.
    shape
        The pattern of the record.

    Notes
    -----
    From pixels 1 to 3 px apart in the same line, weighted by what the pattern gives them, and shrunk towards 1 by how
    uncertain that is. A window with few edges is thus not told to be slow.
    """
    columns = layout.columns
    pairs = features[:, : columns**2].reshape(-1, columns, columns)
    differences = np.stack([np.trace(pairs, j, axis1=1, axis2=2) for j in _DISTANCES.tolist()], 1)
    windows = len(features) - BLOCKS + 1
    half = np.zeros((windows, len(_DISTANCES)))
    for block in range(BLOCKS):
        half += 0.5 * differences[block : block + windows]
    count = layout.window_lines * (columns - _DISTANCES)
    alike: Float64Array = pattern_covariance(_DISTANCES.astype(np.float64), blur=shape.blur, length=shape.length)
    signal = shape.snr * (1 - alike)
    told = max(float(count @ signal**2), 1e-12)
    raw, variance = ((half - count) @ signal) / told, 2 / told
    strength = (raw * _PRIOR_VARIANCE + variance) / (_PRIOR_VARIANCE + variance)
    return np.maximum(strength, 0).astype(np.float32)
