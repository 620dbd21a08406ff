"""Speed of every window of a narrow record from all pairs of its pixels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cloudscope_widgets.analysis.velocity.line_correlation.plan import BLOCKS
from cloudscope_widgets.analysis.velocity.line_correlation.prepare import PreparedLines

from .differences import BlockDifferences, block_differences
from .layout import PairLayout, pair_layout
from .pattern import Pattern
from .pattern_fit import first_pattern, fitted_pattern
from .score_table import score_table
from .search import FOUND, search_windows
from .slopes import NEIGHBOURS

_BYTES_PER_CHUNK = 24 << 20
_ARRAYS_PER_WINDOW = 8
_COARSE_STEP_PX = 1.0
_STRETCHES, _STRETCH_WINDOWS = 8, 90
_CLEAR_INSIDE = 0.99
_CLEAR_SPEED = 0.7
_CLEAR_ERROR, _CLEAR_ERROR_PX = 0.1, 0.02


@dataclass(frozen=True, slots=True)
class PairEstimate:
    """What was found of every window, and with which pattern."""

    found: NDArray[np.void]
    """See `search_windows` (windows,)."""

    pattern: Pattern
    """The pattern of the record."""


def estimate_speeds(
    lines: PreparedLines,
    layout: PairLayout,
    *,
    check: Callable[[], None],
    progress: Callable[[float], None] | None,
) -> PairEstimate:
    """Measure all windows, chunk by chunk.

    Parameters
    ----------
    lines
        Prepared lines whose noise is white: not smoothed.
    layout
        Lags, columns and speeds.
    check
        Called between stretches of work; raises to stop.
    progress
        Called with the fraction done after every chunk.

    Notes
    -----
    Speeds found with a first guess of the pattern, in some stretches of the record, tell the pattern; all windows are
    then measured with that. Chunks overlap by as many windows as one looks at around it, so that their borders change
    nothing.
    """
    pattern = _pattern(lines, pair_layout(layout.columns, layout.window_lines, _COARSE_STEP_PX), check)
    table = score_table(layout, pattern)
    windows = _windows(lines, layout)
    found = np.empty(windows, FOUND)
    size, halo = _chunk_windows(layout), NEIGHBOURS // 2 + 1
    for first in range(0, windows, size):
        check()
        last = min(windows, first + size)
        low, high = max(first - halo, 0), min(last + halo, windows)
        differences = _read(lines, layout, low, high)
        around = search_windows(differences, table=table, pattern=pattern, layout=layout)
        found[first:last] = around[first - low : last - low]
        if progress is not None:
            progress(last / windows)
    return PairEstimate(found, pattern)


def _pattern(lines: PreparedLines, layout: PairLayout, check: Callable[[], None]) -> Pattern:
    """The pattern of the record, from at most 720 windows all along it."""
    windows = _windows(lines, layout)
    span = min(_STRETCH_WINDOWS, windows)
    firsts = np.unique(np.linspace(0, windows - span, min(_STRETCHES, -(-windows // span))).astype(np.intp))
    read = [lines.read(*_rows(layout, first, first + span)) for first in firsts.tolist()]
    sample, usable = (np.concatenate([part[i] for part in read]) for i in range(2))
    first = first_pattern(sample, usable, layout)
    table = score_table(layout, first)
    speeds, clear, shifts = [], [], []
    for pixels, good in read:
        check()
        differences = block_differences(pixels, good, layout)
        found = search_windows(differences, table=table, pattern=first, layout=layout, slopes=())
        of_shifts = differences.of_shifts(layout)
        speeds.append(found["speed"])
        clear.append(_is_clear(found, layout))
        shifts.append(of_shifts[1:-2] + of_shifts[2:-1])
    return fitted_pattern(
        np.concatenate(shifts), np.concatenate(speeds), np.concatenate(clear), layout=layout, first=first
    )


def _is_clear(found: NDArray[np.void], layout: PairLayout) -> NDArray[np.bool_]:
    speed = np.abs(found["speed"])
    clear = (found["inside"] > _CLEAR_INSIDE) & (speed < _CLEAR_SPEED * layout.columns)
    within = (_CLEAR_ERROR * speed + _CLEAR_ERROR_PX) * np.sqrt(found["curvature"])
    is_clear: NDArray[np.bool_] = clear & (found["per_step"] < within)
    return is_clear


def _windows(lines: PreparedLines, layout: PairLayout) -> int:
    return lines.source.shape[0] // layout.step_lines - BLOCKS + 1


def _rows(layout: PairLayout, first: int, last: int) -> tuple[int, int]:
    """First line and the one after the last that windows `first` to `last` need."""
    return first * layout.step_lines - layout.halo, (last + BLOCKS - 1) * layout.step_lines + layout.halo


def _read(lines: PreparedLines, layout: PairLayout, first: int, last: int) -> BlockDifferences:
    return block_differences(*lines.read(*_rows(layout, first, last)), layout)


def _chunk_windows(layout: PairLayout) -> int:
    """Windows in a chunk, so that scores and features take about 24 MB."""
    per_window = 4 * (_ARRAYS_PER_WINDOW * len(layout.speeds) + 2 * len(layout.lag_of_feature))
    return max(_BYTES_PER_CHUNK // per_window, 4 * NEIGHBOURS)
