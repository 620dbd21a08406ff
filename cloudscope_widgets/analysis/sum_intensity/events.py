"""Events of a trace, each with its onset, peak, widths and numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from cloudscope_widgets.analysis.sum_intensity.crossings import LevelCrossing, level_crossing
from cloudscope_widgets.analysis.sum_intensity.features import Feature, Signal, features
from cloudscope_widgets.analysis.sum_intensity.onsets import onsets, peak_after
from cloudscope_widgets.analysis.sum_intensity.settings import SumIntensitySettings, points
from cloudscope_widgets.core.errors import Cancelled

PeakStatus = Literal["ok", "non_positive_amplitude", "peak_not_found"]
_EVENTS_PER_REPORT = 64


@dataclass(frozen=True, slots=True)
class PeakEvent:
    """One event; lines and times count from the first line of the region."""

    peak_id: int
    status: PeakStatus
    onset: int
    onset_s: float
    onset_value: float
    peak: int | None
    peak_s: float | None
    peak_value: float | None
    amplitude: float | None
    """Height of the peak above the onset, positive also where events go down."""
    features: Mapping[str, Feature]
    crossings: tuple[LevelCrossing, ...]
    onset_interval_s: float | None
    """Time since the onset before, None for the first event."""
    peak_interval_s: float | None


def find_events(  # noqa: PLR0913  (a trace, how to look, and who is told)
    signal: Signal,
    settings: SumIntensitySettings,
    seconds_per_line: float,
    *,
    starts: NDArray[np.intp] | None = None,
    missing: NDArray[np.bool_] | None = None,
    progress: Callable[[float], None] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> tuple[PeakEvent, ...]:
    """Find the events of a trace and measure each.

    Parameters
    ----------
    signal
        The trace, bridged over missing lines.
    settings
        How to look for them.
    seconds_per_line
        Time from line to line.
    starts
        Lines of the onsets, where they are known; otherwise by the threshold of the settings.
    missing
        Lines without numbers; no event begins there and none has its peak there.
    progress
        Takes the fraction done.
    cancel
        Asked from time to time.

    Raises
    ------
    Cancelled
        When ``cancel`` returned True.
    """
    if starts is None:
        starts = onsets(signal.values, signal.slope, settings, seconds_per_line)
    searched = signal.values
    if missing is not None and missing.any():
        starts = starts[~missing[starts]]
        searched = np.where(missing, np.nan, signal.values)
    found: list[PeakEvent] = []
    for number, onset in enumerate(starts.tolist()):
        if number % _EVENTS_PER_REPORT == 0:
            if cancel is not None and cancel():
                raise Cancelled("Measuring was stopped.")
            if progress is not None:
                progress(number / len(starts))
        peak = peak_after(searched, onset, settings, seconds_per_line)
        after = int(starts[number + 1]) if number + 1 < len(starts) else len(searched) - 1
        found.append(_event(signal, settings, seconds_per_line, (onset, peak, after), found))
    return tuple(found)


def _event(
    signal: Signal,
    settings: SumIntensitySettings,
    seconds_per_line: float,
    lines: tuple[int, int | None, int],
    before: list[PeakEvent],
) -> PeakEvent:
    """Measure one event from the lines of its onset, its peak, and the next onset or the end."""
    onset, peak, _ = lines
    crossings = _crossings(signal, settings, seconds_per_line, lines)
    baseline_lines = points(settings.baseline_window_ms, seconds_per_line)
    last = before[-1] if before else None
    onset_s, onset_value = float(signal.time_s[onset]), float(signal.values[onset])
    at_peak: dict[str, Any] = {"peak": None, "peak_s": None, "peak_value": None, "amplitude": None}
    status: PeakStatus = "peak_not_found"
    if peak is not None:
        amplitude = signal.sign * (float(signal.values[peak]) - onset_value)
        at_peak = {"peak": peak, "peak_s": float(signal.time_s[peak]), "peak_value": float(signal.values[peak])}
        at_peak["amplitude"] = amplitude
        status = "ok" if amplitude > 0 else "non_positive_amplitude"
    return PeakEvent(
        peak_id=len(before) + 1,
        status=status,
        onset=onset,
        onset_s=onset_s,
        onset_value=onset_value,
        **at_peak,
        features=features(signal, onset, peak, crossings, baseline_lines),
        crossings=crossings,
        onset_interval_s=None if last is None else onset_s - last.onset_s,
        peak_interval_s=None if last is None else _difference(at_peak["peak_s"], last.peak_s),
    )


def _difference(time_s: float | None, before_s: float | None) -> float | None:
    return None if time_s is None or before_s is None else time_s - before_s


def _crossings(
    signal: Signal, settings: SumIntensitySettings, seconds_per_line: float, lines: tuple[int, int | None, int]
) -> tuple[LevelCrossing, ...]:
    onset, peak, after = lines
    if peak is None:
        return tuple(LevelCrossing(fraction, None, None, None, "peak_not_found") for fraction in settings.fractions)
    last = min(peak + max(1, points(settings.width_search_window_ms, seconds_per_line)), after, len(signal.values) - 1)
    return tuple(
        level_crossing(signal.values, fraction, onset=onset, peak=peak, last=last) for fraction in settings.fractions
    )
