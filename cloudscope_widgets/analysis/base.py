"""What an analysis is: its kind, its parameters, and a function from pixels to a result."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cloudscope_widgets.core.header import Calibration
from cloudscope_widgets.core.kinds import Kind
from cloudscope_widgets.core.params import Param, ParamValue
from cloudscope_widgets.core.record import Record

NO_PIXELS: NDArray[Any] = np.empty((0, 0))
"""What an analysis of other results gets in the place of pixels."""


def ignore_progress(_fraction: float, _what: str) -> None:
    """Do nothing with the progress."""


def never_cancelled() -> bool:
    """Return that nobody has asked to stop."""
    return False


@dataclass(frozen=True, slots=True)
class Context:
    """What an analysis may use besides pixels, calibration and parameters."""

    progress: Callable[[float, str], None] = ignore_progress
    """Takes the fraction done, 0 to 1, and what is being done, in words."""
    is_cancelled: Callable[[], bool] = never_cancelled
    """Asked now and then; True to stop by raising ``Cancelled``."""
    parents: tuple[Record, ...] = ()
    """Results that this analysis works on, in the order in which its kind names them."""
    regions: Mapping[int, NDArray[Any]] = field(default_factory=dict)
    """Pixels (lines, columns) of the regions that parameters name, by ROI id."""


_WITHOUT_CONTEXT = 3
"""Arguments of a ``measure`` that takes pixels, calibration and parameters only."""

ALONE = Context()
"""Context of a measurement that nobody watches, as in a script or a worker process."""


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
    """One way to measure something in a region of a recording.

    An instance holds no state, and can be pickled: a notebook, a worker process and a cluster run the same ``measure``.
    """

    kind: ClassVar[Kind]
    """What it stores, and under which name."""
    version: ClassVar[int]
    """Changes with every number that the analysis gives."""
    params: ClassVar[tuple[Param, ...]]

    def measure(
        self, pixels: NDArray[Any], calibration: Calibration, params: Mapping[str, ParamValue], context: Context = ALONE
    ) -> Result:
        """Measure; knows neither open recordings nor files.

        Parameters
        ----------
        pixels
            Pixels (lines, columns) of one channel inside the region; none for an analysis of other results.
        calibration
            Time per line and size of a pixel.
        params
            A checked value for every parameter.
        context
            Progress, cancelling, and the results and further regions to work on.

        Raises
        ------
        ValueError
            When the region or its pixels cannot be measured; a sentence that says what to change.
        Cancelled
            When ``context.is_cancelled()`` returned True.
        """


def measured(
    analysis: Analysis,
    pixels: NDArray[Any],
    calibration: Calibration,
    params: Mapping[str, ParamValue],
    context: Context,
) -> Result:
    """What an analysis measures; one whose ``measure`` takes no context does without it."""
    taken = inspect.signature(analysis.measure).parameters.values()
    places = [item for item in taken if item.kind in {item.POSITIONAL_ONLY, item.POSITIONAL_OR_KEYWORD}]
    if len(places) > _WITHOUT_CONTEXT or any(item.kind is item.VAR_POSITIONAL for item in taken):
        return analysis.measure(pixels, calibration, params, context)
    return analysis.measure(pixels, calibration, params)


@dataclass(frozen=True, slots=True)
class Task:
    """All that an analysis works on, as one value."""

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


class TaskAnalysis(ABC):
    """An analysis that takes the arguments of ``measure`` as one task."""

    reads_parts: ClassVar[bool] = True
    """Whether pixels of a long region may be an object that reads them from the file: it has ``shape``, ``dtype``,
    ``ndim`` and a length, and gives arrays for ``[a:b]``, ``[a:b:step]``, ``[a:b, c:d]`` and ``[array of lines]``.
    Analyses that do not have this always get an array."""
    kind: ClassVar[Kind]
    version: ClassVar[int]
    params: ClassVar[tuple[Param, ...]]

    def measure(
        self, pixels: NDArray[Any], calibration: Calibration, params: Mapping[str, ParamValue], context: Context = ALONE
    ) -> Result:
        """Measure; parameters and errors are those of ``Analysis.measure``."""
        parent = next(iter(context.parents), None)
        return self.run(
            Task(pixels, calibration, params, context.progress, context.is_cancelled, parent, context.regions)
        )

    @abstractmethod
    def run(self, task: Task) -> Result:
        """Measure."""
