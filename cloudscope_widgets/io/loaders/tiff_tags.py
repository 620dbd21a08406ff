"""Calibration that ImageJ and OME write into TIFF tags."""

from __future__ import annotations

from dataclasses import dataclass
from xml.parsers import expat

import tifffile

from cloudscope_widgets.core.header import MICROMETRE_LABELS, SECOND_LABELS, is_size

_XML_PIECE = 65_536
_LONGEST_IMAGEJ = 65_536
_MOST_DIGITS = 10
_UM_PER_UNIT = {"nm": 1e-3, "mm": 1e3, "cm": 1e4, "m": 1e6}
_SECONDS_PER_UNIT = {"ms": 1e-3, "msec": 1e-3, "us": 1e-6, "µs": 1e-6, "min": 60.0}


@dataclass(frozen=True, slots=True)
class TagCalibration:
    """What the tags say; None where they say nothing."""

    seconds_per_line: float | None = None
    um_per_pixel: float | None = None


def tag_calibration(tiff: tifffile.TiffFile) -> TagCalibration:
    """Read the calibration tags of ImageJ or OME; foreign units that are neither length nor time are ignored."""
    if tiff.is_ome:
        return _ome(_ome_pixels(tiff))
    if tiff.is_imagej:
        return _imagej(tiff)
    return TagCalibration()


def said_channels(tiff: tifffile.TiffFile) -> int:
    """Count of channels by the words of ImageJ or OME, 1 when they say nothing."""
    said = ""
    if tiff.is_ome:
        said = _ome_pixels(tiff).get("SizeC", "")
    elif tiff.is_imagej:
        said = _imagej_words(tiff).get("channels", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < _MOST_DIGITS else 1


def _imagej(tiff: tifffile.TiffFile) -> TagCalibration:
    said = _imagej_words(tiff)
    tags = tiff.pages.first.tags
    x_unit, y_unit = said.get("xunit", said.get("unit", "")), said.get("yunit", "")
    return TagCalibration(
        seconds_per_line=_in_seconds(_per_unit(tags.get("YResolution")), y_unit) or _positive(said.get("finterval")),
        um_per_pixel=_in_um(_per_unit(tags.get("XResolution")), x_unit),
    )


def _imagej_words(tiff: tifffile.TiffFile) -> dict[str, str]:
    """Lines ``name=value`` with which ImageJ begins its description."""
    lines = tiff.pages.first.description[:_LONGEST_IMAGEJ].splitlines()
    pairs = (line.partition("=") for line in lines)
    return {name.strip(): value.strip() for name, _, value in pairs}


def _per_unit(tag: tifffile.TiffTag | None) -> float | None:
    """Size of a pixel from a resolution tag, which counts pixels per unit as a fraction."""
    if tag is None or not isinstance(tag.value, tuple) or len(tag.value) != 2:  # noqa: PLR2004  (a fraction)
        return None
    pixels, units = tag.value
    return _positive(units / pixels) if pixels else None


def _ome_pixels(tiff: tifffile.TiffFile) -> dict[str, str]:
    """Attributes of the first image of an OME document; the rest of it, which may be long, is not read."""
    found: list[dict[str, str]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, said: found.append(said) if name.split(":")[-1] == "Pixels" else None
    text = tiff.pages.first.description
    try:
        for begin in range(0, len(text), _XML_PIECE):
            parser.Parse(text[begin : begin + _XML_PIECE], False)  # noqa: FBT003  (its own signature)
            if found:
                return found[0]
    except expat.ExpatError:
        return {}  # what it says before is no more to be trusted
    return {}


def _ome(said: dict[str, str]) -> TagCalibration:
    return TagCalibration(
        seconds_per_line=_in_seconds(_positive(said.get("PhysicalSizeY")), said.get("PhysicalSizeYUnit", ""))
        or _in_seconds(_positive(said.get("TimeIncrement")), said.get("TimeIncrementUnit", "s")),
        um_per_pixel=_in_um(_positive(said.get("PhysicalSizeX")), said.get("PhysicalSizeXUnit", "µm")),
    )


def _positive(value: object) -> float | None:
    try:
        number = float(value)  # type: ignore[arg-type]  # text or number from the file, checked here
    except (TypeError, ValueError):
        return None
    return number if is_size(number) else None


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
    return None if factor is None else _positive(size * factor)
