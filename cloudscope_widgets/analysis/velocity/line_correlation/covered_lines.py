"""Lines that one cell covers from end to end: dark and even, but not missing."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import label, median

from .arrays import BoolArray, Float32Array
from .lines import LineStatistics

_GRADUAL, _BLACK_GRADUAL = 0.4, 0.75
_DARKER = 1.5
_FLAT = 0.1


def keep_covered_lines(lines: LineStatistics) -> BoolArray:
    """Usable lines of a record whose lines may be shorter than its cells.

    Parameters
    ----------
    lines
        Statistics of every line.

    Returns
    -------
    Flags (lines,): those of `lines`, with the lines that a cell covers added.

    Notes
    -----
    A cell comes on to the line and leaves it gradually, so that the lines before and after a covered stretch are dark
    in part; a stretch without light begins and ends at once: both neighbours have less than 0.4 of its drop. Lines
    without any noise, as where cells overlap and no photon is counted, need neighbours of 0.75. A line that drops half
    as far again as covered ones do is missing, though it lies among them.
    """
    finite = np.isfinite(lines.mean) & np.isfinite(lines.sd)
    good = lines.good
    if not good.any():
        return good
    level = float(np.median(lines.mean[good]))
    below = ~good & finite & (lines.mean < level)
    black = below & (lines.sd <= _FLAT * np.median(lines.sd[good]))
    drop = np.where(finite, level - lines.mean, np.nan)
    kept = good | _begins_gradually(black, drop, _BLACK_GRADUAL)
    dark = below & ~black
    covered = _begins_gradually(dark, np.where(kept | dark, drop, np.nan), _GRADUAL)
    if covered.any():
        covered &= ~(drop > _DARKER * np.median(drop[covered]))
    both: BoolArray = kept | covered
    return both


def _begins_gradually(flags: BoolArray, drop: Float32Array, least: float) -> BoolArray:
    """Flagged lines in stretches beside which a line has at least a part of their drop (lines,)."""
    stretch, count = label(flags)
    if not count:
        return flags
    usual = np.asarray(median(np.nan_to_num(drop), stretch, np.arange(1, count + 1)))
    padded = np.pad(drop, 1, constant_values=np.nan)
    edges = np.diff(flags.astype(np.int8), prepend=0, append=0)
    first, last = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1) - 1
    gradual = np.fmax(padded[first], padded[last + 2]) > least * usual
    found: BoolArray = np.append(False, gradual)[stretch]
    return found
