"""Heart rate from the pulsation of a velocity trace, by two spectra that must agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from cloudscope_widgets.analysis.heart_rate.spectra import (
    Spectrum,
    lomb_spectrum,
    segment_samples,
    short_gaps_filled,
    unbroken,
    welch_spectrum,
)

FloatArray = NDArray[np.float64]
Method = Literal["lombscargle", "welch"]
FEWEST_SAMPLES = 256
"""Finite values below which no rate is given."""
LARGEST_FALSE_ALARM = 0.01
_LEAST_RESPONSE = 0.5
_OVERSAMPLING = 1.5
"""Independent frequencies per resolved one, between which a peak may lie."""
_MEDIAN_EFFICIENCY = 0.48
"""Variance of the mean of exponential powers relative to that of their median (over ln 2)."""
_MAD_TO_SD = 1.4826
_CONSTANT = "the trace is constant"
_NUMBERS = ("bpm", "f_hz", "snr", "edge_flag", "edge_hz_distance", "band_concentration")


@dataclass(frozen=True, slots=True)
class HeartRateSettings:
    """How the rate is looked for; names and defaults are those of the shared files."""

    bpm_min: float = 240.0
    bpm_max: float = 600.0
    use_abs: bool = True
    outlier_k_mad: float = 4.0
    lomb_n_freq: int = 512
    interp_max_gap_sec: float = 0.05
    bandpass_order: int = 3
    nperseg_sec: float = 2.0
    edge_margin_hz: float = -1.0
    peak_half_width_hz: float = 0.5
    agree_tol_bpm: float = 30.0
    do_segments: bool = False
    seg_win_sec: float = 6.0
    seg_step_sec: float = 1.0
    seg_min_valid_frac: float = 0.5

    @property
    def band_hz(self) -> tuple[float, float]:
        """Lowest and highest frequency."""
        return self.bpm_min / 60, self.bpm_max / 60

    @property
    def edge_hz(self) -> float:
        """Distance from an end of the band below which a peak may belong to something outside it."""
        low, high = self.band_hz
        return max(0.2, 0.05 * (high - low)) if self.edge_margin_hz < 0 else self.edge_margin_hz


def heart_rate(
    time_s: FloatArray,
    velocity: FloatArray,
    settings: HeartRateSettings = HeartRateSettings(),
    *,
    window_s: float,
) -> dict[str, Any]:
    """Heart rate of one velocity trace, as the shared files store it.

    Parameters
    ----------
    time_s, velocity
        The trace (windows,), evenly spaced, in seconds and in any unit of speed; NaN where there is no velocity.
    settings
        Band, filters and limits.
    window_s
        Duration of the window in which each velocity was measured.

    Returns
    -------
    ``n_total, n_valid, valid_frac, t_min, t_max``, a block for each method in ``lomb`` and ``welch``, ``agreement``,
    ``status`` and ``status_note``, and ``segments_summary`` when asked for. Our own are ``false_alarm_p`` (None without
    a peak), ``window_response`` (0 to 1, at the peak) and ``advice``, sentences on what would help.

    Raises
    ------
    ValueError
        When the trace is too coarse in time for the band.

    Notes
    -----
    Both spectra come from one trace, so that they agree also on noise. ``false_alarm_p`` is the chance that noise
    alone shows such a peak: the Lomb-Scargle power is divided by the response of the velocity window, sinc²(f·window),
    which makes its noise even; with snr = peak / median, p = 1 − (1 − q)^M and M = 1.5 · band · duration independent
    frequencies. One of them exceeds the snr with q = (1 + ln 2 · snr / n)^−n, the tail of an exponential power over a
    noise level that is itself estimated, by a median of band · duration frequencies worth n = 0.48 · band · duration
    of a mean. In long records q is 2^−snr.
    """
    rate_hz = _rate_hz(time_s, settings)
    trace = _clipped(np.abs(velocity) if settings.use_abs else velocity, settings.outlier_k_mad)
    lomb, pulse = _lomb_block(time_s, trace, settings)
    welch = _welch_block(time_s, trace, settings, rate_hz)
    agreement = _agreement(lomb, welch, settings.agree_tol_bpm)
    significance = _significance(pulse, window_s, _duration_s(time_s, trace))
    summary = {
        "version": 1,
        **_extent(time_s, trace),
        "lomb": lomb,
        "welch": welch,
        "agreement": agreement,
        **_status(lomb, welch, agreement),
        **significance,
        "advice": _advice(significance, velocity, settings),
    }
    if settings.do_segments:
        summary["segments_summary"] = _segments(time_s, trace, settings)
    return summary


def _extent(time_s: FloatArray, trace: FloatArray) -> dict[str, Any]:
    """How much of the trace is known, and from when to when."""
    known = np.isfinite(trace)
    return {
        "n_total": len(trace),
        "n_valid": int(known.sum()),
        "valid_frac": float(known.mean()),
        "t_min": float(time_s[known][0]) if known.any() else None,
        "t_max": float(time_s[known][-1]) if known.any() else None,
    }


def _duration_s(time_s: FloatArray, trace: FloatArray) -> float:
    known = np.isfinite(trace)
    return float(np.ptp(time_s[known])) if known.any() else 0.0


def is_significant(summary: dict[str, Any]) -> bool:
    """Whether the peak is one that noise alone hardly ever shows, whatever the status of the shared format says."""
    chance = summary.get("false_alarm_p")
    return chance is not None and chance <= LARGEST_FALSE_ALARM


# ---------------------------------------------------------------- the two methods
def _rate_hz(time_s: FloatArray, settings: HeartRateSettings) -> float:
    """Velocities per second."""
    if not 0 < settings.bpm_min < settings.bpm_max:
        raise ValueError(f"bpm_min must be positive and below bpm_max, got {settings.bpm_min:g}, {settings.bpm_max:g}")
    if len(time_s) < FEWEST_SAMPLES:
        raise ValueError(
            f"{len(time_s)} velocities are fewer than the {FEWEST_SAMPLES} that a heart rate needs; make the ROI "
            "longer or the window of the velocity shorter"
        )
    rate_hz = 1 / float(np.median(np.diff(time_s)))
    if settings.bpm_max / 60 >= rate_hz / 2:
        raise ValueError(
            f"{rate_hz:.3g} velocities per second show rates up to {30 * rate_hz:.0f} bpm only, and bpm_max is "
            f"{settings.bpm_max:g}; make the window of the velocity shorter or bpm_max smaller"
        )
    return rate_hz


def _clipped(values: FloatArray, most_sds: float) -> FloatArray:
    """Values held within some standard deviations, found from the median deviation, of their median."""
    if not np.isfinite(values).any():
        return values
    median = np.nanmedian(values)
    reach = most_sds * _MAD_TO_SD * np.nanmedian(np.abs(values - median))
    return np.clip(values, median - reach, median + reach)


def _lomb_block(
    time_s: FloatArray, trace: FloatArray, settings: HeartRateSettings
) -> tuple[dict[str, Any], Spectrum | None]:
    known = np.isfinite(trace)
    if known.sum() < FEWEST_SAMPLES:
        return _block("lombscargle", time_s, known, settings, _too_few(known)), None
    spectrum = lomb_spectrum(time_s, trace, band_hz=settings.band_hz, count=settings.lomb_n_freq)
    if not spectrum.power.max() > 0:
        return _block("lombscargle", time_s, known, settings, _CONSTANT), None
    return _block("lombscargle", time_s, known, settings, spectrum), spectrum


def _welch_block(time_s: FloatArray, trace: FloatArray, settings: HeartRateSettings, rate_hz: float) -> dict[str, Any]:
    filled = short_gaps_filled(trace, round(settings.interp_max_gap_sec * rate_hz))
    known = np.isfinite(filled)
    if np.isfinite(trace).sum() < FEWEST_SAMPLES:
        return _block("welch", time_s, known, settings, _too_few(np.isfinite(trace)))
    segment = segment_samples(rate_hz, settings.nperseg_sec)
    spectrum = welch_spectrum(
        unbroken(filled, segment // 2),
        rate_hz=rate_hz,
        band_hz=settings.band_hz,
        segment_s=settings.nperseg_sec,
        order=settings.bandpass_order,
    )
    if spectrum is None:
        too_short = f"no stretch of {settings.nperseg_sec:g} s is without a long gap"
        return _block("welch", time_s, known, settings, too_short)
    return _block("welch", time_s, known, settings, spectrum if spectrum.power.max() > 0 else _CONSTANT)


def _too_few(known: NDArray[np.bool_]) -> str:
    return f"{known.sum()} finite velocities, {FEWEST_SAMPLES} are needed"


def _block(
    method: Method,
    time_s: FloatArray,
    known: NDArray[np.bool_],
    settings: HeartRateSettings,
    found: Spectrum | str,
) -> dict[str, Any]:
    """What is stored of one method, from its spectrum or the reason why there is none."""
    reason = found if isinstance(found, str) else ""
    failed = "insufficient_valid" if known.sum() < FEWEST_SAMPLES else "no_peak"
    return {
        "method": method,
        **(dict.fromkeys(_NUMBERS) if isinstance(found, str) else _peak_numbers(found, settings)),
        "n_samples": len(time_s),
        "n_valid": int(known.sum()),
        "t_start": float(time_s[known][0]) if known.any() else None,
        "t_end": float(time_s[known][-1]) if known.any() else None,
        "status": failed if reason else "ok",
        "status_note": reason,
        "reason": reason or None,
    }


def _peak_numbers(spectrum: Spectrum, settings: HeartRateSettings) -> dict[str, Any]:
    low, high = settings.band_hz
    peak_hz = spectrum.peak_hz
    distance_hz = min(peak_hz - low, high - peak_hz)
    numbers = (
        60 * peak_hz,
        peak_hz,
        spectrum.snr,
        distance_hz < settings.edge_hz,
        distance_hz,
        spectrum.concentration(settings.peak_half_width_hz),
    )
    return dict(zip(_NUMBERS, numbers, strict=True))


# ---------------------------------------------------------------- the verdict
def _agreement(lomb: dict[str, Any], welch: dict[str, Any], tolerance_bpm: float) -> dict[str, Any] | None:
    if lomb["bpm"] is None or welch["bpm"] is None:
        return None
    delta_bpm = welch["bpm"] - lomb["bpm"]
    return {
        "delta_bpm": delta_bpm,
        "abs_delta_bpm": abs(delta_bpm),
        "delta_hz": delta_bpm / 60,
        "agree_ok": abs(delta_bpm) <= tolerance_bpm,
        "agree_tol_bpm": tolerance_bpm,
    }


def _status(lomb: dict[str, Any], welch: dict[str, Any], agreement: dict[str, Any] | None) -> dict[str, str]:
    """Status of the shared format, which knows no significance."""
    if agreement is None:
        failed = [(name, block) for name, block in (("lomb", lomb), ("welch", welch)) if block["status"] != "ok"]
        name, block = failed[0]
        is_short = block["status"] == "insufficient_valid"
        return {"status": "insufficient_valid" if is_short else f"no_peak_{name}", "status_note": block["status_note"]}
    if agreement["agree_ok"]:
        return {"status": "ok", "status_note": ""}
    rates = f"Lomb-Scargle {lomb['bpm']:.0f} bpm, Welch {welch['bpm']:.0f} bpm"
    return {"status": "method_disagree", "status_note": rates}


def _significance(spectrum: Spectrum | None, window_s: float, duration_s: float) -> dict[str, float | None]:
    if spectrum is None:
        return {"false_alarm_p": None, "window_response": None}
    response = np.abs(np.sinc(spectrum.frequency_hz * window_s))
    even = Spectrum(spectrum.frequency_hz, spectrum.power / np.maximum(response, _LEAST_RESPONSE / 2) ** 2)
    frequencies = float(np.ptp(spectrum.frequency_hz)) * duration_s
    worth = _MEDIAN_EFFICIENCY * frequencies
    single = np.exp(-worth * np.log1p(np.log(2) * even.snr / worth))
    chance = -np.expm1(_OVERSAMPLING * frequencies * np.log1p(-single))
    return {"false_alarm_p": float(chance), "window_response": float(response[spectrum.power.argmax()])}


def _advice(significance: dict[str, float | None], velocity: FloatArray, settings: HeartRateSettings) -> list[str]:
    """Sentences on what the number is worth and what would help."""
    advice: list[str] = []
    if not is_significant(significance):
        advice.append("There is no significant peak.")
    response = significance["window_response"]
    if response is not None and response < _LEAST_RESPONSE:
        advice.append("The window of the velocity is too long for this rate; run velocity with 16 or 32 lines.")
    if settings.use_abs and _changes_sign(velocity):
        advice.append("The flow changes its direction; use the signed velocity (use_abs off).")
    return advice


def _changes_sign(velocity: FloatArray) -> bool:
    """Whether at least a twentieth of the velocities run against the others."""
    known = velocity[np.isfinite(velocity)]
    return len(known) > 0 and min((known > 0).mean(), (known < 0).mean()) >= 0.05


def _segments(time_s: FloatArray, trace: FloatArray, settings: HeartRateSettings) -> dict[str, Any]:
    """Welch rates of sliding stretches, as their median and interquartile range."""
    count = max(int((time_s[-1] - time_s[0] - settings.seg_win_sec) // settings.seg_step_sec) + 1, 0)
    rates: list[float] = []
    for index in range(count):
        start_s = time_s[0] + index * settings.seg_step_sec
        part = (time_s >= start_s) & (time_s < start_s + settings.seg_win_sec)
        if part.sum() > 1 and np.isfinite(trace[part]).mean() >= settings.seg_min_valid_frac:
            rate_hz = 1 / float(np.median(np.diff(time_s[part])))
            bpm = _welch_block(time_s[part], trace[part], settings, rate_hz)["bpm"]
            rates += [] if bpm is None else [bpm]
    return {
        "method": "welch",
        "n_windows": count,
        "n_valid_windows": len(rates),
        "median_bpm": float(np.median(rates)) if rates else None,
        "iqr_bpm": float(np.subtract(*np.percentile(rates, [75, 25]))) if rates else None,
    }
