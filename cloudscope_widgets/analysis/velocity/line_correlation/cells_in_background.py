"""Cells that a short record's mean picture holds, found by how they move, and taken out of the background.

The mean of few passing cells shows them as standing stripes. Two pictures of the same moving cells, one shifted by the
way between them, differ only by what stands still:

    m(i, x) - m(j, x + d) = B(x) - B(x + d)        d = way from block i to block j

so that the speeds of a first measurement tell the background B, whatever the cells look like.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from scipy.linalg import solve
from scipy.ndimage import gaussian_filter1d
from scipy.sparse import csr_array

from .arrays import Float32Array, Float64Array, IndexArray
from .candidates import Candidate
from .pictures import BlockPictures
from .result import LineCorrelation

_DISTANCES = (1, 2, 3, 4, 6, 8, 12, 16)
_REACH = 0.6
_LEAST_SHIFT = 1.0
_FIRST_GUESS = 1e-3
_USUAL_ENERGY = 0.75
_LEAST_WEIGHT = 1e-3
_SMOOTHING_WINDOWS = 2.0
_PAIRS_PER_CHUNK = 256


def speed_of_blocks(pictures: BlockPictures, found: LineCorrelation) -> Float64Array:
    """Speed of every block from the accepted windows around it, px/line (blocks,); those with many cells count most."""
    accepted = found.accepted
    usual = np.quantile(found.energy[accepted], _USUAL_ENERGY)
    weight = np.where(accepted, np.clip(found.energy / usual, 0, 1) ** 2, 0)
    total = gaussian_filter1d(weight, _SMOOTHING_WINDOWS, mode="constant")
    smooth = gaussian_filter1d(weight * found.velocity, _SMOOTHING_WINDOWS, mode="constant")
    known = total > _LEAST_WEIGHT * total.max()
    middle = (np.arange(len(pictures.mean)) + 0.5) * pictures.block_lines
    return np.interp(middle, found.index[known], smooth[known] / total[known])


def missing_background(
    pictures: BlockPictures, candidate: Candidate, *, speed: Float64Array, signal: float, check: Callable[[], None]
) -> Float32Array:
    """What a background lacks for the cells to move through without a trace.

    Parameters
    ----------
    pictures
        Mean pictures of the blocks.
    candidate
        The background and its gain.
    speed
        Speed in every block, px/line (blocks,).
    signal
        Variance of the cells.
    check
        Called between stretches of work; raises to stop.

    Returns
    -------
    Picture to add, times the gain (columns,).

    Notes
    -----
    Least squares over pairs of blocks up to 16 apart, by linear interpolation, with a normal prior: variance of the
    cells / number of independent pictures. What the pairs cannot tell, as waves much longer than the way, stays.
    """
    rest = (pictures.mean - candidate.background) / candidate.gain[:, None]
    way = np.concatenate([[0.0], np.cumsum(0.5 * (speed[1:] + speed[:-1]))]) * pictures.block_lines
    normal = _Normal(rest.shape[1])
    for first, second in _pairs(way, pictures.filled, rest.shape[1]):
        check()
        normal.add(rest[first], rest[second], way[second] - way[first])
    prior = signal / max(float(pictures.renewal.sum()), 1.0)
    return normal.solved(prior).astype(np.float32)


def _pairs(way: Float64Array, filled: Float32Array, columns: int) -> Iterator[tuple[IndexArray, IndexArray]]:
    """Pairs of blocks that see the same cells at clearly different places, in chunks."""
    for distance in _DISTANCES:
        first = np.arange(max(len(way) - distance, 0))
        shift = np.abs(way[first + distance] - way[first])
        is_seen = (filled[first] > 0) & (filled[first + distance] > 0)
        first = first[is_seen & (shift <= _REACH * columns) & (shift >= _LEAST_SHIFT)]
        for start in range(0, len(first), _PAIRS_PER_CHUNK):
            part = first[start : start + _PAIRS_PER_CHUNK]
            yield part, part + distance


class _Normal:
    """Normal equations of the background over all pairs."""

    def __init__(self, columns: int) -> None:
        self._matrix = np.zeros((columns, columns))
        self._right = np.zeros(columns)
        self._square = 0.0
        self._count = 0

    def add(self, first: Float32Array, second: Float32Array, shift: Float64Array) -> None:
        """Add pairs of pictures (pairs, columns), the second of each moved by its shift (pairs,)."""
        columns = first.shape[1]
        place = np.arange(columns) + shift[:, None]
        below = np.floor(place).astype(np.intp)
        part = place - below
        pair, column = np.nonzero((below >= 0) & (below + 1 < columns))
        low, share = below[pair, column], part[pair, column]
        moved = (1 - share) * second[pair, low] + share * second[pair, low + 1]
        difference = first[pair, column] - moved
        row = np.arange(len(pair))
        entries = np.concatenate([np.ones(len(row)), share - 1, -share])
        at = np.tile(row, 3), np.concatenate([column, low, low + 1])
        model = csr_array((entries, at), shape=(len(row), columns))
        self._matrix += (model.T @ model).toarray()
        self._right += model.T @ difference
        self._square += float(difference @ difference)
        self._count += len(row)

    def solved(self, prior: float) -> Float64Array:
        """The background (columns,), whose variance is `prior` before anything is known."""
        columns = len(self._right)
        scale = float(np.trace(self._matrix)) / columns
        if not scale > 0:
            return np.zeros(columns)
        one = np.eye(columns)
        guess = solve(self._matrix + _FIRST_GUESS * scale * one, self._right)
        left = self._square - 2 * float(guess @ self._right) + float(guess @ self._matrix @ guess)
        noise = max(left, 0.0) / self._count
        background: Float64Array = solve(self._matrix + (noise / max(prior, 1e-12) + 1e-9 * scale) * one, self._right)
        return background
