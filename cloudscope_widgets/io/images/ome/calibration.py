"""Calibration in an OME document: that of the image which lies in this file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from xml.parsers import expat

from cloudscope_widgets.io.images.scales import AxisScale, TagCalibration
from cloudscope_widgets.io.images.units import in_micrometres, in_seconds, positive

_XML_PIECE = 65_536
_MOST_IMAGES = 10_000
_MOST_DIGITS = 9
_MOST_UNEVEN = 0.5
"""Times of images further from even ones than this share of the interval have gaps, and give no interval."""


@dataclass(slots=True)
class OmeImage:
    """One image of a document, as far as calibration needs it."""

    pixels: Mapping[str, str]
    """Attributes of its ``Pixels``."""
    file_names: set[str] = field(default_factory=set)
    """Files that hold its pixels, where the document names them."""
    uuids: set[str] = field(default_factory=set)
    times_s: dict[int, float] = field(default_factory=dict)
    """When its images of the first channel and depth were taken, by their number."""

    def count(self, name: str) -> int:
        """Size of a dimension, for instance ``SizeC``; 1 when the document says none."""
        said = self.pixels.get(name, "")
        return max(1, int(said)) if said.isascii() and said.isdigit() and len(said) <= _MOST_DIGITS else 1


@dataclass(slots=True)
class _Document:
    """What is found while a document is read from its beginning to its end."""

    uuid: str = ""
    images: list[OmeImage] = field(default_factory=list)
    text: list[str] | None = None

    def begin(self, tag: str, said: dict[str, str]) -> None:
        name = tag.rsplit(":", maxsplit=1)[-1]
        if name == "OME":
            self.uuid = said.get("UUID", "").lower()
        elif name == "Pixels" and len(self.images) < _MOST_IMAGES:
            self.images.append(OmeImage(said))
        elif name == "UUID" and self.images:
            self.images[-1].file_names.add(said.get("FileName", ""))
            self.text = []
        elif name == "Plane" and self.images and "DeltaT" in said:
            self._note_time(said)

    def read(self, text: str) -> None:
        if self.text is not None:
            self.text.append(text)

    def end(self, _tag: str) -> None:
        if self.text is not None and self.images:
            self.images[-1].uuids.add("".join(self.text).strip().lower())
        self.text = None

    def _note_time(self, said: dict[str, str]) -> None:
        at = said.get("TheT", "")
        is_first = said.get("TheC", "0") == said.get("TheZ", "0") == "0"
        if not is_first or not at.isdigit() or len(at) > _MOST_DIGITS:
            return
        try:
            delta = float(said["DeltaT"])
        except ValueError:
            return
        unit = in_seconds(1.0, said.get("DeltaTUnit", "s"))
        if unit is not None:
            self.images[-1].times_s[int(at)] = delta * unit


def ome_image(text: str, file_name: str) -> OmeImage | None:
    """Find the image of an OME document that lies in a file.

    Parameters
    ----------
    text
        The document.
    file_name
        Name of the file; a document of several images says which of them lie where.

    Returns
    -------
    The image, None when the document is broken or does not say which one it is.
    """
    found = _Document()
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = found.begin, found.end
    parser.CharacterDataHandler = found.read
    try:
        for begin in range(0, len(text), _XML_PIECE):
            parser.Parse(text[begin : begin + _XML_PIECE], False)  # noqa: FBT003  (its own signature)
    except expat.ExpatError:
        return None
    return _of_file(found, file_name)


def _of_file(found: _Document, file_name: str) -> OmeImage | None:
    named = [image for image in found.images if file_name in image.file_names]
    same = [image for image in found.images if found.uuid and found.uuid in image.uuids]  # of a file that was renamed
    is_silent = not any(image.file_names or image.uuids for image in found.images)
    candidates = named or same or (found.images if is_silent else [])
    if candidates:
        return candidates[0]
    first = found.images[0] if found.images else None
    is_same = first is not None and all(image.pixels == first.pixels for image in found.images)
    return first if is_same else None


def ome_calibration(image: OmeImage) -> TagCalibration:
    """Read the scales of both axes and the interval between images."""
    said = image.pixels
    increment = in_seconds(positive(said.get("TimeIncrement")), said.get("TimeIncrementUnit", "s"))
    return TagCalibration(
        columns=_scale(said, "PhysicalSizeX"),
        lines=_scale(said, "PhysicalSizeY"),
        interval_s=increment or _even_interval_s(image.times_s),
        images=image.count("SizeT") * image.count("SizeZ"),
    )


def _scale(said: Mapping[str, str], name: str) -> AxisScale:
    step, unit = positive(said.get(name)), said.get(f"{name}Unit", "µm")
    return AxisScale(um=in_micrometres(step, unit), seconds=in_seconds(step, unit))


def _even_interval_s(times_s: Mapping[int, float]) -> float | None:
    """Interval between images that were taken one after the other at even times; None for all others."""
    order = sorted(times_s)
    if len(order) < 2 or order != list(range(order[0], order[0] + len(order))):  # noqa: PLR2004  (one has no interval)
        return None
    mean = positive((times_s[order[-1]] - times_s[order[0]]) / (len(order) - 1))
    if mean is None:
        return None
    steps = (times_s[after] - times_s[before] for before, after in pairwise(order))
    return mean if all(abs(step - mean) <= _MOST_UNEVEN * mean for step in steps) else None
