"""Standard errors of the speeds, and which windows are accepted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter, uniform_filter1d

from cloudscope_widgets.analysis.velocity.line_correlation.arrays import BoolArray, Float64Array
from cloudscope_widgets.analysis.velocity.line_correlation.gate import Refusal
from cloudscope_widgets.analysis.velocity.line_correlation.plan import SPEED_LIMIT

_SMOOTHED_WINDOWS = 17
_MEDIAN_TO_MEAN = 0.79
_OWN_SHARE, _OWN_AT_MOST = 0.25, 9.0
_SAFETY = 1.1
_CHANGE_WINDOWS, _LARGEST_CHANGE, _OF_NOISE = 65, 0.2, 0.6
_LEAST_COUNTED = 0.1
_EVENLY_SEEN = 0.3
_TREND_WINDOWS = 9
_MOST_ERRORS = 1.5
_LEAST_INSIDE = 0.998
_LEAST_GAIN = 12.0
_LARGEST_ERROR = 0.12
_STANDING_SPEED, _STANDING_ERROR = 0.5, 1.0
_LEAST_OF_USUAL, _LEAST_OF_USUAL_SLOW = 0.17, 0.25
_SLOW, _UNEXPLAINED = 0.1, 1.15
_LEAST_BELIEVED = 20
_LEAST_SEEN = 0.5


@dataclass(frozen=True, slots=True)
class Judged:
    """Speeds of all windows and how far they can be trusted; all (windows,)."""

    speed: Float64Array
    """px/line."""

    error: Float64Array
    """Standard error, px/line."""

    refused: NDArray[np.int8]
    """`Refusal` that keeps a window out, 0 = accepted."""


def judge(found: NDArray[np.void], *, window_lines: int, limit: float) -> Judged:
    """Speeds at the middles of the windows, standard errors, and the gate.

    Parameters
    ----------
    found
        What `search_windows` found in all windows of a record.
    window_lines
        Lines per window.
    limit
        Largest measurable speed, px/line.
    """
    speed = np.abs(found["speed"])
    sure = (found["inside"] > _LEAST_INSIDE) & (found["gain"] > _LEAST_GAIN)
    error = _noise_error(found)
    believed = sure & (error < _LARGEST_ERROR * speed)
    missed = found["uneven"] + found["centre"] ** 2
    error = np.sqrt(error**2 + missed * _change(found["speed"], error, believed & (missed < _EVENLY_SEEN)))
    usual = float(np.median(found["gain"][believed])) if believed.sum() > _LEAST_BELIEVED else 0.0
    unexplained = (speed < _SLOW) & (found["spread"] > _UNEXPLAINED)
    faint = found["gain"] <= usual * np.where(unexplained, _LEAST_OF_USUAL_SLOW, _LEAST_OF_USUAL)
    standing = (speed < _STANDING_SPEED / window_lines) & (error < _STANDING_ERROR / window_lines)
    code = np.zeros(len(found), np.int8)
    for refusal, applies in (
        (Refusal.IMPRECISE, ~((error < _LARGEST_ERROR * speed) | standing)),
        (Refusal.FAINT, faint),
        (Refusal.AMBIGUOUS, ~(found["inside"] > _LEAST_INSIDE)),
        (Refusal.TOO_FAST, speed >= SPEED_LIMIT * limit),
        (Refusal.NOISE, ~(found["gain"] > _LEAST_GAIN)),
        (Refusal.EMPTY, found["seen"] <= _LEAST_SEEN),
    ):
        code[applies] = refusal
    return Judged(_at_the_middle(found, error, believed), error, code)


def pair_gate_limits(window_lines: int) -> dict[str, float]:
    """The limits of the gate by name, for the provenance of a result."""
    return {
        "z": float(np.sqrt(2 * _LEAST_GAIN)),
        "gap": 2 * _LEAST_INSIDE - 1,
        "relative_error": _LARGEST_ERROR,
        "standing_error_px_per_line": _STANDING_ERROR / window_lines,
        "speed": SPEED_LIMIT,
    }


def _noise_error(found: NDArray[np.void]) -> Float64Array:
    """Standard error from the curvature of the score and the scatter of the blocks' slopes, px/line (windows,).

    Scatter / curvature is 1 where the pattern tells all. Where it is more, neighbours tell how much: a running median
    over 17 windows (0.79 = median / mean of chi squared with 3 degrees of freedom), or a quarter of the window's own.
    """
    ratio = found["scatter"] / found["curvature"]
    shared = _running_median(ratio) / _MEDIAN_TO_MEAN
    excess = np.maximum(np.maximum(shared, _OWN_SHARE * np.minimum(ratio, _OWN_AT_MOST * shared)), 1.0)
    error: Float64Array = _SAFETY * found["per_step"] * np.sqrt(excess / found["curvature"])
    return error


def _change(speed: Float64Array, error: Float64Array, evenly_seen: BoolArray) -> Float64Array:
    """Mean squared change of speed from block to block beyond noise, (px/line)² (windows,).

    The mean over 65 windows, of those whose cells are seen in all blocks: with few cells in view the speed stays while
    one of them is there and then jumps, so that a median would tell of no change. A change counts as 20 % of the speed
    at most, also of the window's own, so that the ends of a stall do not widen its errors. Neighbouring windows share
    three blocks, hence their errors too: 0.6 of the variances is left in the difference.
    """
    both = evenly_seen[1:] & evenly_seen[:-1]
    most = (_LARGEST_CHANGE * 0.5 * np.abs(speed[1:] + speed[:-1])) ** 2
    change = np.diff(speed) ** 2 - _OF_NOISE * (error[1:] ** 2 + error[:-1] ** 2)
    total, count = (
        uniform_filter1d(np.append(np.where(both, values, 0.0), 0.0), _CHANGE_WINDOWS, mode="nearest")
        for values in (np.clip(change, -most, most), np.ones(len(change)))
    )
    mean: Float64Array = total / np.maximum(count, _LEAST_COUNTED)
    return np.clip(mean, 0, (_LARGEST_CHANGE * speed) ** 2)


def _at_the_middle(found: NDArray[np.void], error: Float64Array, believed: BoolArray) -> Float64Array:
    """Speeds of windows whose cells are in view early or late, moved to the middle along the neighbours' trend.

    The trend is that of a straight line through nine windows, as far as it is clear (James-Stein); no speed moves by
    more than 1.5 standard errors.
    """
    weight = believed / np.maximum(error, 1e-12) ** 2
    time, speed = np.arange(len(error)) + found["centre"], found["speed"]
    moments = (weight, weight * time, weight * speed, weight * time**2, weight * time * speed)
    w, wt, wy, wtt, wty = (uniform_filter1d(moment, _TREND_WINDOWS, mode="constant") for moment in moments)
    w = np.maximum(w, 1e-12)
    spread = np.maximum(wtt - wt**2 / w, 1e-9)
    trend = (wty - wt * wy / w) / spread
    keep = np.clip(1 - 8 / np.maximum(_TREND_WINDOWS * trend**2 * spread, 1e-9), 0, 1) * believed
    move = np.clip(keep * trend * found["centre"], -_MOST_ERRORS * error, _MOST_ERRORS * error)
    moved: Float64Array = speed - move
    return moved


def _running_median(values: Float64Array) -> Float64Array:
    size = min(_SMOOTHED_WINDOWS, len(values)) | 1
    median: Float64Array = median_filter(values, size, mode="nearest")
    return median
