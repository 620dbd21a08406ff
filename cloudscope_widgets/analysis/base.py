"""What an analysis is: a name, parameters, and a function from pixels to a result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

import pandas as pd
from numpy.typing import NDArray

from cloudscope_widgets.core.header import Calibration
from cloudscope_widgets.core.params import Param, ParamValue
from cloudscope_widgets.core.record import Record


@dataclass(frozen=True, slots=True)
class Task:
    """What an analysis works on, and how it tells of its progress."""

    pixels: NDArray[Any]
    """Pixels (lines, columns) of one channel inside the region."""
    calibration: Calibration
    params: Mapping[str, ParamValue]
    """A checked value for every parameter."""
    progress: Callable[[float, str], None]
    """Takes the fraction done, 0 to 1, and what is being done, in words."""
    is_cancelled: Callable[[], bool]
    parent: Record | None = None
    """Result that this analysis works on, for those that do not work on the pixels."""
    regions: Mapping[int, NDArray[Any]] = field(default_factory=dict)
    """Pixels (lines, columns) of the regions that parameters name, by ROI id."""


@dataclass(frozen=True, slots=True)
class Result:
    """What an analysis found."""

    summary: dict[str, Any]
    """Numbers of the whole region, without date and version."""
    table: pd.DataFrame | None = None
    """Row by row, in times and rows counted from the first line of the region."""
    quality: pd.DataFrame | None = None
    """Quality of every row of the table."""
    method: dict[str, Any] = field(default_factory=dict)
    """Automatic choices, and under ``sentences`` how it was done, in words for a paper."""


class Analysis(Protocol):
    """One way to measure something in a region of a recording."""

    name: ClassVar[str]
    """Name in the saved files."""
    label: ClassVar[str]
    """Name in the interface."""
    version: ClassVar[int]
    """Changes with every number that the analysis gives."""
    params: ClassVar[tuple[Param, ...]]
    needs_own_region: ClassVar[tuple[str, ...]]
    """Analyses whose results the shared format cannot hold for the same region and channel."""

    def run(self, task: Task) -> Result:
        """Measure.

        Raises
        ------
        ValueError
            When the region or its pixels cannot be measured; a sentence that says what to change.
        Cancelled
            When ``task.is_cancelled()`` returned True.
        """
