"""Velocity events: stretches of the trace that a person or the detection has marked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

from cloudscope_widgets.core.frozen import EMPTY, FrozenDict
from cloudscope_widgets.core.numbers import LARGEST_ID, checked_number, checked_text, checked_whole

EventKind = Literal["rise", "fall", "transient", "stall", "gap", "reversal", "user"]
EventReview = Literal["unreviewed", "accepted", "rejected"]
EventSource = Literal["auto", "user"]

STORED_TYPES = ("user", "rise", "fall", "transient")
"""Event types that the shared file format knows."""

SAME_TIME_S = 1e-6
"""Times that differ by less are the same time, written by way of another sum."""

LATEST_S = 1e9
"""Latest time of an event that is edited, thirty years: sums with larger times are not exact to ``SAME_TIME_S``."""

_OWN_FIELDS = frozenset({"review", "strength", "note", "source"})
"""Fields that the shared file format does not hold."""


@dataclass(frozen=True, slots=True)
class Event:
    """One stretch of a velocity trace, in absolute image time."""

    event_id: int
    start_s: float
    stop_s: float
    kind: EventKind = "user"
    review: EventReview = "unreviewed"
    strength: float | None = None
    """Size of the change relative to its threshold; None for events made by hand."""
    note: str = ""
    source: EventSource = "user"
    statistics: FrozenDict = EMPTY
    """Statistics before, during and after the event, each with n, mean, min, max, std, se and cv."""
    extra: FrozenDict = EMPTY
    """Keys of the saved file that this program does not know."""
    written: FrozenDict | None = field(default=None, compare=False, repr=False)
    """What the saved file holds of it; None once bounds, kind or statistics have changed."""
    is_outside: bool = field(default=False, compare=False)
    """Whether it lies before the first or after the last window of the velocity, and so has no statistics."""

    def __post_init__(self) -> None:
        """Refuse what could not be saved, and an event without duration; files of other programs hold some without."""
        checked: dict[str, object] = {
            "event_id": checked_whole("the id of an event", self.event_id, least=1, most=LARGEST_ID),
            "start_s": checked_number("start_s of an event", self.start_s, most=None),
            "stop_s": checked_number("stop_s of an event", self.stop_s, most=None),
            "note": checked_text("the note of an event", self.note),
        }
        if self.strength is not None:
            checked["strength"] = checked_number("strength of an event", self.strength)
        for name, value in checked.items():
            object.__setattr__(self, name, value)
        if not (self.start_s < self.stop_s or (self.written is not None and self.start_s == self.stop_s)):
            raise ValueError(f"an event must start before it stops, got {self.start_s} s to {self.stop_s} s")
        for name, value, allowed in (
            ("kind", self.kind, get_args(EventKind)),
            ("review", self.review, get_args(EventReview)),
            ("source", self.source, get_args(EventSource)),
        ):
            if value not in allowed:
                raise ValueError(f"the {name} of an event must be one of {', '.join(allowed)}, got {value!r}")

    @property
    def event_type(self) -> str:
        """Type under which the shared file format knows the event."""
        return self.kind if self.kind in STORED_TYPES else "transient"

    @property
    def duration_s(self) -> float:
        """Time from start to stop."""
        return self.stop_s - self.start_s

    def says_same(self, other: Event) -> bool:
        """Whether two events say the same, also when one of them went through a file, where times are other sums."""
        if max(abs(self.start_s - other.start_s), abs(self.stop_s - other.stop_s)) >= SAME_TIME_S:
            return False
        mine, theirs = (
            replace(
                event, start_s=self.start_s, stop_s=self.stop_s, statistics=_measured(event.statistics), written=EMPTY
            )
            for event in (self, other)
        )
        return mine == theirs

    def updated(self, **changes: Any) -> Event:  # noqa: ANN401  (checked by the new value)
        """Return a copy with some fields changed; ``event_type`` is another word for ``kind``."""
        if "event_type" in changes:
            changes["kind"] = changes.pop("event_type")
        if "event_id" in changes:
            raise TypeError("the id of an event cannot be changed")
        if not _OWN_FIELDS.issuperset(changes):
            changes = {"written": None, **changes}
        changed = replace(self, **changes)
        return changed.checked_times() if {"start_s", "stop_s"} & changes.keys() else changed

    def checked_times(self) -> Event:
        """Return the event, unless its times are none that come back from a file as they are (ValueError)."""
        for name in ("start_s", "stop_s"):
            checked_number(f"{name} of an event", getattr(self, name), most=LATEST_S)
        if self.duration_s <= SAME_TIME_S:
            raise ValueError(f"an event must last longer than {SAME_TIME_S:g} s, got {self.duration_s:g} s")
        return self


def _measured(statistics: FrozenDict) -> FrozenDict:
    """Statistics without the stretches that hold no window; files name those too."""
    return FrozenDict(
        {name: found for name, found in statistics.items() if not isinstance(found, FrozenDict) or found.get("n")}
    )
