"""Our own file beside the image: what the shared format has no place for. Missing means default."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, get_args

from cloudscope_widgets.core.contrast import OWN_LUTS, ChannelContrast, ContrastSet
from cloudscope_widgets.core.events import SAME_TIME_S, Event, EventKind, EventReview, EventSource
from cloudscope_widgets.core.frozen import FrozenDict, thaw
from cloudscope_widgets.core.header import Calibration, CalibrationSource, Header, ScanDirection, is_size
from cloudscope_widgets.core.kinds import EVENTS, holds_events
from cloudscope_widgets.core.record import Record, RecordKey, RecordSet
from cloudscope_widgets.core.roi import RoiSet
from cloudscope_widgets.core.row_quality import unknown_quality
from cloudscope_widgets.core.snapshot import Review, Snapshot
from cloudscope_widgets.core.table_clock import TableClock, clock_of
from cloudscope_widgets.io.format.events import is_shared
from cloudscope_widgets.io.format.fields import Fields, read_fields
from cloudscope_widgets.io.format.layout_json import layout_document, with_true_bounds
from cloudscope_widgets.io.format.measured_json import measured_documents, with_measured
from cloudscope_widgets.io.format.own_records import OWN_RECORDS, own_record_documents, with_own_records
from cloudscope_widgets.io.format.peaks import peak_documents, with_peak_reviews
from cloudscope_widgets.io.format.quality import packed_quality, unpacked_quality
from cloudscope_widgets.io.format.records import NO_TABLES, SavedTables, rows_hash
from cloudscope_widgets.io.format.twin_json import region_documents, with_saved_twins
from cloudscope_widgets.io.format.unknown_keys import (
    PART,
    PLACE,
    UNNAMED,
    has_unknown,
    unknown_inside,
    with_unknown_inside,
)

VERSION = 2
_KNOWN = (
    *(
        "version",
        "review",
        "calibration",
        "contrast",
        "rois",
        "events",
        "detections",
        "quality",
        "layout",
        "measured",
        "peaks",
    ),
    OWN_RECORDS,
)


# ---------------------------------------------------------------- reading
def parse_own_file(raw: bytes, path: Path) -> Fields:
    """Parse the bytes of our own file; SidecarReadError when they are no such file."""
    said = read_fields(raw, path)
    said.whole("version", least=1)
    return said


def newer_own_version(said: Fields) -> str:
    """Why our own file must not be written by this version, as a sentence; empty when it may."""
    version = said.whole("version")
    if version <= VERSION:
        return ""
    return (
        f"{said.path} was written by a newer cloudscope-widgets (version {version}, this one knows {VERSION}). "
        "Update cloudscope-widgets to save here."
    )


def with_own_file(snapshot: Snapshot, said: Fields, tables: SavedTables = NO_TABLES) -> Snapshot:
    """Add what our own file says to the snapshot of the sidecar, which counts where the two disagree.

    Parameters
    ----------
    snapshot
        As the sidecar says, or the defaults; events at the times of their table, as they stay.
    said
        Our own file.
    tables
        The saved tables.

    Raises
    ------
    SidecarReadError
        When a field cannot be read; the message names file and field.
    """
    snapshot = replace(snapshot, records=with_own_records(snapshot.records, said, tables))
    header = _with_calibration(snapshot.header, said.child("calibration"))
    rois = with_true_bounds(snapshot.rois, header, said)
    unknown = {"own": said.others(*_KNOWN), PART: unknown_inside(said)}
    review, reviewed = _review(said.child("review"), is_accepted=snapshot.is_accepted)
    return replace(
        snapshot,
        header=header,
        review=review,
        reviewed=reviewed,
        contrast=ContrastSet(dict(_contrasts(snapshot.contrast, said.child("contrast")))),
        rois=_with_locks(with_saved_twins(rois, said.child("rois")), said.child("rois")),
        records=_with_results(snapshot.records, said),
        extra=snapshot.extra.merged(**{name: part for name, part in unknown.items() if part}),
    )


def _with_results(records: RecordSet, said: Fields) -> RecordSet:
    for part in (_with_quality, _with_events, _with_detections, with_peak_reviews, with_measured):
        records = part(records, said)
    return records


def _with_calibration(header: Header, said: Fields) -> Header:
    if not said.values:
        return header
    source = said.choice("source", get_args(CalibrationSource), header.calibration.source)
    if header.calibration.source == "saved" and source != "typed":
        source = "saved"  # of numbers that the image does not say
    dwell_s, direction = header.dwell_s, header.scan_direction
    if "dwell_s" in said.values:
        dwell_s = said.number("dwell_s")
    if dwell_s is not None and not is_size(dwell_s):
        raise said.refused("dwell_s", "a number above 0 or null", dwell_s)
    if "scan_direction" in said.values:
        is_known = said.values["scan_direction"] is not None
        direction = said.choice("scan_direction", get_args(ScanDirection), "forward") if is_known else None
    calibration = replace(header.calibration, source=source, dwell_s=dwell_s, scan_direction=direction)
    return replace(header, calibration=calibration)


def _review(said: Fields, *, is_accepted: bool) -> tuple[Review, FrozenDict]:
    """Verdict of our file, unless another program has since said otherwise in the sidecar."""
    default: Review = "unreviewed" if is_accepted else "rejected"
    review: Review = said.choice("state", get_args(Review), default)
    if (review != "rejected") != is_accepted:
        return default, FrozenDict()
    return review, FrozenDict(said.others("state"))


def _contrasts(contrast: ContrastSet, said: Fields) -> Iterator[tuple[int, ChannelContrast]]:
    for channel, shown in contrast.items():
        own = said.child(str(channel))
        low, high = own.number("value_min"), own.number("value_max")
        ours: dict[str, Any] = {}
        if low is not None and high is not None and (math.floor(low), math.ceil(high)) == _limits(shown):
            ours = {"value_min": low, "value_max": high}
        lut, gamma = own.text("color_lut"), own.number("gamma")
        if OWN_LUTS.get(lut) == shown.color_lut:  # no other program has chosen another since
            ours["color_lut"] = lut
        yield channel, replace(shown, **ours, gamma=1.0 if gamma is None or gamma <= 0 else gamma)


def _limits(shown: ChannelContrast) -> tuple[int, int]:
    return math.floor(shown.value_min), math.ceil(shown.value_max)


def _with_locks(rois: RoiSet, said: Fields) -> RoiSet:
    return RoiSet(replace(roi, is_locked=said.child(str(roi.roi_id)).flag("is_locked", default=False)) for roi in rois)


def _with_quality(records: RecordSet, said: Fields) -> RecordSet:
    """Give every table the quality of its rows; only the one that belongs to this very table."""
    found = {quality_key(item): item for item in said.children("quality")}
    for record in records:
        item, kind = found.get(record.key), record.kind
        if item is None or kind is None or not kind.quality or record.held_table is None:
            continue
        rows = None if record.written is None else record.written.rows
        if item.text("table_sha256") == rows_hash(rows):
            quality = unpacked_quality(item.child("columns"), kind.quality, len(record.held_table))
            records = records.stored(replace(record, held_quality=quality))
    return records


def quality_key(said: Fields) -> RecordKey:
    """Analysis, channel and region of a quality; the files of version 1 name no analysis."""
    return said.text("analysis_name", UNNAMED), said.whole("channel"), said.whole("roi_id")


def _with_events(records: RecordSet, said: Fields) -> RecordSet:
    for item in said.children("events"):
        key = EVENTS.name, item.whole("channel"), item.whole("roi_id", least=1)
        record = records.find(key)
        if record is None:
            continue
        records = records.stored(replace(record, events=tuple(_merged(record.events, item))))
    return records


def _with_detections(records: RecordSet, said: Fields) -> RecordSet:
    """Give every record of events the settings with which candidates were looked for."""
    for item in said.children("detections"):
        record = records.find((EVENTS.name, item.whole("channel"), item.whole("roi_id", least=1)))
        if record is not None:
            detection = FrozenDict(item.others("channel", "roi_id"))
            records = records.stored(replace(record, provenance=record.provenance.merged(detection=detection)))
    return records


def _merged(events: tuple[Event, ...], said: Fields) -> Iterator[Event]:
    """Events of the sidecar with what we know of one of them; a candidate that is not there is added."""
    event_id, start_s, stop_s = said.whole("id", least=1), said.number("x0"), said.number("x1")
    if start_s is None or stop_s is None:
        raise said.refused("x0", "a time in seconds", None)
    own = _own_fields(said)
    start_s, stop_s = sorted((start_s, stop_s))
    ids = {event.event_id for event in events}
    for event in events:
        same = max(abs(event.start_s - start_s), abs(event.stop_s - stop_s)) < SAME_TIME_S
        if event.event_id != event_id or not same:
            yield event
        else:
            yield replace(event, **own)
    if event_id not in ids and own["source"] == "auto" and own["review"] != "accepted":
        statistics = FrozenDict(said.child("statistics").values)
        yield Event(event_id, start_s, stop_s, statistics=statistics, **own)


def _own_fields(said: Fields) -> dict[str, Any]:
    return {
        "kind": said.choice("kind", get_args(EventKind), "user"),
        "review": said.choice("review", get_args(EventReview), "unreviewed"),
        "source": said.choice("source", get_args(EventSource), "user"),
        "strength": said.number("strength"),
        "note": said.text("note"),
    }


# ---------------------------------------------------------------- writing
def own_document(snapshot: Snapshot, derived: Calibration, rows: Mapping[RecordKey, bytes]) -> dict[str, Any]:
    """Write what the sidecar cannot hold; only the version when there is nothing.

    Parameters
    ----------
    snapshot
        What is to be saved.
    derived
        Calibration that a reader of image and sidecar alone would find.
    rows
        Lines of the table of every result that has one.
    """
    parts: dict[str, Any] = {
        "review": _review_document(snapshot),
        "calibration": _calibration_document(snapshot.header.calibration, derived),
        "contrast": dict(_contrast_documents(snapshot.contrast)),
        "rois": region_documents(snapshot.rois),
        "events": list(_event_documents(snapshot)),
        "detections": list(_detection_documents(snapshot)),
        "layout": layout_document(snapshot),
        "quality": list(_quality_documents(snapshot, rows)),
        "measured": measured_documents(snapshot, rows),
        OWN_RECORDS: own_record_documents(snapshot),
        "peaks": list(peak_documents(snapshot)),
    }
    parts = with_unknown_inside(parts, snapshot)
    extra = thaw(snapshot.extra.get("own", {}))
    return {**extra, "version": VERSION, **{name: part for name, part in parts.items() if part}}


def _review_document(snapshot: Snapshot) -> dict[str, Any]:
    is_derived = snapshot.review == ("unreviewed" if snapshot.is_accepted else "rejected") and not snapshot.reviewed
    return {} if is_derived else {**thaw(snapshot.reviewed), "state": snapshot.review}


def _calibration_document(calibration: Calibration, derived: Calibration) -> dict[str, Any]:
    names = ("source", "dwell_s", "scan_direction")
    own, found = asdict(calibration), asdict(derived)
    return {} if all(own[name] == found[name] for name in names) else {name: own[name] for name in names}


def _contrast_documents(contrast: ContrastSet) -> Iterator[tuple[str, dict[str, float | str]]]:
    for channel, shown in contrast.items():
        own: dict[str, float | str] = {} if shown.gamma == 1 else {"gamma": shown.gamma}
        if shown.color_lut in OWN_LUTS:
            own["color_lut"] = shown.color_lut
        if (shown.value_min, shown.value_max) != _limits(shown):
            own |= {"value_min": shown.value_min, "value_max": shown.value_max}
        if own:
            yield str(channel), own


def _event_documents(snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    for record in snapshot.records:
        clock = clock_of(snapshot, record.channel, record.roi_id)
        for event in record.events:
            is_needed = has_unknown(snapshot, record.channel, record.roi_id, event.event_id)
            document = _event_document(event, record, clock, is_needed=is_needed)
            if document is not None:
                yield document


def _event_document(event: Event, record: Record, clock: TableClock, *, is_needed: bool) -> dict[str, Any] | None:
    """What the sidecar lacks of one event, None when it lacks nothing and nothing else is to be kept."""
    own = {name: getattr(event, name) for name in ("kind", "review", "source", "strength", "note")}
    plain = {"kind": event.event_type, "review": "accepted", "source": "user", "strength": None, "note": ""}
    shared = is_shared(event)
    if shared and own == plain and not is_needed:
        return None
    place = {"channel": record.channel, "roi_id": record.roi_id, "id": event.event_id}
    times = {"x0": clock.table_time(event.start_s), "x1": clock.table_time(event.stop_s)}
    return {**place, **times, **own, **({} if shared else {"statistics": thaw(event.statistics)})}


def _detection_documents(snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    for record in snapshot.records:
        if holds_events(record.analysis_name) and "detection" in record.provenance:
            settings = thaw(record.provenance["detection"])
            yield {**settings, "channel": record.channel, "roi_id": record.roi_id}


def _quality_documents(snapshot: Snapshot, rows: Mapping[RecordKey, bytes]) -> Iterator[dict[str, Any]]:
    for record in snapshot.records:
        table_hash, kind, quality = rows_hash(rows.get(record.key)), record.kind, record.held_quality
        if kind is None or quality is None or table_hash is None:
            continue
        if not quality.equals(unknown_quality(kind.quality, len(quality))):
            place = dict(zip(PLACE, record.key, strict=True))
            yield {**place, "table_sha256": table_hash, "columns": packed_quality(quality, kind.quality)}
