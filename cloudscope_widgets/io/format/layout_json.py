"""The layout of an image in our own file, with the true bounds of its regions.

In the sidecar regions stand in the plane that other programs show. Joined lines beyond that plane have no place there,
so that the bounds in the shown image are kept beside it. They count as long as the sidecar holds what was written.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cloudscope_widgets.core.header import Header
from cloudscope_widgets.core.layout import stored_roi
from cloudscope_widgets.core.numbers import LARGEST_ID
from cloudscope_widgets.core.roi import RectRoi, Roi, RoiSet
from cloudscope_widgets.core.snapshot import Snapshot
from cloudscope_widgets.io.format.fields import Fields
from cloudscope_widgets.io.images.layouts import OWN_KEY

_RECT = ("row_start", "row_stop", "col_start", "col_stop")
_LINE = ("row0", "col0", "row1", "col1")


def layout_document(snapshot: Snapshot) -> dict[str, Any]:
    """Write the layout of an image and the bounds of its regions in it; empty for one that is shown as stored."""
    header = snapshot.header
    if header.layout == header.automatic_layout == "stored":
        return {}
    rois = {} if header.layout == "stored" else {str(roi.roi_id): _bounds(roi) for roi in snapshot.rois}
    return {"shown": header.layout, **({"rois": rois} if rois else {})}


def with_true_bounds(rois: RoiSet, header: Header, own: Fields) -> RoiSet:
    """Give the regions of a sidecar their bounds in the shown image, where the sidecar is as it was written.

    Parameters
    ----------
    rois
        Regions of the sidecar, in the shown image.
    header
        Of the image, in the layout that our own file names.
    own
        Our own file.
    """
    if header.layout == "stored" or own.values.get(OWN_KEY) is None:
        return rois
    said = own.child(OWN_KEY).child("rois")
    return RoiSet(_true(roi, header, said) if str(roi.roi_id) in said.values else roi for roi in rois)


def _bounds(roi: Roi) -> dict[str, int]:
    return dict(zip(_names(roi), roi.bounds, strict=True))


def _names(roi: Roi) -> tuple[str, ...]:
    return _RECT if isinstance(roi, RectRoi) else _LINE


def _true(roi: Roi, header: Header, said: Fields) -> Roi:
    bounds = said.child(str(roi.roi_id))
    if not all(name in bounds.values for name in _names(roi)):
        return roi  # of another kind of region, which had this number before
    found = {name: bounds.whole(name, least=-LARGEST_ID) for name in _names(roi)}
    true = replace(roi, **found).clamped(header.shape)  # type: ignore[arg-type]  # only bounds are replaced
    written, now = (stored_roi(one, header.layout, header.stored_shape) for one in (true, roi))
    return true if written.bounds == now.bounds else roi
