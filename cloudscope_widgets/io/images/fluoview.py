"""Header of FluoView, an older program of Olympus microscopes: name, size, step and unit of each dimension.

The other tags of such a file (1 µm in centimetres, 72 dots per inch) are dummies.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

import tifffile

from cloudscope_widgets.io.images.scales import AxisScale, TagCalibration
from cloudscope_widgets.io.images.units import in_micrometres, in_seconds, positive

_TAGS = (34361, 285)
_TIME_STAMPS = 34362
_BEFORE_DIMENSIONS = 284
_DIMENSIONS = 10
_DIMENSION = "16sidd64s"
_LARGEST_SIZE = 2**31 - 1
_CHANNEL_NAMES = frozenset({"ch", "channel", "wavelength"})


@dataclass(frozen=True, slots=True)
class FluoViewDimension:
    """One dimension, the columns of an image first."""

    name: str
    size: int
    origin: float
    step: float
    unit: str

    @property
    def is_channel(self) -> bool:
        """Whether it counts channels."""
        return self.name.lower() in _CHANNEL_NAMES

    @property
    def scale(self) -> AxisScale:
        """Step along it."""
        step = positive(self.step)
        return AxisScale(um=in_micrometres(step, self.unit), seconds=in_seconds(step, self.unit))


@dataclass(frozen=True, slots=True)
class FluoViewHeader:
    """Dimensions of a file, told apart by what they are in it."""

    columns: FluoViewDimension | None = None
    """Along a line; None when no dimension has the width of the image."""
    lines: FluoViewDimension | None = None
    """From line to line; None when no dimension has their count, as when each image has one line."""
    planes: tuple[FluoViewDimension, ...] = ()
    """From image to image, the fastest first; channels are one of them."""

    @property
    def channels(self) -> int:
        """Count of channels."""
        return max((one.size for one in self.planes if one.is_channel), default=1)


def fluoview_header(tiff: tifffile.TiffFile, images: int) -> FluoViewHeader | None:
    """Read the header of a FluoView file with this count of images; None for any other file."""
    page = tiff.pages.first
    dimensions = next(filter(None, (_dimensions(tiff, code) for code in _TAGS if code in page.tags)), ())
    if not dimensions and _TIME_STAMPS not in page.tags:
        return None
    width, length = int(page.imagewidth), int(page.imagelength)
    rest = [one for one in dimensions if one.size > 1]
    columns = next((one for one in rest if one.size == width and not one.is_channel), None)
    if columns is not None:
        rest.remove(columns)
    lines = _lines_among(rest, length, images)
    if lines is not None:
        rest.remove(lines)
        if images == 1 and lines.scale.seconds is not None:  # X, Y and T of an image whose lines are the times
            rest = [one for one in rest if one.size != length or one.is_channel]
    return FluoViewHeader(columns, lines, tuple(rest))


def fluoview_calibration(header: FluoViewHeader) -> TagCalibration:
    """Scales of both axes, and the interval between images."""
    if header.columns is None:
        said = "Its FluoView header tells of an image of another width and is not used for the calibration."
        return TagCalibration(notes=(said,) if header.planes else ())
    times = [one.scale.seconds for one in header.planes if one.scale.seconds is not None]
    images = 1
    for one in header.planes:
        images *= 1 if one.is_channel else one.size
    return TagCalibration(
        columns=header.columns.scale,
        lines=header.lines.scale if header.lines is not None else AxisScale(),
        interval_s=times[0] if len(times) == 1 else None,
        images=images,
    )


def _lines_among(rest: list[FluoViewDimension], length: int, images: int) -> FluoViewDimension | None:
    """Dimension from line to line: the first of that size, or the time when there is one image only."""
    fitting = [one for one in rest if one.size == length and not one.is_channel]
    if images == 1:
        fitting.sort(key=lambda one: one.scale.seconds is None)
    return fitting[0] if fitting else None


def _dimensions(tiff: tifffile.TiffFile, code: int) -> tuple[FluoViewDimension, ...]:
    """Dimensions that have a name and a size, as far as the tag holds such a header."""
    tag = tiff.pages.first.tags[code]
    form = struct.Struct(tiff.byteorder + _DIMENSION)
    needed = _BEFORE_DIMENSIONS + _DIMENSIONS * form.size
    if tag.valuebytecount < needed:
        return ()
    tiff.filehandle.seek(tag.valueoffset)
    raw = tiff.filehandle.read(needed)
    if len(raw) < needed:
        return ()
    read = (form.unpack_from(raw, _BEFORE_DIMENSIONS + index * form.size) for index in range(_DIMENSIONS))
    named = (FluoViewDimension(_word(name), size, origin, step, _word(unit)) for name, size, origin, step, unit in read)
    return tuple(one for one in named if one.name.isprintable() and one.name and 1 <= one.size <= _LARGEST_SIZE)


def _word(raw: bytes) -> str:
    return raw.partition(b"\0")[0].decode("cp1252", errors="replace").strip()
