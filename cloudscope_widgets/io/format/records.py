"""Results as the sidecar holds them.

Parameters hold the keys that CloudScope knows. Our own parameters and the provenance stand in the summary under one
key: CloudScope keeps it there through its save, and drops it when it runs the analysis again. Version 0.1 had them
among the parameters, or in the summary without that key; they are read from there, and stay there until the analysis is
run again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from cloudscope_widgets.core.events import Event
from cloudscope_widgets.core.frozen import EMPTY, FrozenDict, thaw
from cloudscope_widgets.core.kinds import holds_events, kind_of
from cloudscope_widgets.core.record import Record, RecordKey, Written
from cloudscope_widgets.core.snapshot import Snapshot
from cloudscope_widgets.core.table_clock import TABLE_TIME, TableClock
from cloudscope_widgets.io.format.events import event_document, is_shared, parse_event
from cloudscope_widgets.io.format.fields import Fields
from cloudscope_widgets.io.format.tables import part_rows

OURS = "cloudscope_widgets"
"""Key of a summary under which our parameters (``params``) and the ``provenance`` stand."""

_OLDER_PARAMS = frozenset({"method"})
"""Parameters of ours that version 0.1 put beside those of CloudScope."""

_KNOWN = ("analysis_name", "channel", "roi_id", "detection_params", "summary")


@dataclass(frozen=True, slots=True)
class SavedTables:
    """Tables as they were read: parsed, and line by line as bytes."""

    parsed: Mapping[RecordKey, pd.DataFrame] = field(default_factory=dict)
    rows: Mapping[RecordKey, bytes] = field(default_factory=dict)


NO_TABLES = SavedTables()
"""For those who read a state without its tables."""


@dataclass(frozen=True, slots=True)
class _Ours:
    """What a record says of our own making it."""

    params: FrozenDict
    provenance: FrozenDict


def _said_of_ours(params: FrozenDict, summary: FrozenDict) -> _Ours:
    """Our parameters and our provenance, from their place of now or that of version 0.1; empty where there are none."""
    own = summary.get(OURS)
    if isinstance(own, FrozenDict):
        extra, provenance = own.get("params"), own.get("provenance")
        return _Ours(
            extra if isinstance(extra, FrozenDict) else EMPTY,
            provenance if isinstance(provenance, FrozenDict) else EMPTY,
        )
    older = [home["provenance"] for home in (params, summary) if isinstance(home.get("provenance"), FrozenDict)]
    return _Ours(EMPTY, older[0] if older else EMPTY)


def said_provenance(written: Written) -> FrozenDict:
    """Provenance that the saved files name, whether or not it fits the table; empty when they name none."""
    return _said_of_ours(written.params, written.summary).provenance


def is_older_home(record: Record) -> bool:
    """Whether version 0.1 wrote the provenance of a result, among its parameters."""
    return record.written is not None and isinstance(record.written.params.get("provenance"), FrozenDict)


def parse_record(said: Fields, tables: SavedTables) -> Record:
    """Read one result; its events are at the times of the table they belong to.

    Parameters
    ----------
    said
        The result in the file.
    tables
        All tables of the recording.

    Notes
    -----
    What we say of a result counts only while its table is the one that we made. When another program has run the
    analysis again in its place, nothing is left of it: neither provenance, nor our parameters, nor our numbers.
    """
    key = said.text("analysis_name"), said.whole("channel"), said.whole("roi_id", least=1)
    params, summary = FrozenDict(said.child("detection_params").values), FrozenDict(said.child("summary").values)
    rows = tables.rows.get(key)
    ours = _said_of_ours(params, summary)
    is_ours = rows is None or ours.provenance.get("table_sha256") in (None, rows_hash(rows))
    is_events = holds_events(key[0])
    shown_params, shown_summary = _shown(params, summary, ours)
    if not is_ours:
        shown_params = shown_params.without(*_OLDER_PARAMS, *ours.params)
        shown_summary = shown_summary.without(*_own_numbers(key[0]))
    provenance = ours.provenance if is_ours else EMPTY
    return Record(
        *key,
        params=shown_params,
        summary=shown_summary.without("events") if is_events else shown_summary,
        events=_events(said) if is_events else (),
        run_id="" if is_events else _run_id(provenance, said, rows),
        provenance=provenance,
        extra=FrozenDict(said.others(*_KNOWN)),
        held_table=tables.parsed.get(key),
        written=Written(params, summary, rows),
    )


def _own_numbers(analysis_name: str) -> frozenset[str]:
    kind = kind_of(analysis_name)
    return frozenset() if kind is None else kind.own_numbers


def _shown(params: FrozenDict, summary: FrozenDict, ours: _Ours) -> tuple[FrozenDict, FrozenDict]:
    """Parameters and summary as the user sees them, wherever ours stand in the file."""
    if isinstance(summary.get(OURS), FrozenDict):
        summary = summary.without(OURS)
    if ours.provenance:
        params, summary = params.without("provenance"), summary.without("provenance")
    return params.merged(**ours.params), summary


def _events(said: Fields) -> tuple[Event, ...]:
    events = tuple(parse_event(item) for item in said.child("summary").children("events"))
    ids = [event.event_id for event in events]
    if len(set(ids)) != len(ids):
        raise said.child("summary").refused("events", "a list of events with ids of their own", ids)
    return events


def _run_id(provenance: FrozenDict, said: Fields, rows: bytes | None) -> str:
    """Name of the run: the one it was given, unless the table has been made anew since; else of its content."""
    if provenance.get("table_sha256") == rows_hash(rows) and "run_id" in provenance:
        return str(provenance["run_id"])
    content = json.dumps(said.values, sort_keys=True).encode()
    return hashlib.sha256(content + (rows or b"")).hexdigest()


def rows_hash(rows: bytes | None) -> str | None:
    """SHA-256 of the lines of a table, None for analyses without one."""
    return None if rows is None else hashlib.sha256(rows).hexdigest()


def result_hash(record: Record, rows: bytes | None) -> str:
    """Hash that tells a result from the next one of the same analysis and region; empty for events.

    Parameters
    ----------
    record
        The result.
    rows
        Lines of its table, as they are saved; None for one without.
    """
    if rows is not None or holds_events(record.analysis_name):
        return rows_hash(rows) or ""
    document = record_document(record, TABLE_TIME)
    content = json.dumps({name: document[name] for name in ("detection_params", "summary")}, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()


def with_table_hashes(snapshot: Snapshot) -> Snapshot:
    """Return a snapshot whose results name the hash of their lines, also those that were given to another region."""
    records = snapshot.records
    for record in records:
        if "run_id" in record.provenance and "table_sha256" not in record.provenance:
            rows = None if record.held_table is None else _rows_of(record, record.held_table)
            if rows is not None:
                records = records.stored(_hashed(record, str(rows_hash(rows))))
    return snapshot if records is snapshot.records else replace(snapshot, records=records)


def _rows_of(record: Record, table: pd.DataFrame) -> bytes:
    if record.written is not None and record.written.rows is not None:
        return record.written.rows
    return part_rows(record.analysis_name, (record.channel, record.roi_id), table)


def _hashed(record: Record, sha256: str) -> Record:
    """Record with the hash of its lines, also where the file says it."""
    provenance = record.provenance.merged(table_sha256=sha256)
    written = record.written
    if written is not None:
        own = written.summary.get(OURS)
        if isinstance(own, FrozenDict):
            summary = written.summary.merged(**{OURS: own.merged(provenance=_again(own["provenance"], sha256))})
            written = replace(written, summary=summary)
        else:
            params = written.params.merged(provenance=_again(written.params["provenance"], sha256))
            written = replace(written, params=params)
    return replace(record, provenance=provenance, written=written)


def _again(provenance: FrozenDict, sha256: str) -> FrozenDict:
    return provenance.merged(table_sha256=sha256)


def record_document(record: Record, clock: TableClock) -> dict[str, Any]:
    """Write one result, as the file had it unless it was run again.

    Parameters
    ----------
    record
        The result.
    clock
        Of the table that its events belong to.
    """
    if holds_events(record.analysis_name):
        params, summary = record.params, thaw(record.summary)
        summary["events"] = [event_document(event, clock) for event in record.events if is_shared(event)]
    elif record.written is not None:
        params, summary = record.written.params, record.written.summary
    else:
        params, summary = _in_their_places(record)
    document = {"detection_params": thaw(params), "summary": thaw(summary)}
    key = dict(zip(_KNOWN, record.key, strict=False))
    return {**thaw(record.extra), **key, **document}


def _in_their_places(record: Record) -> tuple[FrozenDict, FrozenDict]:
    """Parameters that CloudScope knows, and the summary with ours."""
    kind = record.kind
    shared = kind.shared_params if kind is not None and kind.is_shared else frozenset(record.params)
    own = FrozenDict({name: value for name, value in record.params.items() if name not in shared})
    parts = {name: part for name, part in (("params", own), ("provenance", record.provenance)) if part}
    summary = record.summary.merged(**{OURS: parts}) if parts else record.summary
    return record.params.without(*own), summary
