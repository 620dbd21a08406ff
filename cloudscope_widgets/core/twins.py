"""Twins: a second region of the same bounds, for a result that the shared format cannot hold in the first one.

Of two rival analyses the format holds one for a channel and region. The other one is stored under a twin, which is
moved, renamed, copied and deleted with its original, and is one with it wherever regions are listed. Either id names
the pair.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeGuard

from cloudscope_widgets.core.frozen import EMPTY
from cloudscope_widgets.core.kinds import SHARED_KINDS, kind_of
from cloudscope_widgets.core.record import Record, RecordSet
from cloudscope_widgets.core.roi import RectRoi, Roi, RoiSet

LABELS = {kind.name: kind.words for kind in SHARED_KINDS.values() if kind.rivals}
"""What the name of a twin ends with, by the analysis for which it was made."""


def twin_name(original: Roi, label: str) -> str:
    """Name of the twin of a region, such as "vessel diameter"."""
    return f"{original.name or f'ROI {original.roi_id}'} {label}"


def original_id(rois: Iterable[Roi], roi_id: int) -> int:
    """Id of the original of a twin; of any other region, its own."""
    return next((twin.twin_of for twin in rois if _is_twin(twin) and twin.roi_id == roi_id and twin.twin_of), roi_id)


def pair_ids(rois: Iterable[Roi], roi_id: int) -> tuple[int, ...]:
    """Ids of a region and of its twin, the original first; one id where there is no twin."""
    held = tuple(rois)
    first = original_id(held, roi_id)
    return (first, *(roi.roi_id for roi in held if _is_twin(roi) and roi.twin_of == first))


def originals(rois: Iterable[Roi]) -> tuple[Roi, ...]:
    """Regions as they are listed and counted: a pair is one."""
    return tuple(roi for roi in rois if not _is_twin(roi))


def find_record(rois: Iterable[Roi], records: RecordSet, key: tuple[str, int, int]) -> Record | None:
    """Record of an analysis, a channel and a region, wherever in the pair it stands; None when there is none."""
    name, channel, roi_id = key
    ids = (roi_id, *(other for other in pair_ids(rois, roi_id) if other != roi_id))
    return next((found for other in ids if (found := records.find((name, channel, other)))), None)


def records_of(rois: Iterable[Roi], records: RecordSet, roi_id: int) -> tuple[Record, ...]:
    """Records of a region and of its twin."""
    return tuple(record for other in pair_ids(rois, roi_id) for record in records.of_roi(other))


def is_rival(name: str, other: str) -> bool:
    """Whether the shared format cannot hold two analyses side by side in one region and channel."""
    kinds = kind_of(name), kind_of(other)
    return kinds[0] is not None and kinds[1] is not None and kinds[0].is_rival(kinds[1])


def has_rival(records: RecordSet, name: str, channel: int, roi_id: int) -> bool:
    """Whether a result stands where the shared format cannot hold another one."""
    return any(is_rival(name, held.analysis_name) and held.channel == channel for held in records.of_roi(roi_id))


def free_id(rois: Iterable[Roi], records: RecordSet, key: tuple[str, int, int]) -> int | None:
    """Region of a pair in which a result is stored: where it stands, or else the first that can hold it.

    Returns
    -------
    None when a twin has to be made first.
    """
    held = tuple(rois)
    known = find_record(held, records, key)
    if known is not None:
        return known.roi_id
    name, channel, roi_id = key
    ids = pair_ids(held, roi_id)
    return next((other for other in ids if not has_rival(records, name, channel, other)), None)


def made_twin(original: RectRoi, roi_id: int, label: str) -> RectRoi:
    """Twin of a region, under an id of its own."""
    return replace(original, roi_id=roi_id, name=twin_name(original, label), extra=EMPTY, twin_of=original.roi_id)


def renamed_twin(twin: Roi, original: Roi) -> str:
    """Name of a twin after its original was renamed; one that was given a name of its own keeps it."""
    label = next((label for label in LABELS.values() if twin.name.endswith(f" {label}")), "")
    return twin_name(original, label) if label else twin.name


def with_found_twins(rois: RoiSet, records: RecordSet) -> RoiSet:
    """Take copies that version 0.1 made for twins: same bounds, the name with a label, and a result that needs it."""
    found = list(rois)
    for place, copy in enumerate(found):
        if isinstance(copy, RectRoi) and copy.twin_of is None:
            first = next((roi for roi in found if _is_copy(copy, roi, found, records)), None)
            found[place] = copy if first is None else replace(copy, twin_of=first.roi_id)
    return RoiSet(found)


def _is_copy(copy: RectRoi, original: Roi, rois: Iterable[Roi], records: RecordSet) -> bool:
    is_alike = (
        isinstance(original, RectRoi)
        and original.twin_of is None
        and original.roi_id < copy.roi_id
        and original.bounds == copy.bounds
        and len(pair_ids(rois, original.roi_id)) == 1
        and len(pair_ids(rois, copy.roi_id)) == 1
    )
    return is_alike and any(
        copy.name == twin_name(original, LABELS[record.analysis_name])
        and has_rival(records, record.analysis_name, record.channel, original.roi_id)
        for record in records.of_roi(copy.roi_id)
        if record.analysis_name in LABELS
    )


def settled(rois: RoiSet) -> RoiSet:
    """Regions of which a twin that is none any more is one of its own.

    That is one whose original is gone or was moved alone, as another program does, and a second one of an original.
    """
    if not any(_is_twin(roi) for roi in rois):
        return rois
    by_id = {roi.roi_id: roi for roi in rois}
    paired: set[int] = set()
    kept: list[Roi] = []
    for roi in rois:
        if isinstance(roi, RectRoi) and roi.twin_of is not None:
            original = by_id.get(roi.twin_of)
            is_pair = isinstance(original, RectRoi) and original.twin_of is None and original.bounds == roi.bounds
            if not is_pair or roi.twin_of in paired:
                kept.append(replace(roi, twin_of=None))
                continue
            paired.add(roi.twin_of)
        kept.append(roi)
    return RoiSet(kept)


def with_original_moved(roi: Roi, new_ids: Mapping[int, int]) -> Roi:
    """Region whose original may have been given a new id."""
    if isinstance(roi, RectRoi) and roi.twin_of is not None and roi.twin_of in new_ids:
        return replace(roi, twin_of=new_ids[roi.twin_of])
    return roi


def _is_twin(roi: Roi) -> TypeGuard[RectRoi]:
    return isinstance(roi, RectRoi) and roi.twin_of is not None
