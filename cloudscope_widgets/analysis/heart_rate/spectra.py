"""Spectra of a trace with gaps, and the peak of each inside a band."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import scipy
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
_SEGMENT_SAMPLES = (128, 8192)
"""Fewest and most samples of one Welch segment."""


@dataclass(frozen=True, slots=True)
class Spectrum:
    """Power inside a band, in the square of the trace's unit or per hertz."""

    frequency_hz: FloatArray
    """Ascending (frequencies,)."""
    power: FloatArray
    """(frequencies,)."""

    @property
    def peak_hz(self) -> float:
        """Frequency of the largest power."""
        return float(self.frequency_hz[self.power.argmax()])

    @property
    def snr(self) -> float:
        """Largest power relative to the median of the band."""
        return float(self.power.max() / np.median(self.power))

    def concentration(self, half_width_hz: float) -> float:
        """Share of the band's power that lies within ``half_width_hz`` of the peak."""
        near = np.abs(self.frequency_hz - self.peak_hz) <= half_width_hz
        return float(self.power[near].sum() / self.power.sum())


def lomb_spectrum(time_s: FloatArray, values: FloatArray, *, band_hz: tuple[float, float], count: int) -> Spectrum:
    """Lomb-Scargle spectrum of the finite samples, which need no even spacing.

    Parameters
    ----------
    time_s, values
        The trace (samples,); NaN where it has no value.
    band_hz
        Lowest and highest frequency.
    count
        Frequencies, evenly spaced, both ends among them.
    """
    known = np.isfinite(values)
    frequency_hz = np.linspace(*band_hz, count)
    centred = values[known] - values[known].mean()
    power = scipy.signal.lombscargle(time_s[known], centred, 2 * np.pi * frequency_hz)
    return Spectrum(np.asarray(frequency_hz, np.float64), np.asarray(power, np.float64))


def welch_spectrum(
    stretches: list[FloatArray],
    *,
    rate_hz: float,
    band_hz: tuple[float, float],
    segment_s: float,
    order: int,
) -> Spectrum | None:
    """Averaged spectrum of evenly sampled stretches, each filtered on its own.

    Parameters
    ----------
    stretches
        Samples without gaps; each at least as long as a segment counts, the rest is left out.
    rate_hz
        Samples per second.
    band_hz
        Band of the Butterworth filter, run forwards and backwards, and of the result.
    segment_s
        Length of a Welch segment, held between 128 and 8,192 samples.
    order
        Order of the filter.

    Returns
    -------
    The spectrum, None when no stretch is long enough.
    """
    samples = segment_samples(rate_hz, segment_s)
    numerator, denominator = scipy.signal.butter(order, np.divide(band_hz, rate_hz / 2), btype="band")
    total, segments = np.zeros(samples // 2 + 1), 0
    for stretch in stretches:
        if len(stretch) >= samples:
            filtered = scipy.signal.filtfilt(numerator, denominator, stretch - stretch.mean())
            _, power = scipy.signal.welch(filtered, rate_hz, nperseg=samples)
            held = len(stretch) * 2 // samples - 1
            total, segments = total + held * power, segments + held
    frequency_hz = np.fft.rfftfreq(samples, 1 / rate_hz)
    inside = (frequency_hz >= band_hz[0]) & (frequency_hz <= band_hz[1])
    if not segments or not inside.any():
        return None
    return Spectrum(np.asarray(frequency_hz[inside], np.float64), total[inside] / segments)


def segment_samples(rate_hz: float, segment_s: float) -> int:
    """Samples of one Welch segment of about ``segment_s``."""
    return int(np.clip(round(rate_hz * segment_s), *_SEGMENT_SAMPLES))


def short_gaps_filled(values: FloatArray, longest: int) -> FloatArray:
    """Values with each run of at most ``longest`` NaN replaced by a straight line between its neighbours."""
    known = np.isfinite(values)
    if not known.any():
        return values
    samples = np.arange(len(values))
    filled = np.interp(samples, samples[known], values[known])
    for start, stop in gaps(known):
        if stop - start > longest:
            filled[start:stop] = np.nan
    return filled


def gaps(known: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First sample, and sample after the last, of each run of False."""
    edges = np.flatnonzero(np.diff(np.r_[True, known, True]))
    return [(int(start), int(stop)) for start, stop in edges.reshape(-1, 2)]


def unbroken(values: FloatArray, longest_gap: int) -> list[FloatArray]:
    """Finite values between gaps longer than ``longest_gap`` samples; shorter gaps are left out of them."""
    long = [(start, stop) for start, stop in gaps(np.isfinite(values)) if stop - start > longest_gap]
    bounds = [0, *(edge for gap in long for edge in gap), len(values)]
    pieces = [values[start:stop] for start, stop in list(pairwise(bounds))[::2]]
    return [piece[np.isfinite(piece)] for piece in pieces if np.isfinite(piece).any()]
