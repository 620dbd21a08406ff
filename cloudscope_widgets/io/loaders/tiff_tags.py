"""Calibration that ImageJ and OME write into TIFF tags."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

import tifffile

from cloudscope_widgets.core.header import MICROMETRE_LABELS, SECOND_LABELS

_UM_PER_UNIT = {"nm": 1e-3, "mm": 1e3, "cm": 1e4, "m": 1e6}
_SECONDS_PER_UNIT = {"ms": 1e-3, "msec": 1e-3, "us": 1e-6, "µs": 1e-6, "min": 60.0}


@dataclass(frozen=True, slots=True)
class TagCalibration:
    """What the tags say; None where they say nothing."""

    seconds_per_line: float | None = None
    um_per_pixel: float | None = None
    channels: int = 1


def tag_calibration(tiff: tifffile.TiffFile) -> TagCalibration:
    """Read the calibration tags of ImageJ or OME; foreign units that are neither length nor time are ignored."""
    if tiff.is_ome:
        return _ome(tiff.ome_metadata or "")
    if tiff.is_imagej:
        return _imagej(tiff)
    return TagCalibration()


def _imagej(tiff: tifffile.TiffFile) -> TagCalibration:
    said: dict[str, Any] = tiff.imagej_metadata or {}
    tags = tiff.pages.first.tags
    unit = str(said.get("unit", ""))
    x_unit, y_unit = str(said.get("xunit", unit)), str(said.get("yunit", ""))
    return TagCalibration(
        seconds_per_line=_in_seconds(_per_unit(tags.get("YResolution")), y_unit) or _positive(said.get("finterval")),
        um_per_pixel=_in_um(_per_unit(tags.get("XResolution")), x_unit),
    )


def _per_unit(tag: tifffile.TiffTag | None) -> float | None:
    """Size of a pixel from a resolution tag, which counts pixels per unit as a fraction."""
    if tag is None:
        return None
    pixels, units = tag.value
    return _positive(units / pixels) if pixels else None


def _ome(text: str) -> TagCalibration:
    try:
        root = ET.fromstring(text)  # noqa: S314  (expat refuses entity bombs since 2.4.1)
    except ET.ParseError:
        return TagCalibration()
    said = next((item.attrib for item in root.iter() if item.tag.endswith("}Pixels") or item.tag == "Pixels"), {})
    return TagCalibration(
        seconds_per_line=_in_seconds(_positive(said.get("PhysicalSizeY")), said.get("PhysicalSizeYUnit", ""))
        or _in_seconds(_positive(said.get("TimeIncrement")), said.get("TimeIncrementUnit", "s")),
        um_per_pixel=_in_um(_positive(said.get("PhysicalSizeX")), said.get("PhysicalSizeXUnit", "µm")),
        channels=int(_positive(said.get("SizeC")) or 1),
    )


def _positive(value: object) -> float | None:
    try:
        number = float(value)  # type: ignore[arg-type]  # text or number from the file, checked here
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) and number > 0 else None


def _in_um(size: float | None, unit: str) -> float | None:
    unit = unit.replace("\\u00B5", "µ").strip()
    if size is None:
        return None
    return size if unit.lower() in MICROMETRE_LABELS else _scaled(size, _UM_PER_UNIT.get(unit.lower()))


def _in_seconds(size: float | None, unit: str) -> float | None:
    if size is None:
        return None
    unit = unit.strip().lower()
    return size if unit in SECOND_LABELS else _scaled(size, _SECONDS_PER_UNIT.get(unit))


def _scaled(size: float, factor: float | None) -> float | None:
    return None if factor is None else size * factor
