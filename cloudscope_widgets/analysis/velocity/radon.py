"""Angles of streaks by the Radon transform, window by window, as CloudScope and others find them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from cloudscope_widgets.analysis.velocity.line_correlation.arguments import check_arguments
from cloudscope_widgets.analysis.velocity.radon_frame import Frame, place_taken_from
from cloudscope_widgets.analysis.velocity.radon_ties import first_best
from cloudscope_widgets.core.errors import Cancelled

Float32Array = NDArray[np.float32]
FloatArray = NDArray[np.float64]

_COARSE_DEG = np.arange(180.0)
_FINE_DEG = np.arange(-2, 2.25, 0.25)
_BATCH_WINDOWS = 64
"""So many windows at once are in the processor's cache."""
_CACHE_BYTES = 128 * 1024**2
_PIECE_PIXELS = 8192
"""Pixels of a window up to which one matrix holds all angles (about 40 MB)."""
_CHECKED_LINES = 4096
"""Lines that are looked through at once."""
_COARSE_SHARE = 0.9


def radon_angles(
    pixels: NDArray[np.generic],
    *,
    window_lines: int,
    progress: Callable[[float], None] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> FloatArray:
    """Angle of the streaks in overlapping windows of lines.

    Parameters
    ----------
    pixels
        Lines x columns, in any number type.
    window_lines
        Lines of a window; windows start every quarter of it.
    progress
        Told the fraction done, 0 to 1.
    cancel
        Asked now and then whether to stop.

    Returns
    -------
    Angle of every window in degrees (windows,), −2 to 181 in steps of 0.25: 0 for streaks that stand, 45 for 1 px/line
    towards larger column, above 90 for flow towards smaller column.

    Raises
    ------
    ValueError
        When the window is none of those offered, the region too small, or its pixels are no numbers or all the same.
    Cancelled
        When ``cancel`` returned True.

    Notes
    -----
    The projection at angle θ is that of ``skimage.transform.radon(window − mean, [θ], circle=False)``: the window is
    rotated about its centre with linear interpolation and summed along the rotated columns. The angle is the one whose
    projection has the largest variance, of whole degrees first, then of quarters around it; the first of equal ones
    counts, and nothing wraps at 180. A projection is linear in the pixels, so that one sparse matrix gives those of all
    windows. Where two angles differ by no more than rounding, the very arithmetic of scikit-image decides.

    References
    ----------
    Drew PJ et al. 2010, doi 10.1007/s10827-009-0159-1.
    """
    _check(pixels, window_lines)
    windows = _Windows(pixels, window_lines, cancel or _never)
    tell = progress or _ignore
    coarse = _coarse(windows, lambda done: tell(_COARSE_SHARE * done))
    theta = np.empty(windows.count)
    for angle in np.unique(coarse):
        fine = angle + _FINE_DEG
        matrix = _CACHE.projections(windows.shape, tuple(fine))
        for some in _batches(np.flatnonzero(coarse == angle)):
            centred = windows.centred(some)
            theta[some] = first_best(_variance(matrix, centred), centred, windows.shape, fine)
        tell(_COARSE_SHARE + (1 - _COARSE_SHARE) * angle / len(_COARSE_DEG))
    tell(1.0)
    return theta


@dataclass(frozen=True, slots=True)
class _Windows:
    """Overlapping windows of a record."""

    pixels: NDArray[np.generic]
    lines: int
    is_cancelled: Callable[[], bool]

    @property
    def count(self) -> int:
        return len(self.pixels) // (self.lines // 4) - 3

    @property
    def shape(self) -> tuple[int, int]:
        return self.lines, self.pixels.shape[1]

    def centred(self, indices: NDArray[np.intp]) -> Float32Array:
        """Windows minus their means, one window per column (lines · columns, windows)."""
        if self.is_cancelled():
            raise Cancelled("Measuring was stopped.")
        step = self.lines // 4
        windows = (np.asarray(self.pixels[i * step : i * step + self.lines], np.float32) for i in indices)
        return np.stack([(window - window.mean()).ravel() for window in windows], axis=1)


def _coarse(windows: _Windows, progress: Callable[[float], None]) -> FloatArray:
    """Whole degrees at which the projection of every window varies most."""
    variance = np.empty((len(_COARSE_DEG), windows.count), np.float32)
    pieces = np.array_split(np.arange(len(_COARSE_DEG)), -(-windows.lines * windows.pixels.shape[1] // _PIECE_PIXELS))
    for number, piece in enumerate(pieces):
        matrix = _CACHE.projections(windows.shape, tuple(_COARSE_DEG[piece]))
        for some in _batches(np.arange(windows.count)):
            variance[piece[:, None], some] = _variance(matrix, windows.centred(some))
            progress((number + (some[-1] + 1) / windows.count) / len(pieces))
    angles = np.empty(windows.count)
    for some in _batches(np.arange(windows.count)):
        angles[some] = first_best(variance[:, some], windows.centred(some), windows.shape, _COARSE_DEG)
    return angles


def _batches(indices: NDArray[np.intp]) -> Iterator[NDArray[np.intp]]:
    for first in range(0, len(indices), _BATCH_WINDOWS):
        yield indices[first : first + _BATCH_WINDOWS]


def _variance(projections: _Projections, windows: Float32Array) -> Float32Array:
    """Variance of each projection (angles, windows)."""
    values = projections.matrix @ windows
    return np.asarray(values.reshape(-1, projections.bins, windows.shape[1]).var(axis=1), np.float32)


def _never() -> bool:
    return False


def _ignore(_fraction: float) -> None:
    pass


def _check(pixels: NDArray[np.generic], window_lines: int) -> None:
    check_arguments(pixels, window_lines)
    parts = [slice(start, start + _CHECKED_LINES) for start in range(0, len(pixels), _CHECKED_LINES)]
    if not all(np.isfinite(pixels[part]).all() for part in parts):
        raise ValueError("some pixels of the region are no numbers: measure it by line correlation")
    if all((pixels[part] == pixels[0, 0]).all() for part in parts):
        raise ValueError("all pixels of the region have one value: choose a region in which cells can be seen")


# ---------------------------------------------------------------- the projections as a matrix
@dataclass(frozen=True, slots=True)
class _Projections:
    """Projections at several angles as one matrix."""

    matrix: sparse.csr_array
    """Weights (angles · bins, lines · columns)."""
    bins: int

    @property
    def size_bytes(self) -> int:
        return int(self.matrix.data.nbytes + self.matrix.indices.nbytes + self.matrix.indptr.nbytes)


def _projections(shape: tuple[int, int], angles_deg: Iterable[float]) -> _Projections:
    frame = Frame.around(shape)
    parts = [_one_projection(frame, shape, angle) for angle in np.deg2rad(np.fromiter(angles_deg, float))]
    return _Projections(sparse.csr_array(sparse.vstack(parts, format="csr")), frame.side)


def _one_projection(frame: Frame, shape: tuple[int, int], angle: float) -> sparse.csr_array:
    """Linear interpolation at the rotated places, summed along the rotated columns."""
    row, col = place_taken_from(frame, angle, np.float64)
    row, col = row - frame.offsets[0], col - frame.offsets[1]
    inside = (row > -1) & (row < shape[0]) & (col > -1) & (col < shape[1])
    detector = np.broadcast_to(np.arange(frame.side), inside.shape)[inside]
    row, col = row[inside], col[inside]
    low_row, low_col = np.floor(row).astype(np.intp), np.floor(col).astype(np.intp)
    bins, pixels, weights = [], [], []
    for down, row_weight in ((0, 1 - (row - low_row)), (1, row - low_row)):
        for right, col_weight in ((0, 1 - (col - low_col)), (1, col - low_col)):
            at_row, at_col, weight = low_row + down, low_col + right, row_weight * col_weight
            real = (at_row >= 0) & (at_row < shape[0]) & (at_col >= 0) & (at_col < shape[1]) & (weight > 0)
            bins.append(detector[real])
            pixels.append(at_row[real] * shape[1] + at_col[real])
            weights.append(weight[real])
    entries = np.concatenate(weights).astype(np.float32), (np.concatenate(bins), np.concatenate(pixels))
    return sparse.csr_array(entries, shape=(frame.side, shape[0] * shape[1]))


class _MatrixCache:
    """Matrices that were used last, up to a size; safe to use from several threads."""

    def __init__(self) -> None:
        self._held: OrderedDict[tuple[tuple[int, int], tuple[float, ...]], _Projections] = OrderedDict()
        self._lock = threading.Lock()

    def projections(self, shape: tuple[int, int], angles_deg: tuple[float, ...]) -> _Projections:
        """Matrix that projects windows of a shape at some angles."""
        key = shape, angles_deg
        with self._lock:
            found = self._held.pop(key, None)
            if found is not None:
                self._held[key] = found
                return found
        made = _projections(shape, angles_deg)
        with self._lock:
            self._held[key] = made
            while len(self._held) > 1 and sum(held.size_bytes for held in self._held.values()) > _CACHE_BYTES:
                self._held.popitem(last=False)
        return made


_CACHE = _MatrixCache()
