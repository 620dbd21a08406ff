"""Candidates for events in a stored velocity, in absolute image time."""

from __future__ import annotations

from dataclasses import asdict, replace

import numpy as np

from cloudscope_widgets.analysis.events.detection import Candidate, DetectionSettings, detect_events
from cloudscope_widgets.core.events import Event
from cloudscope_widgets.core.header import Calibration
from cloudscope_widgets.core.params import Param
from cloudscope_widgets.core.record import Record
from cloudscope_widgets.core.table_clock import TableClock

_DEFAULTS = asdict(DetectionSettings())
_RELATIVE_FLOOR = 0.25
"""Least change as a part of the median speed, where the floor in mm/s is larger or the pixel size is not known."""
_STILL = 0.05
"""Part of the median speed below which blood stands, and never below one pixel per window."""
_SAME_EVENT = 0.3
"""Overlap, as a part of both together, from which two events are one."""

DETECTION_PARAMS = (
    Param("win_sec", _DEFAULTS["win_sec"], "Compare", "Time before and after that is compared.", "s", (), 0.02, 60),
    Param("smooth_sec", _DEFAULTS["smooth_sec"], "Smooth", "Time over which the median is taken.", "s", (), 0, 60),
    Param("k_mad", _DEFAULTS["k_mad"], "Threshold", "Least change, in usual changes.", "sd", (), 0.5, 100),
    Param("floor", _DEFAULTS["floor"], "Least change", "At most a quarter of the median speed.", "mm/s", (), 0, 1000),
    Param("merge_sec", _DEFAULTS["merge_sec"], "Merge", "Nearer stretches of a kind are one.", "s", (), 0, 60),
    Param("min_separation_sec", _DEFAULTS["min_separation_sec"], "Apart", "Least time between starts.", "s", (), 0, 60),
    Param("min_event_sec", _DEFAULTS["min_event_sec"], "Shortest", "Of a stall, reversal, gap.", "s", (), 0.02, 60),
)
"""Settings of the detection as a form shows them."""


def candidates(
    velocity: Record, calibration: Calibration, settings: DetectionSettings, clock: TableClock
) -> list[Event]:
    """Candidates for events on a stored velocity, to be reviewed; their ids are all 1.

    Parameters
    ----------
    velocity
        A velocity with its table.
    calibration
        That with which the velocity was measured.
    settings
        Times and limits.
    clock
        Of the table of the velocity.

    Raises
    ------
    ValueError
        When the velocity has no table, none of its windows was accepted, or the time per line is not known.
    """
    if not calibration.is_time_known:
        raise ValueError("the time per line is not known, and events need it; enter it in the calibration")
    table = velocity.held_table
    if table is None:
        raise ValueError("the table of its velocity is missing; run velocity first")
    speed = table["velocity"].to_numpy(np.float64)
    if not np.isfinite(speed).any():
        raise ValueError("no window of its velocity was accepted")
    usual = float(np.nanmedian(np.abs(speed)))
    found = detect_events(
        table["time_s"].to_numpy(np.float64),
        speed,
        settings,
        still=max(_pixel_per_window(velocity, calibration), _STILL * usual),
        floor=_floor(settings.floor, calibration, usual),
    )
    return [_event(candidate, clock) for candidate in found]


def _pixel_per_window(velocity: Record, calibration: Calibration) -> float:
    window_lines = velocity.params.get("window_width") or 64
    return calibration.um_per_pixel / calibration.seconds_per_line / window_lines


def _floor(floor_mm_s: float, calibration: Calibration, usual: float) -> float:
    relative = _RELATIVE_FLOOR * usual
    is_known = calibration.is_time_known and calibration.is_space_known
    return min(1000 * floor_mm_s, relative) if is_known else relative


def _event(candidate: Candidate, clock: TableClock) -> Event:
    start_s, stop_s = clock.image_time(max(candidate.start_s, 0.0)), clock.image_time(candidate.stop_s)
    return Event(1, start_s, stop_s, candidate.kind, strength=round(candidate.strength, 3), source="auto")


def with_candidates(events: tuple[Event, ...], found: list[Event], first_id: int) -> tuple[Event, ...]:
    """Replace the candidates that nobody has reviewed by new ones; what a person has judged or drawn stays.

    Parameters
    ----------
    events
        Events there are.
    found
        New candidates; one that is an event that stays is left out, also when that was rejected.
    first_id
        Id of the first new event.
    """
    kept = tuple(event for event in events if event.source == "user" or event.review != "unreviewed")
    new = [event for event in found if not any(_overlap(event, other) >= _SAME_EVENT for other in kept)]
    return (*kept, *(replace(event, event_id=first_id + index) for index, event in enumerate(new)))


def _overlap(event: Event, other: Event) -> float:
    both = min(event.stop_s, other.stop_s) - max(event.start_s, other.start_s)
    return max(both, 0.0) / (max(event.stop_s, other.stop_s) - min(event.start_s, other.start_s))
