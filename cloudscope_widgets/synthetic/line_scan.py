"""Line scans of moving cells whose velocity is known.

Cells are smooth bumps at random places of an endless line that moves through the field of view. Every pixel is the
brightness of that line at the pixel's own place and time, so that no image is ever shifted or interpolated in steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import DTypeLike, NDArray

from cloudscope_widgets.synthetic.image_file import as_pixels, write_image, write_olympus_text

FloatArray: TypeAlias = NDArray[np.float64]

_BLOCK_PX = 1024
_GRID_PER_PX = 32
_TAIL_PX = 20.0
"""So far away from it, the hyperbolic tangent is exactly 1."""
_CHUNK_LINES = 4096
_STRIPE_WAVES = 24


# ---------------------------------------------------------------- velocity over time
@dataclass(frozen=True, slots=True)
class Constant:
    """The same speed all the time."""

    px_per_line: float

    def per_line(self, lines: int, seconds_per_line: float) -> FloatArray:
        """Speed of every line in px/line."""
        del seconds_per_line
        return np.full(lines, float(self.px_per_line))


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """A mean speed that swings by ``depth`` (a fraction of it) ``rate_hz`` times a second."""

    px_per_line: float
    rate_hz: float = 8.0
    depth: float = 0.3

    def per_line(self, lines: int, seconds_per_line: float) -> FloatArray:
        """Speed of every line in px/line."""
        phase = 2 * np.pi * self.rate_hz * seconds_per_line * np.arange(lines)
        swing: FloatArray = self.px_per_line * (1 + self.depth * np.sin(phase))
        return swing


@dataclass(frozen=True, slots=True)
class Step:
    """One speed before line ``at``, another from there on; opposite signs make a reversal."""

    before_px_per_line: float
    after_px_per_line: float
    at: int

    def per_line(self, lines: int, seconds_per_line: float) -> FloatArray:
        """Speed of every line in px/line."""
        del seconds_per_line
        return np.where(np.arange(lines) < self.at, self.before_px_per_line, self.after_px_per_line).astype(float)


@dataclass(frozen=True, slots=True)
class Stall:
    """A speed with stretches of exactly zero; ``stops`` holds (first line, line after the last) of each."""

    px_per_line: float
    stops: Sequence[tuple[int, int]]

    def per_line(self, lines: int, seconds_per_line: float) -> FloatArray:
        """Speed of every line in px/line."""
        speed = Constant(self.px_per_line).per_line(lines, seconds_per_line)
        for start, stop in self.stops:
            speed[start:stop] = 0.0
        return speed


Flow: TypeAlias = Constant | Heartbeat | Step | Stall


@dataclass(frozen=True, slots=True)
class SyntheticKymograph:
    """A recording and the truth about it."""

    image: NDArray[Any]
    """Pixels (lines, columns)."""
    velocity_px_per_line: FloatArray = field(repr=False)
    """True speed during every line (lines,), positive towards larger column."""
    missing: NDArray[np.bool_] = field(repr=False)
    """Lines without signal (lines,)."""
    stripe_shift_px: FloatArray = field(repr=False)
    """Place of the standing pattern in every line (lines,)."""
    seconds_per_line: float
    um_per_pixel: float
    dwell_s: float | None
    scan_direction: Literal["forward", "backward"]

    @property
    def velocity_um_s(self) -> FloatArray:
        """True speed during every line in µm/s."""
        return self.velocity_px_per_line * (self.um_per_pixel / self.seconds_per_line)

    def window_velocity(self, window_lines: int) -> FloatArray:
        """True mean speed in px/line of each analysis window (k·step … k·step + window, step = window // 4)."""
        step = window_lines // 4
        count = max(len(self.velocity_px_per_line) // step - 3, 0)
        way = np.concatenate([[0.0], np.cumsum(self.velocity_px_per_line)])
        first = np.arange(count) * step
        mean: FloatArray = (way[first + window_lines] - way[first]) / window_lines
        return mean

    def write(self, path: str | Path, *, with_text: bool = True) -> Path:
        """Write the image as an uncompressed TIFF and, beside it, the calibration as an Olympus text."""
        path = write_image(path, self.image)
        if with_text:
            scan = {"seconds_per_line": self.seconds_per_line, "um_per_pixel": self.um_per_pixel}
            write_olympus_text(path, self.image.shape, **scan, others=self._scan_entries())
        return path

    def _scan_entries(self) -> dict[str, str]:
        """How the beam moves, as far as such a text can say it."""
        if self.dwell_s is None or self.scan_direction != "forward":
            return {}
        return {"Scan Direction": "Oneway", "Sampling Speed": f"{self.dwell_s * 1e6!r} [us/pixel]"}


def kymograph(  # noqa: PLR0913  (each a property of a recording)
    lines: int = 4096,
    columns: int = 128,
    *,
    flow: float | Flow | FloatArray = 1.37,
    seconds_per_line: float = 0.001,
    um_per_pixel: float = 0.25,
    cells_per_100_px: float = 6.0,
    cell_px: float = 6.0,
    jitter: float = 0.3,
    contrast: float = 0.5,
    polarity: Literal["dark", "bright"] = "dark",
    brightness: float = 400.0,
    snr_db: float | None = 10.0,
    stripes: float = 0.0,
    stripe_shift_px: float | FloatArray = 0.0,
    bleaching: float = 0.0,
    missing_fraction: float = 0.0,
    scan_duty: float = 0.0,
    scan_direction: Literal["forward", "backward"] = "forward",
    dtype: DTypeLike = np.uint16,
    seed: int = 0,
) -> SyntheticKymograph:
    """Make a line-scan recording of moving cells whose true velocity is known.

    Parameters
    ----------
    lines, columns
        Size of the image.
    flow
        Speed in px/line, positive towards larger column: a number, a ``Constant``, ``Heartbeat``, ``Step`` or
        ``Stall``, or an array (lines,).
    seconds_per_line, um_per_pixel
        Calibration.
    cells_per_100_px, cell_px
        How many cells there are along the moving line and how long one is.
    jitter
        Relative spread of the lengths and contrasts of the cells.
    contrast, polarity
        Change of brightness in a cell relative to the plasma, and whether cells are darker or brighter.
    brightness
        Mean pixel value of the plasma.
    snr_db
        10 log10(variance of the moving signal / variance of the shot noise); None for no noise.
    stripes
        Standard deviation of the standing column pattern relative to that of the moving signal.
    stripe_shift_px
        Place of the standing pattern, a number or an array (lines,).
    bleaching
        Fraction of the brightness lost at the end of the record.
    missing_fraction
        Fraction of the lines that carry no signal.
    scan_duty
        Fraction of the line time during which the beam moves along the line; 0 takes a line in one instant.
    scan_direction
        Whether the beam moves towards larger (forward) or smaller column.
    dtype
        Type of the pixels.
    seed
        Chooses cells, noise, stripes and missing lines; the same seed gives the same image.
    """
    _check(lines, columns, bleaching=bleaching, missing_fraction=missing_fraction, scan_duty=scan_duty)
    scene = _Scene(
        cells=_Cells(seed, cells_per_100_px, cell_px, jitter, contrast * (-1 if polarity == "dark" else 1)),
        speed=_speed(flow, lines, seconds_per_line),
        late=scan_duty * (np.arange(columns) if scan_direction == "forward" else np.arange(columns)[::-1]) / columns,
        stripes=stripes,
        shift=np.broadcast_to(np.asarray(stripe_shift_px, float), lines).copy(),
        fade=(1 - bleaching) ** (np.arange(lines) / max(lines - 1, 1)),
        missing=np.random.default_rng([seed, 1]).random(lines) < missing_fraction,
        snr_db=snr_db,
    )
    image = scene.pixels(brightness, np.dtype(dtype))
    dwell_s = scan_duty * seconds_per_line / columns if scan_duty else None
    return SyntheticKymograph(
        image, scene.speed, scene.missing, scene.shift, seconds_per_line, um_per_pixel, dwell_s, scan_direction
    )


def _check(lines: int, columns: int, **fractions: float) -> None:
    if lines < 1 or columns < 1:
        raise ValueError(f"an image needs at least one line and one column, got {lines} and {columns}")
    for name, value in fractions.items():
        if not 0 <= value < 1:
            raise ValueError(f"{name} must be at least 0 and below 1, got {value}")


def _speed(flow: float | Flow | FloatArray, lines: int, seconds_per_line: float) -> FloatArray:
    if isinstance(flow, Constant | Heartbeat | Step | Stall):
        return flow.per_line(lines, seconds_per_line)
    speed = np.broadcast_to(np.asarray(flow, float), lines).copy()
    if not np.isfinite(speed).all():
        raise ValueError("flow must be a finite speed in px/line for every line")
    return speed


def _stripes(place: FloatArray, seed: int) -> FloatArray:
    """Smooth random pattern of mean 0 and variance 1 along the columns, the same in every line."""
    draw = np.random.default_rng([seed, 3])
    period = draw.uniform(4, 40, _STRIPE_WAVES)
    phase = draw.uniform(0, 2 * np.pi, _STRIPE_WAVES)
    total = np.zeros(place.shape)
    for one_period, one_phase in zip(period, phase, strict=True):
        total += np.cos(2 * np.pi * place / one_period + one_phase)
    scaled: FloatArray = total / np.sqrt(_STRIPE_WAVES / 2)
    return scaled


@dataclass(frozen=True, slots=True)
class _Cells:
    """The endless line of cells; its blocks are drawn one by one, so that any stretch can be had alone."""

    seed: int
    per_100_px: float
    length_px: float
    jitter: float
    contrast: float

    def brightness(self, place: FloatArray) -> FloatArray:
        """Brightness relative to the plasma at any places of the line, exact to 1e-5 of the contrast."""
        first, last = float(place.min()), float(place.max())
        grid = np.arange(int(np.floor(first)) * _GRID_PER_PX - 2, int(np.ceil(last)) * _GRID_PER_PX + 4) / _GRID_PER_PX
        return _cubic(self._on_grid(grid), (place - grid[0]) * _GRID_PER_PX)

    def mean_and_sd(self) -> tuple[float, float]:
        """Mean and standard deviation along a long stretch of the line."""
        sample = np.maximum(self._on_grid(np.arange(0, 20 * _BLOCK_PX, 0.25)), 0.0)
        return float(sample.mean()), max(float(sample.std()), 1e-6)

    def _on_grid(self, grid: FloatArray) -> FloatArray:
        total = np.ones(len(grid))
        step = grid[1] - grid[0]
        for place, half, height in self._cells_near(grid[0], grid[-1]):
            reach = half + 8.0
            low = max(int((place - reach - grid[0]) / step), 0)
            high = min(int((place + reach - grid[0]) / step) + 1, len(grid))
            if high < 0:  # before the grid: its tail, which images have had since they are made, as far as it is not 0
                tail = int((place + half + _TAIL_PX - grid[0]) / step) + 1
                high = max(min(len(grid) + high, tail), 0)
            away = grid[low:high] - place
            total[low:high] += height * 0.5 * (np.tanh(away + half) - np.tanh(away - half))
        return total

    def _cells_near(self, low: float, high: float) -> list[tuple[float, float, float]]:
        margin = 4 * self.length_px + 8
        found: list[tuple[float, float, float]] = []
        for block in range(int((low - margin) // _BLOCK_PX), int((high + margin) // _BLOCK_PX) + 1):
            draw = np.random.default_rng([self.seed, 4, abs(block), int(block < 0)])
            count = draw.poisson(self.per_100_px * _BLOCK_PX / 100)
            place = (block + draw.random(count)) * _BLOCK_PX
            size = 1 + self.jitter * draw.uniform(-1, 1, (2, count))
            found += zip(place, self.length_px / 2 * size[0], self.contrast * size[1], strict=True)
        return found


@dataclass(frozen=True, slots=True)
class _Scene:
    """All that decides on the light of every pixel."""

    cells: _Cells
    speed: FloatArray
    """Speed of every line, px/line (lines,)."""
    late: FloatArray
    """Part of the line time after which the beam reaches each column (columns,)."""
    stripes: float
    shift: FloatArray
    fade: FloatArray
    missing: NDArray[np.bool_]
    snr_db: float | None

    def pixels(self, brightness: float, dtype: np.dtype[Any]) -> NDArray[Any]:
        """Draw the image (lines, columns) piece by piece."""
        mean, sd = self.cells.mean_and_sd()
        photons = None if self.snr_db is None else 10 ** (self.snr_db / 10) * mean / sd**2
        noise = np.random.default_rng([self.cells.seed, 2])
        way = np.concatenate([[0.0], np.cumsum(self.speed)])[:-1]
        image = np.empty((len(self.speed), len(self.late)), dtype)
        for first in range(0, len(image), _CHUNK_LINES):
            part = slice(first, min(first + _CHUNK_LINES, len(image)))
            light = self._light(part, way, sd)
            seen = light if photons is None else noise.poisson(light * photons) / photons
            image[part] = as_pixels(seen * brightness, dtype)
        return image

    def _light(self, part: slice, way: FloatArray, sd: float) -> FloatArray:
        """Brightness without noise, relative to the plasma, of some lines."""
        column = np.arange(len(self.late))
        light = self.cells.brightness(column - way[part, None] - self.speed[part, None] * self.late)
        if self.stripes:
            light += self.stripes * sd * _stripes(column - self.shift[part, None], self.cells.seed)
        light = np.maximum(light * self.fade[part, None], 0.0)
        light[self.missing[part]] *= 0.01
        return light


def _cubic(values: FloatArray, at: FloatArray) -> FloatArray:
    """Catmull-Rom value at fractional indices."""
    whole = np.floor(at).astype(np.intp)
    t = at - whole
    a, b, c, d = (values.take(whole + offset, mode="clip") for offset in (-1, 0, 1, 2))
    found: FloatArray = b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
    return found
