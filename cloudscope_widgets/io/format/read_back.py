"""Reading back what is about to be written: the bytes must give the very snapshot that is to be saved.

Whatever is wrong with the bytes is found while the older files are still there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from cloudscope_widgets.core.errors import SaveError, SidecarReadError
from cloudscope_widgets.core.events import SAME_TIME_S, Event
from cloudscope_widgets.core.frozen import FrozenDict
from cloudscope_widgets.core.header import Header
from cloudscope_widgets.core.kinds import SHARED_KINDS, Kind, holds_events
from cloudscope_widgets.core.measured import says_itself
from cloudscope_widgets.core.record import Record, RecordKey
from cloudscope_widgets.core.snapshot import Snapshot
from cloudscope_widgets.io.format.event_times import with_image_times
from cloudscope_widgets.io.format.fields import Fields
from cloudscope_widgets.io.format.json_text import canonical, json_bytes, parse_json
from cloudscope_widgets.io.format.own_file import parse_own_file, quality_key, with_own_file
from cloudscope_widgets.io.format.own_records import is_own_record
from cloudscope_widgets.io.format.quality import unpacked_quality
from cloudscope_widgets.io.format.records import SavedTables
from cloudscope_widgets.io.format.sidecar import parse_sidecar, read_snapshot, shared_records
from cloudscope_widgets.io.format.tables import parse_table
from cloudscope_widgets.io.format.unknown_keys import PART as UNKNOWN_INSIDE
from cloudscope_widgets.io.images.layouts import laid_out
from cloudscope_widgets.io.paths import own_path, sidecar_path, table_path

_PARSED_RTOL = 1e-14
"""Reading a number from text is exact to its last digit but one."""


class NotTheSame(Exception):  # noqa: N818  (states what was found; never leaves this file)
    """What was read back differs; the message is the place."""


def document_bytes(image: Path, path: Path, document: Mapping[str, Any]) -> bytes:
    """Write a document as the bytes of a file, and read them back.

    Raises
    ------
    SaveError
        When a field cannot be written, or reads otherwise; the message names it.
    """
    try:
        raw = json_bytes(document)
        read = parse_json(raw, path)
    except (ValueError, TypeError, RecursionError, SidecarReadError) as error:
        raise not_kept(image, _unwritable(document, path)) from error
    place = next(_differences(canonical(document), read, ""), None)
    if place is not None:
        raise not_kept(image, place)
    return raw


def not_kept(image: Path, place: str) -> SaveError:
    """Error for a field that would not be the same after it was saved."""
    return SaveError(
        f"{image.name} was not saved: {place} cannot be saved as it is. Nothing on disk has changed; change it, then "
        "save again."
    )


def _unwritable(value: Any, path: Path, place: str = "") -> str:  # noqa: ANN401  (any JSON value)
    """Place of the first value that cannot be written."""
    if isinstance(value, Mapping):
        inner: Iterable[tuple[str, Any]] = ((f"{place}.{key}" if place else str(key), value[key]) for key in value)
    elif isinstance(value, list | tuple):
        inner = ((f"{place}[{index}]", item) for index, item in enumerate(value))
    else:
        return place
    for at, item in inner:
        try:
            parse_json(json_bytes({"": item}), path)
        except (ValueError, TypeError, RecursionError, SidecarReadError):
            return _unwritable(item, path, at)
    return place or "a name in it"


def _differences(wanted: Any, found: Any, place: str) -> Iterator[str]:  # noqa: ANN401  (any JSON value)
    if isinstance(wanted, dict) and isinstance(found, dict):
        for key in [*wanted, *(key for key in found if key not in wanted)]:
            at = f"{place}.{key}" if place else key
            yield from _differences(wanted.get(key, ...), found.get(key, ...), at)
    elif isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        for index, pair in enumerate(zip(wanted, found, strict=True)):
            yield from _differences(*pair, f"{place}[{index}]")
    elif isinstance(wanted, bool) != isinstance(found, bool) or wanted != found:
        yield place


# ---------------------------------------------------------------- the snapshot
def check_snapshot(
    image: Path,
    snapshot: Snapshot,
    header: Header,
    documents: tuple[bytes, bytes | None],
    rows: Mapping[RecordKey, bytes],
) -> None:
    """Read the two documents as if they were opened, and compare with what was to be saved.

    Parameters
    ----------
    image
        Path of the image.
    snapshot
        What is to be saved.
    header
        What the image itself says.
    documents
        Bytes of the sidecar and of our own file, None when there is none.
    rows
        Lines of the table of every result that has one, as they are to be saved.

    Raises
    ------
    SaveError
        When something differs; the message names the field.
    """
    sidecar, own = documents
    try:
        shared = parse_sidecar(sidecar, sidecar_path(image))
        said, own_version = None if own is None else parse_own_file(own, own_path(image)), 0
        read = read_snapshot(shared, laid_out(header, shared, said), SavedTables(rows=rows))
        if said is not None:
            read, own_version = with_own_file(read, said, SavedTables(rows=rows)), said.whole("version")
            _check_qualities(snapshot, said)
        read = with_image_times(read, sidecar_path(image), own_version=own_version)
        _check_values(snapshot, read)
        _check_records(snapshot, read)
    except NotTheSame as error:
        raise not_kept(image, str(error)) from error
    except SidecarReadError as error:
        raise SaveError(
            f"{image.name} was not saved, because it could not be opened again: {error} Nothing on disk has changed; "
            "change this field, then save again."
        ) from error


def _check_values(snapshot: Snapshot, read: Snapshot) -> None:
    if snapshot.header.layout != read.header.layout:
        raise NotTheSame("the layout")
    _check_fields("the calibration", snapshot.header.calibration, read.header.calibration)
    _check_fields("the experiment", snapshot.experiment, read.experiment)
    if len(snapshot.rois) != len(read.rois):
        raise NotTheSame("the list of ROIs")
    for roi, again in zip(snapshot.rois, read.rois, strict=True):
        _check_fields(f"ROI {roi.roi_id}", roi, again)
    if snapshot.contrast.keys() != read.contrast.keys():
        raise NotTheSame("the contrast")
    for channel, shown in snapshot.contrast.items():
        _check_fields(f"the contrast of channel {channel}", shown, read.contrast[channel])
    if (snapshot.review, snapshot.reviewed) != (read.review, read.reviewed):
        raise NotTheSame("the review")
    _check_extra(snapshot.extra, read.extra)


def _check_extra(wanted: FrozenDict, found: FrozenDict) -> None:
    """Unknown keys are kept; those inside of our own file go with the region, event or result they belong to."""
    inner, kept = wanted.get(UNKNOWN_INSIDE, {}), found.get(UNKNOWN_INSIDE, {})
    is_kept = all(items.items() <= inner.get(part, {}).items() for part, items in kept.items())
    if not is_kept or wanted.without(UNKNOWN_INSIDE) != found.without(UNKNOWN_INSIDE):
        raise NotTheSame("what other programs have written")


def _check_fields(what: str, wanted: Any, found: Any) -> None:  # noqa: ANN401  (any of our values)
    if type(wanted) is not type(found):
        raise NotTheSame(what)
    for item in fields(wanted):
        if item.compare and getattr(wanted, item.name) != getattr(found, item.name):
            raise NotTheSame(f"{item.name} of {what}")


# ---------------------------------------------------------------- results
def _check_records(snapshot: Snapshot, read: Snapshot) -> None:
    stored = {record.key for record in snapshot.records if is_own_record(record)}
    stored |= {record.key for record in shared_records(snapshot)}
    for record in snapshot.records:
        what = f"{record.analysis_name} of ROI {record.roi_id} in channel {record.channel}"
        again = read.records.find(record.key)
        if again is None or record.key not in stored:
            raise NotTheSame(what)
        for name, wanted, found in _parts(record, again):
            if wanted != found:
                raise NotTheSame(f"{name} of {what}")
        _check_events(what, record.events, again.events)
    if len(read.records) != len(snapshot.records):
        raise NotTheSame("the list of results")


def _parts(record: Record, again: Record) -> Iterator[tuple[str, object, object]]:
    """Parts of a result to compare; of one that was not run again, those that stand in the file."""
    yield "extra", record.extra, again.extra
    yield "reviews of peaks", record.peak_reviews, again.peak_reviews
    if not says_itself(record.provenance):
        yield "the place of measurement", record.measured, again.measured
    held, held_again = record.written, again.written
    if not holds_events(record.analysis_name) and held is not None and held_again is not None:
        yield "detection_params", held.params, held_again.params
        yield "summary", held.summary, held_again.summary
        return
    yield "detection_params", record.params, again.params
    yield "summary", record.summary, again.summary
    yield "provenance", record.provenance, again.provenance


def _check_events(what: str, events: tuple[Event, ...], again: tuple[Event, ...]) -> None:
    found = {event.event_id: event for event in again}
    if found.keys() != {event.event_id for event in events}:
        raise NotTheSame(f"the list of events of {what}")
    for event in events:
        other = found[event.event_id]
        times = (event.start_s - other.start_s, event.stop_s - other.stop_s)
        names = ("kind", "review", "strength", "note", "source")
        differing = next((name for name in names if getattr(event, name) != getattr(other, name)), "")
        if differing or max(map(abs, times)) > SAME_TIME_S:
            raise NotTheSame(f"{differing or 'times'} of event {event.event_id} of {what}")


def _check_qualities(snapshot: Snapshot, said: Fields) -> None:
    for item in said.children("quality"):
        key = quality_key(item)
        record = snapshot.records.find(key)
        held, kind = (None, None) if record is None else (record.held_quality, record.kind)
        if held is None or kind is None or not _is_same_quality(item.child("columns"), kind, held):
            raise NotTheSame(f"the quality of {key[0]} of ROI {key[2]} in channel {key[1]}")


def _is_same_quality(said: Fields, kind: Kind, held: pd.DataFrame) -> bool:
    return unpacked_quality(said, kind.quality, len(held)).equals(held)


# ---------------------------------------------------------------- tables
def check_table(image: Path, snapshot: Snapshot, analysis_name: str, raw: bytes) -> None:
    """Read a table back and compare it with the results it was written from.

    Raises
    ------
    SaveError
        When a column differs; the message names it.
    """
    try:
        parsed = parse_table(raw, analysis_name, table_path(image, analysis_name))
    except SidecarReadError as error:
        raise not_kept(image, f"the table of {analysis_name} ({error})") from error
    for record in snapshot.records:
        is_as_read = record.written is not None and record.written.rows is not None
        if record.analysis_name == analysis_name and record.held_table is not None and not is_as_read:
            place = _differing_column(record.held_table, parsed.get((record.channel, record.roi_id)), analysis_name)
            if place:
                raise not_kept(image, f"{place} of {analysis_name} of ROI {record.roi_id}")


def _differing_column(wanted: pd.DataFrame, found: pd.DataFrame | None, analysis_name: str) -> str:
    """Name of the first column that differs, empty when none does."""
    if wanted.empty:
        return ""
    if found is None or len(found) != len(wanted):
        return "the table"
    shared = SHARED_KINDS.get(analysis_name)
    names = shared.column_names if shared else wanted.columns
    differing = (name for name in names if name not in found or not _is_same_column(wanted[name], found[name]))
    return next((f"the column {name}" for name in differing), "")


def _is_same_column(wanted: pd.Series[Any], found: pd.Series[Any]) -> bool:
    if pd.api.types.is_numeric_dtype(wanted) and pd.api.types.is_numeric_dtype(found):
        one, other = (column.to_numpy(dtype=np.float64, na_value=np.nan) for column in (wanted, found))
        return bool(np.allclose(one, other, rtol=_PARSED_RTOL, atol=0, equal_nan=True))
    return bool((wanted.isna() == found.isna()).all() and (wanted[wanted.notna()] == found[found.notna()]).all())
