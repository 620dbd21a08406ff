"""Calibration that ImageJ writes as lines ``name=value`` into the description of an image."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import tifffile
from numpy.typing import NDArray

from cloudscope_widgets.io.images.scales import AxisScale, TagCalibration
from cloudscope_widgets.io.images.units import in_micrometres, in_seconds, positive

_LONGEST_TEXT = 65_536
_MOST_DIGITS = 19
_SCREEN_DPI = (72.0, 96.0)
_INCH = ("in", "inch", "inches")
_STRAIGHT_LINE = "0"
_SIGNED_OFFSET = -32768.0
_SIGN_BIT = 0x8000


def imagej_words(tiff: tifffile.TiffFile) -> Mapping[str, str]:
    """Lines ``name=value`` of the description; empty for an image that is not from ImageJ."""
    if not tiff.is_imagej:
        return {}
    lines = tiff.pages.first.description[:_LONGEST_TEXT].splitlines()
    pairs = (line.partition("=") for line in lines)
    return {name.strip(): value.strip() for name, _, value in pairs}


def imagej_count(words: Mapping[str, str], name: str) -> int:
    """Count of channels, slices, frames or images; 1 when nothing is said, or what is said is no count."""
    said = words.get(name, "")
    is_count = said.isascii() and said.isdigit() and len(said) <= _MOST_DIGITS
    return max(1, int(said)) if is_count else 1


def imagej_calibration(tiff: tifffile.TiffFile, words: Mapping[str, str]) -> TagCalibration:
    """Read the scales of both axes and the interval between images; ImageJ leaves ``tunit`` out for seconds."""
    tags = tiff.pages.first.tags
    unit = words.get("unit", "")
    return TagCalibration(
        columns=_scale(_step(tags.get("XResolution")), words.get("xunit", unit)),
        lines=_scale(_step(tags.get("YResolution")), words.get("yunit", unit)),
        interval_s=in_seconds(positive(words.get("finterval")), words.get("tunit") or "sec"),
        images=max(
            imagej_count(words, "slices") * imagej_count(words, "frames"),
            imagej_count(words, "images") // imagej_count(words, "channels"),
        ),
    )


def is_signed(words: Mapping[str, str], dtype: np.dtype[np.generic]) -> bool:
    """Whether 16-bit pixels stand for signed ones, stored with an offset of 32768."""
    is_line = words.get("cf") == _STRAIGHT_LINE and _number(words.get("c1")) == 1
    return is_line and _number(words.get("c0")) == _SIGNED_OFFSET and dtype == np.uint16


def without_offset(pixels: NDArray[np.generic]) -> NDArray[np.int16]:
    """Signed pixels of stored ones."""
    native = pixels.astype(np.uint16, copy=False)
    return (native ^ np.uint16(_SIGN_BIT)).view(np.int16)


def _number(said: str | None) -> float | None:
    try:
        return float(said or "")
    except ValueError:
        return None


def _scale(step: float | None, unit: str) -> AxisScale:
    if step is not None and unit.strip().lower() in _INCH and round(1 / step, 6) in _SCREEN_DPI:
        return AxisScale()  # of a screen, not of a microscope
    return AxisScale(um=in_micrometres(step, unit), seconds=in_seconds(step, unit))


def _step(tag: tifffile.TiffTag | None) -> float | None:
    """Size of a pixel from a resolution tag, which counts pixels per unit as a fraction."""
    if tag is None or not isinstance(tag.value, tuple) or len(tag.value) != 2:  # noqa: PLR2004  (a fraction)
        return None
    pixels, units = tag.value
    return positive(units / pixels) if pixels else None
