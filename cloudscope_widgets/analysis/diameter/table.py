"""Diameters as the shared files hold them: table and summary."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from .measure import DiameterRows
from .model_fit import ModelFit, Refusal
from .settings import Settings


def diameter_table(found: DiameterRows, *, seconds_per_line: float, um_per_pixel: float) -> pd.DataFrame:
    """One row for each profile; edges count from the first column of the region, times from its first line."""
    edges, levels = found.edges, found.levels
    return pd.DataFrame(
        {
            "time_s": found.center_row * seconds_per_line,
            "center_row": found.center_row,
            "left_edge_px": edges.left,
            "right_edge_px": edges.right,
            "left_edge_um": edges.left * um_per_pixel,
            "right_edge_um": edges.right * um_per_pixel,
            "diameter_px": found.diameter,
            "diameter_um": found.diameter * um_per_pixel,
            "diameter_px_filt": found.filtered,
            "diameter_um_filt": found.filtered * um_per_pixel,
            "diameter_was_filtered": found.was_filtered,
            "peak": levels.peak,
            "baseline": levels.baseline,
            "sum_intensity": levels.total,
            "edge_strength_left": edges.strength_left,
            "edge_strength_right": edges.strength_right,
            "qc_score": found.score,
            "qc_edge_violation": found.has_edge_violation,
            "qc_diameter_violation": found.has_diameter_violation,
            "qc_center_violation": found.has_center_violation,
        }
    )


def diameter_summary(found: DiameterRows, *, um_per_pixel: float) -> dict[str, Any]:
    """Numbers of the saved format, over the finite filtered diameters; None where there are none."""
    diameter = found.filtered[np.isfinite(found.filtered)] * um_per_pixel
    mean = float(diameter.mean()) if len(diameter) else None
    return {
        "num_rows": len(found.center_row),
        "diameter_um_mean": mean,
        "diameter_um_median": float(np.median(diameter)) if len(diameter) else None,
        "diameter_um_cv": float(diameter.std()) / mean if mean else None,
        "qc_score_mean": float(found.score.mean()) if len(found.score) else None,
        "num_qc_edge_violations": int(found.has_edge_violation.sum()),
        "num_qc_diameter_violations": int(found.has_diameter_violation.sum()),
        "num_qc_center_violations": int(found.has_center_violation.sum()),
    }


def fit_quality(fit: ModelFit, *, um_per_pixel: float) -> pd.DataFrame:
    """Whether each row was accepted, the rule that refused it, and the standard error of its diameter."""
    return pd.DataFrame(
        {
            "accepted": fit.refused == Refusal.NONE,
            "refused": fit.refused,
            "diameter_um_se": (fit.error * um_per_pixel).astype(np.float32),
        }
    )


def fit_summary(found: DiameterRows, fit: ModelFit, settings: Settings, *, um_per_pixel: float) -> dict[str, Any]:
    """Numbers of ours beside those of the format; None where they cannot be told.

    Returns
    -------
    ``accepted_fraction``, ``refused`` (counts by rule), ``diameter_um_se_median`` (standard error of a row),
    ``diameter_um_mean_se`` (of the mean of unfiltered rows, as far as noise makes it), ``diameter_scatter_over_se``
    (scatter of rows that share no line, in standard errors: 1 where these are right and the vessel is still),
    ``departing_fraction`` (rows that do not look like the lumen, such as those with cells) and ``better_lumen_profile``
    (the lumen that fits the record clearly better than the one that was asked for).
    """
    accepted = np.isfinite(found.diameter)
    errors = fit.error[accepted] * um_per_pixel
    share = 1 - np.arange(1, settings.window_rows_odd) * settings.stride / settings.window_rows_odd
    shared = 1 + 2 * float(share[share > 0].sum())  # neighbours share lines
    return {
        "accepted_fraction": float(accepted.mean()),
        "refused": {rule.name.lower(): int((fit.refused == rule).sum()) for rule in Refusal if rule},
        "diameter_um_se_median": float(np.median(errors)) if len(errors) else None,
        "diameter_um_mean_se": float(np.sqrt((errors**2).sum() * shared) / len(errors)) if len(errors) else None,
        "diameter_scatter_over_se": fit.scatter_over_error if np.isfinite(fit.scatter_over_error) else None,
        "departing_fraction": fit.shadow_share,
        "better_lumen_profile": fit.better_lumen,
    }
