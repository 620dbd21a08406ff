"""Synthetic records in classes, with the truth and the precision that is possible, for the velocity benchmarks."""  # noqa: INP001  (scripts)

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from cloudscope_widgets.synthetic import Heartbeat, Stall, SyntheticKymograph, kymograph

Image: TypeAlias = NDArray[Any]
Numbers: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]

_LARGEST_SPEED = 0.65
_WIDTHS = (26, 38, 64, 128)


@dataclass(frozen=True, slots=True)
class Record:
    """One recording to measure."""

    image: Image
    """Lines x columns."""

    window_lines: int
    """Lines per window."""

    truth: Numbers
    """Mean speed of every window, px/line (windows,)."""

    bound: Numbers
    """Cramér-Rao bound of every window's speed, px/line (windows,); infinite where nothing can be measured."""

    slowest: Numbers
    """Smallest absolute speed within every window, px/line (windows,)."""

    fastest: Numbers
    """Largest absolute speed within every window, px/line (windows,)."""

    scan_speed: float | None = None
    """Speed of the beam, px/line, positive towards larger column; None for lines taken in one instant."""


Maker: TypeAlias = Callable[[np.random.Generator, int], Record]


def records(name: str, seeds: range) -> Iterator[Record]:
    """Records of the class `name`, one for every seed."""
    for seed in seeds:
        yield CLASSES[name](np.random.default_rng([seed, 17]), seed)


def make(window_lines: int, seed: int, **recording: Any) -> Record:  # noqa: ANN401  (passed on to kymograph)
    """Record with its truth and bound; `recording` goes to `kymograph`."""
    noisy = kymograph(seed=seed, **recording)
    quiet = recording | {"snr_db": None, "dtype": np.float32}
    clean = kymograph(seed=seed, **quiet)
    moving = kymograph(seed=seed, **(quiet | {"stripes": 0.0})) if recording.get("stripes") else clean
    noise_variance = float(np.var(noisy.image[~noisy.missing].astype(np.float64) - clean.image[~noisy.missing]))
    scan_speed = _scan_speed(noisy.image.shape[1], recording)
    low, high = _extremes(np.abs(noisy.velocity_px_per_line), window_lines)
    return Record(
        image=noisy.image,
        window_lines=window_lines,
        truth=noisy.window_velocity(window_lines),
        bound=_bounds(moving, noise_variance, window_lines, scan_speed),
        slowest=low,
        fastest=high,
        scan_speed=scan_speed,
    )


def cramer_rao_bound(picture: Numbers, speed: Numbers, good: Flags, noise_variance: float) -> float:
    """Least standard deviation that an unbiased estimate of a window's speed can have.

    Parameters
    ----------
    picture
        The window without noise (lines, columns).
    speed
        True speed of every line, px/line (lines,).
    good
        Lines with a picture (lines,).
    noise_variance
        Variance of the noise in a pixel.

    Returns
    -------
    px/line; infinite if nothing in the window tells the speed.

    Notes
    -----
    Every point of the moving line is a parameter too, hence a pixel counts by its line's distance in time from the
    mean time at which the same point is seen: var >= noise / sum((dI/dx)^2 (t - mean t of the point)^2).
    """
    way = np.cumsum(speed) - speed
    lines, columns = picture.shape
    place = np.arange(columns) - way[:, None]
    point = (np.rint(place - place.min())).astype(np.intp)[good].ravel()
    time = np.broadcast_to(np.arange(lines, dtype=float)[:, None], picture.shape)[good].ravel()
    slope = np.gradient(picture, axis=1)[good].ravel()
    seen = np.bincount(point)
    mean_time = np.bincount(point, time) / np.maximum(seen, 1)
    information = float(np.sum((slope * (time - mean_time[point])) ** 2))
    return float(np.sqrt(noise_variance / information)) if information > 0 else float("inf")


def _scan_speed(columns: int, recording: dict[str, Any]) -> float | None:
    duty = recording.get("scan_duty", 0.0)
    sign = 1 if recording.get("scan_direction", "forward") == "forward" else -1
    return sign * columns / duty if duty else None


def _bounds(moving: SyntheticKymograph, noise_variance: float, window_lines: int, scan_speed: float | None) -> Numbers:
    """Bounds of the true speed; with a scan the picture tells the speed of its streaks, v / (1 - v / scan speed)."""
    image, speed, good = moving.image, moving.velocity_px_per_line, ~moving.missing
    slower = 1 - speed / scan_speed if scan_speed else np.ones(len(speed))
    starts = range(0, len(speed) - window_lines + 1, window_lines // 4)
    parts = [slice(start, start + window_lines) for start in starts]
    return np.array(
        [
            cramer_rao_bound(image[p].astype(np.float64), (speed / slower)[p], good[p], noise_variance)
            * float(np.mean(slower[p] ** 2))
            for p in parts
        ]
    )


def _extremes(values: Numbers, window_lines: int) -> tuple[Numbers, Numbers]:
    windows = np.lib.stride_tricks.sliding_window_view(values, window_lines)[:: window_lines // 4]
    return windows.min(1), windows.max(1)


def _speed(rng: np.random.Generator, low: float, high: float) -> float:
    """A speed without round digits, either sign, px/line."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))) * rng.choice([-1, 1]))


def _width(rng: np.random.Generator) -> int:
    return int(rng.choice(_WIDTHS))


def _cells(rng: np.random.Generator) -> dict[str, float]:
    """Few to many cells of various lengths."""
    return {
        "cells_per_100_px": float(rng.uniform(1.5, 6)),
        "cell_px": float(rng.uniform(4, 9)),
        "jitter": float(rng.uniform(0.2, 0.6)),
    }


def _constant(snr_db: float, **more: Any) -> Maker:  # noqa: ANN401  (passed on to kymograph)
    def maker(rng: np.random.Generator, seed: int) -> Record:
        lines = int(rng.choice([768, 1024, 2048]))
        columns = _width(rng)
        flow = _speed(rng, 0.1, 0.5 * columns)
        return make(64, seed, lines=lines, columns=columns, flow=flow, snr_db=snr_db, **_cells(rng), **more)

    return maker


def _heartbeat(window_lines: int) -> Maker:
    def maker(rng: np.random.Generator, seed: int) -> Record:
        flow = Heartbeat(_speed(rng, 0.8, 5.0), rate_hz=8.0 + rng.uniform(-0.3, 0.3))
        columns = int(rng.choice([64, 128]))
        return make(window_lines, seed, lines=1024, columns=columns, flow=flow, snr_db=10, **_cells(rng))

    return maker


def _moved(kind: str, stripes: float) -> Maker:
    def maker(rng: np.random.Generator, seed: int) -> Record:
        lines, reach = 4096, float(rng.choice([-1, 1]) * rng.uniform(0.9, 2.1))
        time = np.arange(lines)
        shift = {
            "step": np.where(time < rng.integers(1200, 2900), 0.0, reach),
            "slow": reach * np.sin(2 * np.pi * time / lines + rng.uniform(0, 6)),
            "sway": reach * np.sin(2 * np.pi * time / 1500 + rng.uniform(0, 6)),
        }[kind]
        flow = _speed(rng, 0.4, 6.0)
        more = {"stripes": stripes, "stripe_shift_px": shift} | _cells(rng)
        return make(64, seed, lines=lines, columns=_width(rng), flow=flow, snr_db=10, **more)

    return maker


def _stall(share: float) -> Maker:
    def maker(rng: np.random.Generator, seed: int) -> Record:
        lines = 6144
        length = int(share * lines)
        start = int(rng.integers(0, lines - length))
        return _stalled(rng, seed, lines, [(start, start + length)])

    return maker


def _short_stalls(rng: np.random.Generator, seed: int) -> Record:
    first = int(rng.integers(300, 900))
    second = int(rng.integers(2100, 2800))
    return _stalled(rng, seed, 6144, [(first, first + 600), (second, second + 2000)])


def _stalled(rng: np.random.Generator, seed: int, lines: int, stops: list[tuple[int, int]]) -> Record:
    flow = Stall(_speed(rng, 0.5, 6.0), stops)
    return make(64, seed, lines=lines, columns=int(rng.choice([64, 128])), flow=flow, snr_db=10)


def _too_fast(rng: np.random.Generator, seed: int) -> Record:
    columns = _width(rng)
    flow = _speed(rng, 1.03, 2.1) * _LARGEST_SPEED * columns
    return make(64, seed, lines=2048, columns=columns, flow=flow, snr_db=10, **_cells(rng))


def _noise(stripes: float) -> Maker:
    def maker(rng: np.random.Generator, seed: int) -> Record:
        columns = _width(rng)
        column = np.arange(columns)
        waves = np.cos(2 * np.pi * column[:, None] / rng.uniform(4, 40, 24) + rng.uniform(0, 6.3, 24)).sum(1)
        light = 100 + stripes * 10 * waves / np.sqrt(12)
        image = np.random.default_rng([seed, 18]).poisson(light.clip(0), (8192, columns)).astype(np.uint16)
        windows = 8192 // 16 - 3
        none = np.full(windows, np.inf)
        return Record(image, 64, np.full(windows, np.nan), none, none, none)

    return maker


def _scanned(columns: int, sign: int) -> Maker:
    """The beam takes 90 % of the line time, and the cells run with it (sign 1) or against it."""

    def maker(rng: np.random.Generator, seed: int) -> Record:
        flow = sign * float(np.exp(rng.uniform(0, np.log(10))))
        direction = rng.choice(["forward", "backward"])
        flow *= 1 if direction == "forward" else -1
        scan = {"scan_duty": 0.9, "scan_direction": str(direction)}
        return make(64, seed, lines=4096, columns=columns, flow=flow, snr_db=10, **_cells(rng), **scan)

    return maker


def _slow_in_noise(rng: np.random.Generator, seed: int) -> Record:
    return make(64, seed, lines=1024, columns=128, flow=_speed(rng, 0.25, 0.275), snr_db=-10, **_cells(rng))


def _long_cells(rng: np.random.Generator, seed: int) -> Record:
    """Cells about as long as the line."""
    flow = _speed(rng, 0.15, 8.0)
    more = {"cell_px": float(rng.uniform(12, 24)), "cells_per_100_px": float(rng.uniform(1, 3))}
    return make(64, seed, lines=4096, columns=int(rng.integers(20, 34)), flow=flow, snr_db=10, **more)


def _wide(rng: np.random.Generator, seed: int) -> Record:
    flow = _speed(rng, 0.4, 9.0)
    return make(64, seed, lines=2048, columns=256, flow=flow, snr_db=10, cell_px=12, cells_per_100_px=4)


CLASSES: dict[str, Maker] = {
    "-5 dB": _constant(-5),
    "0 dB": _constant(0),
    "5 dB": _constant(5),
    "10 dB": _constant(10),
    "20 dB": _constant(20),
    "stripes": _constant(10, stripes=1.0),
    "missing": _constant(10, missing_fraction=0.03),
    "stripes, missing": _constant(10, stripes=1.0, missing_fraction=0.03),
    "heartbeat w 16": _heartbeat(16),
    "heartbeat w 32": _heartbeat(32),
    "heartbeat w 64": _heartbeat(64),
    "scan 38 px, with": _scanned(38, 1),
    "scan 38 px, anti": _scanned(38, -1),
    "scan 128 px, with": _scanned(128, 1),
    "scan 128 px, anti": _scanned(128, -1),
    "moved slowly": _moved("slow", 1.0),
    "sway 1500": _moved("sway", 1.0),
    "one step": _moved("step", 1.0),
    "sway, stripes x3": _moved("slow", 3.0),
    "1500, stripes x3": _moved("sway", 3.0),
    "step, stripes x3": _moved("step", 3.0),
    "bleaching": _constant(10, bleaching=0.5, stripes=1.0),
    "stall 20 %": _stall(0.2),
    "stall 50 %": _stall(0.5),
    "stall 80 %": _stall(0.8),
    "stalls 600, 2000": _short_stalls,
    "too fast": _too_fast,
    "noise": _noise(0.0),
    "noise, stripes": _noise(1.0),
    "slow, -10 dB": _slow_in_noise,
    "wide": _wide,
    "long cells": _long_cells,
}
"""Makers of records by the name of their class."""
