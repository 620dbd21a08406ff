"""Results of analyses that CloudScope does not know, as our own file holds them; their tables are files with tabs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pandas as pd

from cloudscope_widgets.analysis.registry import load_plug_ins
from cloudscope_widgets.core.frozen import freeze
from cloudscope_widgets.core.kinds import SHARED_KINDS, Kind, is_analysis_name, kind_of, saved_kind
from cloudscope_widgets.core.record import Record, RecordKey, RecordSet
from cloudscope_widgets.core.snapshot import Snapshot
from cloudscope_widgets.core.table_clock import TABLE_TIME
from cloudscope_widgets.io.format.fields import Fields
from cloudscope_widgets.io.format.records import SavedTables, parse_record, record_document

OWN_RECORDS = "records"
"""Key of our own file."""


def is_own_record(record: Record) -> bool:
    """Whether a result belongs to our own file: CloudScope does not know it, and it was not found in the sidecar."""
    is_found_elsewhere = record.written is not None and not record.written.is_own
    return record.analysis_name not in SHARED_KINDS and not is_found_elsewhere


def own_table_names(said: Fields) -> tuple[str, ...]:
    """Analyses of the results in our own file that have a table."""
    kinds = (_kind(item, name) for name, item in _named(said))
    return tuple(dict.fromkeys(kind.name for kind in kinds if kind is not None and kind.columns))


def with_own_records(records: RecordSet, said: Fields, tables: SavedTables) -> RecordSet:
    """Add the results of our own file.

    Raises
    ------
    SidecarReadError
        When one cannot be read; the message names file and field.
    """
    for name, item in _named(said):
        if kind_of(name) is None:
            load_plug_ins()
        key = name, item.whole("channel"), item.whole("roi_id", least=1)
        record = parse_record(item, _with_empty(tables, key, _kind(item, name), item))
        written = None if record.written is None else replace(record.written, is_own=True)
        records = records.stored(replace(record, written=written))
    return records


def own_record_documents(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Results that belong to our own file."""
    return [record_document(record, TABLE_TIME) for record in snapshot.records if is_own_record(record)]


def _named(said: Fields) -> Iterator[tuple[str, Fields]]:
    for item in said.children(OWN_RECORDS):
        name = item.text("analysis_name")
        if name in SHARED_KINDS or not is_analysis_name(name):
            raise item.refused("analysis_name", "small letters, digits and _, and no name of the shared format", name)
        yield name, item


def _kind(said: Fields, name: str) -> Kind | None:
    return kind_of(name) or saved_kind(name, freeze(said.others().get("kind")))


def _with_empty(tables: SavedTables, key: RecordKey, kind: Kind | None, said: Fields) -> SavedTables:
    """Tables with one of no rows, where a result has counted none: no file holds a line of it."""
    if kind is None or not kind.columns or key in tables.parsed:
        return tables
    if said.child("summary").others().get(kind.row_count) != 0:
        return tables
    empty = pd.DataFrame({column.name: pd.Series(dtype=column.dtype) for column in kind.columns})
    return SavedTables({**tables.parsed, key: empty}, {**tables.rows, key: b""})
