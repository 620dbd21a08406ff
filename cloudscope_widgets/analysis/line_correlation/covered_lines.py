"""Lines that one cell covers from end to end: dark and even, but not missing."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import label, median

from .arrays import BoolArray, Float32Array
from .lines import LineStatistics

_ABRUPT = 0.4
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
    in part; a stretch without light begins and ends at once: both neighbours have less than 0.4 of its drop. A line that
    drops half as far again as covered ones do is missing, though it lies among them.
    """
    finite = np.isfinite(lines.mean) & np.isfinite(lines.sd)
    good = lines.good
    if not good.any():
        return good
    level = float(np.median(lines.mean[good]))
    dark = ~good & finite & (lines.sd > _FLAT * np.median(lines.sd[good])) & (lines.mean < level)
    run, runs = label(dark)
    if not runs:
        return good
    drop = np.where(finite & (good | dark), level - lines.mean, np.nan)
    numbers = np.arange(1, runs + 1)
    of_run = np.asarray(median(np.nan_to_num(drop), run, numbers))
    first = np.flatnonzero(np.diff(run, prepend=0) * (run > 0))
    last = np.flatnonzero(np.diff(run, append=0) * (run > 0))
    beside = np.fmax(_nearest_drop(drop, first, -1), _nearest_drop(drop, last, 1))
    covered = np.append(False, beside > _ABRUPT * of_run)[run]
    if covered.any():
        covered &= ~(drop > _DARKER * np.median(drop[covered]))
    kept: BoolArray = good | covered
    return kept


def _nearest_drop(drop: Float32Array, line: np.ndarray, side: int) -> Float32Array:
    """Drop of the line beside each of some lines; not a number at the ends of the record and where it is missing."""
    padded = np.pad(drop, 1, constant_values=np.nan)
    beside: Float32Array = padded[line + 1 + side]
    return beside
