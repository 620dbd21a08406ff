"""Velocity events as the sidecar holds them: times count from the first line of the table they belong to."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from cloudscope_widgets.core.events import SAME_TIME_S, STORED_TYPES, Event
from cloudscope_widgets.core.frozen import FrozenDict, freeze, thaw
from cloudscope_widgets.core.table_clock import TableClock
from cloudscope_widgets.io.format.fields import Fields

_SAME_PART = 1e-9
"""Times that went through another calibration and back differ by less than this part of them."""
_STATISTICS = ("pre_win_stats", "event_stats", "post_win_stats")
_KNOWN = ("id", "x0", "x1", "event_type", "duration", *_STATISTICS)


def parse_event(said: Fields) -> Event:
    """Read one event, with the times of its table.

    Parameters
    ----------
    said
        The event in the file.

    Raises
    ------
    SidecarReadError
        When a field is missing or of the wrong type. An unknown type is shown as ``user`` and written back as it was.
    """
    start_s, stop_s = sorted((_time(said, "x0"), _time(said, "x1")))
    kind = said.text("event_type", "user")
    return Event(
        event_id=said.whole("id", least=1),
        start_s=start_s,
        stop_s=stop_s,
        kind=kind if kind in STORED_TYPES else "user",  # type: ignore[arg-type]  # checked here
        review="accepted",
        statistics=FrozenDict({name: said.values[name] for name in _STATISTICS if said.values.get(name) is not None}),
        extra=FrozenDict(said.others(*_KNOWN)),
        written=freeze(said.values),
    )


def _time(said: Fields, key: str) -> float:
    time_s = said.number(key)
    if time_s is None:
        raise said.refused(key, "a time in seconds", None)
    return time_s


def event_document(event: Event, clock: TableClock) -> dict[str, Any]:
    """Write one event, as the file had it unless it was changed."""
    start_s, stop_s = clock.table_time(event.start_s), clock.table_time(event.stop_s)
    if event.written is not None:
        held = sorted((event.written["x0"], event.written["x1"]))
        if _is_same(held[0], start_s) and _is_same(held[1], stop_s):
            return dict(thaw(event.written))
        return {**thaw(event.written), "x0": start_s, "x1": stop_s, "duration": stop_s - start_s}
    return {
        **thaw(event.extra),
        "id": event.event_id,
        "x0": start_s,
        "x1": stop_s,
        "event_type": event.event_type,
        "duration": stop_s - start_s,
        **{name: thaw(event.statistics.get(name)) or dict(_NO_STATISTICS) for name in _STATISTICS},
    }


def _is_same(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=_SAME_PART, abs_tol=SAME_TIME_S)


_NO_STATISTICS = {"n": 0, **dict.fromkeys(("mean", "min", "max", "std", "se", "cv"))}


def is_shared(event: Event) -> bool:
    """Whether an event stands in the sidecar: those a person made or accepted; the rest is ours alone."""
    return event.source == "user" or event.review == "accepted"


def next_event_id(events: Iterable[Event]) -> int:
    """Id above all that are taken."""
    return max((event.event_id for event in events), default=0) + 1
