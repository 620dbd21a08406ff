"""The diameter as its rule reads, one row at a time: slow, and written anew from the rule."""

from __future__ import annotations

import warnings
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from cloudscope_widgets.analysis.diameter import Settings

Array = NDArray[Any]
Row = dict[str, Any]


def rows_one_by_one(image: Array, settings: Settings, um_per_pixel: float = 1.0) -> list[Row]:
    """Every row with its edges, diameters, levels, score and flags."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Mean of empty slice|All-NaN slice")  # columns without numbers
        return _rows(image, settings, um_per_pixel)


def _rows(image: Array, settings: Settings, um_per_pixel: float) -> list[Row]:
    rows = [_measured(_profile(image, at, settings), settings) for at in range(0, len(image), settings.stride)]
    if settings.diameter_method == "gradient_edges" and settings.enable_motion_gating:
        for before, row in pairwise(rows):
            _gate(before, row, settings, um_per_pixel)
    for row in rows:
        row["diameter"] = row["right"] - row["left"]
    half = settings.post_filter_kernel_size // 2
    for at, row in enumerate(rows):
        near = np.array([other["diameter"] for other in rows[max(0, at - half) : at + half + 1]])
        row["filtered"] = np.median(near[np.isfinite(near)]) if np.isfinite(row["diameter"]) else np.nan
    return rows


def _profile(image: Array, at: int, settings: Settings) -> Array:
    half = settings.window_rows_odd // 2
    lines = image[max(0, at - half) : at + half + 1].astype(float)
    profile = np.nanmedian(lines, axis=0) if settings.binning_method == "median" else np.nanmean(lines, axis=0)
    turned: Array = np.nanmax(profile) - profile if settings.polarity == "dark_on_bright" else profile
    return turned


def _measured(profile: Array, settings: Settings) -> Row:
    low, base, peak, high = np.nanpercentile(profile, [1, 10, 90, 99])
    row: Row = {"peak": peak, "baseline": base, "total": profile.sum(), "diameter_jump": False, "center_jump": False}
    contrast = peak - base
    if settings.diameter_method == "gradient_edges":
        _gradient(row, profile, contrast, settings)
    else:
        level = base + 0.5 * contrast if settings.threshold_mode == "half_max" else settings.threshold_value
        reached = np.flatnonzero(profile >= level)
        row["left"] = float(reached[0]) if len(reached) and reached[0] > 0 else np.nan
        row["right"] = float(reached[-1]) if len(reached) and reached[-1] < len(profile) - 1 else np.nan
        row.update(strengths=(np.nan, np.nan), missing=int(np.isnan([row["left"], row["right"]]).sum()))
        row.update(reversed=False, weak=False)
    lowest, highest = np.nanmin(profile), np.nanmax(profile)
    spread = highest - lowest
    cut_off = spread == 0 or (low - lowest) / spread < 0.01 or (highest - high) / spread < 0.01
    score = 1 - 0.55 * (not contrast > 0) - 0.25 * row["missing"] - 0.35 * row["reversed"] - 0.2 * row["weak"]
    row["score"] = float(np.clip(score - 0.1 * cut_off - 0.15 * _two_peaks(profile, base, contrast), 0, 1))
    row["edge_violation"] = bool(row["missing"] or row["reversed"] or row["weak"])
    return row


def _gradient(row: Row, profile: Array, contrast: float, settings: Settings) -> None:
    good = np.isfinite(profile)
    smooth = np.interp(np.arange(len(profile)), np.flatnonzero(good), profile[good])
    if settings.gradient_sigma > 0:
        smooth = gaussian_filter1d(smooth, settings.gradient_sigma, mode="nearest")
    slope = np.gradient(smooth)
    left, right = int(slope.argmax()), int(slope.argmin())
    strengths = max(0.0, slope[left]), max(0.0, -slope[right])
    is_weak = min(strengths) < settings.gradient_min_edge_strength
    is_weak = is_weak or (contrast > 0 and min(strengths) / contrast < 0.2)
    is_reversed = left >= right
    edges = (np.nan, np.nan) if is_reversed else (float(left), float(right))
    row.update(left=edges[0], right=edges[1], strengths=strengths, missing=0, reversed=is_reversed, weak=is_weak)


def _two_peaks(profile: Array, base: float, contrast: float) -> bool:
    least, count = base + 0.8 * contrast, 0
    for before, value, after in zip(profile, profile[1:], profile[2:], strict=False):
        count += bool(value > before and value >= after and value >= least)
    return bool(contrast > 0 and count >= 2)


def _gate(before: Row, row: Row, settings: Settings, um_per_pixel: float) -> None:
    for side in ("left", "right"):
        if abs(row[side] - before[side]) > settings.max_edge_shift_um / um_per_pixel:
            row[side], row["edge_violation"] = np.nan, True
    four = [before["left"], before["right"], row["left"], row["right"]]
    if not np.isfinite(four).all():
        return
    widths, middles = (four[1] - four[0], four[3] - four[2]), (four[0] + four[1], four[2] + four[3])
    if abs(widths[1] - widths[0]) > settings.max_diameter_change_um / um_per_pixel:
        row.update(left=np.nan, right=np.nan, diameter_jump=True)
    elif abs(middles[1] - middles[0]) / 2 > settings.max_center_shift_um / um_per_pixel:
        row.update(left=np.nan, right=np.nan, center_jump=True)
