"""Score of every row: 1 for a profile as it should be, less for each doubt."""

from __future__ import annotations

import numpy as np

from .arrays import Flags, FloatArray
from .edges import Edges
from .levels import Levels


def quality_score(edges: Edges, levels: Levels, has_two_peaks: Flags) -> FloatArray:
    """Score of every row, 0 to 1.

    Notes
    -----
    1 − 0.55 (no contrast) − 0.25 per missing edge − 0.35 (edges reversed) − 0.2 (weak edge) − 0.1 (cut off at the
    lowest or highest value) − 0.15 (two peaks).
    """
    score = 1.0 - 0.55 * ~(levels.contrast > 0)
    score -= 0.25 * edges.missing
    score -= 0.35 * edges.is_reversed
    score -= 0.2 * edges.is_weak
    score -= 0.1 * levels.is_cut_off
    score -= 0.15 * has_two_peaks
    clipped: FloatArray = np.clip(score, 0.0, 1.0)
    return clipped
