"""What the result of an analysis looks like, as data: traces, shapes on the image, facts, rows and lines to drag."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from cloudscope_widgets.core.kinds import Kind
from cloudscope_widgets.core.record import Record
from cloudscope_widgets.widgets.analysis.measurement_site import Place

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """One quantity over the time of the image."""

    name: str
    """Tells it from the other traces of its result."""
    label: str
    """On the axis, such as "Diameter"."""
    unit: str
    """Empty for a pure number."""
    time: FloatArray
    """Times of the points (points,), in seconds of the image, or in lines where the time per line is not known."""
    value: FloatArray
    """Values (points,), NaN where a point was rejected or has none."""
    rejected: FloatArray | None = None
    """What rejected points would have shown (points,), NaN elsewhere; they are crosses and count for nothing."""
    doubtful: BoolArray | None = None
    """Points (points,) that count, since nobody judged them, but are shown as crosses at 0."""
    axis: Literal["from_zero", "range"] = "range"
    """Whether the axis begins at 0, or spans the values alone."""
    unsigned_label: str = ""
    """On the axis while values are shown without their sign; empty where the sign cannot be left off."""
    is_judged: bool = True
    """Whether the method says which points can be trusted."""


@dataclass(frozen=True, slots=True, eq=False)
class Overlay:
    """A line on the image; it breaks where a number is NaN."""

    name: str
    rows: FloatArray
    """Rows (points,) of the image."""
    cols: FloatArray
    """Columns (points,) of the image; the middle of the first pixel is 0."""
    style: Literal["line", "dashed", "points"] = "line"


@dataclass(frozen=True, slots=True)
class Fact:
    """One number that describes a result."""

    label: str
    value: float | str | None
    """None where it is not known."""
    unit: str = ""
    help: str = ""
    is_warning: bool = False


@dataclass(frozen=True, slots=True)
class RowColumn:
    """One column of the rows of a result."""

    name: str
    label: str
    unit: str = ""
    decimals: int | None = None
    """Of its numbers; None for text."""


@dataclass(frozen=True, slots=True)
class Row:
    """One event or peak: what is reviewed by a person."""

    row_id: int
    start_s: float
    stop_s: float
    cells: tuple[float | str | None, ...]
    review: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """A table under the trace: events, or peaks."""

    name: str
    columns: tuple[RowColumn, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Handle:
    """A level of the plot that can be dragged to set a parameter."""

    param: str
    value: float
    label: str
    trace: str = field(default="")
    """Name of the trace on whose axis it lies; empty for the first one."""


class AnalysisView(Protocol):
    """How the results of one analysis are shown; it computes, and draws nothing itself."""

    kind: Kind

    def traces(self, record: Record, site: Place) -> tuple[Trace, ...]:
        """Traces of a result with a table, the one that is shown first in front."""

    def overlays(self, record: Record, site: Place) -> tuple[Overlay, ...]:
        """Lines on the image."""

    def facts(self, record: Record, site: Place) -> tuple[Fact, ...]:
        """Numbers that describe the result, the most important ones first."""

    def rows(self, record: Record, site: Place) -> Rows | None:
        """Intervals of the result that a person may review; None when it has none."""

    def handles(self, record: Record, site: Place) -> tuple[Handle, ...]:
        """Levels of the plot that set a parameter."""


class PlainView:
    """What a view shows that has nothing but traces."""

    def overlays(self, record: Record, site: Place) -> tuple[Overlay, ...]:  # noqa: ARG002  (of the protocol)
        """None."""
        return ()

    def facts(self, record: Record, site: Place) -> tuple[Fact, ...]:  # noqa: ARG002
        """None."""
        return ()

    def rows(self, record: Record, site: Place) -> Rows | None:  # noqa: ARG002
        """None."""
        return None

    def handles(self, record: Record, site: Place) -> tuple[Handle, ...]:  # noqa: ARG002
        """None."""
        return ()
