"""Detection of events beside all other edits of a recording, which never wait for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cloudscope_widgets.core.record import Record
from cloudscope_widgets.core.snapshot import Snapshot
from cloudscope_widgets.store.edits.events import EVENT, VELOCITY, event_record, events_detected
from cloudscope_widgets.store.snapshot_store import ObservableSnapshot


def detect_events(acquisition: ObservableSnapshot, roi_id: int, channel: int, values: Mapping[str, Any]) -> Record:
    """Look for events and store them as one step; parameters and errors are those of ``events_detected``.

    The search runs on the state that it finds, without holding it. When what it stands on was edited meanwhile, it is
    made again; what else was edited stays.
    """
    while True:
        before = acquisition.snapshot
        after = events_detected(before, roi_id, channel, values)
        found = event_record(after, roi_id, channel)
        storing = _Storing(before, found, roi_id, channel)
        acquisition.apply(f"Detect events in ROI {roi_id}", storing)
        if storing.is_done:
            return found


class _Storing:
    """Stores events in the state that is present then, if what they stand on is still the same."""

    def __init__(self, before: Snapshot, found: Record, roi_id: int, channel: int) -> None:
        """Store what was found in the state ``before``."""
        self._before, self._found, self._place = before, found, (roi_id, channel)
        self.is_done = False

    def __call__(self, now: Snapshot) -> Snapshot:
        """State with the events, or the same when it has changed too much."""
        self.is_done = _has_same_ground(self._before, now, *self._place)
        return replace(now, records=now.records.stored(self._found)) if self.is_done else now


def _has_same_ground(before: Snapshot, now: Snapshot, roi_id: int, channel: int) -> bool:
    """Whether two states have the same velocity, events, regions and calibration."""
    records = [state.find_record(name, channel, roi_id) for name in (VELOCITY, EVENT) for state in (before, now)]
    is_same_record = records[0] is records[1] and records[2] is records[3]
    return is_same_record and (before.rois, before.header.calibration) == (now.rois, now.header.calibration)
