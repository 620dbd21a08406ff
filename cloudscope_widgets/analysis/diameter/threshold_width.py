"""Edges where the profile first and last reaches a level, in whole pixels."""

from __future__ import annotations

import numpy as np

from .arrays import FloatArray
from .edges import Edges, plain_edges
from .levels import Levels


def half_maximum(levels: Levels) -> FloatArray:
    """Level halfway between baseline and peak of each profile."""
    return levels.baseline + 0.5 * levels.contrast


def threshold_width(profiles: FloatArray, level: FloatArray) -> Edges:
    """First and last pixel of each profile that reaches its level.

    Parameters
    ----------
    profiles
        Profiles (profiles, columns) of a vessel that is bright; NaN reaches no level.
    level
        Level of each (profiles,).

    Returns
    -------
    Edges in whole pixels. One at the border of the region is missing, since the vessel may go on beyond.

    Notes
    -----
    The diameter is right − left, the distance of the centres of two pixels inside the vessel: about one pixel less than
    the vessel is wide at this level, and for a round lumen much less.
    """
    reached = profiles >= level[:, None]
    last = reached.shape[1] - 1
    left, right = reached.argmax(1), last - reached[:, ::-1].argmax(1)
    is_found = reached.any(1)
    return plain_edges(
        np.where(is_found & (left > 0), left, np.nan), np.where(is_found & (right < last), right, np.nan)
    )
