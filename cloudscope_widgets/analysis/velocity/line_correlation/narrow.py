"""Speed of every window of a narrow record, from all pairs of its pixels, as the result of a line correlation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .arrays import Float64Array
from .choice import Choice
from .gate import Refusal
from .pixel_pairs import PairEstimate, PairLayout, estimate_speeds, judge, pair_gate_limits, pair_layout
from .plan import REACH, Plan
from .prepare import SignalAndNoise
from .result import Choices, LineCorrelation


def measure_pixel_pairs(
    choice: Choice,
    *,
    plan: Plan,
    levels: SignalAndNoise,
    check: Callable[[], None],
    progress: Callable[[float], None] | None,
) -> LineCorrelation:
    """Speed of every window at which all pairs of its pixels are most probable as a moving pattern.

    Parameters
    ----------
    choice
        Prepared lines, not smoothed, and their background.
    plan
        Columns and window.
    levels
        Variances of signal and noise.
    check
        Called between stretches of work; raises to stop.
    progress
        Called with the fraction done after every stretch.
    """
    layout = pair_layout(plan.columns, plan.window_lines)
    limit = REACH * plan.columns
    estimate = estimate_speeds(choice.lines, layout, check=check, progress=progress)
    judged = judge(estimate.found, window_lines=plan.window_lines, limit=limit)
    found = estimate.found
    pixels = plan.columns * plan.window_lines
    signal = estimate.pattern.shape.snr * found["strength"]
    return LineCorrelation(
        index=np.arange(len(found), dtype=np.float64) * plan.step_lines + plan.window_lines / 2,
        velocity=judged.speed,
        velocity_se=judged.error,
        z=np.sqrt(2 * np.maximum(found["gain"], 0)),
        rho=signal / (1 + signal),
        contrast=_explained(found["gain"], pixels),
        gap=2 * found["inside"] - 1,
        energy=found["strength"].copy(),
        accepted=judged.refused == Refusal.NONE,
        refused=judged.refused,
        limit=limit,
        choices=_choices(layout, levels, choice, estimate, limit),
    )


def _explained(log_ratio: Float64Array, pixels: int) -> Float64Array:
    """Share of the variance that a likelihood ratio explains (Cox and Snell)."""
    explained: Float64Array = -np.expm1(-2 * np.maximum(log_ratio, 0) / pixels)
    return explained


def _choices(
    layout: PairLayout, levels: SignalAndNoise, choice: Choice, estimate: PairEstimate, limit: float
) -> Choices:
    good, shape = choice.lines.good, estimate.pattern.shape
    return Choices(
        estimator="pixel_pairs",
        window_lines=layout.window_lines,
        smoothing_sd_px=0.0,
        snr_db=levels.snr_db,
        contrast_gain=[float(choice.lines.gain.min()), float(choice.lines.gain.max())],
        background=choice.candidate.name,
        background_block_lines=choice.lines.block_lines,
        missing_lines=int(len(good) - good.sum()),
        lags=layout.lags.tolist(),
        kappa=0.0,
        gate=pair_gate_limits(layout.window_lines),
        speed_limit=limit,
        pattern={
            "snr_db": estimate.pattern.snr_db,
            "blur_px": shape.blur,
            "length_px": shape.length,
            "change_by_longest_lag": float(estimate.pattern.excess[-1]),
        },
    )
