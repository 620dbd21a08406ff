"""Statistics of a velocity trace before, during and after an event."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cloudscope_widgets.core.events import Event
from cloudscope_widgets.core.frozen import FrozenDict
from cloudscope_widgets.core.record import Record
from cloudscope_widgets.core.table_clock import TableClock

PRE_POST_WINDOW_S = 1.0
"""Length of the stretches before and after an event, in seconds."""

FloatArray = NDArray[np.float64]


def event_statistics(
    time_s: FloatArray,
    velocity: FloatArray,
    *,
    start_s: float,
    stop_s: float,
    window_s: float = PRE_POST_WINDOW_S,
) -> FrozenDict:
    """Statistics of the finite velocities before, during and after one event.

    Parameters
    ----------
    time_s, velocity
        The trace (windows,), in seconds and in any unit of speed.
    start_s, stop_s
        The event, both ends inside it.
    window_s
        Length of the stretches before ``[start - window, start)`` and after ``(stop, stop + window]``.

    Returns
    -------
    ``pre_win_stats``, ``event_stats`` and ``post_win_stats``, each with n, mean, min, max, std (ddof 1, 0 when n is 1),
    se and cv = std / |mean|, in the unit of the trace; all None but n when there is no finite value.
    """
    before = (time_s >= start_s - window_s) & (time_s < start_s)
    during = (time_s >= start_s) & (time_s <= stop_s)
    after = (time_s > stop_s) & (time_s <= stop_s + window_s)
    parts = {"pre_win_stats": before, "event_stats": during, "post_win_stats": after}
    return FrozenDict({name: describe(velocity[part]) for name, part in parts.items()})


def describe(values: FloatArray) -> dict[str, float | int | None]:
    """Count, mean, limits and spread of the finite values; None but the count when there are none."""
    finite = values[np.isfinite(values)]
    n = len(finite)
    if n == 0:
        return {"n": 0, **dict.fromkeys(("mean", "min", "max", "std", "se", "cv"))}
    mean = float(finite.mean())
    std = float(finite.std(ddof=1)) if n > 1 else 0.0
    return {
        "n": n,
        "mean": mean,
        "min": float(finite.min()),
        "max": float(finite.max()),
        "std": std,
        "se": std / math.sqrt(n),
        "cv": std / abs(mean) if mean else None,
    }


def with_statistics(events: Record, velocity: Record, clock: TableClock) -> Record:
    """Return the record of events with statistics over a velocity; what is written of them stays.

    Parameters
    ----------
    events
        Record of the events of one channel and region.
    velocity
        Record of the velocity they stand on.
    clock
        Of the table of that velocity.
    """
    table = velocity.held_table
    if table is None:
        return events
    time_s, speed = (table[name].to_numpy(np.float64) for name in ("time_s", "velocity"))
    window_s = float(events.params.get("pre_post_win_sec") or PRE_POST_WINDOW_S)

    def measured(event: Event) -> Event:
        start_s, stop_s = clock.table_time(event.start_s), clock.table_time(event.stop_s)
        found = event_statistics(time_s, speed, start_s=start_s, stop_s=stop_s, window_s=window_s)
        return replace(event, statistics=found, is_outside=_is_outside(time_s, start_s, stop_s))

    return replace(events, events=tuple(map(measured, events.events)))


def _is_outside(time_s: FloatArray, start_s: float, stop_s: float) -> bool:
    return not len(time_s) or stop_s < time_s[0] or start_s > time_s[-1]


def with_outside_marked(events: Record, velocity: Record | None, clock: TableClock) -> Record:
    """Record whose events say whether they lie outside of the table they belong to; nothing else is changed."""
    table = None if velocity is None else velocity.held_table
    if table is None:
        return events
    time_s = table["time_s"].to_numpy(np.float64)
    ends = ((clock.table_time(event.start_s), clock.table_time(event.stop_s)) for event in events.events)
    marks = (_is_outside(time_s, *sorted(pair)) for pair in ends)
    pairs = zip(events.events, marks, strict=True)
    return replace(events, events=tuple(replace(event, is_outside=mark) for event, mark in pairs))
