"""How a diameter is shown: the filtered diameter over time, its edges on the image, and the quality of the rows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cloudscope_widgets.core.kinds import DIAMETER
from cloudscope_widgets.core.record import Record
from cloudscope_widgets.widgets.analysis.measurement_site import Place
from cloudscope_widgets.widgets.analysis.result_time import ResultTime, result_time
from cloudscope_widgets.widgets.analysis.view import Fact, Overlay, PlainView, Trace
from cloudscope_widgets.widgets.kit.number_text import count_text, share_text

FloatArray = NDArray[np.float64]

_TRACES = (
    ("filtered", "Diameter", "diameter_{}_filt"),
    ("unfiltered", "Diameter, not filtered", "diameter_{}"),
    ("left_edge", "Left edge", "left_edge_{}"),
    ("right_edge", "Right edge", "right_edge_{}"),
)
_VIOLATIONS = (
    ("num_qc_edge_violations", "edges", "Rows with a missing, weak or jumping edge"),
    ("num_qc_diameter_violations", "jumps", "Rows whose diameter jumps from one row to the next"),
    ("num_qc_center_violations", "shifts", "Rows whose middle jumps from one row to the next"),
)


class DiameterView(PlainView):
    """Diameter, edges and quality; lengths are pixels where the size of a pixel is not known."""

    kind = DIAMETER

    def traces(self, record: Record, site: Place) -> tuple[Trace, ...]:
        """Diameters, then the edges."""
        table = record.held_table
        if table is None:
            return ()
        where = result_time(record, site.roi, site.acquisition.header.calibration)
        suffix, unit = _length(where)
        time = where.seconds(table["time_s"].to_numpy(float))
        accepted = _accepted(record)
        pixel = where.then.um_per_pixel if suffix == "um" else 1.0
        begins = {"left_edge": where.first_col * pixel, "right_edge": where.first_col * pixel}
        return tuple(
            Trace(
                name, label, unit, time, *_split(_numbers(table, column.format(suffix)) + begins.get(name, 0), accepted)
            )
            for name, label, column in _TRACES
        )

    def overlays(self, record: Record, site: Place) -> tuple[Overlay, ...]:
        """Both edges, where they were found and count."""
        table = record.held_table
        if table is None:
            return ()
        where = result_time(record, site.roi, site.acquisition.header.calibration)
        rows = _numbers(table, "center_row") + where.first_line
        accepted = _accepted(record)
        return tuple(
            Overlay(name, rows, _split(_numbers(table, column), accepted)[0] + where.first_col)
            for name, column in (("left edge", "left_edge_px"), ("right edge", "right_edge_px"))
        )

    def facts(self, record: Record, site: Place) -> tuple[Fact, ...]:
        """Rows that count, the middle of the diameters and their spread, and what was found wrong."""
        where = result_time(record, site.roi, site.acquisition.header.calibration)
        values = next((trace.value for trace in self.traces(record, site)), np.array([]))
        finite = values[np.isfinite(values)]
        _, unit = _length(where)
        return (
            _counted(len(finite), len(values)),
            *_middle(finite, unit),
            *_standard_error(record, where),
            *_violations(record.summary),
        )


def _counted(kept: int, rows: int) -> Fact:
    share = share_text(kept / rows if rows else None)
    text = f"{count_text(kept)} of {count_text(rows)} rows ({share})"
    return Fact("measured", text, help="Rows with a diameter", is_warning=kept * 2 < rows)


def _middle(finite: FloatArray, unit: str) -> tuple[Fact, ...]:
    if not len(finite):
        return (Fact("median", None, unit),)
    mean = float(finite.mean())
    return (
        Fact("median", float(np.median(finite)), unit, help="Of all rows that count"),
        Fact("CV", share_text(float(finite.std()) / mean if mean else None), help="Standard deviation / mean"),
    )


def _standard_error(record: Record, where: ResultTime) -> tuple[Fact, ...]:
    """Typical standard error of a row, where the method tells it."""
    quality = record.held_quality
    if quality is None or "diameter_um_se" not in quality:
        return ()
    errors = quality["diameter_um_se"].to_numpy(float)
    errors = errors[np.isfinite(errors)]
    if not len(errors):
        return ()
    _, unit = _length(where)
    typical = float(np.median(errors)) / (1.0 if where.then.is_space_known else where.then.um_per_pixel)
    return (Fact("± of a row", typical, unit, help="Median standard error of one row"),)


def _violations(summary: Mapping[str, object]) -> tuple[Fact, ...]:
    counted = [(summary.get(name), label, text) for name, label, text in _VIOLATIONS]
    return tuple(
        Fact(label, float(count), help=text, is_warning=True)
        for count, label, text in counted
        if isinstance(count, int) and count
    )


def _length(where: ResultTime) -> tuple[str, str]:
    """Suffix of the columns of lengths, and their unit."""
    return ("um", "µm") if where.then.is_space_known else ("px", "px")


def _numbers(table: pd.DataFrame, column: str) -> FloatArray:
    return table[column].to_numpy(float)


def _accepted(record: Record) -> NDArray[np.bool_] | None:
    quality = record.held_quality
    return None if quality is None else quality["accepted"].to_numpy(bool)


def _split(values: FloatArray, accepted: NDArray[np.bool_] | None) -> tuple[FloatArray, FloatArray | None]:
    """Values that count, and those that were refused."""
    if accepted is None or len(accepted) != len(values) or accepted.all():
        return values, None
    return np.where(accepted, values, np.nan), np.where(accepted, np.nan, values)
