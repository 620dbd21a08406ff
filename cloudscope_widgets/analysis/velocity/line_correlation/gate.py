"""Which windows are accepted, and which rule refused the others."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from .arrays import BoolArray, Float64Array
from .plan import SPEED_LIMIT

_LEAST_Z = 4.5
_LEAST_CONTRAST = 0.06
_LEAST_GAP = 0.02
_LEAST_ENERGY = 0.06
_VAGUE_ENERGY = 0.3
_VAGUE_CONTRAST = 0.2


class Refusal(IntEnum):
    """The rule that refused a window; the first that applies, in this order."""

    NONE = 0
    """Accepted."""

    NOISE = 1
    """The best match is not better than chance (z)."""

    TOO_FAST = 2
    """Above 0.85 of the largest measurable speed."""

    AMBIGUOUS = 3
    """A distant speed matches nearly as well (gap)."""

    CONTRAST = 4
    """All speeds match nearly as well: no structure moves along the line."""

    FAINT = 5
    """A slow or standing picture much fainter than the cells: a rest of the background."""

    IMPRECISE = 6
    """The standard error is more than a fifth of the speed."""

    EMPTY = 7
    """More than half of the lines are missing."""


@dataclass(frozen=True, slots=True)
class Measures:
    """What the gate looks at; all (windows,)."""

    speed: Float64Array
    """px/line."""

    error: Float64Array
    """Standard error of the speed, px/line."""

    z: Float64Array
    """Score / noise sd."""

    rho: Float64Array
    """Normalised correlation."""

    contrast: Float64Array
    """rho - median over speeds."""

    gap: Float64Array
    """Distance to the best distant speed."""

    energy: Float64Array
    """Mean square of the matched signal / that of the cells."""


def refusals(measures: Measures, *, window_lines: int, limit: float) -> NDArray[np.int8]:
    """Code of the rule that refused each window.

    Parameters
    ----------
    measures
        What is known of every window.
    window_lines
        Lines per window.
    limit
        Largest measurable speed, px/line.

    Returns
    -------
    Codes of `Refusal` (windows,), 0 for accepted windows.
    """
    rules = (
        (Refusal.IMPRECISE, _is_imprecise(measures, window_lines)),
        (Refusal.FAINT, _is_faint(measures, window_lines)),
        (Refusal.CONTRAST, _lacks(measures.contrast, measures, _LEAST_CONTRAST, 1.5)),
        (Refusal.AMBIGUOUS, _lacks(measures.gap, measures, _LEAST_GAP, 0.15)),
        (Refusal.TOO_FAST, np.abs(measures.speed) >= SPEED_LIMIT * limit),
        (Refusal.NOISE, ~(measures.z > _LEAST_Z)),
    )
    code = np.zeros(len(measures.speed), np.int8)
    for refusal, applies in rules:
        code[applies] = refusal
    return code


def gate_limits(window_lines: int) -> dict[str, float]:
    """The limits of the gate by name, for the provenance of a result."""
    return {
        "z": _LEAST_Z,
        "contrast": _LEAST_CONTRAST,
        "gap": _LEAST_GAP,
        "energy": _LEAST_ENERGY,
        "vague_energy": _VAGUE_ENERGY,
        "vague_contrast_of_correlation": _VAGUE_CONTRAST,
        "relative_error": 0.2,
        "standing_error_px_per_line": 2.0 / window_lines,
        "speed": SPEED_LIMIT,
    }


def _lacks(value: Float64Array, measures: Measures, least: float, of_residual: float) -> BoolArray:
    """Neither large enough nor large beside the residual 1 - rho (broad but clean peaks of narrow ROIs)."""
    return ~((value > least) | (value > of_residual * (1 - measures.rho)))


def _is_imprecise(measures: Measures, window_lines: int) -> BoolArray:
    speed = np.abs(measures.speed)
    standing = (speed < 0.5 / window_lines) & (measures.error < 2.0 / window_lines)
    return ~((measures.error < 0.2 * speed) | standing)


def _is_faint(measures: Measures, window_lines: int) -> BoolArray:
    """Slow and much fainter than the cells; less faint ones too if most other speeds match about as well."""
    slow = np.abs(measures.speed) < max(0.1, 6.0 / window_lines)
    vague = ~((measures.contrast > _VAGUE_CONTRAST * measures.rho) | (measures.contrast > 1.5 * (1 - measures.rho)))
    return slow & (measures.energy < np.where(vague, _VAGUE_ENERGY, _LEAST_ENERGY))
