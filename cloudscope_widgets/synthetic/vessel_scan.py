"""Line scans across a vessel whose diameter is known."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import DTypeLike, NDArray

from cloudscope_widgets.synthetic.image_file import as_pixels, write_image, write_olympus_text

FloatArray: TypeAlias = NDArray[np.float64]

_CHUNK_LINES = 2048
_PLASMA_PX = 2.5
"""Layer beside the wall that cells leave free."""
_LEAST_SIGMA_PX = 0.3


@dataclass(frozen=True, slots=True)
class SyntheticVessel:
    """A recording across a vessel and the truth about it."""

    image: NDArray[Any]
    """Pixels (lines, columns)."""
    diameter_px: FloatArray = field(repr=False)
    """True diameter in every line (lines,)."""
    center_px: FloatArray = field(repr=False)
    """True middle in every line (lines,); whole numbers are centres of pixels."""
    noise_sd: float
    """Standard deviation of the noise of a pixel, counts; of the brightest ones where the noise is that of photons."""
    seconds_per_line: float
    um_per_pixel: float

    @property
    def diameter_um(self) -> FloatArray:
        """True diameter in every line in µm."""
        return self.diameter_px * self.um_per_pixel

    @property
    def left_edge_px(self) -> FloatArray:
        """True left wall in every line."""
        return self.center_px - self.diameter_px / 2

    @property
    def right_edge_px(self) -> FloatArray:
        """True right wall in every line."""
        return self.center_px + self.diameter_px / 2

    def row_diameter_px(self, window_rows: int, stride: int = 1) -> FloatArray:
        """True mean diameter over the lines of each profile, clipped at both ends of the record."""
        lines, half = len(self.diameter_px), window_rows // 2
        at = np.arange(0, lines, stride)
        first, stop = np.maximum(at - half, 0), np.minimum(at + half + 1, lines)
        total = np.concatenate([[0.0], np.cumsum(self.diameter_px)])
        mean: FloatArray = (total[stop] - total[first]) / (stop - first)
        return mean

    def write(self, path: str | Path, *, with_text: bool = True) -> Path:
        """Write the image as an uncompressed TIFF and, beside it, the calibration as an Olympus text."""
        path = write_image(path, self.image)
        if with_text:
            shape, line_s, um = self.image.shape, self.seconds_per_line, self.um_per_pixel
            write_olympus_text(path, shape, seconds_per_line=line_s, um_per_pixel=um)
        return path


def vessel(  # noqa: PLR0913  (each a property of a recording)
    lines: int = 4096,
    columns: int = 128,
    *,
    diameter_px: float | FloatArray = 41.0,
    center_px: float | FloatArray | None = None,
    lumen_profile: Literal["flat", "chord"] | float = "flat",
    psf_sigma_px: float = 1.7,
    polarity: Literal["bright_on_dark", "dark_on_bright"] = "bright_on_dark",
    brightness: float = 400.0,
    background: float = 200.0,
    bleaching: float = 0.0,
    cell_fraction: float = 0.0,
    cell_depth: float = 0.7,
    cell_px: float = 6.0,
    cell_lines: float = 4.0,
    snr_db: float | None = 10.0,
    noise: Literal["constant", "shot"] = "constant",
    seconds_per_line: float = 0.002,
    um_per_pixel: float = 0.25,
    dtype: DTypeLike = np.uint16,
    seed: int = 0,
) -> SyntheticVessel:
    """Make a line-scan recording across a vessel whose true diameter is known in every line.

    Parameters
    ----------
    lines, columns
        Size of the image.
    diameter_px
        Diameter, a number or an array (lines,).
    center_px
        Middle of the vessel, a number or an array (lines,); None for the middle of the image.
    lumen_profile
        "flat" for even brightness across the vessel, "chord" for brightness as a round vessel is thick, or the exponent
        p of (1 − u²)^p, where u is 1 at the wall: 0 is flat and ½ chord.
    psf_sigma_px
        Standard deviation of the Gaussian blur of the microscope, at least 0.3.
    polarity
        Whether the vessel is brighter or darker than its surroundings.
    brightness, background
        Difference between the middle of the lumen and its surroundings, and the lower of both levels, in counts.
    bleaching
        Fraction of the brightness lost at the end of the record.
    cell_fraction
        Share of the lumen that cells cover; they leave 2.5 px beside the wall free.
    cell_depth
        Fraction of the lumen's light that a cell takes away.
    cell_px, cell_lines
        Size of the shadow of a cell across the vessel and in time; long ones make streaks.
    snr_db
        10 log10(variance along a line without noise / variance of the noise); None for no noise. The vessel counts with
        its mean diameter, in the middle of the image.
    noise
        "constant" for noise that is the same everywhere, "shot" for noise that grows with the root of the light; the
        noise in the lumen is the same.
    seconds_per_line, um_per_pixel
        Calibration.
    dtype
        Type of the pixels; whole numbers are cut off at the ends of their range, as cameras do.
    seed
        Chooses cells and noise; the same seed gives the same image.
    """
    exponent = _exponent(lumen_profile)
    _check(lines, columns, psf_sigma_px, bleaching=bleaching, cell_fraction=cell_fraction)
    width = _every_line(diameter_px, lines, "diameter_px")
    center = _every_line((columns - 1) / 2 if center_px is None else center_px, lines, "center_px")
    if (width <= 0).any():
        raise ValueError(f"diameter_px must be above 0 in every line, got {width.min():g}")
    scene = _Scene(columns, center, width, exponent, psf_sigma_px)
    noise_sd = 0.0 if snr_db is None else brightness * scene.typical_sd() / 10 ** (snr_db / 20)
    fade = (1 - bleaching) ** (np.arange(lines) / max(lines - 1, 1))
    dark = _Shadows(seed, cell_fraction, cell_depth, cell_px, cell_lines).transmission(scene)
    draw = np.random.default_rng([seed, 2])
    image = np.empty((lines, columns), np.dtype(dtype))
    for first in range(0, lines, _CHUNK_LINES):
        part = slice(first, min(first + _CHUNK_LINES, lines))
        lumen = scene.lumen(part) * dark[part]
        light = background + brightness * (lumen if polarity == "bright_on_dark" else 1 - lumen)
        light = light * fade[part, None]
        spread = noise_sd * (np.sqrt(np.maximum(light, 0) / (background + brightness)) if noise == "shot" else 1.0)
        image[part] = as_pixels(light + spread * draw.standard_normal(light.shape), image.dtype)
    return SyntheticVessel(image, width, center, noise_sd, seconds_per_line, um_per_pixel)


def _exponent(lumen_profile: str | float) -> float:
    from cloudscope_widgets.synthetic.lumen import EXPONENTS  # noqa: PLC0415  (scipy, for vessels only)

    if isinstance(lumen_profile, str):
        if lumen_profile not in EXPONENTS:
            raise ValueError(
                f"lumen_profile must be one of {', '.join(EXPONENTS)}, or an exponent, got {lumen_profile!r}"
            )
        return EXPONENTS[lumen_profile]
    if not 0 <= lumen_profile < np.inf:
        raise ValueError(f"the exponent of a lumen must be at least 0, got {lumen_profile}")
    return float(lumen_profile)


def _check(lines: int, columns: int, sigma_px: float, **fractions: float) -> None:
    if lines < 1 or columns < 1:
        raise ValueError(f"an image needs at least one line and one column, got {lines} and {columns}")
    if not sigma_px >= _LEAST_SIGMA_PX:
        raise ValueError(f"psf_sigma_px must be at least {_LEAST_SIGMA_PX}, got {sigma_px}")
    for name, value in fractions.items():
        if not 0 <= value < 1:
            raise ValueError(f"{name} must be at least 0 and below 1, got {value}")


def _every_line(values: float | FloatArray, lines: int, name: str) -> FloatArray:
    found = np.asarray(values, float)
    if found.shape not in {(), (lines,)} or not np.isfinite(found).all():
        raise ValueError(f"{name} must be a finite number, or one for each of the {lines} lines")
    return np.broadcast_to(found, lines).copy()


@dataclass(frozen=True, slots=True)
class _Scene:
    """The lumen in every line, without cells and noise."""

    columns: int
    center_px: FloatArray
    diameter_px: FloatArray
    exponent: float
    sigma_px: float

    def lumen(self, part: slice) -> FloatArray:
        """Brightness relative to the middle of a sharp lumen (lines, columns)."""
        return self._drawn(self.center_px[part], self.diameter_px[part])

    def typical_sd(self) -> float:
        """Standard deviation along a line of the vessel of mean diameter."""
        middle = np.array([(self.columns - 1) / 2])
        return float(self._drawn(middle, self.diameter_px.mean(keepdims=True)).std())

    def _drawn(self, center_px: FloatArray, diameter_px: FloatArray) -> FloatArray:
        from cloudscope_widgets.synthetic.lumen import lumen_brightness  # noqa: PLC0415  (scipy, for vessels only)

        return lumen_brightness(self.columns, center_px, diameter_px, exponent=self.exponent, sigma_px=self.sigma_px)


@dataclass(frozen=True, slots=True)
class _Shadows:
    """Cells that cross the line and take away light: ellipses in position and time."""

    seed: int
    fraction: float
    depth: float
    size_px: float
    size_lines: float

    def transmission(self, scene: _Scene) -> FloatArray:
        """Share of the light that cells let pass (lines, columns)."""
        lines = len(scene.center_px)
        passed = np.ones((lines, scene.columns))
        room = np.maximum(scene.diameter_px / 2 - _PLASMA_PX - self.size_px / 2, 0.0)
        covered = self.fraction * float((scene.diameter_px * (room > 0)).sum())
        draw = np.random.default_rng([self.seed, 6])
        count = draw.poisson(covered / (np.pi / 4 * self.size_px * self.size_lines))
        times, places = draw.uniform(0, lines, count), draw.uniform(-1, 1, count)
        for time, place in zip(times, places, strict=True):
            line = int(time)
            if room[line] > 0:
                self._darken(passed, time, scene.center_px[line] + place * room[line], scene.sigma_px)
        return passed

    def _darken(self, passed: FloatArray, time: float, place: float, sigma_px: float) -> None:
        """Multiply by what one cell lets pass; its rim is as blurred as the wall."""
        reach_px, reach_lines = self.size_px / 2 + 3 * sigma_px, self.size_lines
        rows = slice(max(int(time - reach_lines), 0), int(time + reach_lines) + 2)
        cols = slice(max(int(place - reach_px), 0), int(place + reach_px) + 2)
        patch = passed[rows, cols]
        row, col = np.arange(patch.shape[0]) + rows.start - time, np.arange(patch.shape[1]) + cols.start - place
        radius = np.hypot(row[:, None] / (self.size_lines / 2), col / (self.size_px / 2))
        patch *= 1 - self.depth * 0.5 * (1 - np.tanh((radius - 1) * self.size_px / 2 / sigma_px))
