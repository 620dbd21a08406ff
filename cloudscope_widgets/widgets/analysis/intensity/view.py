"""How a sum intensity is shown: dF/F over time with its peaks, the steps before it, F0, and the table of peaks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from cloudscope_widgets.core.kinds import SUM_INTENSITY
from cloudscope_widgets.core.record import Record
from cloudscope_widgets.widgets.analysis.measurement_site import Place
from cloudscope_widgets.widgets.analysis.result_time import ResultTime, result_time
from cloudscope_widgets.widgets.analysis.view import Fact, Handle, PlainView, Row, RowColumn, Rows, Trace
from cloudscope_widgets.widgets.kit.number_text import share_text

_TRACES = (
    ("df_f_signal", "dF/F", ""),
    ("detrended_norm_sum_intensity", "Intensity, detrended", "counts/px"),
    ("filtered_norm_sum_intensity", "Intensity, filtered", "counts/px"),
    ("norm_sum_intensity", "Intensity", "counts/px"),
    ("d_df_f_signal", "d(dF/F)/dt", "1/s"),
)
_F0_TRACE = "detrended_norm_sum_intensity"
_MS = 1000
_HALF = 0.5
"""Of the height, where the width of a peak is told."""
_COLUMNS = (
    RowColumn("onset", "Onset", "s", 3),
    RowColumn("peak", "Peak", "s", 3),
    RowColumn("amplitude", "Amplitude", "", 3),
    RowColumn("rise", "Rise 10–90", "ms", 0),
    RowColumn("half_width", "Width 50 %", "ms", 0),
    RowColumn("decay", "Decay 90–10", "ms", 0),
    RowColumn("auc", "Area", "s", 4),
    RowColumn("status", "Status"),
)


class IntensityView(PlainView):
    """dF/F first; peaks are the rows, and F0 can be dragged on the trace it is found in."""

    kind = SUM_INTENSITY

    def traces(self, record: Record, site: Place) -> tuple[Trace, ...]:
        """dF/F, then the steps that led to it and its slope."""
        table = record.held_table
        if table is None:
            return ()
        where = result_time(record, site.roi, site.acquisition.header.calibration)
        time = where.seconds(table["time_sec"].to_numpy(float))
        return tuple(
            Trace(name, label, unit, time, table[name].to_numpy(float))
            for name, label, unit in _TRACES
            if name in table
        )

    def facts(self, record: Record, site: Place) -> tuple[Fact, ...]:  # noqa: ARG002  (of the protocol)
        """How many peaks there are, how large, on which baseline, and what went wrong."""
        summary = record.summary
        lost = _number(summary.get("bleached_fraction"))
        said = [*_texts(summary.get("errors")), *_texts(summary.get("warnings"))]
        return (
            Fact("peaks", _number(summary.get("num_peaks"))),
            Fact("median amplitude", _number(summary.get("peak_amplitude_median")), help="dF/F from onset to peak"),
            Fact("F0", _number(summary.get("f0_baseline")), "counts/px", help=_baseline_help(summary)),
            *(() if lost is None else (Fact("bleached", share_text(lost), help="Loss of the fitted exponential"),)),
            *(Fact("", text, is_warning=True) for text in said),
        )

    def rows(self, record: Record, site: Place) -> Rows | None:
        """One row for each peak, at its times in the image."""
        where = result_time(record, site.roi, site.acquisition.header.calibration)
        events = record.summary.get("peak_events") or ()
        found = tuple(_row(event, where) for event in events if isinstance(event, Mapping))
        return Rows("Peaks", _COLUMNS, found)

    def handles(self, record: Record, site: Place) -> tuple[Handle, ...]:  # noqa: ARG002  (of the protocol)
        """The baseline, which becomes manual when it is dragged."""
        level = _number(record.summary.get("f0_baseline"))
        return () if level is None else (Handle("manual_f0_baseline", level, "F0", _F0_TRACE),)


def _row(event: Mapping[str, Any], where: ResultTime) -> Row:
    onset, peak = _seconds(event, "onset", where), _seconds(event, "peak", where)
    crossing: Mapping[str, Any] = next(
        (item for item in event.get("level_crossings") or () if item.get("fraction") == _HALF), {}
    )
    cells = (
        onset,
        peak,
        _number((event.get("peak") or {}).get("amplitude")),
        _ms(_feature(event, "rise_10_90_sec")),
        _ms(_number(crossing.get("width_sec"))),
        _ms(_feature(event, "decay_90_10_sec")),
        _feature(event, "auc"),
        str(event.get("status") or "").replace("_", " "),
    )
    start = onset if onset is not None else peak or 0.0
    return Row(int(event.get("peak_id") or 0), start, start if peak is None else peak, cells)


def _seconds(event: Mapping[str, Any], name: str, where: ResultTime) -> float | None:
    seconds = _number((event.get(name) or {}).get("time_sec"))
    return None if seconds is None else float(where.seconds(np.array([seconds]))[0])


def _feature(event: Mapping[str, Any], name: str) -> float | None:
    return _number(((event.get("features") or {}).get(name) or {}).get("value"))


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else seconds * _MS


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _texts(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list | tuple) else []


def _baseline_help(summary: Mapping[str, Any]) -> str:
    if summary.get("baseline_method") == "manual":
        return "Set by hand"
    return f"{summary.get('baseline_percentile')}th percentile of the detrended trace"
