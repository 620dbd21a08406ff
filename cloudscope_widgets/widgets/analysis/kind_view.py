"""The view of an analysis that has none of its own: every column over time, every number of the summary a fact."""

from __future__ import annotations

import math
import re

import numpy as np

from cloudscope_widgets.core.header import Calibration
from cloudscope_widgets.core.kinds import Column, Kind
from cloudscope_widgets.core.record import Record
from cloudscope_widgets.widgets.analysis.measurement_site import Place
from cloudscope_widgets.widgets.analysis.result_time import result_time
from cloudscope_widgets.widgets.analysis.view import Fact, PlainView, Trace

MOST_FACTS = 8
_ABOUT_THE_RUN = frozenset({"version", "analysis_date", "analysis_time", "analysis_version"})


class KindView(PlainView):
    """Shows whatever the kind of an analysis says that it stores."""

    def __init__(self, kind: Kind) -> None:
        """Show results of this kind."""
        self.kind = kind

    def traces(self, record: Record, site: Place) -> tuple[Trace, ...]:
        """One trace for each column of floating-point numbers beside the time."""
        table, time_column = record.held_table, self.kind.time_column
        if table is None or time_column not in table.columns:
            return ()
        where = result_time(record, site.roi, site.acquisition.header.calibration)
        time = where.seconds(table[time_column].to_numpy(float))
        found = [column for column in self.kind.columns if _is_shown(column, time_column) and column.name in table]
        return tuple(
            Trace(
                name=column.name,
                label=column_label(column.name),
                unit=shown_unit(column.unit, where.then),
                time=time,
                value=table[column.name].to_numpy(float),
            )
            for column in found
        )

    def facts(self, record: Record, site: Place) -> tuple[Fact, ...]:  # noqa: ARG002  (of the protocol)
        """Every number of the summary, in its order, as far as there is room."""
        numbers = [
            Fact(column_label(name), float(value))
            for name, value in record.summary.items()
            if name not in _ABOUT_THE_RUN
            and isinstance(value, int | float)
            and not isinstance(value, bool)
            and math.isfinite(value)
        ]
        return tuple(numbers[:MOST_FACTS])


def _is_shown(column: Column, time_column: str) -> bool:
    return column.name != time_column and np.dtype(column.dtype).kind == "f" and column.unit != "lines"


def column_label(name: str) -> str:
    """Name of a column as a label: words, the first one with a capital."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def shown_unit(unit: str, calibration: Calibration) -> str:
    """Unit of a column under the calibration of its result, which counts lines or pixels where it is not known."""
    unknown = {
        **({} if calibration.is_time_known else {"s": "line"}),
        **({} if calibration.is_space_known else {"µm": "px"}),
    }
    return re.sub(r"[^\W\d_]+", lambda word: unknown.get(word[0], word[0]), unit)
