"""Pixels without a number: which columns and lines are left out of a measurement, and which pixels are filled."""

from __future__ import annotations

from collections.abc import Iterator, Sized
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cloudscope_widgets.analysis.velocity.line_correlation.arguments import LEAST_COLUMNS, LEAST_GOOD_LINES

AnyArray = NDArray[Any]
Flags = NDArray[np.bool_]

WIDEST_HOLE = 2
"""Neighbouring pixels of a line that are filled at most, between two that have numbers."""
_SHARES = (1.0, 0.98, 0.9, 0.75, 0.5, 0.0)
"""Least shares of a column's pixels with a number that are tried; the one that keeps the most pixels counts."""
_LARGEST_FILLED_SHARE = 0.5
_PIXELS_PER_CHUNK = 1 << 20
_MOST_RANGES = 4


@dataclass(frozen=True, slots=True, eq=False)
class FinitePixels:
    """Pixels of a region that can be measured."""

    pixels: AnyArray
    """Lines x columns that are kept; a line that is missing holds no number at all, every other one only numbers."""
    missing: Flags
    """Lines that are missing (lines,)."""
    left_out: tuple[int, ...] = ()
    """Columns of the region that were cut off, counted from 1."""
    filled: tuple[int, ...] = ()
    """Columns of the region in which pixels were interpolated along the line, counted from 1."""

    @property
    def facts(self) -> dict[str, Any]:
        """The same for the provenance of a result; empty when every pixel has a number."""
        if not (self.left_out or self.filled or self.missing.any()):
            return {}
        return {
            "columns_left_out": list(self.left_out),
            "columns_interpolated": list(self.filled),
            "lines_without_numbers": int(self.missing.sum()),
        }

    @property
    def counts(self) -> dict[str, int]:
        """The same for the summary of a result."""
        facts = self.facts
        return {name: value if isinstance(value, int) else len(value) for name, value in facts.items()}

    @property
    def sentences(self) -> list[str]:
        """The same in words for a paper."""
        sentences = []
        if self.left_out:
            columns = _ranges("column", self.left_out)
            sentences.append(f"{columns} of the region, where numbers are missing, {_were(self.left_out)} left out.")
        if self.filled:
            columns = _ranges("column", self.filled).lower()
            sentences.append(f"Pixels without a number in {columns} were interpolated along the line.")
        lines = np.flatnonzero(self.missing)
        if len(lines):
            what = "1 line" if len(lines) == 1 else f"{len(lines)} lines"
            sentences.append(f"{what} without numbers {_were(lines)} left out.")
            sentences.append("Windows with fewer than half of their lines have no velocity.")
        return sentences


def finite_pixels(pixels: AnyArray) -> FinitePixels:
    """Pixels of a region that can be measured, cut and filled where some are no finite numbers.

    Parameters
    ----------
    pixels
        Lines x columns, any real type; read piece by piece, and copied only where pixels have to be filled.

    Returns
    -------
    The widest part that can be measured: the columns and lines are chosen so that the most pixels are kept.

    Raises
    ------
    ValueError
        When too few columns or lines are left; the sentence names them.

    Notes
    -----
    Nothing is guessed beyond the ends of a line: columns there are cut off. Up to two neighbouring pixels inside a line
    are interpolated between those beside them, which moves with the cells and therefore does not draw the speed to any
    value. A line with a wider hole, or without a number at an end, is missing.
    """
    if pixels.dtype.kind != "f" or not pixels.size or _is_finite(pixels):
        return FinitePixels(pixels, np.zeros(len(pixels), np.bool_))
    start, stop = _widest(pixels)
    usable, is_filled = _usable_lines(pixels, start, stop)
    columns = pixels.shape[1]
    left_out = tuple(number for number in range(1, columns + 1) if not start < number <= stop)
    _check(left_out, usable, columns)
    kept = pixels[:, start:stop]
    if is_filled.any() or not usable.all():
        kept = _filled(kept, usable)
    filled = tuple(int(number) + start + 1 for number in np.flatnonzero(is_filled))
    return FinitePixels(kept, ~usable, left_out, filled)


def empty_windows(missing: Flags, window_lines: int) -> Flags:
    """Windows of which more than half of the lines are missing (windows,); they start every quarter of a window."""
    step = window_lines // 4
    counts = np.add.reduceat(
        missing[: len(missing) // step * step], np.arange(0, len(missing) // step * step, step), dtype=int
    )
    of_windows = np.convolve(counts, np.ones(4, int), "valid")
    flags: Flags = of_windows > window_lines / 2
    return flags


def with_lines_bridged(found: FinitePixels) -> AnyArray:
    """Pixels in which missing lines are interpolated in time, for a method that needs a number in every pixel."""
    if not found.missing.any():
        return found.pixels
    pixels, lines = np.array(found.pixels), np.arange(len(found.missing))
    for column in pixels.T:
        column[found.missing] = np.interp(lines[found.missing], lines[~found.missing], column[~found.missing])
    return pixels


def _chunks(pixels: AnyArray) -> Iterator[tuple[slice, AnyArray]]:
    size = max(_PIXELS_PER_CHUNK // pixels.shape[1], 1)
    for first in range(0, len(pixels), size):
        part = slice(first, min(first + size, len(pixels)))
        yield part, pixels[part]


def _is_finite(pixels: AnyArray) -> bool:
    return all(bool(np.isfinite(some).all()) for _, some in _chunks(pixels))


def _widest(pixels: AnyArray) -> tuple[int, int]:
    """First column and the one after the last of the part that keeps the most pixels."""
    shares = _shares(pixels)
    if not shares.any():
        raise ValueError("the region holds no finite pixel: choose a region with data")
    runs = {run: None for share in _SHARES for run in _runs(shares >= share if share else shares > 0)}

    def kept(run: tuple[int, int]) -> tuple[int, int]:
        lines = int(_usable_lines(pixels, *run)[0].sum())
        return (lines * (run[1] - run[0]) if lines >= LEAST_GOOD_LINES else 0), run[1] - run[0]

    return max(runs, key=kept)


def _shares(pixels: AnyArray) -> NDArray[np.float64]:
    """Part of the pixels of each column that are numbers; lines without any number do not count."""
    sums, lines = np.zeros(pixels.shape[1]), 0
    for _, some in _chunks(pixels):
        finite = np.isfinite(some)
        lines += int(finite.any(1).sum())
        sums += finite.sum(0)
    return sums / max(lines, 1)


def _runs(good: Flags) -> list[tuple[int, int]]:
    """Stretches of good columns; gaps that can be filled are bridged."""
    edges = np.flatnonzero(np.diff(np.r_[False, good, False])).reshape(-1, 2)
    runs: list[tuple[int, int]] = []
    for first, stop in edges:
        start = runs.pop()[0] if runs and first - runs[-1][1] <= WIDEST_HOLE else int(first)
        runs.append((start, int(stop)))
    return runs


def _usable_lines(pixels: AnyArray, start: int, stop: int) -> tuple[Flags, Flags]:
    """Lines that are whole, or can be filled, between two columns, and the columns that are filled in them."""
    usable = np.zeros(len(pixels), np.bool_)
    is_filled = np.zeros(stop - start, np.bool_)
    for part, some in _chunks(pixels):
        finite = np.isfinite(some[:, start:stop])
        usable[part] = finite[:, 0] & finite[:, -1] & (finite.mean(1) >= _LARGEST_FILLED_SHARE)
        holes = ~finite
        for shift in range(1, WIDEST_HOLE + 1):
            holes[:, shift:] &= ~finite[:, : finite.shape[1] - shift]
            holes[:, :shift] = False
        usable[part] &= ~holes.any(1)
        is_filled |= (~finite[usable[part]]).any(0)
    return usable, is_filled


def _filled(kept: AnyArray, usable: Flags) -> AnyArray:
    """Copy in which the holes of usable lines are interpolated, and the other lines hold no number."""
    copy = np.array(kept)
    copy[~usable] = np.nan
    columns = np.arange(copy.shape[1])
    for _, some in _chunks(copy):
        finite = np.isfinite(some)
        row, col = np.nonzero(~finite & finite[:, :1])
        before = np.maximum.accumulate(np.where(finite, columns, 0), axis=1)[row, col]
        after = np.minimum.accumulate(np.where(finite, columns, len(columns) - 1)[:, ::-1], axis=1)[:, ::-1][row, col]
        part = ((col - before) / (after - before)).astype(some.dtype)
        some[row, col] = some[row, before] * (1 - part) + some[row, after] * part
    return copy


# ---------------------------------------------------------------- words
def _check(left_out: tuple[int, ...], usable: Flags, columns: int) -> None:
    remaining = columns - len(left_out)
    named = f"numbers are missing in {_ranges('column', left_out).lower()} of the region" if left_out else ""
    if left_out and remaining < LEAST_COLUMNS <= columns:
        raise ValueError(
            f"{named}, and the other {remaining} are too few to follow cells from line to line: "
            f"choose a region with at least {LEAST_COLUMNS} columns of numbers"
        )
    good = int(usable.sum())
    if good < LEAST_GOOD_LINES:
        lines = _ranges("line", tuple(int(number) + 1 for number in np.flatnonzero(~usable))).lower()
        raise ValueError(
            f"{f'{named}, and ' if named else 'numbers are missing '}in {lines} of the region, so that only "
            f"{good} of {len(usable)} lines are left: choose a region with more lines that hold numbers"
        )


def _ranges(what: str, numbers: tuple[int, ...]) -> str:
    """Name numbered things, as in "Columns 1 to 3 and 48"."""
    cuts = np.flatnonzero(np.diff(numbers) > 1) + 1
    runs = [run.tolist() for run in np.split(np.array(numbers, int), cuts)]
    names = [str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs]
    if len(names) > _MOST_RANGES:
        names = [*names[: _MOST_RANGES - 1], f"{sum(map(len, runs[_MOST_RANGES - 1 :]))} more"]
    text = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{what.capitalize()}{'' if len(numbers) == 1 else 's'} {text}"


def _were(numbers: Sized) -> str:
    return "was" if len(numbers) == 1 else "were"
