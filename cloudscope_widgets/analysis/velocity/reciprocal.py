"""Velocities that CloudScope saved as reciprocals of the truth: recognised from the numbers, put right from the angles.

Its angles are right, but it computes c / tan θ where the speed is c · tan θ (c = µm per pixel / seconds per line).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

_NEAR_DIAGONAL = 0.1
_SAME = 1e-3
_NEAR_VERTICAL = 1e-6
_LEAST_SPREAD = 0.05


def reciprocal_scale(theta_deg: FloatArray, velocity: FloatArray, scale: float) -> float | None:
    """Scale c with which a table holds c / tan θ; None when it holds c · tan θ, or neither.

    Parameters
    ----------
    theta_deg, velocity
        The table (windows,). A velocity that was corrected for the scan speed follows neither rule.
    scale
        c of the present calibration.

    Notes
    -----
    Windows near 45° and 135°, where both agree, do not count. Where the present calibration explains neither, it may
    have been changed after the analysis: then any one c on which the majority of windows agree decides, provided that
    their angles differ.
    """
    tangent = _tangent(theta_deg)
    telling = np.isfinite(velocity) & (velocity != 0) & (np.abs(np.abs(tangent) - 1) > _NEAR_DIAGONAL)
    telling &= np.isfinite(tangent) & (tangent != 0)
    if not telling.any():
        return None
    with np.errstate(over="ignore"):  # a file may hold any number; infinity agrees with no scale
        right = velocity[telling] / tangent[telling]
        wrong = velocity[telling] * tangent[telling]
    if _most(right, scale) or _most(wrong, scale):
        return scale if _most(wrong, scale) else None
    other = float(np.median(wrong))
    low, high = np.quantile(np.abs(tangent[telling]), [0.25, 0.75])
    differ = high - low > _LEAST_SPREAD * low
    return other if differ and other > 0 and _most(wrong, other) else None


def velocity_from_angle(theta_deg: FloatArray, scale: float) -> FloatArray:
    """Speed c · tan θ; 0 for a standing streak, NaN for an infinitely fast one."""
    velocity: FloatArray = scale * _tangent(theta_deg)
    return velocity


def _tangent(theta_deg: FloatArray) -> FloatArray:
    """Tangent, exactly 0 at 0° and 180°, NaN at 90° and for what is no angle."""
    turned = np.mod(np.where(np.isfinite(theta_deg), theta_deg, np.nan), 180.0)
    tangent: FloatArray = np.tan(np.deg2rad(turned))
    tangent[turned == 0] = 0.0
    tangent[np.abs(turned - 90) < _NEAR_VERTICAL] = np.nan
    return tangent


def _most(found: FloatArray, scale: float) -> bool:
    with np.errstate(over="ignore"):
        return bool((np.abs(found / scale - 1) < _SAME).mean() > 0.5)
