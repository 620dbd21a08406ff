"""How the planes of a file become the one image that is shown: as stored, turned, or joined along time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from cloudscope_widgets.core.roi import LineRoi, RectRoi, Roi

if TYPE_CHECKING:
    from cloudscope_widgets.core.header import Calibration

Layout = Literal["stored", "turned", "joined"]
"""As stored: the first plane as it is. Turned: lines and columns of it exchanged. Joined: all planes as one image."""


@dataclass(frozen=True, slots=True)
class LayoutChoice:
    """One layout in which an image can be shown, and what is known of the image in it."""

    layout: Layout
    shape: tuple[int, int]
    calibration: Calibration
    notes: tuple[str, ...] = ()
    """Sentences about the calibration in this layout."""
    notice: str = ""
    """Why the image is shown so, or that there are other ways; empty for the only one that there is."""
    offers: tuple[Layout, ...] = ()
    """Layouts that the notice offers instead."""


def stored_roi(roi: Roi, layout: Layout, stored_shape: tuple[int, int]) -> Roi:
    """Return a region of the shown image as it stands in the plane that other programs show."""
    if layout == "turned":
        return _exchanged(roi).clamped(stored_shape)
    return roi.clamped(stored_shape) if layout == "joined" else roi


def shown_roi(roi: Roi, layout: Layout) -> Roi:
    """Return a region of the stored plane as it stands in the shown image."""
    return _exchanged(roi) if layout == "turned" else roi


def _exchanged(roi: Roi) -> Roi:
    """Return a region with rows and columns exchanged."""
    if isinstance(roi, RectRoi):
        rows, columns = (roi.row_start, roi.row_stop), (roi.col_start, roi.col_stop)
        return replace(roi, row_start=columns[0], row_stop=columns[1], col_start=rows[0], col_stop=rows[1])
    return _exchanged_line(roi)


def _exchanged_line(line: LineRoi) -> LineRoi:
    return replace(line, row0=line.col0, col0=line.row0, row1=line.col1, col1=line.row1)
