"""Moving a speed from the time its information belongs to, to the middle of its window."""

from __future__ import annotations

import numpy as np

from .arrays import BoolArray, Float64Array

_REACH = 2
_FREE = 2 * _REACH + 1 - 2
_OFF_CENTRE = 0.3
_LARGEST_CHANGE = 0.35


def move_to_middle(
    speed: Float64Array, *, centre: Float64Array, error: Float64Array, accepted: BoolArray, unsteady: BoolArray
) -> Float64Array:
    """Speeds at the middle of the windows.

    Where cells are in view during a part of a window only, the estimate belongs to that part. Unsteady windows are
    means over the window already and stay.

    Parameters
    ----------
    speed, error
        Speed and standard error of every window, px/line (windows,).
    centre
        Where in time the information lies: blocks after the window's middle (windows,).
    accepted, unsteady
        Flags (windows,).

    Returns
    -------
    px/line (windows,)

    Notes
    -----
    The slope of the speed in time is a weighted straight line through the accepted windows within two steps, shrunk by
    its own uncertainty. Where the windows do not lie on a line, as at the end of a stall, that is the larger by as much
    as they are off it.
    """
    if len(speed) < 2 * _REACH + 1:
        return speed
    slope = _local_slope(speed, centre, error, accepted)
    off_centre = (np.abs(centre) > _OFF_CENTRE) & ~unsteady
    largest = _LARGEST_CHANGE * np.abs(speed)
    return speed - off_centre * np.clip(slope * centre, -largest, largest)


def _local_slope(speed: Float64Array, centre: Float64Array, error: Float64Array, accepted: BoolArray) -> Float64Array:
    """Change of speed per block (windows,), shrunk towards 0."""
    count = len(speed)
    window = np.arange(count)
    weight = np.where(accepted, 1 / np.maximum(error, 1e-4 + 0.003 * np.abs(speed)) ** 2, 0.0)
    sums = np.zeros((6, count))
    for step in range(-_REACH, _REACH + 1):
        other = np.clip(window + step, 0, count - 1)
        w = weight[other] * (window + step == other)
        distance, v = step + centre[other], speed[other]
        sums += np.stack([w, w * distance, w * distance**2, w * v, w * distance * v, w * v**2])
    s0, s1, s2, sv, sdv, svv = sums
    determinant = s0 * s2 - s1**2
    known = determinant > 1e-3 * s0**2
    safe = np.where(known, determinant, 1)
    slope = np.where(known, (s0 * sdv - s1 * sv) / safe, 0.0)
    misfit = svv - (s2 * sv - s1 * sdv) / safe * sv - slope * sdv
    variance = np.where(known, 4 * s0 / safe * np.maximum(misfit / _FREE, 1), 1.0)
    shrunk: Float64Array = slope * np.maximum(1 - variance / np.maximum(slope**2, 1e-20), 0)
    return shrunk
