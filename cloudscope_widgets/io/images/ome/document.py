"""The document that OME puts into a TIFF file: its images, their planes, and in which files these are."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from xml.parsers import expat

import tifffile

from cloudscope_widgets.io.images.tiff.structure import LARGEST_TEXT_BYTES, checked_first_page

_PIECE = 65_536
_MOST_IMAGES = 100_000
_MOST_DIGITS = 9


class TiffData(NamedTuple):
    """Where some planes of an image are."""

    page: int | None
    """First page of the file; None when the document does not say."""
    first: tuple[int, int, int]
    """Channel, slice and time of the first plane."""
    planes: int | None
    """Planes from there on; None when the document does not say."""
    file_name: str = ""
    """Name of the file, empty for the one that holds the document."""
    uuid: str = ""


@dataclass(slots=True)
class OmeImage:
    """One image of the document."""

    said: dict[str, str] = field(default_factory=dict)
    """Attributes of its ``Pixels``."""
    samples: list[int] = field(default_factory=list)
    """Samples of each channel, such as 3 for colour."""
    places: list[TiffData] = field(default_factory=list)

    def size(self, axis: str) -> int:
        """Size along one axis, 1 when it is not said."""
        return whole(self.said.get(f"Size{axis}")) or 1


@dataclass(slots=True)
class OmeDocument:
    """What is read of a document; empty when it is broken."""

    uuid: str = ""
    metadata_file: str = ""
    """Name of the file that holds the document itself, where this one only points at it."""
    images: list[OmeImage] = field(default_factory=list)

    @property
    def file_names(self) -> tuple[str, ...]:
        """Names of all files that hold planes, in the order of the document."""
        return tuple(
            dict.fromkeys(place.file_name for image in self.images for place in image.places if place.file_name)
        )


def read_ome(text: str) -> OmeDocument:
    """Read a document, which may be long, piece by piece; what a broken one says counts for nothing."""
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.buffer_text = True
    try:
        for begin in range(0, len(text), _PIECE):
            parser.Parse(text[begin : begin + _PIECE], False)  # noqa: FBT003  (its own signature)
        parser.Parse("", True)  # noqa: FBT003
    except (expat.ExpatError, ValueError):
        return OmeDocument()
    return reader.document


def document_text(path: Path, description: str) -> str:
    """Document of a file, which may lie in another file of the same folder that it points at.

    Parameters
    ----------
    path
        Of the file.
    description
        Text in the file itself.
    """
    if "BinaryOnly" not in description[:_PIECE]:
        return description
    name = read_ome(description).metadata_file
    other = file_beside(path, name)
    if other is None:
        return description
    try:
        if not name.lower().endswith((".tif", ".tiff")):
            with other.open(encoding="utf-8") as file:
                return file.read(LARGEST_TEXT_BYTES)
        checked_first_page(other)
        with tifffile.TiffFile(other, _multifile=False) as tiff:
            return tiff.pages.first.description
    except Exception:  # noqa: BLE001  (the library raises more than a dozen types; the file is shown without)
        return description


def file_beside(path: Path, name: str) -> Path | None:
    """File of a name in the folder of another one; None when there is none, or the name or a link leads elsewhere."""
    if name in {"", ".", ".."} or set(name) & set("/\\:\0"):
        return None
    found = path.with_name(name)
    try:
        real = Path(os.path.realpath(found))
        is_here = found.is_file() and real.parent == Path(os.path.realpath(path.parent))
    except OSError:
        return None
    return found if is_here else None


def whole(text: str | None) -> int | None:
    """Whole number of an attribute, None when it is missing or something else."""
    if not text or len(text) > _MOST_DIGITS or not (text.isascii() and text.isdigit()):
        return None
    return int(text)


class _Reader:
    """Collects what the elements say."""

    def __init__(self) -> None:
        self.document = OmeDocument()
        self._place: dict[str, str] | None = None
        self._file_name = self._uuid = ""
        self._in_uuid = False
        self._starts: dict[str, Callable[[dict[str, str]], None]] = {
            "OME": self._ome,
            "BinaryOnly": self._pointer,
            "Pixels": self._pixels,
            "Channel": self._channel,
            "TiffData": self._tiff_data,
            "UUID": self._uuid_of,
        }

    def start(self, name: str, said: dict[str, str]) -> None:
        begin = self._starts.get(name.rpartition(":")[2])
        if begin is not None:
            begin(said)

    def end(self, name: str) -> None:
        bare = name.rpartition(":")[2]
        if bare == "UUID":
            self._in_uuid = False
        elif bare == "TiffData" and self._place is not None:
            self._finish(self._place)
            self._place = None

    def text(self, text: str) -> None:
        if self._in_uuid:
            self._uuid += text.strip()

    def _ome(self, said: dict[str, str]) -> None:
        self.document.uuid = said.get("UUID", "")

    def _pointer(self, said: dict[str, str]) -> None:
        self.document.metadata_file = said.get("MetadataFile", "")

    def _pixels(self, said: dict[str, str]) -> None:
        if len(self.document.images) == _MOST_IMAGES:
            raise ValueError("too many images")
        self.document.images.append(OmeImage(said))

    def _channel(self, said: dict[str, str]) -> None:
        if self.document.images:
            self.document.images[-1].samples.append(whole(said.get("SamplesPerPixel")) or 1)

    def _tiff_data(self, said: dict[str, str]) -> None:
        self._place, self._file_name, self._uuid = said, "", ""

    def _uuid_of(self, said: dict[str, str]) -> None:
        if self._place is not None:
            self._file_name, self._in_uuid = said.get("FileName", ""), True

    def _finish(self, said: dict[str, str]) -> None:
        if not self.document.images:
            return
        channel, slice_, time = (whole(said.get(name)) or 0 for name in ("FirstC", "FirstZ", "FirstT"))
        self.document.images[-1].places.append(
            TiffData(
                whole(said.get("IFD")),
                (channel, slice_, time),
                whole(said.get("PlaneCount") or said.get("NumPlanes")),
                self._file_name,
                self._uuid,
            )
        )
