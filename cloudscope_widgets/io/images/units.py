"""Lengths and times with the units that microscopes and image programs write."""

from __future__ import annotations

import re

from cloudscope_widgets.core.header import MICROMETRE_LABELS, SECOND_LABELS, is_size

_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_UM_PER_UNIT = {
    **dict.fromkeys((*MICROMETRE_LABELS, "micrometers", "micrometres", "âµm"), 1.0),
    **dict.fromkeys(("pm", "picometer", "picometre"), 1e-6),
    **dict.fromkeys(("å", "angstrom", "angstroms"), 1e-4),
    **dict.fromkeys(("nm", "nanometer", "nanometers", "nanometre", "nanometres"), 1e-3),
    **dict.fromkeys(("mm", "millimeter", "millimeters", "millimetre", "millimetres"), 1e3),
    **dict.fromkeys(("cm", "centimeter", "centimeters", "centimetre", "centimetres"), 1e4),
    **dict.fromkeys(("m", "meter", "meters", "metre", "metres"), 1e6),
    **dict.fromkeys(("in", "inch", "inches"), 25_400.0),
}
_SECONDS_PER_UNIT = {
    **dict.fromkeys(SECOND_LABELS, 1.0),
    **dict.fromkeys(("ns", "nsec", "nanosecond", "nanoseconds"), 1e-9),
    **dict.fromkeys(("us", "usec", "µs", "μs", "µsec", "μsec", "microsecond", "microseconds"), 1e-6),
    **dict.fromkeys(("ms", "msec", "millisecond", "milliseconds"), 1e-3),
    **dict.fromkeys(("min", "minute", "minutes"), 60.0),
}
"""Hours are missing on purpose: no line of a scan takes one, so the word is a mistake."""


def positive(value: object) -> float | None:
    """Return a number or its text as a size above 0; None when it is none."""
    try:
        number = float(value)  # type: ignore[arg-type]  # text or number from the file, checked here
    except (TypeError, ValueError, OverflowError):
        return None
    return number if is_size(number) else None


def in_micrometres(size: float | None, unit: str) -> float | None:
    """Return a length in micrometres; None when it is not known or its unit is no length."""
    return _scaled(size, _UM_PER_UNIT.get(_plain(unit)))


def in_seconds(size: float | None, unit: str) -> float | None:
    """Return a time in seconds; None when it is not known or its unit is no time of a line."""
    return _scaled(size, _SECONDS_PER_UNIT.get(_plain(unit)))


def _plain(unit: str) -> str:
    """Unit in small letters, with the signs that ImageJ writes as an escape."""
    return _ESCAPE.sub(lambda found: chr(int(found.group(1), 16)), unit).strip(" \t\0").lower()


def _scaled(size: float | None, factor: float | None) -> float | None:
    return None if size is None or factor is None else positive(size * factor)
