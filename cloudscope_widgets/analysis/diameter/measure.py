"""Diameter of a vessel in every row of a line-scan recording."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from cloudscope_widgets.core.errors import Cancelled

from .arrays import AnyArray, Flags, FloatArray, IntArray
from .edges import Edges, joined
from .finite_median import is_changed, median_filtered
from .gating import Gate, gated
from .gradient_edges import gradient_edges
from .levels import Levels, has_two_peaks, profile_levels
from .profiles import center_rows, flipped, mean_profiles, median_profiles, row_chunks
from .score import quality_score
from .settings import Settings
from .threshold_width import half_maximum, threshold_width

_LEAST_COLUMNS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Findings:
    """What each profile shows by itself (profiles,)."""

    edges: Edges
    levels: Levels
    has_two_peaks: Flags


@dataclass(frozen=True, slots=True, eq=False)
class DiameterRows:
    """Diameter of every row, px; a row is a profile (rows,)."""

    center_row: IntArray
    edges: Edges
    levels: Levels
    filtered: FloatArray
    """Diameter behind the running median."""
    was_filtered: Flags
    """Whether the running median changed the diameter."""
    score: FloatArray
    has_edge_violation: Flags
    has_diameter_violation: Flags
    has_center_violation: Flags

    @property
    def diameter(self) -> FloatArray:
        """Distance of the edges; NaN where one is missing."""
        return self.edges.right - self.edges.left


def measure_diameter(
    pixels: AnyArray,
    settings: Settings,
    *,
    um_per_pixel: float = 1.0,
    progress: Callable[[float], None] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> DiameterRows:
    """Diameter by the two methods that CloudScope has.

    Parameters
    ----------
    pixels
        Lines x columns, any real type; what is no finite number is left out.
    settings
        Parameters; `diameter_method` is threshold_width or gradient_edges.
    um_per_pixel
        Size of a pixel, for the limits of the gating.
    progress
        Called with the fraction done, at most once per stretch of lines.
    cancel
        Asked between stretches of lines.

    Returns
    -------
    Edges and diameters in whole pixels.

    Raises
    ------
    ValueError
        When the region cannot give a diameter; the sentence says what to change.
    Cancelled
        When `cancel` returned True.
    """
    check_region(pixels)
    rows = center_rows(len(pixels), settings.stride)
    parts = []
    for chunk in row_chunks(rows, pixels.shape[1]):
        if cancel is not None and cancel():
            raise Cancelled("the measurement of the diameter was cancelled")
        parts.append(_measured(profiles_of(pixels, rows[chunk], settings), settings))
        if progress is not None:
            progress(chunk.stop / len(rows))
    return gathered_rows(rows, joined_findings(parts), settings, um_per_pixel=um_per_pixel)


def check_region(pixels: AnyArray) -> None:
    """Refuse a region in which no vessel can be seen; ValueError says what to change."""
    if pixels.ndim != 2:
        raise ValueError(f"the image must have two axes, lines and columns, got {pixels.ndim}: select one channel")
    if pixels.dtype.kind not in "buif":
        raise ValueError(f"pixels must be real numbers, got {pixels.dtype}: convert the image, e.g. to its magnitude")
    lines, columns = pixels.shape
    if not lines or columns < _LEAST_COLUMNS:
        raise ValueError(
            f"the region has {lines} lines and {columns} columns: a vessel needs at least one line, and "
            f"{_LEAST_COLUMNS} columns across it"
        )
    if pixels.dtype.kind == "f" and not any(np.isfinite(pixels[at : at + 4096]).any() for at in range(0, lines, 4096)):
        raise ValueError("the region holds no finite pixel: choose a region with data")


def profiles_of(pixels: AnyArray, rows: IntArray, settings: Settings) -> FloatArray:
    """Profiles of some rows, of a vessel that is bright."""
    if settings.binning_method == "median":
        profiles = median_profiles(pixels, rows, settings.window_rows_odd)
    else:
        profiles = mean_profiles(pixels, rows, settings.window_rows_odd)[0]
    return flipped(profiles) if settings.polarity == "dark_on_bright" else profiles


def _measured(profiles: FloatArray, settings: Settings) -> Findings:
    levels = profile_levels(profiles)
    if settings.diameter_method == "gradient_edges":
        edges = gradient_edges(
            profiles,
            levels.contrast,
            sigma_px=settings.gradient_sigma,
            least_strength=settings.gradient_min_edge_strength,
        )
    elif settings.threshold_mode == "absolute":
        edges = threshold_width(profiles, np.full(len(profiles), settings.threshold_value))
    else:
        edges = threshold_width(profiles, half_maximum(levels))
    return Findings(edges, levels, has_two_peaks(profiles, levels))


def joined_findings(parts: list[Findings]) -> Findings:
    """Findings of a record from those of its pieces."""
    edges, levels = joined([part.edges for part in parts]), joined([part.levels for part in parts])
    return Findings(edges, levels, np.concatenate([part.has_two_peaks for part in parts]))


def gathered_rows(rows: IntArray, findings: Findings, settings: Settings, *, um_per_pixel: float) -> DiameterRows:
    """Gate, filter and judge the edges that were found."""
    edges, levels = findings.edges, findings.levels
    score, violation = quality_score(edges, levels, findings.has_two_peaks), edges.is_doubtful
    no = np.zeros(len(rows), np.bool_)
    diameter_jump, center_jump = no, no
    if settings.diameter_method == "gradient_edges" and settings.enable_motion_gating:
        found = gated(edges, _gate(settings, um_per_pixel))
        edges, violation = found.edges, violation | found.has_edge_jump
        diameter_jump, center_jump = found.has_diameter_jump, found.has_center_jump
    raw = edges.right - edges.left
    filtered = median_filtered(raw, settings.post_filter_kernel_size)
    return DiameterRows(
        rows, edges, levels, filtered, is_changed(raw, filtered), score, violation, diameter_jump, center_jump
    )


def _gate(settings: Settings, um_per_pixel: float) -> Gate:
    return Gate(
        settings.max_edge_shift_um / um_per_pixel,
        settings.max_diameter_change_um / um_per_pixel,
        settings.max_center_shift_um / um_per_pixel,
    )
