"""Line scans of cells with a calcium indicator whose transients are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import DTypeLike, NDArray

from cloudscope_widgets.synthetic.image_file import as_pixels, write_image, write_olympus_text

FloatArray: TypeAlias = NDArray[np.float64]

_CHUNK_LINES = 4096
_BISECTIONS = 60
_LEAST_LINES = 2
_REST = 4.0
"""Least time from one drawn onset to the next, in decay times."""


@dataclass(frozen=True, slots=True)
class SyntheticCalcium:
    """A recording of an indicator and the truth about it."""

    image: NDArray[Any]
    """Pixels (lines, columns)."""
    df_f: FloatArray = field(repr=False)
    """True dF/F of every line (lines,), without bleaching and background."""
    onsets_s: FloatArray = field(repr=False)
    """Times at which transients begin (transients,), in seconds from the first line."""
    peaks_s: FloatArray = field(repr=False)
    """Times of their highest points (transients,)."""
    amplitudes: FloatArray = field(repr=False)
    """Heights of each alone, as dF/F (transients,)."""
    half_widths_s: FloatArray = field(repr=False)
    """Time that each alone is above half of its height (transients,)."""
    f0: float
    """Brightness at rest at the first line, counts per pixel of the cell, without background."""
    background: float
    """Counts of every pixel without any indicator."""
    cell_columns: tuple[int, int]
    """Columns of the cell, the second one exclusive."""
    seconds_per_line: float
    um_per_pixel: float

    def write(self, path: str | Path, *, with_text: bool = True) -> Path:
        """Write the image as an uncompressed TIFF and, beside it, the calibration as an Olympus text."""
        path = write_image(path, self.image)
        if with_text:
            shape, line_s, um = self.image.shape, self.seconds_per_line, self.um_per_pixel
            write_olympus_text(path, shape, seconds_per_line=line_s, um_per_pixel=um)
        return path


def calcium(  # noqa: PLR0913  (each a property of a recording)
    lines: int = 10_000,
    columns: int = 32,
    *,
    onsets_s: Sequence[float] | FloatArray | None = None,
    amplitudes: float | Sequence[float] | FloatArray = 0.5,
    rise_s: float | Sequence[float] | FloatArray = 0.03,
    decay_s: float | Sequence[float] | FloatArray = 0.3,
    rate_hz: float = 0.5,
    seconds_per_line: float = 0.002,
    um_per_pixel: float = 0.25,
    brightness: float = 400.0,
    background: float = 0.0,
    bleaching: float = 0.0,
    cell_columns: tuple[int, int] | None = None,
    snr_db: float | None = 10.0,
    dtype: DTypeLike = np.uint16,
    seed: int = 0,
) -> SyntheticCalcium:
    """Make a line-scan recording of calcium transients whose true onsets, peaks and amplitudes are known.

    Parameters
    ----------
    lines, columns
        Size of the image.
    onsets_s
        Times at which transients begin; drawn at ``rate_hz``, four decay times apart at least, where not given.
    amplitudes
        dF/F at the peak of each; below 0 for an indicator that darkens. One number for all, or one each.
    rise_s, decay_s
        Time constants of each.
    rate_hz
        Transients per second, where onsets are drawn.
    seconds_per_line, um_per_pixel
        Calibration.
    brightness
        Pixel value of the cell at rest at the first line, without background.
    background
        Pixel value without any indicator, such as the offset of the detector; it has no noise.
    bleaching
        Fraction of the indicator's brightness lost at the end of the record, exponentially.
    cell_columns
        Columns (first, after the last) of the cell; all of them where not given.
    snr_db
        10 log10(amplitude² / variance of the shot noise) of one pixel at rest, with the mean amplitude; None for no
        noise. The mean over n columns has 10 log10(n) more.
    dtype
        Type of the pixels.
    seed
        Chooses onsets and noise; the same seed gives the same image.

    Notes
    -----
    A transient is (1 - exp(-t / rise)) exp(-t / decay), divided by its largest value, which it has at
    t = rise * ln(1 + decay / rise). Transients add up; bleaching multiplies F0 and transients alike. Line i is the
    brightness at the time i * seconds_per_line.
    """
    cell = _checked_cell(lines, columns, cell_columns, bleaching)
    if onsets_s is None:
        onsets_s = _drawn_onsets(lines * seconds_per_line, rate_hz, _REST * float(np.max(decay_s)), seed)
    transients = _Transients.of(onsets_s, amplitudes, rise_s, decay_s)
    time_s = seconds_per_line * np.arange(lines, dtype=np.float64)
    df_f = transients.total(time_s)
    light = (1 - bleaching) ** (np.arange(lines) / max(lines - 1, 1)) * np.maximum(1 + df_f, 0.0)
    photons = None if snr_db is None else 10 ** (snr_db / 10) / transients.mean_height**2
    return SyntheticCalcium(
        image=_pixels(
            light, columns, cell, photons=photons, counts=(brightness, background), dtype=np.dtype(dtype), seed=seed
        ),
        df_f=df_f,
        onsets_s=transients.onsets_s,
        peaks_s=transients.peaks_s,
        amplitudes=transients.amplitudes,
        half_widths_s=transients.half_widths_s,
        f0=float(brightness),
        background=float(background),
        cell_columns=cell,
        seconds_per_line=seconds_per_line,
        um_per_pixel=um_per_pixel,
    )


def _checked_cell(lines: int, columns: int, cell: tuple[int, int] | None, bleaching: float) -> tuple[int, int]:
    if lines < _LEAST_LINES or columns < 1:
        raise ValueError(f"a trace needs at least two lines and one column, got {lines} and {columns}")
    if not 0 <= bleaching < 1:
        raise ValueError(f"bleaching must be at least 0 and below 1, got {bleaching}")
    start, stop = cell or (0, columns)
    if not 0 <= start < stop <= columns:
        raise ValueError(f"cell_columns must lie within 0 and {columns}, got {cell}")
    return start, stop


def _drawn_onsets(duration_s: float, rate_hz: float, rest_s: float, seed: int) -> FloatArray:
    """Onsets at random times, never nearer than ``rest_s``, the last one ``rest_s`` before the end."""
    if rate_hz <= 0:
        raise ValueError(f"rate_hz must be positive, got {rate_hz}; give onsets_s=[] for a cell at rest")
    draw = np.random.default_rng([seed, 11])
    found: list[float] = []
    at = 0.5 * rest_s
    while (at := at + draw.exponential(max(1 / rate_hz - rest_s, 0.1 * rest_s))) < duration_s - rest_s:
        found.append(at)
        at += rest_s
    return np.array(found)


@dataclass(frozen=True, slots=True, eq=False)
class _Transients:
    """Transients of one record, all arrays (transients,)."""

    onsets_s: FloatArray
    amplitudes: FloatArray
    rise_s: FloatArray
    decay_s: FloatArray

    @classmethod
    def of(cls, onsets_s: Any, amplitudes: Any, rise_s: Any, decay_s: Any) -> _Transients:  # noqa: ANN401  (numbers or arrays of them)
        """Broadcast to one value each, and check them."""
        onsets = np.array(onsets_s, np.float64).reshape(-1)
        try:
            heights, rises, decays = (
                np.broadcast_to(np.asarray(each, np.float64), onsets.shape).copy()
                for each in (amplitudes, rise_s, decay_s)
            )
        except ValueError as error:
            raise ValueError("amplitudes, rise_s and decay_s need one number, or one for each onset") from error
        if not (np.isfinite(onsets).all() and np.isfinite(heights).all() and (heights > -1).all()):
            raise ValueError("onsets_s and amplitudes must be finite, and amplitudes above -1")
        if not ((rises > 0).all() and (decays > 0).all()):
            raise ValueError("rise_s and decay_s must be positive")
        return cls(onsets, heights, rises, decays)

    @property
    def peaks_s(self) -> FloatArray:
        peaks: FloatArray = self.onsets_s + self._to_peak_s
        return peaks

    @property
    def half_widths_s(self) -> FloatArray:
        rising = self._time_at_half(np.zeros(len(self.onsets_s)), self._to_peak_s)
        return self._time_at_half(self._to_peak_s + 2 * (self.rise_s + self.decay_s), self._to_peak_s) - rising

    @property
    def mean_height(self) -> float:
        """Mean size of the amplitudes; 1 without any."""
        return float(np.abs(self.amplitudes).mean()) if len(self.amplitudes) else 1.0

    def total(self, time_s: FloatArray) -> FloatArray:
        """dF/F at the given times."""
        sum_ = np.zeros(len(time_s))
        for number, onset in enumerate(self.onsets_s):
            first = int(np.searchsorted(time_s, onset))
            one = slice(number, number + 1)
            shape = _shape(time_s[first:] - onset, self.rise_s[one], self.decay_s[one])
            sum_[first:] += self.amplitudes[number] * shape
        return sum_

    @property
    def _to_peak_s(self) -> FloatArray:
        return self.rise_s * np.log1p(self.decay_s / self.rise_s)

    def _time_at_half(self, low: FloatArray, high: FloatArray) -> FloatArray:
        """Time after the onset at which half of the height is reached, between one below and one above it."""
        for _ in range(_BISECTIONS):
            middle = (low + high) / 2
            is_above = _shape(middle, self.rise_s, self.decay_s) >= 0.5  # noqa: PLR2004  (half)
            low, high = np.where(is_above, low, middle), np.where(is_above, middle, high)
        return high


def _shape(after_s: FloatArray, rise_s: FloatArray, decay_s: FloatArray) -> FloatArray:
    """A transient of height 1 at times after its onset."""
    share = rise_s / (rise_s + decay_s)
    highest = (1 - share) * share ** (rise_s / decay_s)
    shape: FloatArray = -np.expm1(-after_s / rise_s) * np.exp(-after_s / decay_s) / highest
    return shape


def _pixels(  # noqa: PLR0913  (those of calcium)
    light: FloatArray,
    columns: int,
    cell: tuple[int, int],
    *,
    photons: float | None,
    counts: tuple[float, float],
    dtype: np.dtype[Any],
    seed: int,
) -> NDArray[Any]:
    """Draw the image piece by piece, from the light of every line relative to that at rest."""
    brightness, background = counts
    noise = np.random.default_rng([seed, 12])
    image = np.empty((len(light), columns), dtype)
    for first in range(0, len(light), _CHUNK_LINES):
        part = slice(first, min(first + _CHUNK_LINES, len(light)))
        seen = np.zeros((part.stop - first, columns))
        seen[:, slice(*cell)] = light[part, None]
        if photons is not None:
            seen = noise.poisson(seen * photons) / photons
        image[part] = as_pixels(seen * brightness + background, dtype)
    return image
