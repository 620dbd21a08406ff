"""What results were measured in that do not say it themselves, as our own file holds it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from cloudscope_widgets.core.frozen import FrozenDict, thaw
from cloudscope_widgets.core.header import is_size
from cloudscope_widgets.core.measured import says_itself
from cloudscope_widgets.core.record import Record, RecordKey, RecordSet
from cloudscope_widgets.core.snapshot import Snapshot
from cloudscope_widgets.io.format.fields import Fields
from cloudscope_widgets.io.format.records import result_hash
from cloudscope_widgets.io.format.unknown_keys import PLACE

_BOUNDS = 4


def with_measured(records: RecordSet, said: Fields) -> RecordSet:
    """Give results what they were measured in, as long as they are still the ones that were measured."""
    for item in said.children("measured"):
        key = item.text("analysis_name"), item.whole("channel"), item.whole("roi_id", least=1)
        record, facts = records.find(key), _facts(item)
        if record is not None and _is_of(item.text("result"), record):
            records = records.stored(replace(record, measured=facts))
    return records


def _is_of(result: str, record: Record) -> bool:
    """Whether a result is the one that was measured, as far as its table was read."""
    rows = None if record.written is None else record.written.rows
    is_unread = rows is None and record.has_table
    return not result or is_unread or result == result_hash(record, rows)


def _facts(said: Fields) -> FrozenDict:
    bounds, calibration = said.values.get("roi"), said.child("calibration")
    if bounds is not None and not (
        isinstance(bounds, list | tuple) and len(bounds) == _BOUNDS and all(type(bound) is int for bound in bounds)
    ):
        raise said.refused("roi", "four whole numbers", bounds)
    for name in ("seconds_per_line", "um_per_pixel"):
        size = calibration.number(name)
        if size is not None and not is_size(size):
            raise calibration.refused(name, "a number above 0", size)
    found = {"roi": bounds, "calibration": calibration.others(), "image": said.child("image").others()}
    return FrozenDict({name: fact for name, fact in found.items() if fact})


def measured_documents(snapshot: Snapshot, rows: Mapping[RecordKey, bytes]) -> list[dict[str, Any]]:
    """Facts of all results that do not say them.

    Parameters
    ----------
    snapshot
        What is to be saved.
    rows
        Lines of the table of every result that has one.
    """
    return list(_documents(snapshot, rows))


def _documents(snapshot: Snapshot, rows: Mapping[RecordKey, bytes]) -> Iterator[dict[str, Any]]:
    for record in snapshot.records:
        if says_itself(record.provenance) or not record.measured:
            continue
        place = dict(zip(PLACE, record.key, strict=True))
        result = result_hash(record, rows.get(record.key))
        yield {**place, **({"result": result} if result else {}), **thaw(record.measured)}
