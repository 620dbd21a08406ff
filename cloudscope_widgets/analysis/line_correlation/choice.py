"""The background that suits a record, chosen among several by how well it lets shifted lines agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from .arrays import BoolArray, Float32Array
from .background import standing_background
from .blocks import block_sums, excess_noise, window_sum, window_sums
from .flatness import contrast_gain
from .lateral import lateral_shift, move_back, straighten
from .lines import LineSource, block_means
from .pictures import BlockPictures, measure_renewal
from .plan import BLOCKS, Plan
from .prepare import PreparedLines, SignalAndNoise, gaussian_kernel, remaining_noise, sampled_lines, smooth_along_line
from .refine import refine_speed
from .search import search_speed

_CLEARLY_LESS = 0.01
_STRETCHES = 6
_STRETCH_WINDOWS = 8
_MOST_STRETCHES = 24
_SHORT_RECORD_PICTURES = 30
_LEAST_BLOCKS_TO_MOVE = 16
_LEAST_COLUMNS_TO_MOVE = 16


@dataclass(frozen=True, slots=True)
class Choice:
    """The prepared lines with the background chosen, and its name."""

    lines: PreparedLines
    """Prepared lines."""

    name: str
    """Name of the background."""


def choose_background(
    source: LineSource, good: BoolArray, *, plan: Plan, levels: SignalAndNoise, check: Callable[[], None]
) -> Choice:
    """Prepared lines with the background that leaves the least residual.

    Parameters
    ----------
    source, good
        The record and its usable lines (lines,).
    plan
        Columns and window.
    levels
        Variances of signal and noise.
    check
        Called between stretches of work; raises to stop.

    Notes
    -----
    The residual is absolute: a background that swallows the cells lowers the energy, but with it the match. The noise
    is part of it. An earlier candidate is given up for a residual smaller by 1 %, or by 1 % of the variance of the
    moving picture.
    """
    kernel = gaussian_kernel(levels.smoothing_sd_px)
    pictures = _block_pictures(source, good, kernel, check)
    gain = contrast_gain(
        sampled_lines(source, good), noise_variance=levels.noise, independent_pictures=float(pictures.renewal.sum())
    )
    noise = remaining_noise(levels.noise, kernel, gain)
    enough = _CLEARLY_LESS * levels.signal if levels.signal > 0.05 * levels.noise else np.inf
    best: tuple[float, Choice] | None = None
    for name, background in _candidates(pictures, check):
        lines = PreparedLines(source, good, kernel, background, pictures.block_lines, gain, noise)
        residual = _residual(lines, plan, check)
        if best is None or best[0] - residual > min(_CLEARLY_LESS * best[0], enough):
            best = residual, Choice(lines, name)
    if best is None:  # pragma: no cover  (there is always a first candidate)
        raise RuntimeError("no background was tried")
    return best[1]


def _block_pictures(
    source: LineSource, good: BoolArray, kernel: Float32Array, check: Callable[[], None]
) -> BlockPictures:
    block_lines = _block_lines(source.shape[0])
    mean, counts = block_means(source, good, block_lines, check)
    renewal, least = measure_renewal(mean, counts)
    smooth = smooth_along_line(mean, kernel)
    return BlockPictures(smooth, (counts > 0).astype(np.float32), renewal, least, block_lines)


def _block_lines(lines: int) -> int:
    """About 64 blocks in a record, 16 to 64 lines each; longer in very long records, to save memory."""
    largest = 6 + (lines > 300_000) + (lines > 3_000_000)
    return int(2 ** np.clip(np.round(np.log2(lines / 64)), 4, largest))


def _candidates(pictures: BlockPictures, check: Callable[[], None]) -> Iterator[tuple[str, Float32Array]]:
    """Backgrounds by name, the most usual first; each is built when asked for."""
    yield "record and local", standing_background(pictures, share=1.0)
    yield "slow gain", standing_background(pictures, share=1.0, slow_gain=True)
    yield "shrunk", standing_background(pictures, share=None)
    if pictures.renewal.sum() < _SHORT_RECORD_PICTURES:
        yield "none", standing_background(pictures, share=0.0)
    blocks, columns = pictures.mean.shape
    if blocks >= _LEAST_BLOCKS_TO_MOVE and columns >= _LEAST_COLUMNS_TO_MOVE:
        shift = lateral_shift(pictures, check)
        check()
        straight = replace(pictures, mean=straighten(pictures.mean, shift, pictures.weight))
        yield "moving", move_back(standing_background(straight, share=1.0), shift)


def _residual(lines: PreparedLines, plan: Plan, check: Callable[[], None]) -> float:
    """Mean absolute residual of the best match, over stretches of eight windows all along the record."""
    windows = lines.source.shape[0] // plan.step_lines - BLOCKS + 1
    span = min(_STRETCH_WINDOWS, windows)
    count = _STRETCHES if windows > 4 * span else min(1 + windows // span, _MOST_STRETCHES)
    noise = excess_noise(lines.noise, plan)
    parts = []
    for first in np.unique(np.linspace(0, windows - span, count).astype(int)).tolist():
        check()
        start = first * plan.step_lines - plan.halo
        stop = (first + span + BLOCKS - 1) * plan.step_lines + plan.halo
        sums = block_sums(*lines.read(start, stop), plan)
        window = window_sums(sums, plan)
        match = window_sum(sums.match(noise), plan)
        _, score = refine_speed(match, plan, search_speed(window, plan).speed)
        parts.append(-score / np.maximum(window.pairs.max(1), 1))
    return float(np.mean(np.concatenate(parts)))
