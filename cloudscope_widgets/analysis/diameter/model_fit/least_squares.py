"""Levenberg-Marquardt fits of a lumen to many profiles at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.ndimage import uniform_filter1d

from cloudscope_widgets.analysis.diameter.arrays import AnyArray, Flags, FloatArray

from .floor import Floor
from .lumen_table import LumenTable

BACKGROUND, AMPLITUDE, CENTER, WIDTH = range(4)
"""Columns of the parameters of a lumen."""

_CHUNK = 256
_LARGEST_STEPS = np.array([np.inf, np.inf, 2.0, 3.0])
_LARGEST_DAMPING = 1e6
_SHADOW_SPAN = 5
"""Neighbouring pixels that are taken together to see a shadow."""
_SHADOW_FROM, _SHADOW_SOFT = 2.0, 1.5
_SHADOW_COST = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class Profiles:
    """Profiles to be fitted."""

    values: AnyArray
    """(profiles, columns)."""
    lines: AnyArray
    """How many lines each pixel is the mean of; 0 where it holds no number."""
    place: AnyArray
    """Column of each pixel."""

    def __getitem__(self, chosen: slice | AnyArray) -> Profiles:
        """Some of the profiles."""
        return Profiles(self.values[chosen], self.lines[chosen], self.place[chosen])


@dataclass(frozen=True, slots=True)
class Noise:
    """Variance of one line, outside of the lumen and inside."""

    outside: float
    inside: float


@dataclass(frozen=True, slots=True)
class Model:
    """What is the same in all rows of a record."""

    lumen: LumenTable
    noise: Noise
    floor: Floor | None = None

    def seen(self, mean: AnyArray) -> tuple[AnyArray, AnyArray]:
        """Mean of what is recorded of a brightness, and its derivative."""
        return (mean, np.ones((), np.float32)) if self.floor is None else self.floor.seen(mean)

    def variance(self, brightness: AnyArray) -> AnyArray:
        """Variance of one line where the lumen has a brightness, 0 to 1."""
        return np.float32(self.noise.outside) + np.float32(self.noise.inside - self.noise.outside) * brightness

    def residual(self, profiles: Profiles, found: FloatArray) -> tuple[AnyArray, AnyArray]:
        """Profiles minus fitted lumens in standard deviations of the noise, and the brightness of the lumens."""
        shape = self.lumen(profiles.place, found[:, CENTER], found[:, WIDTH])
        mean = found[:, :1] + found[:, 1:2] * shape.brightness
        root = np.sqrt(profiles.lines / self.variance(shape.brightness))
        return (profiles.values - self.seen(mean)[0]) * root, shape.brightness


@dataclass(frozen=True, slots=True, eq=False)
class Usual:
    """Amplitude that the neighbourhood lets expect (profiles,), and the weight of that knowledge."""

    amplitude: FloatArray
    weight: float


@dataclass(frozen=True, slots=True, eq=False)
class Fits:
    """Fitted lumens (profiles,)."""

    found: FloatArray
    """Parameters (profiles, 4)."""
    covariance: FloatArray
    """(profiles, 4, 4)."""
    cost: FloatArray
    """Weighted sum of squares."""
    is_settled: Flags

    def put(self, at: slice | AnyArray, others: Fits) -> None:
        """Replace some of them."""
        self.found[at], self.covariance[at] = others.found, others.covariance
        self.cost[at], self.is_settled[at] = others.cost, others.is_settled


def fit_lumens(  # noqa: PLR0913  (each changes the fit)
    model: Model,
    profiles: Profiles,
    start: FloatArray,
    *,
    usual: Usual | None = None,
    leaves_shadows_out: bool = False,
    iterations: int = 15,
    check: Callable[[], None] | None = None,
) -> Fits:
    """Fit background, amplitude, middle and width of the lumen in every profile.

    Parameters
    ----------
    model
        Shape of the lumen and noise.
    profiles
        What to fit.
    start
        Parameters to start from (profiles, 4).
    usual
        What is known of the amplitude beforehand.
    leaves_shadows_out
        Whether dark patches inside the lumen count less.
    iterations
        Most steps.
    check
        Called between chunks; raises to stop.
    """
    count = len(start)
    fits = Fits(start.copy(), np.full((count, 4, 4), np.nan), np.full(count, np.inf), np.zeros(count, np.bool_))
    for first in range(0, count, _CHUNK):
        if check is not None:
            check()
        part = slice(first, first + _CHUNK)
        known = None if usual is None else replace(usual, amplitude=usual.amplitude[part])
        chunk = _Chunk(model, profiles[part], known, leaves_shadows_out)
        fits.put(part, chunk.fitted(start[part], iterations))
    return fits


@dataclass(frozen=True, slots=True)
class _Chunk:
    """Profiles that are fitted together."""

    model: Model
    profiles: Profiles
    usual: Usual | None
    leaves_shadows_out: bool

    def fitted(self, start: FloatArray, iterations: int) -> Fits:
        found = self._clipped(start)
        normal = self.normal(found)
        damping, active = np.full(len(found), 1e-3), np.arange(len(found))
        is_settled = np.zeros(len(found), np.bool_)
        for _ in range(iterations):
            step = _step(normal[active], damping[active])
            trial = self._clipped(found[active] + step)
            new = self._some(active).normal(trial)
            gained = new[:, 4, 4] <= normal[active, 4, 4] * (1 + 1e-6) + 0.3 * self.leaves_shadows_out
            expected = (normal[active, :4, 4] * step).sum(1)
            is_small = expected < 1e-3 + 1e-5 * normal[active, 4, 4]
            won, lost = active[gained], active[~gained]
            found[won], normal[won] = trial[gained], new[gained]
            damping[won] *= 0.1
            damping[lost] *= 10
            is_settled[active[is_small]] = True
            active = active[~is_small & (damping[active] <= _LARGEST_DAMPING)]
            if not len(active):
                break
        covariance = _inverse(normal[:, :4, :4])
        is_settled |= self._is_near(normal, covariance)
        return Fits(found, covariance, normal[:, 4, 4], is_settled)

    def _some(self, chosen: AnyArray) -> _Chunk:
        usual = None if self.usual is None else replace(self.usual, amplitude=self.usual.amplitude[chosen])
        return replace(self, profiles=self.profiles[chosen], usual=usual)

    def _clipped(self, found: FloatArray) -> FloatArray:
        """Parameters within what the table holds, and a middle in or near the image."""
        lumen, last = self.model.lumen, float(self.profiles.place.max()) + 5
        center, width = found[:, CENTER].clip(-5, last), found[:, WIDTH].clip(lumen.least_width, lumen.largest_width)
        return np.column_stack([found[:, :2], center, width])

    def _is_near(self, normal: FloatArray, covariance: FloatArray) -> Flags:
        """Whether the undamped step that remains is small against the standard error."""
        left = np.abs((covariance @ normal[:, :4, 4:])[:, CENTER:, 0])
        excess = np.maximum(normal[:, 4, 4] / self.profiles.values.shape[1], 1)[:, None]
        spread = np.stack([standard_errors(covariance, at) for at in (CENTER, WIDTH)], axis=1) * np.sqrt(excess)
        flags: Flags = (left < 0.3 * spread).all(1)
        return flags

    def normal(self, found: FloatArray) -> FloatArray:
        """Weighted normal equations, with the residual as fifth parameter (profiles, 5, 5)."""
        profiles, amplitude = self.profiles, found[:, 1:2].astype(np.float32)
        shape = self.model.lumen(profiles.place, found[:, CENTER], found[:, WIDTH])
        mean, part = self.model.seen(found[:, :1] + amplitude * shape.brightness)
        rows = np.empty((len(found), 5, profiles.values.shape[1]), np.float32)
        rows[:, BACKGROUND] = part
        rows[:, AMPLITUDE] = part * shape.brightness
        rows[:, CENTER] = part * amplitude * shape.by_center
        rows[:, WIDTH] = part * amplitude * shape.by_width
        rows[:, 4] = np.where(profiles.lines > 0, profiles.values - mean, 0)
        weight = profiles.lines / self.model.variance(shape.brightness)
        discount = None
        if self.leaves_shadows_out:
            discount = _discount(rows[:, 4] * np.sqrt(weight), shape.brightness)
            weight = weight * discount * discount
        normal: FloatArray = ((rows * weight[:, None]) @ rows.transpose(0, 2, 1)).astype(np.float64)
        if self.usual is not None:
            _expect(normal, self.usual, found)
        if discount is not None:  # what it costs to leave a pixel out
            normal[:, 4, 4] += _SHADOW_COST * np.square(1 - discount).sum(1)
        return normal


def standard_errors(covariance: FloatArray, at: int) -> FloatArray:
    """Standard error of one parameter of every fit; infinite where the profile says nothing about it."""
    variance = covariance[:, at, at]
    return np.sqrt(np.where(variance > 0, variance, np.inf))


def _expect(normal: FloatArray, usual: Usual, found: FloatArray) -> None:
    """Add one observation, the usual amplitude, to the normal equations."""
    away = usual.amplitude - found[:, AMPLITUDE]
    normal[:, AMPLITUDE, AMPLITUDE] += usual.weight
    normal[:, AMPLITUDE, 4] += usual.weight * away
    normal[:, 4, AMPLITUDE] += usual.weight * away
    normal[:, 4, 4] += usual.weight * away * away


def _discount(residual: AnyArray, brightness: AnyArray) -> AnyArray:
    """Factor of the root of the weight of every pixel: less than 1 where the lumen is darker than noise makes it."""
    dark = -uniform_filter1d(residual, _SHADOW_SPAN, axis=1) * np.float32(np.sqrt(_SHADOW_SPAN)) - _SHADOW_FROM
    return np.where((brightness > 0.5) & (dark > 0), 1 / (1 + np.square(dark / _SHADOW_SOFT)), 1).astype(np.float32)


def _step(normal: FloatArray, damping: FloatArray) -> FloatArray:
    """Damped step of every profile."""
    square = normal[:, :4, :4].copy()
    diagonal = np.einsum("nii->ni", square)
    diagonal += damping[:, None] * diagonal + 1e-12 * diagonal.max(1, keepdims=True) + 1e-300
    step = np.linalg.solve(square, normal[:, :4, 4:])[..., 0]
    return np.clip(step, -_LARGEST_STEPS, _LARGEST_STEPS)


def _inverse(square: FloatArray) -> FloatArray:
    """Inverse of each matrix, scaled before so that background and width do not differ by orders of magnitude."""
    diagonal = np.einsum("nii->ni", square)
    scale = np.sqrt(np.maximum(diagonal, 1e-20 * diagonal.max(1, keepdims=True) + 1e-100))
    scales = scale[:, :, None] * scale[:, None]
    inverse: FloatArray = np.linalg.inv(square / scales + 1e-10 * np.eye(4)) / scales
    return inverse
