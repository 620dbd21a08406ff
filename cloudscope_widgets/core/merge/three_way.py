"""Three-way merge: two states that grew from one are brought together without losing an edit of either.

What one side alone has changed counts. What both have changed to the same is no conflict. What both have changed
differently is one, and is kept twice where there can be two of it (regions, results, events); of a field there is only
one, and ours counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeVar

from cloudscope_widgets.core.contrast import ContrastSet
from cloudscope_widgets.core.events import Event
from cloudscope_widgets.core.experiment import FIELD_NAMES, Experiment
from cloudscope_widgets.core.frozen import FrozenDict
from cloudscope_widgets.core.header import Header
from cloudscope_widgets.core.kinds import holds_events
from cloudscope_widgets.core.merge.tree import (
    Key,
    Node,
    Value,
    is_rival,
    moved,
    records_of,
    regions_of,
    same_tree,
    same_value,
    strays_of,
)
from cloudscope_widgets.core.peaks import PeakReview, matching
from cloudscope_widgets.core.record import Record, RecordKey, RecordSet
from cloudscope_widgets.core.roi import RectRoi, Roi, RoiSet
from cloudscope_widgets.core.snapshot import Snapshot
from cloudscope_widgets.core.table_clock import on_line_time
from cloudscope_widgets.core.twins import LABELS, made_twin, pair_ids, renamed_twin, settled, with_original_moved

Keep = Literal["both", "theirs"]
_Value = TypeVar("_Value")
_ABSENT = object()
_COPY = " copy"


@dataclass(frozen=True, slots=True)
class Conflict:
    """One thing that both sides have changed, differently."""

    what: str
    """In words, such as "ROI 2" or "species"."""
    ours: Any
    """The value here, None when it was deleted here."""
    theirs: Any
    """The value of the other side, None when it was deleted there."""
    is_deletion: bool = False
    """Whether one side has deleted what the other one has changed."""

    @property
    def sentence(self) -> str:
        """What happened, without a full stop."""
        if self.is_deletion and self.ours is None:
            return f"{self.what} was deleted here and changed by another program"
        if self.is_deletion:
            return f"{self.what} was changed here and deleted by another program"
        return f"{self.what} was changed here and by another program"


@dataclass(frozen=True, slots=True)
class Merged:
    """Two states brought together."""

    snapshot: Snapshot
    conflicts: tuple[Conflict, ...] = ()
    notes: tuple[str, ...] = ()
    """Sentences on what the user would not expect, such as a region with another id."""
    moved: Mapping[int, int] = field(default_factory=dict)
    """New ids of regions of ours whose id was taken by another region."""


def merge(
    base: Snapshot, ours: Snapshot, theirs: Snapshot, *, keep: Keep = "both", taken: Iterable[int] = ()
) -> Merged:
    """Bring together two states that grew from one.

    Parameters
    ----------
    base
        State from which both grew.
    ours, theirs
        The two states. Where they say the same, the values of ``theirs`` are taken, which know what is on disk.
    keep
        What becomes of a conflict: both versions where that is possible, or theirs alone.
    taken
        Ids of regions that must not be given to another one.
    """
    if ours in (base, theirs):
        return Merged(theirs)
    if theirs == base:
        return Merged(ours)
    base, ours, theirs = _on_one_time(base, ours, theirs, keep)
    return _Merge(base, ours, theirs, keep, taken).result()


def _on_one_time(base: Snapshot, ours: Snapshot, theirs: Snapshot, keep: Keep) -> tuple[Snapshot, Snapshot, Snapshot]:
    """States with their events on the time axis of the outcome; a calibration alone changes no event."""
    before, mine, other = (state.header.calibration for state in (base, ours, theirs))
    is_theirs = mine in (before, other) or (keep == "theirs" and other != before)
    after_s = (other if is_theirs else mine).seconds_per_line

    def on_time(state: Snapshot) -> Snapshot:
        return replace(state, records=on_line_time(state, after_s))

    return on_time(base), on_time(ours), on_time(theirs)


def with_new_ids(state: Snapshot, new_ids: Mapping[int, int]) -> Snapshot:
    """Return a state with some regions, and their results, under new ids."""
    if not new_ids:
        return state
    nodes = [_under(node, new_ids) for node in regions_of(state).values()]
    strays = records_of(_children(strays_of(state).values()))
    return replace(
        state,
        rois=RoiSet(node.value for node in nodes if isinstance(node.value, Roi)),
        records=RecordSet([*records_of(nodes), *strays]),
    )


class _Merge:
    """One merge: the sides, and what is found on the way."""

    def __init__(self, base: Snapshot, ours: Snapshot, theirs: Snapshot, keep: Keep, taken: Iterable[int]) -> None:
        self.base, self.ours, self.theirs, self.keep = base, ours, theirs, keep
        self.conflicts: list[Conflict] = []
        self.notes: list[str] = []
        self.copies: dict[int, Node] = {}
        self._copied: dict[int, int] = {}
        self._next_roi_id = max([*taken, *(state.next_roi_id() - 1 for state in (base, ours, theirs))], default=0) + 1

    def result(self) -> Merged:
        base, ours, theirs = (regions_of(state) for state in (self.base, self.ours, self.theirs))
        new_ids = self._clashes(base, ours, theirs)
        ours = {new_ids.get(roi_id, roi_id): _under(node, new_ids) for roi_id, node in ours.items()}
        regions = {roi_id: self._region(*found) for roi_id, *found in _beside(base, ours, theirs)}
        strays = (
            self._node(*found)
            for _, *found in _beside(*(strays_of(state) for state in (self.base, self.ours, self.theirs)))
        )
        nodes = [node for node in (*regions.values(), *self._paired_copies()) if node is not None]
        snapshot = replace(
            self._fields(),
            rois=settled(RoiSet(node.value for node in nodes if isinstance(node.value, Roi))),
            records=RecordSet(self._in_order([*nodes, *_children(strays)])),
        )
        return Merged(snapshot, tuple(self.conflicts), tuple(self.notes), new_ids)

    def _paired_copies(self) -> Iterator[Node]:
        """Copies of ours; those of both regions of a pair are a pair."""
        for node in self.copies.values():
            value = node.value
            if isinstance(value, RectRoi) and value.twin_of in self._copied:
                original = self.copies[self._copied[value.twin_of]].value
                if isinstance(original, RectRoi):
                    named = replace(value, name=value.name.removesuffix(_COPY))
                    value = replace(named, twin_of=original.roi_id, name=renamed_twin(named, original))
            yield Node(value, node.children)

    # ------------------------------------------------------------ fields
    def _fields(self) -> Snapshot:
        """Everything but regions and results."""
        base, ours, theirs = self.base, self.ours, self.theirs
        calibration = self._one("calibration", tuple(state.header.calibration for state in (base, ours, theirs)))
        return replace(
            theirs,
            header=replace(self._header(), calibration=calibration),
            experiment=self._experiment(),
            contrast=self._contrast(),
            extra=_merged_keys(base.extra, ours.extra, theirs.extra),
            **self._review(),
        )

    def _header(self) -> Header:
        """Header of the layout in which regions of the merged state stand; those of theirs are on disk."""
        base, ours, theirs = self.base.header, self.ours.header, self.theirs.header
        is_theirs = ours.layout == base.layout or bool(self.theirs.rois) or bool(self.theirs.records)
        if ours.layout == theirs.layout or not is_theirs:
            return ours
        if self.ours.rois and ours.layout != base.layout:
            self.conflicts.append(Conflict("the layout", ours.layout, theirs.layout))
        return theirs

    def _experiment(self) -> Experiment:
        states = (self.base.experiment, self.ours.experiment, self.theirs.experiment)
        values = {
            name: self._one(name.replace("_", " "), tuple(getattr(state, name) for state in states))
            for name in FIELD_NAMES
        }
        return Experiment(**values, extra=_merged_keys(*(state.extra for state in states)))

    def _contrast(self) -> ContrastSet:
        states = (self.base.contrast, self.ours.contrast, self.theirs.contrast)
        channels = dict.fromkeys(channel for state in states for channel in state)
        merged = {
            channel: self._one(f"contrast of channel {channel}", tuple(state.get(channel) for state in states))
            for channel in channels
        }
        return ContrastSet({channel: shown for channel, shown in merged.items() if shown is not None})

    def _review(self) -> dict[str, Any]:
        """Verdict with its time; the same verdict given twice is that of the later time."""
        states = (self.base, self.ours, self.theirs)
        verdicts = [(state.review, state.reviewed) for state in states]
        if self.ours.review == self.theirs.review:
            review, reviewed = max(verdicts[1:], key=lambda verdict: str(verdict[1].get("at", "")))
        else:
            review, reviewed = self._one("review", tuple(verdicts))
        return {"review": review, "reviewed": reviewed}

    def _one(
        self,
        what: str,
        sides: tuple[_Value, ...],
        is_same: Callable[[_Value, _Value], bool] = lambda one, other: one == other,
    ) -> _Value:
        """Value of something of which there is only one; the sides are base, ours and theirs."""
        base, ours, theirs = sides
        if is_same(ours, theirs) or is_same(ours, base):
            return theirs
        if is_same(theirs, base):
            return ours
        self.conflicts.append(Conflict(what, ours, theirs))
        return theirs if self.keep == "theirs" or ours is None else ours

    # ------------------------------------------------------------ regions, results, events
    def _clashes(
        self, base: Mapping[int, Node], ours: Mapping[int, Node], theirs: Mapping[int, Node]
    ) -> dict[int, int]:
        """Give a new id to each region of ours whose id another new region took."""
        new_ids: dict[int, int] = {}
        for roi_id, node in ours.items():
            if roi_id in theirs and roi_id not in base and not same_value(node.value, theirs[roi_id].value):
                new_ids[roi_id] = self._new_roi_id()
                self.notes.append(
                    f"Your new ROI {roi_id} is now ROI {new_ids[roi_id]}, because another program added a ROI {roi_id}."
                )
        return new_ids

    def _new_roi_id(self) -> int:
        self._next_roi_id += 1
        return self._next_roi_id - 1

    def _region(self, base: Node | None, ours: Node | None, theirs: Node | None) -> Node | None:
        """One region with its results; a conflict over it, or over a result of it, makes a copy of ours."""
        conflicts, notes = len(self.conflicts), len(self.notes)
        found = self._node(base, ours, theirs)
        if found is None or ours is None or theirs is None:
            return found
        torn = {conflict.what for conflict in self.conflicts[conflicts:] if not conflict.is_deletion}
        if self.keep == "both" and ours.what in torn:
            del self.notes[notes:]  # they tell of results that are kept in the copy instead
            self._copy(ours, tuple(ours.children))
            return theirs
        children = dict(found.children)
        for key, mine in ours.children.items():
            if key not in children:  # they deleted it, and we had left it as it was
                continue
            if self.keep == "both" and _names(mine) & torn:
                children[key] = theirs.children[key]
                self._copy(ours, (key,))
            elif key not in theirs.children and any(
                is_rival(key, other) and other not in ours.children for other in children
            ):
                del children[key]
                self._set_apart(found.value, ours, key)
        return Node(found.value, children)

    def _set_apart(self, region: Value, ours: Node, key: Key) -> None:
        """Keep a result of ours, which the format cannot hold beside theirs, in a twin of its region or in a copy."""
        if not isinstance(region, RectRoi) or not isinstance(key, tuple) or self._has_twin(region.roi_id):
            self._copy(ours, (key,))
            return
        twin = made_twin(region, self._new_roi_id(), LABELS[key[0]])
        self.copies[twin.roi_id] = moved(Node(twin, {key: ours.children[key]}), twin.roi_id)
        what = ours.children[key].what
        self.notes.append(
            f"Your {what} is kept under ROI {twin.roi_id}, {twin.name!r}, beside what another program measured there."
        )

    def _has_twin(self, roi_id: int) -> bool:
        """Whether a region is one of a pair already, on either side."""
        return any(len(pair_ids(state.rois, roi_id)) > 1 for state in (self.ours, self.theirs))

    def _copy(self, region: Node, results: tuple[Key, ...]) -> None:
        """Keep our version of a region, with some of its results, under an id of its own."""
        roi_id = self._new_roi_id()
        name = f"{getattr(region.value, 'name', '') or region.what}{_COPY}"
        held = Node(region.value, {key: region.children[key] for key in results})
        self.copies[roi_id] = moved(held, roi_id, name)
        if isinstance(region.value, Roi):
            self._copied[region.value.roi_id] = roi_id
        what = ", ".join(dict.fromkeys([region.what, *(region.children[key].what for key in results)]))
        self.notes.append(f"Your version of {what} is kept as ROI {roi_id}, {name!r}.")

    def _node(self, base: Node | None, ours: Node | None, theirs: Node | None) -> Node | None:
        present = ours or theirs
        if present is None or ours is None or theirs is None:
            return self._one_sided(present.what if present else "", base, ours, theirs)
        children: dict[Key, Node] = {}
        for key, *found in _beside({} if base is None else base.children, ours.children, theirs.children):
            child = self._node(*found) if isinstance(key, tuple) else None
            if child is not None:
                children[key] = child
        return Node(self._value(base, ours, theirs), {**children, **self._events(base, ours, theirs)})

    def _one_sided(self, what: str, base: Node | None, ours: Node | None, theirs: Node | None) -> Node | None:
        """What one side does not have: new on the other one, or deleted."""
        present = ours or theirs
        if present is None or base is None:
            return present
        if same_tree(base, present):
            return None
        self.conflicts.append(Conflict(what, ours and ours.value, theirs and theirs.value, is_deletion=True))
        return theirs if self.keep == "theirs" else present

    def _value(self, base: Node | None, ours: Node, theirs: Node) -> Value:
        """Region or result itself; one that both have added under the same key is compared with neither."""
        sides: tuple[Value | None, ...] = (base.value if base else None, ours.value, theirs.value)
        value = self._one(ours.what, sides, _are_same) or theirs.value
        before = theirs.value if base is None else base.value
        if isinstance(value, Record) and isinstance(before, Record):
            return _with_keys(value, before, ours.value, theirs.value)
        return value

    def _events(self, base: Node | None, ours: Node, theirs: Node) -> dict[Key, Node]:
        """Events of one result by id; of two that differ, ours gets an id of its own."""
        sides = [{} if node is None else node.children for node in (base, ours, theirs)]
        region = ours.what.removeprefix("events of ")
        events: dict[Key, Node] = {}
        second: list[Event] = []
        for key, before, mine, other in _beside(*sides):
            if isinstance(key, tuple):
                continue
            what = f"event {key} of {region}"
            if mine is None or other is None:
                found = self._one_sided(what, before, mine, other)
            else:
                found, is_torn = self._event(what, before, mine, other)
                second += [mine.value] if is_torn and isinstance(mine.value, Event) else []
            if found is not None:
                events[key] = found
        last = max((key for side in sides for key in side if isinstance(key, int)), default=0)
        for event_id, event in enumerate(second, last + 1):
            events[event_id] = Node(replace(event, event_id=event_id, written=None))
            self.notes.append(f"Your version of event {event.event_id} of {region} is kept as event {event_id}.")
        return events

    def _event(self, what: str, base: Node | None, ours: Node, theirs: Node) -> tuple[Node, bool]:
        """One event, and whether ours has to be kept beside it."""
        if base is None:  # each side has added one
            return theirs, not same_value(ours.value, theirs.value)
        known = len(self.conflicts)
        value = self._one(what, (base.value, ours.value, theirs.value), same_value)
        is_torn = len(self.conflicts) > known
        return (theirs, self.keep == "both") if is_torn else (Node(value), False)

    def _in_order(self, nodes: Iterable[Node]) -> list[Record]:
        """Records in the order of theirs, then of ours, then the copies."""
        order = {record.key: place for place, record in enumerate((*self.theirs.records, *self.ours.records)[::-1])}
        found: dict[RecordKey, Record] = {}
        for record in records_of(nodes):
            found.setdefault(record.key, record)
        return sorted(found.values(), key=lambda record: -order.get(record.key, -1))


def _beside(
    base: Mapping[Any, Node], ours: Mapping[Any, Node], theirs: Mapping[Any, Node]
) -> list[tuple[Any, Node | None, Node | None, Node | None]]:
    """The three sides of each key, in the order in which they were made as far as that is known."""
    return [(key, base.get(key), ours.get(key), theirs.get(key)) for key in dict.fromkeys((*base, *theirs, *ours))]


def _under(node: Node, new_ids: Mapping[int, int]) -> Node:
    if not isinstance(node.value, Roi):
        return node
    roi_id = node.value.roi_id
    node = Node(with_original_moved(node.value, new_ids), node.children)
    return moved(node, new_ids[roi_id]) if roi_id in new_ids else node


def _children(nodes: Iterable[Node | None]) -> list[Node]:
    return [child for node in nodes if node is not None for child in node.children.values()]


def _names(node: Node) -> set[str]:
    """What a result and those below it are called."""
    below = (_names(child) for child in node.children.values() if isinstance(child.value, Record))
    return {node.what}.union(*below)


def _are_same(one: Value | None, other: Value | None) -> bool:
    return one is not None and other is not None and same_value(one, other)


def _with_keys(record: Record, base: Record, *sides: Value) -> Record:
    """Record with the unknown keys of all sides; the summary of events is only a stamp, and merged in the same way."""
    ours, theirs = (side for side in sides if isinstance(side, Record))
    record = replace(
        record,
        extra=_merged_keys(base.extra, ours.extra, theirs.extra),
        peak_reviews=_merged_reviews(record, base, ours, theirs),
    )
    if not holds_events(record.analysis_name):
        return record
    return replace(record, summary=_merged_keys(base.summary, ours.summary, theirs.summary))


def _merged_reviews(record: Record, base: Record, ours: Record, theirs: Record) -> tuple[PeakReview, ...]:
    """What was said of each peak; where both sides differ, ours counts."""
    before, mine, other = ({said.place: said for said in side.peak_reviews} for side in (base, ours, theirs))
    kept = [
        (other if mine.get(place) == before.get(place) else mine).get(place)
        for place in dict.fromkeys((*before, *mine, *other))
    ]
    return matching([said for said in kept if said is not None], record.summary)


def _merged_keys(base: Mapping[str, Any], ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> FrozenDict:
    """Keys that this program does not know, each on its own; where both sides differ, ours counts."""
    merged: dict[str, Any] = {}
    for key in dict.fromkeys((*theirs, *ours)):
        before, mine, other = (side.get(key, _ABSENT) for side in (base, ours, theirs))
        if isinstance(mine, FrozenDict) and isinstance(other, FrozenDict):
            merged[key] = _merged_keys(before if isinstance(before, FrozenDict) else {}, mine, other)
        else:
            value = other if mine == before else mine
            merged[key] = other if value is _ABSENT and other != before else value
    return FrozenDict({key: value for key, value in merged.items() if value is not _ABSENT})
