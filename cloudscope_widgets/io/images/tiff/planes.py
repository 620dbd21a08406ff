"""Which planes of a file belong to which channel, and in which order they were taken.

Channels, slices and times may follow each other in any order. Programs say it in their own words, and may promise more
planes than there are; what is not there is left out from the first one on that is missing, so that no time is wrong.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tifffile
from numpy.typing import NDArray

from cloudscope_widgets.io.images.imagej import imagej_count
from cloudscope_widgets.io.images.tiff.page_table import PageTable
from cloudscope_widgets.io.images.tiff.structure import MOST_CHANNELS
from cloudscope_widgets.io.images.tiff.tags import TiffWords

_IMAGEJ_ORDERS = {"ctz": "ZTC", "zct": "TCZ", "ztc": "CTZ", "tcz": "ZCT", "tzc": "CZT"}
_IMAGEJ_NAMES = {"T": "frames", "Z": "slices", "C": "channels"}
_STK_PLANES = 33629
_LONGEST_JSON = 65_536
_PAGE_AXES = frozenset("YXS")
_TIME_FIRST = {"T": 0, "Z": 2}
"""Times come before slices where a channel has both; anything else between them."""


@dataclass(frozen=True, slots=True, eq=False)
class ChannelPlanes:
    """Planes of one channel, in the order in which they were taken."""

    pages: NDArray[np.int64]
    """Page of each plane in its file."""
    inner: NDArray[np.int64]
    """Number of each plane among those that one page describes."""
    files: NDArray[np.int32]
    """Number of the file of each plane."""
    sample: int = 0
    """Which of the samples of a pixel."""

    def __len__(self) -> int:
        """Count of planes."""
        return len(self.pages)


@dataclass(frozen=True, slots=True, eq=False)
class PlaneMap:
    """All planes of a recording."""

    channels: tuple[ChannelPlanes, ...]
    files: tuple[Path, ...]
    """Files that hold them."""
    tables: tuple[PageTable, ...]
    """Where the pages of each file stand."""
    notes: tuple[str, ...] = ()
    """Sentences about planes that are not shown."""

    @property
    def count(self) -> int:
        """Planes of a channel; channels of one recording have the same count."""
        return min(len(channel) for channel in self.channels)


@dataclass(frozen=True, slots=True)
class StackOrder:
    """How planes follow each other, the slowest axis first."""

    axes: str
    """``C`` for channels, ``T`` for times, ``Z`` for slices; others count as times."""
    sizes: tuple[int, ...]

    @property
    def total(self) -> int:
        """Count of planes."""
        return math.prod(self.sizes)

    def within(self, available: int) -> StackOrder | None:
        """Return the order cut along its slowest axis to the planes that there can be; None when it cannot fit."""
        skipped = next((place for place, size in enumerate(self.sizes) if size > 1), len(self.sizes) - 1)
        slowest, *others = self.sizes[skipped:]
        inner = math.prod(others)
        if inner > available:
            return None
        return StackOrder(self.axes[skipped:], (min(slowest, -(-available // inner)), *others))

    def by_channel(self) -> NDArray[np.int64]:
        """Numbers of the planes of each channel, one row for each."""
        numbers = np.arange(self.total).reshape(self.sizes)
        places = range(len(self.axes))
        channels = [place for place in places if self.axes[place] == "C"]
        others = sorted(set(places) - set(channels), key=lambda place: _TIME_FIRST.get(self.axes[place], 1))
        count = math.prod(self.sizes[place] for place in channels)
        found: NDArray[np.int64] = numbers.transpose([*channels, *others]).reshape(count, -1)
        return found


def find_planes(tiff: tifffile.TiffFile, words: TiffWords, table: PageTable, path: Path) -> PlaneMap:
    """Find the planes of a file in which all of them are.

    Parameters
    ----------
    tiff
        The file, of which the first page has been checked.
    words
        What the program that wrote it says.
    table
        Its pages.
    path
        Of the file.
    """
    page = tiff.pages.first
    used = table.like_first
    order = _said_order(tiff, words, len(used))
    inner = _planes_of_page(tiff, page, len(used), order.total)
    available = inner if inner > 1 else len(used)
    numbers, notes = numbers_by_channel(order, available)
    samples = range(int(page.samplesperpixel))
    places = (numbers, 0 * numbers) if inner == 1 else (0 * numbers, numbers)
    pages = used[places[0]] if inner == 1 else places[0]
    channels = tuple(
        ChannelPlanes(row, within, np.zeros(len(row), np.int32), sample)
        for row, within in zip(pages, places[1], strict=True)
        for sample in samples
    )
    others = len(table) - len(used)
    if others:
        notes = (*notes, f"The file also holds {others} {_images(others)} of another size or type, not shown here.")
    return PlaneMap(channels, (path,), (table,), notes)


def numbers_by_channel(order: StackOrder, available: int) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Numbers of the planes of each channel, as far as all channels have them, and sentences on what is missing."""
    said = order.total
    channels = math.prod(size for axis, size in zip(order.axes, order.sizes, strict=True) if axis == "C")
    if channels > MOST_CHANNELS:
        return np.zeros((1, 1), np.int64), (f"The file says it holds {channels} channels; only the first can be read.",)
    fitting = order.within(available)
    if fitting is None:
        lost = f"The file says it holds {said} images, but there {_are(available)}."
        return np.arange(available).reshape(1, -1), (lost,)
    numbers = fitting.by_channel()
    return complete(numbers, numbers < available, said, available)


def complete(
    numbers: NDArray[np.int64], is_there: NDArray[np.bool_], said: int, available: int
) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Leave out channels without planes, and all planes from the first one on that is missing in a channel."""
    if is_there.all():
        return numbers, () if said <= available else (_missing(said, available),)
    has_first = is_there[:, 0]
    if not has_first.any():
        return np.zeros((1, 1), np.int64), (_missing(said, available),)
    lost = [str(channel) for channel in np.flatnonzero(~has_first)]
    kept = is_there[has_first]
    whole = np.flatnonzero(~kept.all(axis=0))
    stop = int(whole[0]) if whole.size else kept.shape[1]
    notes = [f"Channel {', '.join(lost)} of this recording is not in the file and is left out."] if lost else []
    if stop < kept.shape[1]:
        notes.append(f"{_missing(said, available)} The recording is shown up to the first one that is missing.")
    return numbers[has_first, :stop], tuple(notes)


def _missing(said: int, available: int) -> str:
    return f"The file says it holds {said} images, but there {_are(available)}."


def _are(count: int) -> str:
    return "is 1" if count == 1 else f"are {count}"


def _images(count: int) -> str:
    return "image" if count == 1 else "images"


# ---------------------------------------------------------------- what programs say
def _said_order(tiff: tifffile.TiffFile, words: TiffWords, pages: int) -> StackOrder:
    """Order by the words of the program that wrote the file; pages one after the other when there are none."""
    plain = StackOrder("T", (pages,))
    if words.imagej:
        return _imagej_order(words.imagej, tiff.pages.first, pages)
    if tiff.is_shaped:
        return _shaped_order(tiff.pages.first) or plain
    if words.fluoview is not None:
        named = [("C" if one.is_channel else one.name[:1].upper(), one.size) for one in words.fluoview.planes]
        return (
            StackOrder("".join(axis for axis, _ in named[::-1]), tuple(size for _, size in named[::-1]))
            if named
            else plain
        )
    if pages == 1 and _STK_PLANES in tiff.pages.first.tags:
        return StackOrder("T", (max(1, int(tiff.pages.first.tags[_STK_PLANES].count)),))
    return plain


def _imagej_order(words: Mapping[str, str], page: tifffile.TiffPage, pages: int) -> StackOrder:
    axes = _IMAGEJ_ORDERS.get(words.get("order", "").lower(), "TZC")
    sizes = {axis: imagej_count(words, name) for axis, name in _IMAGEJ_NAMES.items()}
    if page.samplesperpixel > 1 and sizes["C"] == page.samplesperpixel:
        sizes["C"] = 1  # the samples of a pixel, declared as channels
    order = StackOrder(axes, tuple(sizes[axis] for axis in axes))
    images = max(imagej_count(words, "images"), pages)
    if order.total == 1 or (images > order.total and images % order.total == 0):
        return StackOrder("I" + axes, (images // order.total, *order.sizes))
    return order


def _shaped_order(page: tifffile.TiffPage) -> StackOrder | None:
    """Order by the shape and the names of axes that the tifffile library writes; None when they are none."""
    text = page.description
    try:
        said: Any = json.loads(text) if len(text) <= _LONGEST_JSON else {}
        shape = tuple(int(size) for size in said["shape"])
    except (ValueError, TypeError, KeyError):
        return None
    depth = len(shape) - page.ndim
    if depth < 1 or min(shape) < 1:
        return None
    axes = str(said.get("axes", "")).upper()
    is_named = len(axes) == len(shape) and not set(axes[:depth]) & _PAGE_AXES
    return StackOrder(axes[:depth] if is_named else "T" * depth, shape[:depth])


def _planes_of_page(tiff: tifffile.TiffFile, page: tifffile.TiffPage, pages: int, said: int) -> int:
    """Planes that lie one after the other behind the only page of a file; 1 when each has a page of its own."""
    if pages > 1 or said <= 1 or not page.is_contiguous or page.compression != 1:
        return 1
    behind = (int(tiff.filehandle.size) - int(page.dataoffsets[0])) // max(int(page.nbytes), 1)
    return max(1, min(behind, said))
