"""A snapshot's regions, results and events as a tree, which is how they are deleted and therefore merged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from cloudscope_widgets.core.events import Event
from cloudscope_widgets.core.frozen import EMPTY
from cloudscope_widgets.core.kinds import holds_events, words_of
from cloudscope_widgets.core.record import Record
from cloudscope_widgets.core.roi import Roi
from cloudscope_widgets.core.snapshot import Snapshot
from cloudscope_widgets.core.twins import is_rival as is_rival_analysis

Value = Roi | Record | Event
Key = tuple[str, int] | int
"""Analysis and channel of a result, id of an event or of a region."""


@dataclass(frozen=True, slots=True)
class Node:
    """One region, result or event, and what hangs on it."""

    value: Value
    children: Mapping[Key, Node] = field(default_factory=dict)

    @property
    def what(self) -> str:
        """What it is, in words, such as "ROI 2" or "heart rate of ROI 2"."""
        if isinstance(self.value, Event):
            return f"event {self.value.event_id}"
        if isinstance(self.value, Record):
            return f"{words_of(self.value.analysis_name)} of ROI {self.value.roi_id}"
        return f"ROI {self.value.roi_id}"


def same_value(one: Value, other: Value) -> bool:
    """Whether two values say the same, their children aside."""
    if isinstance(one, Event) and isinstance(other, Event):
        return one.says_same(other)
    if isinstance(one, Record) and isinstance(other, Record):
        return bare(one) == bare(other)
    return one == other


def same_tree(one: Node | None, other: Node | None) -> bool:
    """Whether two values say the same, and so does all that hangs on them."""
    if one is None or other is None:
        return one is other
    return (
        same_value(one.value, other.value)
        and one.children.keys() == other.children.keys()
        and all(same_tree(child, other.children[key]) for key, child in one.children.items())
    )


def bare(record: Record) -> Record:
    """Record without what is merged piece by piece, and without the stamp that every edit of an event renews.

    A run is known by the name it was given; the hash of its lines changes with the id of the region.
    """
    summary = EMPTY if holds_events(record.analysis_name) else record.summary
    run_id = str(record.provenance.get("run_id", record.run_id))
    provenance = record.provenance.without("table_sha256")
    return replace(
        record, events=(), extra=EMPTY, summary=summary, run_id=run_id, provenance=provenance, peak_reviews=()
    )


def regions_of(snapshot: Snapshot) -> dict[int, Node]:
    """Regions by id, with their results, in file order."""
    return {roi.roi_id: Node(roi, _results(snapshot.records.of_roi(roi.roi_id))) for roi in snapshot.rois}


def strays_of(snapshot: Snapshot) -> dict[int, Node]:
    """Results without a region, under the id of the region that is missing; the first one stands for it."""
    known = set(snapshot.rois.ids)
    ids = dict.fromkeys(record.roi_id for record in snapshot.records if record.roi_id not in known)
    return {roi_id: _stray(snapshot.records.of_roi(roi_id)) for roi_id in ids}


def _stray(records: tuple[Record, ...]) -> Node:
    return Node(replace(records[0], **_NOTHING), _results(records))  # type: ignore[arg-type]  # fields of Record


_NOTHING = {
    "params": EMPTY,
    "summary": EMPTY,
    "events": (),
    "run_id": "",
    "provenance": EMPTY,
    "extra": EMPTY,
    "peak_reviews": (),
}


def _results(records: Iterable[Record]) -> dict[Key, Node]:
    held = {(record.analysis_name, record.channel): record for record in records}
    above = {key: _parent(record, held) for key, record in held.items()}

    def node(key: tuple[str, int]) -> Node:
        events: dict[Key, Node] = {event.event_id: Node(event) for event in held[key].events}
        below: dict[Key, Node] = {child: node(child) for child, parent in above.items() if parent == key}
        return Node(held[key], events | below)

    return {key: node(key) for key in held if above[key] is None}


def _parent(record: Record, held: Mapping[tuple[str, int], Record]) -> tuple[str, int] | None:
    """Result of the same region on which another one hangs; None for one that hangs on the region itself."""
    found = ((name, record.channel) for name in record.parents)
    return next((parent for parent in found if parent in held), None)


def records_of(nodes: Iterable[Node]) -> Iterator[Record]:
    """Records below the given nodes, parents first."""
    for node in nodes:
        if isinstance(node.value, Record):
            events = tuple(child.value for child in node.children.values() if isinstance(child.value, Event))
            yield replace(node.value, events=events)
        if not isinstance(node.value, Event):
            yield from records_of(node.children.values())


def moved(node: Node, roi_id: int, name: str = "") -> Node:
    """Region under another id, and all its results with it."""
    value = node.value
    if isinstance(value, Event):
        return node
    if isinstance(value, Record):
        written = None if value.written is None else value.written.moved(value.channel, value.roi_id, roi_id)
        unhashed = value.provenance.without("table_sha256")  # each line of a table names the region
        value = replace(value, roi_id=roi_id, written=written, provenance=unhashed)
    else:
        value = replace(value, roi_id=roi_id, name=name or value.name)
    return Node(value, {key: moved(child, roi_id) for key, child in node.children.items()})


def is_rival(key: Key, other: Key) -> bool:
    """Whether the shared format cannot hold two results side by side in one region."""
    if isinstance(key, int) or isinstance(other, int):
        return False
    return key[1] == other[1] and is_rival_analysis(key[0], other[0])
