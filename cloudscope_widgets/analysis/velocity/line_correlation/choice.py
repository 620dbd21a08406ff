"""The background that suits a record, chosen among several by how well it lets shifted lines agree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from .arrays import BoolArray
from .blocks import block_sums, excess_noise, window_sums
from .candidates import Candidate, candidates
from .cells_in_background import missing_background, speed_of_blocks
from .flatness import contrast_gain
from .lines import LineSource, block_means
from .pictures import BlockPictures, measure_renewal
from .plan import BLOCKS, Plan
from .prepare import PreparedLines, SignalAndNoise, sampled_lines
from .refine import refine_speed
from .result import LineCorrelation
from .search import search_speed
from .smoothing import Smoothing, gaussian_smoothing, no_smoothing

_CLEARLY_LESS = 0.01
_STRETCHES = 6
_STRETCH_WINDOWS = 8
_MOST_STRETCHES = 24
_FEW_PICTURES = 100
_LEAST_WINDOWS = 4
_WITHOUT_CELLS = ", cells taken out"


@dataclass(frozen=True, slots=True)
class Choice:
    """The prepared lines with the background chosen."""

    lines: PreparedLines
    """Prepared lines."""

    candidate: Candidate
    """The background."""

    residual: float
    """Mean absolute residual of the best match."""

    enough: float
    """How much smaller a residual has to be at most for another background."""

    pictures: BlockPictures
    """What the background was made from."""

    @property
    def may_hold_cells(self) -> bool:
        """Whether it is the mean of so few pictures that their cells show in it."""
        return float(self.pictures.renewal.sum()) < _FEW_PICTURES

    def gives_way_to(self, residual: float) -> bool:
        """Whether a residual is so much smaller that another background is the better one."""
        return self.residual - residual > min(_CLEARLY_LESS * self.residual, self.enough)


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
    columns, sd_px = plan.columns, plan.smoothing_sd_px
    smoothing = gaussian_smoothing(columns, sd_px) if sd_px else no_smoothing(columns)
    pictures = _block_pictures(source, good, smoothing, check)
    gain = contrast_gain(
        sampled_lines(source, good), noise_variance=levels.noise, independent_pictures=float(pictures.renewal.sum())
    )
    with_gain = smoothing.times(gain)
    noise = with_gain.remaining_noise(levels.noise)
    enough = _CLEARLY_LESS * levels.signal if levels.signal > 0.05 * levels.noise else np.inf
    best: Choice | None = None
    for candidate in candidates(pictures, source.black, check):
        lines = PreparedLines(source, good, with_gain, candidate.background, pictures.block_lines, gain, noise)
        residual = _residual(lines, plan, check)
        if best is None or best.gives_way_to(residual):
            best = Choice(lines, candidate, residual, enough, pictures)
    if best is None:  # pragma: no cover  (there is always a first candidate)
        raise RuntimeError("no background was tried")
    return best


def take_cells_out(
    choice: Choice, found: LineCorrelation, *, plan: Plan, signal: float, check: Callable[[], None]
) -> Choice | None:
    """The background without the cells that its mean holds, None where that makes no clear difference.

    Parameters
    ----------
    choice
        Background so far.
    found
        What was measured with it.
    plan
        Columns and window.
    signal
        Variance of the cells.
    check
        Called between stretches of work; raises to stop.
    """
    pictures, candidate = choice.pictures, choice.candidate
    if found.accepted.sum() < _LEAST_WINDOWS:
        return None
    speed = speed_of_blocks(pictures, found)
    missing = missing_background(pictures, candidate, speed=speed, signal=signal, check=check)
    background = candidate.background + candidate.gain[:, None] * missing
    lines = replace(choice.lines, background=background)
    residual = _residual(lines, plan, check)
    if not choice.gives_way_to(residual):
        return None
    name = candidate.name if candidate.name.endswith(_WITHOUT_CELLS) else candidate.name + _WITHOUT_CELLS
    better = replace(candidate, background=background, name=name)
    return replace(choice, lines=lines, candidate=better, residual=residual)


def _block_pictures(
    source: LineSource, good: BoolArray, smoothing: Smoothing, check: Callable[[], None]
) -> BlockPictures:
    block_lines = _block_lines(source.shape[0])
    mean, counts = block_means(source, good, block_lines, check)
    renewal, least = measure_renewal(mean, counts)
    return BlockPictures(smoothing(mean), (counts > 0).astype(np.float32), renewal, least, block_lines)


def _block_lines(lines: int) -> int:
    """About 64 blocks in a record, 16 to 64 lines each; longer in very long records, to save memory."""
    largest = 6 + (lines > 300_000) + (lines > 3_000_000)
    return int(2 ** np.clip(np.round(np.log2(lines / 64)), 4, largest))


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
        sums = window_sums(block_sums(*lines.read(start, stop), plan), plan)
        _, score = refine_speed(sums.match(noise), plan, search_speed(sums, plan).speed)
        parts.append(-score / np.maximum(sums.pairs.max(1), 1))
    return float(np.mean(np.concatenate(parts)))
