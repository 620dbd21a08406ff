"""Regions of interest: rectangles and lines on a kymograph, and the ordered set of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, overload

from cloudscope_widgets.core.frozen import EMPTY, FrozenDict
from cloudscope_widgets.core.numbers import checked_flag, checked_text, checked_whole

_BOUNDS = ("row_start", "row_stop", "col_start", "col_stop", "row0", "col0", "row1", "col1")


@dataclass(frozen=True, slots=True)
class RectRoi:
    """A rectangle, half open: ``row_start <= row < row_stop`` and the same for columns."""

    roi_id: int
    row_start: int
    row_stop: int
    col_start: int
    col_stop: int
    name: str = ""
    note: str = ""
    is_locked: bool = False
    extra: FrozenDict = EMPTY
    """Keys of the saved file that this program does not know."""
    twin_of: int | None = None
    """Id of the region for which this one holds what the shared format cannot hold there; None for one of its own."""

    def __post_init__(self) -> None:
        """Refuse bounds that are no whole numbers, and what could not be saved."""
        _check_fields(self)

    @property
    def bounds(self) -> tuple[int, int, int, int]:
        """``row_start, row_stop, col_start, col_stop``."""
        return self.row_start, self.row_stop, self.col_start, self.col_stop

    def clamped(self, shape: tuple[int, int]) -> RectRoi:
        """Return the part that lies inside an image of ``shape`` (lines, columns), at least one pixel."""
        row_start, row_stop = _clamp_range(self.row_start, self.row_stop, shape[0])
        col_start, col_stop = _clamp_range(self.col_start, self.col_stop, shape[1])
        return replace(self, row_start=row_start, row_stop=row_stop, col_start=col_start, col_stop=col_stop)


@dataclass(frozen=True, slots=True)
class LineRoi:
    """A straight line between two pixels; the end points are not ordered."""

    roi_id: int
    row0: int
    col0: int
    row1: int
    col1: int
    name: str = ""
    note: str = ""
    is_locked: bool = False
    extra: FrozenDict = EMPTY
    """Keys of the saved file that this program does not know."""

    def __post_init__(self) -> None:
        """Refuse bounds that are no whole numbers, and what could not be saved."""
        _check_fields(self)

    @property
    def bounds(self) -> tuple[int, int, int, int]:
        """``row0, col0, row1, col1``."""
        return self.row0, self.col0, self.row1, self.col1

    def clamped(self, shape: tuple[int, int]) -> LineRoi:
        """Return the line with both ends moved into an image of ``shape`` (lines, columns)."""
        last_row, last_col = shape[0] - 1, shape[1] - 1
        return replace(
            self,
            row0=_clamp(self.row0, last_row),
            col0=_clamp(self.col0, last_col),
            row1=_clamp(self.row1, last_row),
            col1=_clamp(self.col1, last_col),
        )


Roi = RectRoi | LineRoi


def _check_fields(roi: Roi) -> None:
    """Refuse fields of a region that could not be saved."""
    object.__setattr__(roi, "roi_id", checked_whole("the id of a ROI", roi.roi_id, least=0))
    for name in _BOUNDS:
        if hasattr(roi, name):
            object.__setattr__(roi, name, checked_whole(name, getattr(roi, name)))
    for name in ("name", "note"):
        object.__setattr__(roi, name, checked_text(f"the {name} of a ROI", getattr(roi, name)))
    object.__setattr__(roi, "is_locked", checked_flag("is_locked", roi.is_locked))


def _clamp(value: int, last: int) -> int:
    return max(0, min(value, last))


def _clamp_range(start: int, stop: int, size: int) -> tuple[int, int]:
    low, high = sorted((start, stop))
    low = _clamp(low, size - 1)
    return low, max(low + 1, min(high, size))


class RoiSet(Sequence[Roi]):
    """The regions of interest of one recording, in the order in which they were made."""

    __slots__ = ("_rois",)
    _rois: tuple[Roi, ...]

    def __init__(self, rois: Iterable[Roi] = ()) -> None:
        """Hold ``rois``; two with the same id are refused."""
        held = tuple(rois)
        ids = [roi.roi_id for roi in held]
        if len(set(ids)) != len(ids):
            msg = f"each ROI needs an id of its own, got {ids}"
            raise ValueError(msg)
        object.__setattr__(self, "_rois", held)

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse: an edit makes a new set."""
        msg = f"a RoiSet cannot be changed (tried to set {name}); use added, replaced or removed"
        raise AttributeError(msg)

    @overload
    def __getitem__(self, index: int) -> Roi: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Roi, ...]: ...
    def __getitem__(self, index: int | slice) -> Roi | tuple[Roi, ...]:
        """ROI at a position of the list, which is not its id."""
        return self._rois[index]

    def __len__(self) -> int:
        """Count of ROIs."""
        return len(self._rois)

    def __iter__(self) -> Iterator[Roi]:
        """ROIs in the order in which they were made."""
        return iter(self._rois)

    def __eq__(self, other: object) -> bool:
        """Equal when all ROIs are, in the same order."""
        return isinstance(other, RoiSet) and self._rois == other._rois

    def __hash__(self) -> int:
        """Hash over all ROIs."""
        return hash(self._rois)

    def __repr__(self) -> str:
        """Show the ROIs."""
        return f"RoiSet({list(self._rois)!r})"

    def __reduce__(self) -> tuple[type[RoiSet], tuple[tuple[Roi, ...]]]:
        """Pickle as a tuple of ROIs."""
        return RoiSet, (self._rois,)

    @property
    def ids(self) -> tuple[int, ...]:
        """Ids in the order of the set."""
        return tuple(roi.roi_id for roi in self._rois)

    def by_id(self, roi_id: int) -> Roi:
        """Return the ROI with this id; KeyError names the ids there are."""
        for roi in self._rois:
            if roi.roi_id == roi_id:
                return roi
        known = ", ".join(map(str, self.ids)) or "none"
        msg = f"there is no ROI {roi_id}; ROIs of this file: {known}"
        raise KeyError(msg)

    def next_id(self, used: Iterable[int] = ()) -> int:
        """Smallest id above all of this set and above all ``used`` elsewhere, for instance by records."""
        return max([0, *self.ids, *used]) + 1

    def added(self, roi: Roi) -> RoiSet:
        """Return the set with ``roi`` at its end."""
        return RoiSet((*self._rois, roi))

    def replaced(self, roi_id: int, **changes: Any) -> RoiSet:  # noqa: ANN401  (fields of either kind of ROI)
        """Return the set with some fields of one ROI changed."""
        roi = self.by_id(roi_id)
        known = [item.name for item in fields(roi) if item.name not in {"roi_id", "extra", "twin_of"}]
        unknown = [name for name in changes if name not in known]
        if unknown:
            raise TypeError(f"unknown field {unknown[0]!r} of ROI {roi_id}; its fields are {', '.join(known)}")
        changed = replace(roi, **changes)
        return RoiSet(changed if roi.roi_id == roi_id else roi for roi in self._rois)

    def removed(self, roi_id: int) -> RoiSet:
        """Return the set without one ROI."""
        self.by_id(roi_id)
        return RoiSet(roi for roi in self._rois if roi.roi_id != roi_id)
