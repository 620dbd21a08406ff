"""Twins in our own file: which region stands beside which."""

from __future__ import annotations

from dataclasses import replace

from cloudscope_widgets.core.roi import RectRoi, RoiSet
from cloudscope_widgets.core.snapshot import Snapshot
from cloudscope_widgets.core.twins import settled, with_found_twins
from cloudscope_widgets.io.format.fields import Fields

TWIN_KEY = "twin_of"
_NAMES_TWINS = 2


def with_saved_twins(rois: RoiSet, said: Fields) -> RoiSet:
    """Regions with the pairs that the part ``rois`` of our own file names; what is no pair any more is none."""
    found = []
    for roi in rois:
        item = said.child(str(roi.roi_id))
        if isinstance(roi, RectRoi) and item.values.get(TWIN_KEY) is not None:
            roi = replace(roi, twin_of=item.whole(TWIN_KEY, least=1))  # noqa: PLW2901  (the same region)
        found.append(roi)
    return settled(RoiSet(found))


def with_twins_of_old(snapshot: Snapshot, said: Fields | None) -> Snapshot:
    """Snapshot in which the copies that version 0.1 made are twins; our own file names the pairs from version 2 on."""
    if said is not None and said.whole("version") >= _NAMES_TWINS:
        return snapshot
    rois = with_found_twins(snapshot.rois, snapshot.records)
    return snapshot if rois == snapshot.rois else replace(snapshot, rois=rois)


def region_documents(rois: RoiSet) -> dict[str, dict[str, int | bool]]:
    """What our own file says of the regions, locks and twins, by their ids as text."""
    found: dict[str, dict[str, int | bool]] = {}
    for roi in rois:
        own: dict[str, int | bool] = {"is_locked": True} if roi.is_locked else {}
        if isinstance(roi, RectRoi) and roi.twin_of is not None:
            own[TWIN_KEY] = roi.twin_of
        if own:
            found[str(roi.roi_id)] = own
    return found
