"""Planes of an OME image, which may lie in any order and in several files of one folder."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cloudscope_widgets.core.errors import ImageReadError
from cloudscope_widgets.io.images.ome.document import OmeDocument, OmeImage, TiffData, file_beside
from cloudscope_widgets.io.images.tiff.page_table import PageTable
from cloudscope_widgets.io.images.tiff.planes import ChannelPlanes, PlaneMap, StackOrder, complete, numbers_by_channel

OpenFile = Callable[[Path], PageTable]
"""Checks another file of a recording and returns its pages; ImageReadError says why it does not fit."""
_MOST_PLANES = 4_000_000
_NO_FILE = -1


def find_ome_planes(
    document: OmeDocument, path: Path, table: PageTable, samples: int, open_file: OpenFile
) -> PlaneMap | None:
    """Find the planes of the image of a document that lies in a file.

    Parameters
    ----------
    document
        Of the file.
    path, table
        The file and its pages.
    samples
        Samples of each of its pixels.
    open_file
        Opens another file that the document names.

    Returns
    -------
    The planes, None when the document says nothing that can be used.
    """
    own = own_name(document, path)
    image = _image_of(document, own)
    if image is None:
        return None
    order = _order(image, samples)
    if order.total > _MOST_PLANES:
        return None
    files, notes = _Files(path, own, table), []
    notes += files.add(image, open_file)
    if not image.places:
        numbers, lost = numbers_by_channel(order, len(table.like_first))
        pages, owners = table.like_first[numbers], np.zeros_like(numbers, np.int32)
    else:
        page_of, file_of = _places(image, order, files)
        numbers = order.by_channel()
        numbers, lost = complete(numbers, page_of[numbers] >= 0, order.total, int((page_of >= 0).sum()))
        pages, owners = page_of[numbers], file_of[numbers]
    if (pages < 0).any():
        return None
    if len(document.images) > 1:
        notes.append(f"The file tells of {len(document.images)} images; one of them is shown.")
    channels = tuple(
        ChannelPlanes(row, np.zeros_like(row), owner.astype(np.int32), sample)
        for row, owner in zip(pages, owners, strict=True)
        for sample in range(samples)
    )
    return PlaneMap(channels, files.paths, files.tables, (*notes, *lost))


def own_name(document: OmeDocument, path: Path) -> str:
    """Name under which a document knows the file it is found in, which may have been renamed since."""
    names = document.file_names
    if path.name in names or not names:
        return path.name
    places = (place for image in document.images for place in image.places)
    same = {place.file_name for place in places if place.uuid and place.uuid.lower() == document.uuid.lower()}
    if len(same) == 1:
        return same.pop()
    missing = [name for name in names if file_beside(path, name) is None]
    return missing[0] if len(missing) == 1 else names[0] if len(names) == 1 else path.name


class _Files:
    """Files of one image, in the order of its document."""

    def __init__(self, path: Path, own: str, table: PageTable) -> None:
        self._path, self._own, self._table = path, own, table
        self._numbers: dict[str, int] = {}
        self._found: list[tuple[Path, PageTable]] = []

    @property
    def paths(self) -> tuple[Path, ...]:
        return tuple(path for path, _ in self._found)

    @property
    def tables(self) -> tuple[PageTable, ...]:
        return tuple(table for _, table in self._found)

    def add(self, image: OmeImage, open_file: OpenFile) -> list[str]:
        """Open the files that hold planes of an image; returns sentences on those that are left out."""
        notes = []
        names = dict.fromkeys(place.file_name or self._own for place in image.places) or {self._own: None}
        for name in names:
            try:
                found = self._opened(name, open_file)
            except ImageReadError as error:
                notes.append(f"A part of this recording is left out: {error}")
                continue
            if found is None:
                notes.append(f"{name}, which holds a part of this recording, is not beside it and is left out.")
            else:
                self._numbers[name] = len(self._found)
                self._found.append(found)
        if self._own not in self._numbers:
            self._numbers[self._own] = len(self._found)
            self._found.append((self._path, self._table))
        return notes

    def _opened(self, name: str, open_file: OpenFile) -> tuple[Path, PageTable] | None:
        if name == self._own:
            return self._path, self._table
        path = file_beside(self._path, name)
        return None if path is None else (path, open_file(path))

    def of(self, place: TiffData) -> int:
        """Number of the file of some planes, -1 when it is left out."""
        return self._numbers.get(place.file_name or self._own, _NO_FILE)


def _image_of(document: OmeDocument, own: str) -> OmeImage | None:
    """Image of the document that begins in a file; the first one when it does not say."""
    silent = [image for image in document.images if not image.places]
    named = [image for image in document.images if _pages_in(image.places, own)]
    first = min(named, key=lambda image: min(_pages_in(image.places, own)), default=None)
    return first or next(iter(silent or document.images), None)


def _pages_in(places: Iterable[TiffData], own: str) -> list[int]:
    return [place.page or 0 for place in places if (place.file_name or own) == own]


def _order(image: OmeImage, samples: int) -> StackOrder:
    said = image.said.get("DimensionOrder", "XYCZT").upper()
    axes = said[:1:-1] if set(said[2:]) == set("CZT") and said[:2] == "XY" else "TZC"
    channels = image.size("C")
    sizes = {
        "C": channels // samples if channels % samples == 0 else channels,
        "Z": image.size("Z"),
        "T": image.size("T"),
    }
    return StackOrder(axes, tuple(sizes[axis] for axis in axes))


def _places(image: OmeImage, order: StackOrder, files: _Files) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Page and file of every plane by its number; -1 where there is none."""
    page_of, file_of = np.full(order.total, -1, np.int64), np.full(order.total, -1, np.int32)
    strides = dict(zip(order.axes, _strides(order.sizes), strict=True))
    sizes = dict(zip(order.axes, order.sizes, strict=True))
    said = [
        (
            files.of(place),
            place.page or 0,
            -1 if place.planes is None else place.planes,
            place.page is None,
            *place.first,
        )
        for place in image.places
    ]
    owner, page, count, has_no_page, channel, slice_, time = np.array(said, np.int64).T
    channel //= image.size("C") // sizes["C"]
    count = np.where(count >= 0, count, np.where(has_no_page, order.total, 1))
    start = channel * strides["C"] + slice_ * strides["Z"] + time * strides["T"]
    is_inside = (owner >= 0) & (channel < sizes["C"]) & (slice_ < sizes["Z"]) & (time < sizes["T"])
    single, several = np.flatnonzero(is_inside & (count == 1)), np.flatnonzero(is_inside & (count > 1))
    page_of[start[single]], file_of[start[single]] = page[single], owner[single]
    for index in several:
        stop = min(start[index] + count[index], order.total)
        page_of[start[index] : stop] = page[index] + np.arange(stop - start[index])
        file_of[start[index] : stop] = owner[index]
    for number, table in enumerate(files.tables):
        usable = np.zeros(max(int(page_of.max(initial=0)) + 1, len(table)), np.bool_)
        usable[table.like_first] = True
        page_of[(file_of == number) & ~usable[page_of]] = -1
    return page_of, file_of


def _strides(sizes: tuple[int, ...]) -> list[int]:
    return [math.prod(sizes[place + 1 :]) for place in range(len(sizes))]
