"""What is not saved yet, in words."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import replace

from cloudscope_widgets.core.events import Event
from cloudscope_widgets.core.kinds import holds_events, words_of
from cloudscope_widgets.core.record import Record
from cloudscope_widgets.core.snapshot import Snapshot
from cloudscope_widgets.core.twins import original_id, originals
from cloudscope_widgets.store.disk.saver import counted

MOST_ITEMS = 3


def unsaved_words(saved: Snapshot, now: Snapshot) -> str:
    """Say what differs from the saved state, in at most three items; empty when nothing does.

    Parameters
    ----------
    saved
        What is on disk.
    now
        The present state.
    """
    items = list(_differences(saved, now))
    if len(items) > MOST_ITEMS:
        items = [*items[: MOST_ITEMS - 1], f"{len(items) - MOST_ITEMS + 1} more"]
    return ", ".join(items)


def gone_words(before: Snapshot, after: Snapshot) -> str:
    """Say which regions, results and events of a state are not in a later one; empty when all are.

    Parameters
    ----------
    before, after
        The two states.
    """
    regions = {roi.roi_id for roi in originals(before.rois)} - set(after.rois.ids)
    results = {record.key for record in before.records} - {record.key for record in after.records}
    events = _event_ids(before) - _event_ids(after)
    found = ((len(regions), "ROI"), (len(results), "result"), (len(events), "event"))
    return ", ".join(counted(count, word) for count, word in found if count)


def _event_ids(snapshot: Snapshot) -> set[tuple[Hashable, Hashable]]:
    return {(record.key, event.event_id) for record in snapshot.records for event in record.events}


def _differences(saved: Snapshot, now: Snapshot) -> Iterator[str]:
    yield from _regions(saved, now)
    yield from _results(saved, now)
    yield from _events(saved, now)
    before, after = saved.experiment.known_fields(), now.experiment.known_fields()
    yield from (name.replace("_", " ") for name, value in after.items() if before[name] != value)
    if saved.header.layout != now.header.layout:
        yield f"shown {now.header.layout}"
    elif saved.header.calibration != now.header.calibration:
        yield "calibration"
    if saved.contrast != now.contrast:
        yield "contrast"
    if (saved.review, saved.reviewed) != (now.review, now.reviewed):
        yield "review"


def _regions(saved: Snapshot, now: Snapshot) -> Iterator[str]:
    before, after = ({roi.roi_id: roi for roi in snapshot.rois} for snapshot in (saved, now))
    differ = [roi_id for roi_id in before.keys() | after.keys() if before.get(roi_id) != after.get(roi_id)]
    changed = list(dict.fromkeys(original_id(now.rois, original_id(saved.rois, roi_id)) for roi_id in differ))
    if changed:
        yield f"ROI {changed[0]}" if len(changed) == 1 else counted(len(changed), "ROI")


def _results(saved: Snapshot, now: Snapshot) -> Iterator[str]:
    changed = [record for record in _changed(saved, now) if not holds_events(record.analysis_name)]
    only_reviewed = [record for record in changed if _are_only_peaks_reviewed(record, saved, now)]
    yield from sorted({words_of(record.analysis_name) for record in changed if record not in only_reviewed})
    if only_reviewed:
        yield "peaks reviewed"


def _are_only_peaks_reviewed(record: Record, saved: Snapshot, now: Snapshot) -> bool:
    before, after = (snapshot.records.find(record.key) for snapshot in (saved, now))
    return before is not None and after is not None and replace(before, peak_reviews=after.peak_reviews) == after


def _changed(saved: Snapshot, now: Snapshot) -> Iterator[Record]:
    """Results that are new, gone or another run."""
    for one, other in ((saved, now), (now, saved)):
        for record in one.records:
            if other.records.find(record.key) != record:
                yield record


def _events(saved: Snapshot, now: Snapshot) -> Iterator[str]:
    before, after = (
        {(record.key, event.event_id): event for record in snapshot.records for event in record.events}
        for snapshot in (saved, now)
    )
    changed = [key for key in before.keys() | after.keys() if before.get(key) != after.get(key)]
    if changed:
        is_reviewed = all(_is_only_reviewed(before.get(key), after.get(key)) for key in changed)
        yield f"{counted(len(changed), 'event')}{' reviewed' if is_reviewed else ''}"


def _is_only_reviewed(before: Event | None, after: Event | None) -> bool:
    """Whether nothing but the verdict on an event differs."""
    return before is not None and after is not None and replace(before, review=after.review) == after
