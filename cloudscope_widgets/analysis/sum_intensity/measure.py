"""From the pixels of a region to its intensity trace and the events in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from cloudscope_widgets.analysis.sum_intensity.baseline import Baseline, baseline, relative_to
from cloudscope_widgets.analysis.sum_intensity.bleaching import Detrended, detrended
from cloudscope_widgets.analysis.sum_intensity.events import PeakEvent, find_events
from cloudscope_widgets.analysis.sum_intensity.features import Signal
from cloudscope_widgets.analysis.sum_intensity.settings import SignalName, SumIntensitySettings
from cloudscope_widgets.analysis.sum_intensity.steps import step_onsets
from cloudscope_widgets.analysis.sum_intensity.trace import LineSums, filtered, line_sums, rolling_mean
from cloudscope_widgets.core.errors import Cancelled

FloatArray = NDArray[np.float64]

_STEPS = "Onsets were found as steps out of the noise, not by the threshold among the parameters of the shared files."


@dataclass(frozen=True, slots=True, eq=False)
class Traces:
    """The steps from sum to dF/F, all (lines,)."""

    time_s: FloatArray
    sum_intensity: FloatArray
    norm_sum_intensity: FloatArray
    filtered_norm_sum_intensity: FloatArray
    detrended_norm_sum_intensity: FloatArray
    df_f_signal: FloatArray
    d_df_f_signal: FloatArray
    """Derivative of dF/F per second."""

    def signal(self, name: SignalName) -> FloatArray:
        """Trace by the name of its column."""
        values: FloatArray = getattr(self, name)
        return values


@dataclass(frozen=True, slots=True, eq=False)
class SumIntensity:
    """Trace and events of a region."""

    traces: Traces
    lines: LineSums
    bleaching: Detrended
    baseline: Baseline
    background: float
    """Counts per pixel that were taken off before F0."""
    events: tuple[PeakEvent, ...]
    warnings: tuple[str, ...]
    errors: tuple[str, ...]


def sum_intensity(  # noqa: PLR0913  (pixels, how to measure them, and who is told)
    pixels: NDArray[Any],
    *,
    seconds_per_line: float,
    settings: SumIntensitySettings | None = None,
    background: float = 0.0,
    is_divided: bool = False,
    onset_rule: Literal["threshold", "steps"] = "threshold",
    progress: Callable[[float, str], None] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> SumIntensity:
    """Measure the intensity of every line relative to its baseline, and the events in it.

    Parameters
    ----------
    pixels
        Lines x columns, any real type.
    seconds_per_line
        Time from line to line.
    settings
        How the trace is made and events are found; the defaults where not given.
    background
        Counts per pixel without any indicator, such as the offset of the detector; taken off before the fit and F0.
    is_divided
        Divide by the exponential instead of subtracting it.
    onset_rule
        The threshold of the settings, or steps that stand out of the noise (``step_onsets``).
    progress
        Takes the fraction done and what is being done.
    cancel
        Asked from time to time.

    Returns
    -------
    Traces in counts per pixel and as dF/F, and events in lines and seconds from the first line.

    Raises
    ------
    ValueError
        When the region has no trace.
    Cancelled
        When ``cancel`` returned True.

    Notes
    -----
    Sum over columns; mean over neighbouring lines; divided by the number of columns; median filter; minus the
    background; trace - fit + fit[0] with a single exponential fit; F0 = a percentile, or a given number;
    dF/F = (trace - F0) / F0. Lines without numbers are bridged by straight lines on the way, and no event begins or
    peaks there.
    """
    settings = settings or SumIntensitySettings()
    _check_time(seconds_per_line)
    is_cancelled = cancel or (lambda: False)
    tell = progress or (lambda _fraction, _words: None)
    tell(0.0, "Summing lines")
    lines = line_sums(pixels)
    if is_cancelled():
        raise Cancelled("Measuring was stopped.")
    traces, bleaching, f0, said = _traces(
        lines, settings, seconds_per_line, background=background, is_divided=is_divided, tell=tell, cancel=is_cancelled
    )
    signal = _detection_signal(traces, settings)
    events = find_events(
        signal,
        settings,
        seconds_per_line,
        starts=step_onsets(signal.values, settings, seconds_per_line) if onset_rule == "steps" else None,
        missing=lines.missing,
        progress=lambda fraction: tell(0.5 + fraction / 2, "Measuring events"),
        cancel=is_cancelled,
    )
    if onset_rule == "steps":
        said = (*said, _STEPS)
    warnings = (*_words_of_lines(lines), *said, *bleaching.warnings, *_words_of_baseline(f0, settings))
    return SumIntensity(
        traces, lines, bleaching, f0, float(background), events, warnings, (f0.error,) if f0.error else ()
    )


def _traces(  # noqa: PLR0913  (those of sum_intensity)
    lines: LineSums,
    settings: SumIntensitySettings,
    seconds_per_line: float,
    *,
    background: float,
    is_divided: bool,
    tell: Callable[[float, str], None],
    cancel: Callable[[], bool],
) -> tuple[Traces, Detrended, Baseline, tuple[str, ...]]:
    """Each step from the sums of lines to dF/F, and what was fitted and said on the way."""
    time_s = seconds_per_line * np.arange(len(lines.sums), dtype=np.float64)
    sums = rolling_mean(lines.sums, settings.window_radius_points)
    norm = sums / lines.columns
    smooth, said = filtered(norm, settings)
    tell(0.3, "Fitting bleaching")
    level = smooth - background if background else smooth
    bleaching = Detrended(level.copy())
    if settings.detrend_method == "single_exponential":
        bleaching = detrended(level, time_s, cancel, is_divided=is_divided)
    level = bleaching.trace
    tell(0.5, "Finding events")
    f0 = baseline(level[~lines.missing], settings)
    relative = relative_to(level, f0.f0)
    traces = Traces(time_s, sums, norm, smooth, level, relative, np.gradient(relative, time_s))
    return traces, bleaching, f0, tuple(said)


def _check_time(seconds_per_line: float) -> None:
    if not (np.isfinite(seconds_per_line) and seconds_per_line > 0):
        raise ValueError(f"seconds_per_line must be positive, got {seconds_per_line}")


def _detection_signal(traces: Traces, settings: SumIntensitySettings) -> Signal:
    values = traces.signal(settings.detection_source)
    is_relative = settings.detection_source == "df_f_signal"
    slope = traces.d_df_f_signal if is_relative else np.gradient(values, traces.time_s)
    return Signal(values, slope, traces.time_s, settings.sign)


def _words_of_lines(lines: LineSums) -> list[str]:
    said = []
    if lines.left_out:
        said.append(f"{_counted(len(lines.left_out), 'column')} left out, which had no numbers.")
    if lines.estimated:
        said.append(f"{_counted(lines.estimated, 'line')} estimated, of which some pixels had no number.")
    if lines.missing.any():
        said.append(f"{_counted(int(lines.missing.sum()), 'line')} left out, which had no numbers.")
    return said


def _counted(count: int, what: str) -> str:
    return f"1 {what} was" if count == 1 else f"{count} {what}s were"


def _words_of_baseline(f0: Baseline, settings: SumIntensitySettings) -> list[str]:
    if f0.is_floored:
        return [f"F0 is nearer to 0 than {settings.baseline_min_value:g}, which was taken instead."]
    if f0.f0 < 0 and not f0.error:
        return ["F0 is negative, so dF/F has the opposite sign of the trace. Check background and baseline."]
    return []
