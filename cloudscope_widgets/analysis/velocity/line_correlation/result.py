"""The result of a line correlation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypedDict

import numpy as np
from numpy.typing import NDArray

from .arrays import BoolArray, Float64Array


class Choices(TypedDict):
    """Every automatic choice, for the provenance of a result; plain values that JSON can hold."""

    estimator: Literal["shifted_lines", "pixel_pairs"]
    """How speeds were found: from whole lines, or in narrow records from all pairs of pixels."""

    window_lines: int
    """Lines per window."""

    smoothing_sd_px: float
    """Standard deviation of the Gaussian smoothing along the line, px."""

    snr_db: float
    """Signal to noise ratio of the record, decibel."""

    contrast_gain: list[float]
    """Smallest and largest factor that evened out the cells' contrast along the line."""

    background: str
    """Name of the standing background."""

    background_block_lines: int
    """Lines per block of the background."""

    missing_lines: int
    """Number of lines left out."""

    lags: list[int]
    """Distances in lines between correlated lines."""

    kappa: float
    """Noise standard deviations subtracted from the score."""

    gate: dict[str, float]
    """Limits of acceptance."""

    speed_limit: float
    """Largest measurable speed, px/line."""

    pattern: dict[str, float] | None
    """The moving pattern that weights of pixel pairs were made for; None for whole lines."""


@dataclass(frozen=True, slots=True)
class LineCorrelation:
    """Speed of every window of a record and how far it can be trusted.

    Arrays hold one value per window (windows,). Positive speeds go towards larger column.
    """

    index: Float64Array = field(compare=False)
    """Middle of the window, in lines from the start of the record."""

    velocity: Float64Array = field(compare=False)
    """Speed, px/line; the raw estimate in refused windows. A stall is 0."""

    velocity_se: Float64Array = field(compare=False)
    """Standard error of the speed, px/line."""

    z: Float64Array = field(compare=False)
    """Score / standard deviation that noise alone gives it."""

    rho: Float64Array = field(compare=False)
    """Normalised correlation of the best match, 1 = perfect."""

    contrast: Float64Array = field(compare=False)
    """rho - median over all speeds."""

    gap: Float64Array = field(compare=False)
    """Lead over the best match at a distant speed."""

    energy: Float64Array = field(compare=False)
    """Variance of the matched picture / variance of the moving picture in the record."""

    accepted: BoolArray = field(compare=False)
    """Whether the gate lets the window pass."""

    refused: NDArray[np.int8] = field(compare=False)
    """`Refusal` that keeps the window out, 0 = accepted."""

    limit: float
    """Largest measurable speed, px/line: 0.65 of the columns."""

    choices: Choices = field(compare=False)
    """Automatic choices."""
