"""Saved files that cannot be read: cut off, no JSON, of wrong types, out of range, with lines that are not whole."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.faults.case import Case
from tests.faults.good_bundle import OWN, SIDECAR, TABLE, good_bundle, write_bundle

Edit = Callable[[dict[str, Any]], object]
WHOLE = "must be a whole number from"


def saved_cases() -> Iterator[Case]:
    """All saved files that must be refused."""
    for name in (SIDECAR, OWN):
        for what, (raw, error) in _texts(good_bundle()[name]).items():
            yield _raw(f"json: {name} {what}", name, raw, error)
    for number, (edit, error) in enumerate(SIDECAR_EDITS):
        yield _edited(f"sidecar: {number} {error[:40]}", SIDECAR, edit, rf"cannot be read: {error}.*\(line \d+\)")
    for number, (edit, error) in enumerate(OWN_EDITS):
        yield _edited(f"own file: {number} {error[:40]}", OWN, edit, rf"cannot be read: {error}.*\(line \d+\)")
    for what, (raw, error) in _tables(good_bundle()[TABLE]).items():
        yield _raw(f"table: {what}", TABLE, raw, error)
    for name in (SIDECAR, OWN, TABLE):
        for what, make in PLACES.items():
            yield Case(f"place: {what} as {name}", "saved", f"{name} cannot be (read|opened)", _placed(name, make))


def _raw(name: str, file: str, raw: bytes, error: str) -> Case:
    return Case(name, "saved", f"{file} {error}", lambda folder: write_bundle(folder, {file: raw}))


def _edited(name: str, file: str, edit: Edit, error: str) -> Case:
    def make(folder: Path) -> Path:
        document = json.loads(good_bundle()[file])
        edit(document)
        return write_bundle(folder, {file: json.dumps(document, indent=2).encode()})

    return Case(name, "saved", f"{file} {error}", make)


# ---------------------------------------------------------------- JSON
def _texts(good: bytes) -> dict[str, tuple[bytes, str]]:
    """Bytes that are no JSON object, or none that can be trusted."""
    line = r"cannot be read: line \d+: "
    found: dict[str, tuple[bytes, str]] = {
        "is empty": (b"", line),
        "is blank": (b" \n\n ", line),
        "is zeros": (bytes(len(good)), line),
        "is a list": (b"[" + good + b"]", f"{line}it holds no JSON object"),
        "is a number": (b"2", f"{line}it holds no JSON object"),
        "is null": (b"null", f"{line}it holds no JSON object"),
        "is UTF-16": (good.decode().encode("utf-16"), f"{line}byte 0 is no UTF-8"),
        "has a byte of Latin-1": (good.replace(b'"version"', b'"ma\xdf": 1, "version"'), f"{line}.*no UTF-8"),
        "has a comment": (b"// saved by hand\n" + good, line),
        "has single quotes": (good.replace(b'"', b"'"), line),
        "has a comma at the end": (good[:-2] + b",\n}", line),
        "is there twice": (good + good, f"{line}Extra data"),
        "has a key twice": (b'{\n  "version": 2,' + good[1:], f"{line}the key 'version' stands twice"),
        "has a key twice far inside": (
            good[:-2] + b',\n  "more": [{"a": {"b": 1,\n "b": 2}}]\n}',
            f"{line}the key 'b' stands twice",
        ),
        "has a number too large": (good[:-2] + b',\n  "more": 1e999\n}', f"{line}the number 1e999 is too large"),
        "has a number too small": (good[:-2] + b',\n  "more": -1e999\n}', f"{line}the number -1e999 is too large"),
        "has a number of 5000 digits": (good[:-2] + b',\n  "more": ' + b"9" * 5000 + b"\n}", f"{line}the number 999"),
        "is nested without end": (b'{"a": ' * 100_000, "cannot be read: its lists are nested too deeply"),
        "is nested lists without end": (b"[" * 1_000_000, "cannot be read: its lists are nested too deeply"),
        "is of no version": (good.replace(b'"version"', b'"Version"'), f"cannot be read: version {WHOLE}"),
        "is of version text": (_version(good, b'"2"'), f"cannot be read: version {WHOLE}"),
        "is of version 1.5": (_version(good, b"1.5"), f"cannot be read: version {WHOLE}"),
        "is of version true": (_version(good, b"true"), f"cannot be read: version {WHOLE}"),
        "is of version -1": (_version(good, b"-1"), f"cannot be read: version {WHOLE}"),
        "is of version 0": (_version(good, b"0"), f"cannot be read: version (must be 2|{WHOLE})"),
        "is of a newer version": (_version(good, b"3"), "was written by a newer .*Update cloudscope-widgets"),
        "is of a far newer version": (_version(good, b"2000000000"), "was written by a newer .*Update"),
    }
    step = max(1, len(good) // 12)
    for size in range(1, len(good), step):
        found[f"is cut off at byte {size}"] = (good[:size], line)
    return found


def _version(good: bytes, value: bytes) -> bytes:
    head, _, tail = good.rpartition(b'"version": ')
    return head + b'"version": ' + value + tail[1:]


def _roi(**changes: object) -> Edit:
    return lambda said: said["rois"][0].update(changes)


def _data(**changes: object) -> Edit:
    return lambda said: said["rois"][0]["data"].update(changes)


def _record(**changes: object) -> Edit:
    return lambda said: said["analysis"][0].update(changes)


def _event(**changes: object) -> Edit:
    return lambda said: said["analysis"][1]["summary"]["events"][0].update(changes)


def _header(**changes: object) -> Edit:
    return lambda said: said["image_header_metadata"].update(changes)


def _top(**changes: object) -> Edit:
    return lambda said: said.update(changes)


def _contrast(**changes: object) -> Edit:
    return lambda said: said["image_contrast"]["0"].update(changes)


SIDECAR_EDITS: list[tuple[Edit, str]] = [
    (_top(accepted="yes"), "accepted must be true or false"),
    (_top(accepted=1), "accepted must be true or false"),
    (_top(rois={}), "rois must be a list"),
    (_top(rois="none"), "rois must be a list"),
    (_top(rois=[1]), r"rois\[0\] must be an object"),
    (_top(rois=[None]), r"rois\[0\] must be an object"),
    (_top(experiment_metadata=[]), "experiment_metadata must be an object"),
    (_top(experiment_metadata={"depth": "deep"}), r"experiment_metadata\.depth must be a number"),
    (_top(experiment_metadata={"depth": [1]}), r"experiment_metadata\.depth must be"),
    (_top(experiment_metadata={"species": {"a": 1}}), r"experiment_metadata\.species must be text"),
    (_top(experiment_metadata={"branch_order": 1.5}), r"experiment_metadata\.branch_order must be a"),
    (_top(image_header_metadata=[]), "image_header_metadata must be an object"),
    (_header(physical_unit_y=0), r"image_header_metadata\.physical_unit_y must be a number above 0"),
    (_header(physical_unit_y=-1.5), r"image_header_metadata\.physical_unit_y must be a number above 0"),
    (_header(physical_unit_x=5e-324), r"image_header_metadata\.physical_unit_x must be a number above 0"),
    (_header(physical_unit_x="fast"), r"image_header_metadata\.physical_unit_x must be a number"),
    (_header(physical_unit_x=1e200), r"image_header_metadata\.physical_unit_x must be a number up to"),
    (_header(physical_unit_x=True), r"image_header_metadata\.physical_unit_x must be a number"),
    (_header(physical_label_x={"a": 1}), r"image_header_metadata\.physical_label_x must be text"),
    (_roi(roi_id=0), rf"rois\[0\]\.roi_id {WHOLE} 1"),
    (_roi(roi_id=-3), rf"rois\[0\]\.roi_id {WHOLE} 1"),
    (_roi(roi_id=2**31), rf"rois\[0\]\.roi_id {WHOLE} 1"),
    (_roi(roi_id=10**30), rf"rois\[0\]\.roi_id {WHOLE} 1"),
    (_roi(roi_id="1"), rf"rois\[0\]\.roi_id {WHOLE} 1"),
    (_roi(roi_id=1.5), rf"rois\[0\]\.roi_id {WHOLE} 1"),
    (_roi(roi_id=True), rf"rois\[0\]\.roi_id {WHOLE} 1"),
    (_roi(roi_id=None), rf"rois\[0\]\.roi_id {WHOLE} 1"),
    (_roi(roi_id=2), "rois must be a list of regions with ids of their own"),
    (_roi(roi_type="ellipse"), r"rois\[0\]\.roi_type must be rectroi or linesegmentroi"),
    (_roi(roi_type=None), r"rois\[0\]\.roi_type must be rectroi or linesegmentroi"),
    (_roi(version="2.0"), r"rois\[0\]\.version must be 1\.0"),
    (_roi(name={"a": 1}), r"rois\[0\]\.name must be text"),
    (_roi(note=[]), r"rois\[0\]\.note must be text"),
    (_roi(data=[1, 2, 3, 4]), r"rois\[0\]\.data must be an object"),
    (_roi(data={}), rf"rois\[0\]\.data\.row_start {WHOLE}"),
    (_data(row_start="first"), rf"rois\[0\]\.data\.row_start {WHOLE}"),
    (_data(row_stop=2**40), rf"rois\[0\]\.data\.row_stop {WHOLE}"),
    (_data(col_start=0.5), rf"rois\[0\]\.data\.col_start {WHOLE}"),
    (_data(col_stop=None), rf"rois\[0\]\.data\.col_stop {WHOLE}"),
    (_top(analysis={}), "analysis must be a list"),
    (_top(analysis=["radon_velocity"]), r"analysis\[0\] must be an object"),
    (_record(analysis_name=["a"]), r"analysis\[0\]\.analysis_name must be text"),
    (_record(channel=-1), rf"analysis\[0\]\.channel {WHOLE} 0"),
    (_record(channel="red"), rf"analysis\[0\]\.channel {WHOLE} 0"),
    (_record(channel=2**31), rf"analysis\[0\]\.channel {WHOLE} 0"),
    (_record(roi_id=0), rf"analysis\[0\]\.roi_id {WHOLE} 1"),
    (_record(roi_id=None), rf"analysis\[0\]\.roi_id {WHOLE} 1"),
    (_record(detection_params=[]), r"analysis\[0\]\.detection_params must be an object"),
    (_record(summary=[]), r"analysis\[0\]\.summary must be an object"),
    (lambda said: said["analysis"].append(said["analysis"][0]), "analysis must be one result for each"),
    (lambda said: said["analysis"][1]["summary"].update(events={}), r"analysis\[1\]\.summary\.events must be a list"),
    (lambda said: said["analysis"][1]["summary"].update(events=[3]), r"analysis\[1\]\.summary\.events\[0\] must be"),
    (lambda said: said["analysis"][1]["summary"]["events"].append(said["analysis"][1]["summary"]["events"][0]),
     r"analysis\[1\]\.summary\.events must be a list of events with ids of their own"),
    (_event(id=0), rf"analysis\[1\]\.summary\.events\[0\]\.id {WHOLE} 1"),
    (_event(x0=None), r"analysis\[1\]\.summary\.events\[0\]\.x0 must be a time in seconds"),
    (_event(x1="late"), r"analysis\[1\]\.summary\.events\[0\]\.x1 must be a number"),
    (_event(x1=1e300), r"analysis\[1\]\.summary\.events\[0\]\.x1 must be a number up to"),
    (_event(event_type={"a": 1}), r"analysis\[1\]\.summary\.events\[0\]\.event_type must be text"),
    (_top(image_contrast=[]), "image_contrast must be an object"),
    (_top(image_contrast={"-1": {}}), "image_contrast.-1 must be named after a channel"),
    (_top(image_contrast={"red": {}}), "image_contrast.red must be named after a channel"),
    (_top(image_contrast={"99999999999": {}}), "image_contrast.99999999999 must be named after a channel"),
    (_top(image_contrast={"0": 1}), "image_contrast.0 must be an object"),
    (_contrast(value_min="dark"), r"image_contrast\.0\.value_min must be a number"),
    (_contrast(value_max=[4]), r"image_contrast\.0\.value_max must be a number"),
    (_contrast(color_lut=[4]), r"image_contrast\.0\.color_lut must be text"),
]  # fmt: skip


def _quality(**changes: object) -> Edit:
    return lambda said: said["quality"][0].update(changes)


def _column(**changes: object) -> Edit:
    return lambda said: said["quality"][0]["columns"].update(changes)


def _own_event(**changes: object) -> Edit:
    return lambda said: said["events"][0].update(changes)


OWN_EDITS: list[tuple[Edit, str]] = [
    (_top(review=[]), "review must be an object"),
    (_top(review={"state": "maybe"}), r"review\.state must be unreviewed or accepted or rejected"),
    (_top(review={"state": ["accepted"]}), r"review\.state must be unreviewed"),
    (_top(calibration=3), "calibration must be an object"),
    (_top(calibration={"source": "guess"}), r"calibration\.source must be file or text"),
    (_top(calibration={"dwell_s": -1}), r"calibration\.dwell_s must be a number above 0"),
    (_top(calibration={"dwell_s": "long"}), r"calibration\.dwell_s must be a number"),
    (_top(calibration={"scan_direction": "up"}), r"calibration\.scan_direction must be forward"),
    (_top(calibration={"scan_direction": {"a": 1}}), r"calibration\.scan_direction must be forward"),
    (_top(contrast=[]), "contrast must be an object"),
    (_top(contrast={"0": {"gamma": "high"}}), r"contrast\.0\.gamma must be a number"),
    (_top(rois=[]), "rois must be an object"),
    (_top(rois={"1": {"is_locked": 1}}), r"rois\.1\.is_locked must be true or false"),
    (_top(events={}), "events must be a list"),
    (_own_event(channel=-1), rf"events\[0\]\.channel {WHOLE}"),
    (_own_event(roi_id=0), rf"events\[0\]\.roi_id {WHOLE}"),
    (_own_event(id=None), rf"events\[0\]\.id {WHOLE}"),
    (_own_event(x0=None), r"events\[0\]\.x0 must be a time in seconds"),
    (_own_event(kind="burst"), r"events\[0\]\.kind must be rise"),
    (_own_event(kind={"a": 1}), r"events\[0\]\.kind must be rise"),
    (_own_event(review="done"), r"events\[0\]\.review must be unreviewed"),
    (_own_event(source=3), r"events\[0\]\.source must be auto"),
    (_own_event(strength="big"), r"events\[0\]\.strength must be a number"),
    (_own_event(note=[]), r"events\[0\]\.note must be text"),
    (_top(quality={}), "quality must be a list"),
    (_quality(channel="0"), rf"quality\[0\]\.channel {WHOLE}"),
    (_quality(table_sha256=[]), r"quality\[0\]\.table_sha256 must be text"),
    (_quality(columns=[]), r"quality\[0\]\.columns must be an object"),
    (_column(z=""), r"quality\[0\]\.columns\.z must be"),
    (_column(z="AAAA"), r"quality\[0\]\.columns\.z must be"),
    (_column(accepted="no base64"), r"quality\[0\]\.columns\.accepted must be base64"),
    (_column(gap=None), r"quality\[0\]\.columns\.gap must be"),
]


# ---------------------------------------------------------------- tables
def _tables(good: bytes) -> dict[str, tuple[bytes, str]]:
    head, *lines = good.splitlines(keepends=True)
    line = r"cannot be read: (it is cut off at )?line \d+: "
    body = b"".join(lines)

    def with_line(number: int, text: bytes) -> bytes:
        return head + b"".join([*lines[: number - 2], text, *lines[number - 1 :]])

    found: dict[str, tuple[bytes, str]] = {
        "is empty": (b"", f"{line}there is nothing in it"),
        "is blank": (b"\n\n", f"{line}there is nothing in it"),
        "has a head only": (head, f"{line}0 of 97 lines of channel 0, ROI 1"),
        "lacks its head": (body, f"{line}it has no column channel"),
        "is UTF-16": (good.decode().encode("utf-16"), f"{line}it is no text"),
        "holds a zero byte": (with_line(9, b"0,1,\0,1,2,3\n"), "cannot be read: line 9: it is no text"),
        "holds a byte of Latin-1": (with_line(9, b'0,1,\xdf,1,2,"3"\n'), "cannot be read: line 9: byte .* no UTF-8"),
        "begins with a comment": (b"# made by us\n" + good, line),
        "has a comment inside": (with_line(9, b"# here\n"), "cannot be read: line 9: it has 1 fields"),
        "has semicolons": (good.replace(b",", b";"), f"{line}it has no column channel"),
        "has tabs": (good.replace(b",", b"\t"), f"{line}it has no column channel"),
        "has decimal commas": (good.replace(b".", b","), line),
        "names a separator": (b"sep=,\n" + good, line),
        "has an open quote": (with_line(9, b'0,1,"1,2,3,4\n'), line),
        "has its head twice": (head + good, "cannot be read: line 2: the column channel must hold whole numbers"),
        "has a short line": (with_line(9, b"0,1,0.1\n"), "cannot be read: line 9: it has 3 fields, the first line 6"),
        "has a long line": (with_line(9, b"0,1,1,2,3,4,5\n"), "cannot be read: line 9: it has 7 fields"),
        "has longer lines throughout": (head + body.replace(b"\n", b",7\n"), "cannot be read: line 2: it has 7 fields"),
        "lacks its first line": (head + b"".join(lines[1:]), f"{line}96 of 97 lines"),
        "lacks a line inside": (with_line(9, b""), f"{line}96 of 97 lines"),
        "has a line twice": (with_line(9, lines[7] * 2), f"{line}98 of 97 lines"),
        "is of another region": (good.replace(b"\n0,1,", b"\n0,2,"), f"{line}0 of 97 lines of channel 0, ROI 1"),
        "is of another channel": (good.replace(b"\n0,1,", b"\n5,1,"), f"{line}0 of 97 lines of channel 0, ROI 1"),
    }
    for name in ("channel", "roi_id", "time_s", "time_index", "theta_deg", "velocity"):
        renamed = head.replace(name.encode(), b"other") + body
        found[f"has no column {name}"] = (renamed, f"cannot be read: line 1: it has no column {name}")
    for name, text in {
        "channel of -1": b"-1,1,1,2,3,4\n",
        "channel of 0.5": b"0.5,1,1,2,3,4\n",
        "channel of text": b"red,1,1,2,3,4\n",
        "channel of nothing": b",1,1,2,3,4\n",
        "channel of 2 billion": b"2147483648,1,1,2,3,4\n",
        "channel of 30 digits": b"999999999999999999999999999999,1,1,2,3,4\n",
        "region of 0": b"0,0,1,2,3,4\n",
        "region of nothing": b"0,,1,2,3,4\n",
        "time of text": b"0,1,soon,2,3,4\n",
        "index of a date": b"0,1,1,2026-02-05,3,4\n",
        "angle of text": b"0,1,1,2,flat,4\n",
        "velocity of text": b"0,1,1,2,3,fast\n",
        "velocity with a decimal comma in quotes": b'0,1,1,2,3,"4,5"\n',
    }.items():
        found[f"has a {name}"] = (with_line(9, text), "cannot be read: line 9: the column .* must hold")
    for size in range(len(head) // 2, len(good), len(good) // 12):
        found[f"is cut off at byte {size}"] = (good[:size], r"cannot be read: (it is cut off at )?line \d+")
    found["is cut off before its last sign"] = (good[:-1], f"{line}its last line is not finished")
    return found


# ---------------------------------------------------------------- places
def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _circle(path: Path) -> None:
    path.symlink_to(path)


def _endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(501_000_000)


PLACES: dict[str, Callable[[Path], object]] = {
    "a folder": lambda path: path.mkdir(),
    "a pipe": _pipe,
    "a link to itself": _circle,
    "endless zeros": _endless,
    "501 MB": _huge,
}


def _placed(name: str, make: Callable[[Path], object]) -> Callable[[Path], Path | str]:
    def placed(folder: Path) -> Path:
        image = write_bundle(folder, {})
        (folder / name).unlink()
        make(folder / name)
        return image

    return placed
