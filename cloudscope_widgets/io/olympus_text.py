"""The text that Olympus microscopes write beside an image: calibration, dwell time, scan direction."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cloudscope_widgets.core.header import ScanDirection, is_size

LARGEST_TEXT_BYTES = 1_000_000
_LONGEST_ENTRY = 200
"""A search for numbers in a text of a hundred thousand digits would take minutes."""
_SPLIT_CHANNEL = re.compile(r"_C\d{3}T\d.*$")
_NUMBER = r"([0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)"
_UM_PER_PIXEL = re.compile(_NUMBER + r"\s*\[(?:um|µm|μm)/pixel\]")
_DURATION = re.compile(_NUMBER + r"\s*-\s*" + _NUMBER + r"\s*\[(ms|s)\]")
_SIZE = re.compile(r"(\d+)\s*\*\s*(\d+)")
_DWELL = re.compile(_NUMBER + r"\s*\[(?:us|µs|μs)/pixel\]")
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


def text_path(image: Path) -> Path:
    """Path of the text that belongs to an image; a split channel ``…_C001T….tif`` shares the text of its recording."""
    return image.with_name(_SPLIT_CHANNEL.sub("", image.stem) + ".txt")


def read_olympus_text(path: Path) -> OlympusText | None:
    """Read the text beside an image; None when there is none or it is not from an Olympus microscope."""
    try:
        if not path.is_file() or path.stat().st_size > LARGEST_TEXT_BYTES:
            return None
        raw = path.read_bytes()
    except OSError:
        return None
    return parse_olympus_text(_decoded(raw))


def _decoded(raw: bytes) -> str:
    if raw[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def parse_olympus_text(text: str) -> OlympusText | None:
    """Find calibration, dwell time, scan direction and date in the text.

    Seconds per line are the duration of "T Dimension" divided by the lines of the first "Image Size".
    """
    entries: dict[str, str] = {}
    try:
        for row in csv.reader(text.splitlines(), delimiter="\t"):
            if len(row) > 1:
                entries.setdefault(row[0].strip(), row[1].strip()[:_LONGEST_ENTRY])
    except csv.Error:  # a field that is longer than any of a microscope
        return None
    if "X Dimension" not in entries and "T Dimension" not in entries:
        return None
    date, time = _date_and_time(entries.get("Date", ""))
    return OlympusText(
        seconds_per_line=_seconds_per_line(entries),
        um_per_pixel=_positive(_UM_PER_PIXEL.search(entries.get("X Dimension", ""))),
        dwell_s=_scaled(_positive(_DWELL.search(entries.get("Sampling Speed", ""))), 1e-6),
        scan_direction=_DIRECTIONS.get(entries.get("Scan Direction", "").lower().replace(" ", "")),
        date=date,
        time=time,
    )


def _seconds_per_line(entries: dict[str, str]) -> float | None:
    duration = _DURATION.search(entries.get("T Dimension", ""))
    size = _SIZE.search(entries.get("Image Size", ""))
    if duration is None or size is None:
        return None
    lines = int(size.group(2))
    seconds = float(duration.group(2)) - float(duration.group(1))
    if duration.group(3) == "ms":
        seconds /= 1000
    return seconds / lines if lines > 0 and is_size(seconds / lines) else None


def _positive(match: re.Match[str] | None) -> float | None:
    value = float(match.group(1)) if match else 0.0
    return value if is_size(value) else None


def _scaled(value: float | None, factor: float) -> float | None:
    return value * factor if value is not None and is_size(value * factor) else None


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
