"""How a sum intensity is shown: dF/F over time with its peaks, the steps before it, F0, and the table of peaks."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from cloudscope_widgets.core.kinds import SUM_INTENSITY
from cloudscope_widgets.core.record import Record
from cloudscope_widgets.widgets.analysis.measurement_site import Place
from cloudscope_widgets.widgets.analysis.result_time import result_time
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
_CELLS = (
    (RowColumn("onset", "Onset", "s", 3), "onset_s", 1),
    (RowColumn("peak", "Peak", "s", 3), "peak_s", 1),
    (RowColumn("amplitude", "Amplitude", "", 3), "amplitude", 1),
    (RowColumn("rise", "Rise 10–90", "ms", 0), "rise_10_90_sec", _MS),
    (RowColumn("half_width", "Width 50 %", "ms", 0), "width_50_s", _MS),
    (RowColumn("decay", "Decay 90–10", "ms", 0), "decay_90_10_sec", _MS),
    (RowColumn("auc", "Area", "s", 4), "auc", 1),
)
"""Columns of the peaks: what each shows of ``Record.peaks``, and how many of its unit are one there."""


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
        peaks = record.peaks
        if peaks is None:
            return None
        line_s = site.acquisition.header.seconds_per_line  # of the image now, not as the peaks were measured
        now = peaks.assign(onset_s=peaks["onset_row"] * line_s, peak_s=peaks["peak_row"] * line_s)
        found = tuple(_row(peak) for peak in now.to_dict("records"))
        return Rows("Peaks", tuple(column for column, _, _ in _CELLS), found)

    def handles(self, record: Record, site: Place) -> tuple[Handle, ...]:  # noqa: ARG002  (of the protocol)
        """The baseline, which becomes manual when it is dragged."""
        level = _number(record.summary.get("f0_baseline"))
        return () if level is None else (Handle("manual_f0_baseline", level, "F0", _F0_TRACE),)


def _row(peak: Mapping[Any, Any]) -> Row:
    cells = tuple(_finite(peak.get(name), factor) for _, name, factor in _CELLS)
    times = [time for time in cells[:2] if time is not None]
    start, stop = (min(times), max(times)) if times else (0.0, 0.0)
    return Row(int(peak["peak_id"]), start, stop, cells, peak["review"])


def _finite(value: Any, factor: float) -> float | None:  # noqa: ANN401  (as the table holds it)
    return float(value) * factor if isinstance(value, int | float) and math.isfinite(value) else None


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _texts(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list | tuple) else []


def _baseline_help(summary: Mapping[str, Any]) -> str:
    if summary.get("baseline_method") == "manual":
        return "Set by hand"
    return f"{summary.get('baseline_percentile')}th percentile of the detrended trace"
