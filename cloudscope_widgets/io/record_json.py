"""Results as the sidecar holds them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from cloudscope_widgets.core.events import Event
from cloudscope_widgets.core.frozen import EMPTY, FrozenDict, thaw
from cloudscope_widgets.core.record import PARENTS, Record, RecordKey, Written
from cloudscope_widgets.core.snapshot import Snapshot
from cloudscope_widgets.io.event_json import event_document, is_shared, parse_event
from cloudscope_widgets.io.fields import Fields
from cloudscope_widgets.io.tables import part_rows

PROVENANCE_IN_PARAMS = frozenset({"radon_velocity", "diameter", "sum_intensity"})
"""Analyses whose parameters may carry a key of ours without harm to CloudScope; the others keep it in the summary."""

SHARED_ANALYSES = PROVENANCE_IN_PARAMS | PARENTS.keys()
"""Analyses that CloudScope knows."""

_KNOWN = ("analysis_name", "channel", "roi_id", "detection_params", "summary")


@dataclass(frozen=True, slots=True)
class SavedTables:
    """Tables as they were read: parsed, and line by line as bytes."""

    parsed: Mapping[RecordKey, pd.DataFrame] = field(default_factory=dict)
    rows: Mapping[RecordKey, bytes] = field(default_factory=dict)


def parse_record(said: Fields, tables: SavedTables, offsets_s: Mapping[int, float]) -> Record:
    """Read one result.

    Parameters
    ----------
    said
        The result in the file.
    tables
        All tables of the recording.
    offsets_s
        Absolute time of the first line of every region, by its id.
    """
    key = said.text("analysis_name"), said.whole("channel"), said.whole("roi_id", least=1)
    params, summary = FrozenDict(said.child("detection_params").values), FrozenDict(said.child("summary").values)
    home = params if key[0] in PROVENANCE_IN_PARAMS else summary
    provenance = home.get("provenance")
    events = _events(said, offsets_s.get(key[2], 0.0)) if key[0] == "event" else ()
    return Record(
        *key,
        params=params.without("provenance"),
        summary=summary.without("provenance", *(("events",) if key[0] == "event" else ())),
        events=events,
        run_id="" if key[0] == "event" else _run_id(provenance, said, tables.rows.get(key)),
        provenance=provenance if isinstance(provenance, FrozenDict) else EMPTY,
        extra=FrozenDict(said.others(*_KNOWN)),
        held_table=tables.parsed.get(key),
        written=Written(params, summary, tables.rows.get(key)),
    )


def _events(said: Fields, offset_s: float) -> tuple[Event, ...]:
    events = tuple(parse_event(item, offset_s) for item in said.child("summary").children("events"))
    ids = [event.event_id for event in events]
    if len(set(ids)) != len(ids):
        raise said.child("summary").refused("events", "a list of events with ids of their own", ids)
    return events


def _run_id(provenance: Any, said: Fields, rows: bytes | None) -> str:  # noqa: ANN401  (any JSON value)
    """Name of the run: the one it was given, unless the table has been made anew since; else of its content."""
    if isinstance(provenance, FrozenDict) and provenance.get("table_sha256") == rows_hash(rows):
        return str(provenance.get("run_id", ""))
    content = json.dumps(said.values, sort_keys=True).encode()
    return hashlib.sha256(content + (rows or b"")).hexdigest()


def rows_hash(rows: bytes | None) -> str | None:
    """SHA-256 of the lines of a table, None for analyses without one."""
    return None if rows is None else hashlib.sha256(rows).hexdigest()


def with_table_hashes(snapshot: Snapshot, known: Iterable[Record]) -> Snapshot:
    """Return a snapshot whose results name the hash of their own lines, also those that were given to another region.

    Parameters
    ----------
    snapshot
        What is to be saved.
    known
        Results whose hash is right.
    """
    right = {(record.key, record.run_id) for record in known}
    records = snapshot.records
    for record in records:
        table = record.held_table
        if record.written is None and table is not None and (record.key, record.run_id) not in right:
            rows = part_rows(record.analysis_name, (record.channel, record.roi_id), table)
            provenance = record.provenance.merged(table_sha256=rows_hash(rows))
            records = records.stored(replace(record, provenance=provenance))
    return replace(snapshot, records=records)


def record_document(record: Record, offset_s: float) -> dict[str, Any]:
    """Write one result, as the file had it unless it was run again.

    Parameters
    ----------
    record
        The result.
    offset_s
        Absolute time of the first line of its region.
    """
    if record.analysis_name == "event":
        params, summary = record.params, thaw(record.summary)
        summary["events"] = [event_document(event, offset_s) for event in record.events if is_shared(event)]
    elif record.written is not None:
        params, summary = record.written.params, record.written.summary
    elif record.analysis_name in PROVENANCE_IN_PARAMS:
        params, summary = record.params.merged(provenance=record.provenance), record.summary
    else:
        params, summary = record.params, record.summary.merged(provenance=record.provenance)
    document = {"detection_params": thaw(params), "summary": thaw(summary)}
    key = dict(zip(_KNOWN, record.key, strict=False))
    return {**thaw(record.extra), **key, **document}
