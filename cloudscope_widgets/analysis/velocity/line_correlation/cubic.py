"""Cubic (Catmull-Rom) interpolation along the last axis of many short curves at once.

The curves lie one after the other in one flat array; a value is addressed by the start of its curve and a fractional
position on it. The caller keeps positions at least one sample away from the start and two from the end of a curve.
"""

from __future__ import annotations

import numpy as np

from .arrays import Float32Array, Float64Array, IndexArray


def four_neighbours(
    flat: Float32Array, start: IndexArray, position: Float64Array
) -> tuple[Float32Array, Float32Array, Float32Array, Float32Array, Float32Array]:
    """Samples around fractional positions, and the fractions.

    Parameters
    ----------
    flat
        All curves, one after the other.
    start
        Index in `flat` where each curve starts; broadcasts against `position`.
    position
        Fractional position on the curve, in samples.

    Returns
    -------
    The samples at floor - 1, floor, floor + 1 and floor + 2, and position - floor.
    """
    whole = position.astype(np.intp)
    fraction = (position - whole).astype(np.float32)
    at = start + whole
    return flat.take(at - 1), flat.take(at), flat.take(at + 1), flat.take(at + 2), fraction


def cubic_value(flat: Float32Array, start: IndexArray, position: Float64Array) -> Float32Array:
    """Interpolated value at fractional positions.

    Parameters
    ----------
    flat, start, position
        As in `four_neighbours`.

    Returns
    -------
    Values, of the shape of `start` and `position` broadcast together.
    """
    c0, c1, c2, c3, t = four_neighbours(flat, start, position)
    third = 3 * (c1 - c2) + c3 - c0
    second = 2 * c0 - 5 * c1 + 4 * c2 - c3
    value: Float32Array = c1 + np.float32(0.5) * t * (c2 - c0 + t * (second + t * third))
    return value
