"""Rules of our own file, and of events and the table they belong to."""

from __future__ import annotations

import base64
import binascii
import csv
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from tests.format_basics import OURS, Checked, is_number, is_whole, parsed_document

OWN = {
    "version",
    "review",
    "calibration",
    "contrast",
    "rois",
    "events",
    "detections",
    "quality",
    "measured",
    "layout",
    "peaks",
    "records",
}
OWN_ROI = {"is_locked", "twin_of"}
PLACE = {"analysis_name", "channel", "roi_id"}
MEASURED = {*PLACE, "result", "image", "roi", "calibration"}
QUALITY = {*PLACE, "table_sha256", "columns"}
VELOCITY_QUALITY = {"accepted": 1, "z": 2, "contrast": 2, "gap": 2, "velocity_se": 4}
"""Columns of the quality of a velocity, and the bytes of one value."""
PEAK = {"channel", "roi_id", "peak_id", "peak_index", "review", "note"}
SAME_TIME_S = 1e-6


# ---------------------------------------------------------------- our own file
def own_document(bundle: Checked) -> dict[str, Any] | None:
    file = ".widgets.json"
    raw = bundle.raw(file)
    document = None if raw is None else parsed_document(bundle, raw, file)
    if document is None:
        return None
    bundle.expect("own file", f"version {document.get('version')!r}", holds=document.get("version") == 2, file=file)
    bundle.expect("own file", f"keys {set(document) - OWN}", holds=set(document) <= OWN, file=file)
    holds_something = any(value for key, value in document.items() if key != "version")
    bundle.expect("own file", "nothing in it", holds=holds_something, file=file)
    return document


def check_own(
    bundle: Checked, own: dict[str, Any], document: dict[str, Any] | None, tables: Mapping[str, bytes]
) -> None:
    file = ".widgets.json"
    ids = {str(roi.get("roi_id")) for roi in (document or {}).get("rois") or []}
    for roi_id, said in (own.get("rois") or {}).items():
        bundle.expect("own regions", f"ROI {roi_id}", holds=roi_id in ids, file=file)
        bundle.expect(
            "own regions", f"keys {set(said) - OWN_ROI}", holds=bool(said) and set(said) <= OWN_ROI, file=file
        )
        twin = said.get("twin_of")
        holds = twin is None or (str(twin) in ids and str(twin) != roi_id)
        bundle.expect("own regions", f"ROI {roi_id} is a twin of {twin!r}", holds=holds, file=file)
    every = [*((document or {}).get("analysis") or []), *(own.get("records") or [])]
    records = {_place(record): record for record in every}
    for item in own.get("quality") or []:
        _check_quality(bundle, item, records.get(_place(item)) or {}, tables)
    measured = own.get("measured") or []
    places = [_place(item) for item in measured]
    bundle.expect("measured", f"{places} twice", holds=len(set(places)) == len(places), file=file)
    for item in measured:
        _check_measured(bundle, item, records.get(_place(item)))
    for item in own.get("peaks") or []:
        _check_peak(bundle, item, records.get(("sum_intensity", item.get("channel"), item.get("roi_id"))) or {})
    silent = {place for place, record in records.items() if not _says_itself(record)} - set(places)
    bundle.expect("measured", f"nothing about {silent}", holds=not silent, file=file)


def _place(item: Mapping[str, Any]) -> tuple[Any, Any, Any]:
    return item.get("analysis_name"), item.get("channel"), item.get("roi_id")


def provenance_of(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Provenance of a result, also where version 0.1 has left it."""
    summary = record.get("summary") or {}
    homes = (summary.get(OURS), record.get("detection_params"), summary)
    found = [home.get("provenance") for home in homes if isinstance(home, Mapping)]
    return next((said for said in found if said and isinstance(said, Mapping)), {})


def _says_itself(record: Mapping[str, Any]) -> bool:
    """Whether the provenance of a result names all that it was measured in."""
    said = provenance_of(record)
    return bool((said.get("image") or {}).get("fingerprint") and said.get("roi") and said.get("calibration"))


def _check_quality(
    bundle: Checked, item: dict[str, Any], record: Mapping[str, Any], tables: Mapping[str, bytes]
) -> None:
    file = ".widgets.json"
    if not bundle.expect("quality", f"keys {set(item) ^ QUALITY}", holds=set(item) == QUALITY, file=file):
        return
    name = item["analysis_name"]
    sign = "\t" if record.get("kind") else ","
    slot = f"{item['channel']}{sign}{item['roi_id']}{sign}".encode()
    if name not in tables:  # as another program left it, or missing
        return
    lines = [line for line in tables[name].splitlines(keepends=True) if line.startswith(slot)]
    found = sha256(b"".join(lines)).hexdigest()
    if provenance_of(record).get("table_sha256") != found:  # another program has run the analysis again since
        return
    bundle.expect("quality", f"{_place(item)}: of another table", holds=item["table_sha256"] == found, file=file)
    if name != "radon_velocity":
        return
    bundle.expect("quality", f"{set(item['columns'])}", holds=set(item["columns"]) == set(VELOCITY_QUALITY), file=file)
    for column, size in VELOCITY_QUALITY.items():
        try:
            count = len(base64.b64decode(item["columns"].get(column, ""), validate=True)) / size
        except (binascii.Error, TypeError, ValueError):
            count = -1
        bundle.expect("quality", f"{column}: {count} values", holds=count == len(lines), file=file)


def _check_measured(bundle: Checked, item: dict[str, Any], record: Mapping[str, Any] | None) -> None:
    file, place = ".widgets.json", _place(item)
    needed = {*PLACE, "image"}
    bundle.expect("measured", f"keys {set(item)}", holds=needed <= set(item) <= MEASURED, file=file)
    bundle.expect("measured", f"{place} is not there", holds=record is not None, file=file)
    bundle.expect("measured", f"{place} says it itself", holds=not _says_itself(record or {}), file=file)
    fingerprint = (item.get("image") or {}).get("fingerprint")
    bundle.expect(
        "measured", f"image {fingerprint!r}", holds=isinstance(fingerprint, str) and bool(fingerprint), file=file
    )
    bounds, calibration = item.get("roi"), item.get("calibration")
    are_bounds = bounds is None or (len(bounds) == 4 and all(is_whole(bound) for bound in bounds))
    bundle.expect("measured", f"bounds {bounds}", holds=are_bounds, file=file)
    sizes = [(calibration or {}).get(name, 1.0) for name in ("seconds_per_line", "um_per_pixel")]
    bundle.expect("measured", f"sizes {sizes}", holds=all(is_number(size) and size > 0 for size in sizes), file=file)


def _check_peak(bundle: Checked, item: dict[str, Any], record: Mapping[str, Any]) -> None:
    file = ".widgets.json"
    bundle.expect("own peaks", f"keys {set(item) ^ PEAK}", holds=set(item) == PEAK, file=file)
    said = item.get("review")
    bundle.expect("own peaks", f"review {said!r}", holds=said in {"unreviewed", "accepted", "rejected"}, file=file)
    events = (record.get("summary") or {}).get("peak_events") or []
    places = [(event.get("peak_id"), (event.get("peak") or {}).get("index")) for event in events]
    place = item.get("peak_id"), item.get("peak_index")
    bundle.expect("own peaks", f"{place} is not there", holds=place in places, file=file)


# ---------------------------------------------------------------- events and the table they belong to
def check_event_times(bundle: Checked, document: dict[str, Any], own: dict[str, Any], table: bytes) -> None:
    """Count the numbers of the table inside of each event, which a shifted event would miss."""
    velocities = {_place(record)[1:]: record for record in document.get("analysis") or [] if _is_velocity(record)}
    for slot, event, file in _all_events(document, own):
        said = event.get("event_stats") or {}
        if slot in velocities and table and is_whole(said.get("n")):
            is_ours = bool(provenance_of(velocities[slot]))
            _check_event_time(bundle, event, _Trace(_trace(table, slot), is_ours), file)


@dataclass(frozen=True, slots=True)
class _Trace:
    """Time and velocity of each line of one table; CloudScope counts other numbers than its table holds."""

    lines: list[tuple[float, float]]
    is_ours: bool

    def between(self, start: float, stop: float) -> list[float]:
        """Finite velocities of a stretch; all lines of a table that is not ours."""
        inside = [velocity for time, velocity in self.lines if start <= time <= stop]
        return [velocity for velocity in inside if math.isfinite(velocity) or not self.is_ours]


def _check_event_time(bundle: Checked, event: Mapping[str, Any], trace: _Trace, file: str) -> None:
    ends, said = [event.get("x0"), event.get("x1")], event["event_stats"]
    if not all(is_number(end) for end in ends):
        return
    start, stop = sorted(float(end or 0) for end in ends)
    least = trace.between(start + SAME_TIME_S, stop - SAME_TIME_S) if trace.is_ours else []
    most = trace.between(start - SAME_TIME_S, stop + SAME_TIME_S)
    what = f"event {event.get('id')}: {said['n']} of {len(least)} to {len(most)}"
    bundle.expect("event table", what, holds=len(least) <= said["n"] <= len(most), file=file)
    if least and least == most:
        pairs = [(float(said.get("min") or 0), min(least)), (float(said.get("max") or 0), max(least))]
        bundle.expect(
            "event table", f"event {event.get('id')}: {pairs}", holds=all(_is_near(*p) for p in pairs), file=file
        )


def _is_near(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-9)


def _is_velocity(record: Mapping[str, Any]) -> bool:
    return record.get("analysis_name") == "radon_velocity"


def _all_events(
    document: dict[str, Any], own: dict[str, Any]
) -> Iterator[tuple[tuple[Any, Any], Mapping[str, Any], str]]:
    """Channel and region, event and file of the events of both files."""
    for record in document.get("analysis") or []:
        if record.get("analysis_name") == "event":
            for event in (record.get("summary") or {}).get("events") or []:
                yield (record.get("channel"), record.get("roi_id")), event, ".json"
    for event in own.get("events") or []:
        yield (event.get("channel"), event.get("roi_id")), {**event, **event.get("statistics", {})}, ".widgets.json"


def _trace(table: bytes, slot: tuple[Any, Any]) -> list[tuple[float, float]]:
    """Time and velocity of each line of one result; NaN where there is none."""
    lines = csv.DictReader(table.decode("latin-1").splitlines())
    of_slot = (line for line in lines if (line.get("channel"), line.get("roi_id")) == tuple(map(str, slot)))
    return [(_number(line.get("time_s")), _number(line.get("velocity"))) for line in of_slot]


def _number(text: str | None) -> float:
    try:
        return float(text or "nan")
    except ValueError:
        return math.nan
