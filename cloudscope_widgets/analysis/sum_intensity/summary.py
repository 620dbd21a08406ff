"""Trace and events as the shared format holds them: the rows of the table and the summary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cloudscope_widgets.analysis.sum_intensity.crossings import LevelCrossing
from cloudscope_widgets.analysis.sum_intensity.events import PeakEvent
from cloudscope_widgets.analysis.sum_intensity.features import Feature
from cloudscope_widgets.analysis.sum_intensity.measure import SumIntensity
from cloudscope_widgets.analysis.sum_intensity.settings import SumIntensitySettings

FloatArray = NDArray[np.float64]

_COPIED_SETTINGS = (
    *("baseline_method", "baseline_percentile", "manual_f0_baseline", "detrend_method", "detection_method"),
    *("detection_source", "peak_search_window_ms", "width_search_window_ms", "baseline_window_ms"),
)
_STATUS_WORDS = {
    "non_positive_amplitude": "The peak is not above the onset.",
    "peak_not_found": "The search window after the onset has no number.",
}


def table(found: SumIntensity) -> pd.DataFrame:
    """Row by row, one for each line; lines without numbers have none."""
    traces, missing = found.traces, found.lines.missing
    index = np.arange(len(missing))
    columns = {
        "sum_intensity": traces.sum_intensity,
        "norm_sum_intensity": traces.norm_sum_intensity,
        "filtered_norm_sum_intensity": traces.filtered_norm_sum_intensity,
        "detrended_norm_sum_intensity": traces.detrended_norm_sum_intensity,
        "f0_baseline": np.full(len(index), found.baseline.f0),
        "df_f_signal": traces.df_f_signal,
        "d_df_f_signal": traces.d_df_f_signal,
    }
    measured = {name: np.where(missing, np.nan, values) for name, values in columns.items()}
    return pd.DataFrame(
        {"time_index": index, "time_sec": traces.time_s, **measured, **_marks(found.events, len(index))}
    )


def _marks(events: Sequence[PeakEvent], lines: int) -> dict[str, NDArray[Any]]:
    """Columns that mark onsets and peaks; a later event writes over an earlier one in a row of both."""
    is_onset, is_peak = np.zeros(lines, np.bool_), np.zeros(lines, np.bool_)
    onset_index, peak_id = np.full(lines, np.nan), np.full(lines, np.nan)
    for event in events:
        is_onset[event.onset] = True
        rows = [event.onset] if event.peak is None else [event.onset, event.peak]
        if event.peak is not None:
            is_peak[event.peak] = True
        onset_index[rows], peak_id[rows] = event.onset, event.peak_id
    return {"is_onset": is_onset, "is_peak": is_peak, "onset_index": onset_index, "peak_id": peak_id}


def summary(found: SumIntensity, settings: SumIntensitySettings, seconds_per_line: float) -> dict[str, Any]:
    """Numbers of the whole region and of every event, by the names of the shared format."""
    amplitudes = [event.amplitude for event in found.events if event.amplitude is not None]
    values = asdict(settings)
    return {
        "status": _status(found),
        "num_timepoints": len(found.lines.sums),
        "num_peaks": len(found.events),
        "num_space_pixels": found.lines.columns,
        "seconds_per_line": seconds_per_line,
        "f0_baseline": found.baseline.f0,
        "peak_amplitude_mean": float(np.mean(amplitudes)) if amplitudes else None,
        "peak_amplitude_median": float(np.median(amplitudes)) if amplitudes else None,
        "warnings": list(found.warnings),
        "errors": list(found.errors),
        **{name: values[name] for name in _COPIED_SETTINGS},
        "peak_events": [event_document(event, settings, seconds_per_line) for event in found.events],
    }


def _status(found: SumIntensity) -> str:
    if found.errors:
        return "ok_with_errors"
    is_clean = not found.warnings and all(event.status == "ok" for event in found.events)
    return "ok" if is_clean else "ok_with_warnings"


def event_document(event: PeakEvent, settings: SumIntensitySettings, seconds_per_line: float) -> dict[str, Any]:
    """One event, by the names of the shared format."""
    words = _STATUS_WORDS.get(event.status)
    return {
        "peak_id": event.peak_id,
        "status": event.status,
        "warnings": [words] if words else [],
        "onset": {"index": event.onset, "time_sec": event.onset_s, "value": event.onset_value},
        "peak": {
            "index": event.peak,
            "time_sec": event.peak_s,
            "value": event.peak_value,
            "amplitude": event.amplitude,
        },
        "detection_method": settings.detection_method,
        "features": {name: _feature_document(feature) for name, feature in event.features.items()},
        "level_crossings": [_crossing_document(crossing, seconds_per_line) for crossing in event.crossings],
        "intervals": {
            "onset_to_onset_interval_sec": event.onset_interval_s,
            "peak_to_peak_interval_sec": event.peak_interval_s,
        },
    }


def _feature_document(feature: Feature) -> dict[str, Any]:
    status = "failed" if feature.value is None else "ok"
    return {"value": feature.value, "status": status, "reason": feature.reason}


def _crossing_document(crossing: LevelCrossing, seconds_per_line: float) -> dict[str, Any]:
    width = crossing.width
    return {
        "fraction": crossing.fraction,
        "value": crossing.value,
        "left_index": crossing.left_index,
        "right_index": crossing.right_index,
        "width": width,
        "width_sec": None if width is None else width * seconds_per_line,
        "status": crossing.status,
    }
