"""How an intensity trace was measured, in sentences for a paper."""

from __future__ import annotations

from collections import Counter

from cloudscope_widgets.analysis.base import Task
from cloudscope_widgets.analysis.sum_intensity.measure import SumIntensity
from cloudscope_widgets.analysis.sum_intensity.settings import SumIntensitySettings
from cloudscope_widgets.analysis.sum_intensity.steps import LEAST_Z, SHORTEST_MS

_TRACES = {
    "sum_intensity": "the summed intensity",
    "norm_sum_intensity": "the mean intensity",
    "filtered_norm_sum_intensity": "the filtered intensity",
    "detrended_norm_sum_intensity": "the intensity without bleaching",
    "df_f_signal": "dF/F",
}
_TOLD_LOSS = 0.02
"""Smaller losses by bleaching change no amplitude by more than others do."""


def sentences(found: SumIntensity, settings: SumIntensitySettings, task: Task) -> list[str]:
    """Sentences on trace, baseline, onsets and what was found."""
    return [
        _trace(found, settings),
        *_background(found, task),
        *_bleaching(found, settings),
        _baseline(found, settings),
        _onsets(settings, is_steps=task.params["onset_rule"] == "steps"),
        _peaks(settings),
        _found(found),
        *found.warnings,
        *found.errors,
    ]


def _trace(found: SumIntensity, settings: SumIntensitySettings) -> str:
    steps = [f"The intensity of each line was averaged over {found.lines.columns} columns"]
    if settings.window_radius_points:
        steps.append(f"over {2 * settings.window_radius_points + 1} lines")
    if settings.filter_method == "median" and settings.median_filter_kernel_points > 1:
        kernel = settings.median_filter_kernel_points | 1
        return f"{' and '.join(steps)}, and filtered by the median of {kernel} lines."
    return f"{' and '.join(steps)}."


def _background(found: SumIntensity, task: Task) -> list[str]:
    if not found.background:
        return ["No background was subtracted."]
    given = task.params["background"]
    source = f" (the mean of {given})" if isinstance(given, str) else ""
    return [f"A background of {found.background:.4g} counts per pixel{source} was subtracted."]


def _bleaching(found: SumIntensity, settings: SumIntensitySettings) -> list[str]:
    if settings.detrend_method == "none":
        return ["The trace was not corrected for bleaching."]
    if found.bleaching.rate_per_s is None:
        return []  # a warning says why
    how = "and the trace divided by it" if found.bleaching.is_divided else "and subtracted"
    said = [f"A single exponential (rate {found.bleaching.rate_per_s:.4g} per second) was fitted {how}."]
    lost = found.bleaching.lost_fraction
    if lost is not None and lost > _TOLD_LOSS and not found.bleaching.is_divided:
        said.append(f"It falls by {lost:.0%}; subtraction makes dF/F of late events too small by up to as much.")
    return said


def _baseline(found: SumIntensity, settings: SumIntensitySettings) -> str:
    source = "given by hand"
    if settings.baseline_method == "percentile":
        source = f"percentile {settings.baseline_percentile:g} of the trace"
    return f"F0 was {found.baseline.f0:.5g} counts per pixel ({source}), and dF/F is (F - F0) / F0."


def _onsets(settings: SumIntensitySettings, *, is_steps: bool) -> str:
    source = _TRACES[settings.detection_source]
    if is_steps:
        way = "falls" if settings.polarity == "negative" else "rises"
        return (
            f"Events begin where {source} {way} by {LEAST_Z:g} standard deviations of the noise, on time scales from "
            f"{SHORTEST_MS:g} to {settings.peak_search_window_ms:g} ms, and more than "
            f"{settings.refractory_period_ms:g} ms after the last onset."
        )
    is_slope = settings.detection_method == "derivative_threshold"
    threshold = settings.derivative_threshold_per_sec if is_slope else settings.absolute_threshold
    if settings.polarity == "negative":
        threshold = -abs(threshold)
    beyond = "at or below" if settings.polarity == "negative" else "at or above"
    what = f"the slope of {source}" if is_slope else source
    unit = " per second" if is_slope else ""
    return (
        f"Events begin where {what} is {beyond} {threshold:g}{unit}, "
        f"more than {settings.refractory_period_ms:g} ms after the last onset."
    )


def _peaks(settings: SumIntensitySettings) -> str:
    extreme = "lowest" if settings.polarity == "negative" else "highest"
    return (
        f"The peak is the {extreme} value within {settings.peak_search_window_ms:g} ms; widths were measured at "
        f"{settings.level_fractions} of the height above the onset, up to {settings.width_search_window_ms:g} ms after "
        "the peak or to the next onset."
    )


def _found(found: SumIntensity) -> str:
    statuses = Counter(event.status for event in found.events)
    count = len(found.events)
    if not count:
        return "No event was found."
    odd = count - statuses["ok"]
    words = "1 event was found" if count == 1 else f"{count} events were found"
    return f"{words}." if not odd else f"{words}, {odd} of them without a peak above the onset."
