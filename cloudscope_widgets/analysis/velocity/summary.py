"""Numbers that describe a whole velocity trace."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cloudscope_widgets.analysis.block_bootstrap import block_bootstrap

FloatArray = NDArray[np.float64]


def velocity_summary(velocity: FloatArray) -> dict[str, Any]:
    """Numbers of the saved format, over the finite values; None where there are none.

    Parameters
    ----------
    velocity
        Speed of every window (windows,), NaN where refused.

    Returns
    -------
    ``num_windows`` (all windows), ``velocity_mean``, ``velocity_median`` and ``velocity_cv`` (standard deviation /
    mean, signed as the mean).
    """
    finite = velocity[np.isfinite(velocity)]
    summary: dict[str, Any] = {"num_windows": len(velocity)}
    if not len(finite):
        return {**summary, **dict.fromkeys(("velocity_mean", "velocity_median", "velocity_cv"))}
    mean = float(finite.mean())
    return {
        **summary,
        "velocity_mean": mean,
        "velocity_median": float(np.median(finite)),
        "velocity_cv": float(finite.std()) / mean if mean else None,
    }


def own_summary(
    velocity: FloatArray, *, refused: dict[str, int] | None, standing: int, step_s: float, window_s: float
) -> dict[str, Any]:
    """Numbers of ours beside those of the format.

    Parameters
    ----------
    velocity
        Speed of every window (windows,), NaN where refused.
    refused
        Count of windows refused by each rule of the gate; None for a method that judges no window.
    standing
        Count of accepted windows in which nothing moves.
    step_s, window_s
        Time from window to window, and duration of one.

    Returns
    -------
    ``accepted_fraction`` and ``refused`` (counts by rule), None where nothing was judged, ``standing_windows``,
    ``velocity_cv_abs`` (standard deviation / |mean|), ``velocity_time_mean``, and the standard errors
    ``velocity_mean_se_block_bootstrap`` and ``velocity_median_se_block_bootstrap`` with the length of their blocks,
    ``block_bootstrap_s``.
    """
    finite = np.isfinite(velocity)
    accepted = velocity[finite]
    mean = abs(float(accepted.mean())) if len(accepted) else 0.0
    errors = block_bootstrap(velocity, step_s=step_s, window_s=window_s)
    return {
        "accepted_fraction": float(finite.mean()) if len(velocity) and refused is not None else None,
        "refused": refused,
        "standing_windows": standing,
        "velocity_cv_abs": float(accepted.std()) / mean if mean else None,
        "velocity_time_mean": time_mean(velocity),
        "velocity_mean_se_block_bootstrap": errors["mean_se"],
        "velocity_median_se_block_bootstrap": errors["median_se"],
        "block_bootstrap_s": errors["block_s"],
    }


def time_mean(velocity: FloatArray) -> float | None:
    """Mean over the whole time, refused windows bridged by straight lines; None when all are refused.

    A plain mean of accepted windows is biased: windows without cells are refused in flow but not in a stall.
    """
    finite = np.flatnonzero(np.isfinite(velocity))
    if not len(finite):
        return None
    return float(np.interp(np.arange(len(velocity)), finite, velocity[finite]).mean())
