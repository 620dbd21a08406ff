"""The text that Olympus microscopes write beside an image: calibration, dwell time, scan direction.

It is believed only as far as it tells of this image: its size must fit, and the time of a line needs a line scan.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from cloudscope_widgets.core.header import ScanDirection, is_size
from cloudscope_widgets.io.images.same_name import path_in_any_case
from cloudscope_widgets.io.images.units import in_micrometres, in_seconds

LARGEST_TEXT_BYTES = 1_000_000
_LONGEST_ENTRY = 200
"""A search for numbers in a text of a hundred thousand digits would take minutes."""
_SPLIT_CHANNEL = re.compile(r"_C\d{3}T\d.*$")
_NUMBER = r"([0-9][0-9.,'’\u00a0\u202f]*(?:[eE][-+]?[0-9]+)?)"
_UM_PER_PIXEL = re.compile(_NUMBER + r"\s*\[([^\]/]+)/pixel\]", re.IGNORECASE)
_DURATION = re.compile(_NUMBER + r"\s*-\s*" + _NUMBER + r"\s*\[([^\]]+)\]")
_REPEATS = re.compile(r"\s*(\d+)\s*,\s")
_SIZE = re.compile(r"(\d[\d.,'’\u00a0\u202f]*)\s*[*x×]\s*(\d[\d.,'’\u00a0\u202f]*)", re.IGNORECASE)
_THOUSANDS = re.compile(r"['’\u00a0\u202f]")
_NO_LINE_SCAN = frozenset("yz")
_MOST_DIGITS = 15
_DIRECTIONS: dict[str, ScanDirection] = {"oneway": "forward", "roundtrip": "bidirectional"}


@dataclass(frozen=True, slots=True)
class OlympusText:
    """What such a text says; None where it says nothing."""

    seconds_per_line: float | None = None
    um_per_pixel: float | None = None
    dwell_s: float | None = None
    scan_direction: ScanDirection | None = None
    date: str = ""
    """Day of the recording, YYYYMMDD."""
    time: str = ""
    """Time of the recording, HH:MM:SS."""
    columns: int | None = None
    """Pixels of a line, and lines, of the image that the text tells of."""
    lines: int | None = None
    scan_mode: str = ""
    """For instance ``XT`` for a line scan, ``XYT`` for images one after the other."""
    is_line_scan: bool = True
    """False when its scan mode or its dimensions say that it scans an area or a depth."""


def text_path(image: Path) -> Path:
    """Path of the text that belongs to an image; a split channel ``…_C001T….tif`` shares the text of its recording."""
    return image.with_name(_SPLIT_CHANNEL.sub("", image.stem) + ".txt")


def read_olympus_text(path: Path) -> OlympusText | None:
    """Read the text beside an image, whatever the letter case of its name.

    None when there is none or it is not from an Olympus microscope.
    """
    try:
        found = path_in_any_case(path)
        if found is None or not found.is_file() or found.stat().st_size > LARGEST_TEXT_BYTES:
            return None
        raw = found.read_bytes()
    except OSError:
        return None
    return parse_olympus_text(_decoded(raw))


def _decoded(raw: bytes) -> str:
    if raw[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return raw.decode("utf-16", errors="replace")
    if raw[1:2] == b"\0" or raw[:1] == b"\0":  # without its mark
        return raw.decode("utf-16-le" if raw[1:2] == b"\0" else "utf-16-be", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def parse_olympus_text(text: str) -> OlympusText | None:
    """Find calibration, dwell time, scan direction and date in the text.

    Seconds per line are the duration of "T Dimension" divided by the lines of the first "Image Size". Numbers may have
    a decimal point or a decimal comma.
    """
    entries: dict[str, str] = {}
    try:
        for row in csv.reader(text.splitlines(), delimiter="\t"):
            if len(row) > 1:
                entries.setdefault(row[0].strip().lower(), row[1].strip()[:_LONGEST_ENTRY])
    except csv.Error:  # a field that is longer than any of a microscope
        return None
    if "x dimension" not in entries and "t dimension" not in entries:
        return None
    date, time = _date_and_time(entries.get("date", ""))
    columns, lines = _size(entries)
    return OlympusText(
        seconds_per_line=_seconds_per_line(entries, lines),
        um_per_pixel=_per_pixel(entries.get("x dimension", ""), in_micrometres),
        dwell_s=_per_pixel(entries.get("sampling speed", ""), in_seconds),
        scan_direction=_DIRECTIONS.get(entries.get("scan direction", "").lower().replace(" ", "").replace("-", "")),
        date=date,
        time=time,
        columns=columns,
        lines=lines,
        scan_mode=entries.get("scan mode", ""),
        is_line_scan=_is_line_scan(entries),
    )


def believed_text(text: OlympusText, *, columns: int, lines: tuple[int, ...]) -> tuple[OlympusText, tuple[str, ...]]:
    """Leave of a text what may be believed of an image, and say what is left out.

    Parameters
    ----------
    text
        The text beside the image.
    columns
        Pixels of a line of the image.
    lines
        Counts of lines that the text may tell: of the image as it is shown, and of all images of the file together.
    """
    size = f"{text.columns} × {text.lines} pixels" if text.lines is not None else f"{text.columns} pixels a line"
    own = f"{columns} × {lines[0]}"
    if text.columns is None:
        return OlympusText(), ("The microscope's text gives no image size and is not used.",)
    if text.columns != columns:
        said = f"The microscope's text tells of {size}, but the image has {own}. It is not used. Set the calibration."
        return OlympusText(), (said,)
    timeless = replace(text, seconds_per_line=None)
    if not text.is_line_scan:
        mode = f" (scan mode {text.scan_mode})" if text.scan_mode else ""
        return timeless, (f"The microscope's text tells of no line scan{mode}, so it gives no time per line.",)
    if text.lines not in lines:
        said = f"The microscope's text tells of {size}, but the image has {own}. Its time per line is not used."
        return timeless, (said,)
    return text, ()


def _is_line_scan(entries: Mapping[str, str]) -> bool:
    """Whether no entry says that an area or a depth was scanned."""
    said = entries.get("scan mode", "") + entries.get("primary dimensions", "")
    return not _NO_LINE_SCAN & set(said.lower())


def _size(entries: Mapping[str, str]) -> tuple[int | None, int | None]:
    """Pixels of a line and lines, by "Image Size"; the former by "X Dimension" where there is no other."""
    size = _SIZE.search(entries.get("image size", ""))
    if size is not None:
        return _whole(size.group(1)), _whole(size.group(2))
    columns = _REPEATS.match(entries.get("x dimension", ""))
    return (_whole(columns.group(1)) if columns else None), None


def _seconds_per_line(entries: Mapping[str, str], lines: int | None) -> float | None:
    said = entries.get("t dimension", "")
    duration, repeats = _DURATION.search(said), _REPEATS.match(said)
    if duration is None or not lines:
        return None
    if repeats is not None and _whole(repeats.group(1)) not in {1, lines}:
        return None  # a scan that was repeated, with pauses nobody knows
    begin, end = _number(duration.group(1)), _number(duration.group(2))
    seconds = None if begin is None or end is None else in_seconds(end - begin, duration.group(3))
    return seconds / lines if seconds is not None and is_size(seconds / lines) else None


def _per_pixel(said: str, converted: Callable[[float | None, str], float | None]) -> float | None:
    match = _UM_PER_PIXEL.search(said)
    return converted(_number(match.group(1)), match.group(2)) if match else None


def _number(said: str) -> float | None:
    """Read a number; of point and comma the last is the decimal sign, and one that comes twice is none."""
    said = _THOUSANDS.sub("", said)
    at_point, at_comma = said.rfind("."), said.rfind(",")
    decimal, other = (".", ",") if at_point > at_comma else (",", ".")
    said = said.replace(other, "")
    said = said.replace(decimal, "") if said.count(decimal) > 1 else said.replace(decimal, ".")
    try:
        return float(said)
    except ValueError:
        return None


def _whole(said: str) -> int | None:
    """Read a count, whatever stands between its thousands."""
    digits = re.sub(r"\D", "", said)
    return int(digits) if 0 < len(digits) <= _MOST_DIGITS else None


def _date_and_time(text: str) -> tuple[str, str]:
    """US date with a 12- or 24-hour clock; Olympus adds AM or PM even to hours above 12."""
    match = re.match(r"(\d{1,2})/(\d{1,2})/(\d{4})\s+(\d{1,2}):(\d{2}):(\d{2})(?:\.\d+)?\s*([AP]M)?", text)
    if match is None:
        return "", ""
    month, day, year, hour, minute, second = (int(part) for part in match.groups()[:6])
    half = match.group(7)
    if half == "PM" and hour < 12:  # noqa: PLR2004  (noon)
        hour += 12
    elif half == "AM" and hour == 12:  # noqa: PLR2004  (midnight)
        hour = 0
    try:
        moment = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001  (the microscope's own clock)
    except ValueError:
        return "", ""
    return moment.strftime("%Y%m%d"), moment.strftime("%H:%M:%S")
