"""The whole state of one recording as one immutable value: what is compared, undone and saved."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from cloudscope_widgets.core.contrast import ContrastSet
from cloudscope_widgets.core.experiment import Experiment
from cloudscope_widgets.core.frozen import EMPTY, FrozenDict
from cloudscope_widgets.core.header import Header
from cloudscope_widgets.core.record import Record, RecordSet
from cloudscope_widgets.core.roi import Roi, RoiSet
from cloudscope_widgets.core.twins import find_record, original_id, pair_ids, records_of, renamed_twin

Review = Literal["unreviewed", "accepted", "rejected"]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that is known of one recording and was found in it."""

    header: Header
    experiment: Experiment = field(default_factory=Experiment)
    rois: RoiSet = field(default_factory=RoiSet)
    contrast: ContrastSet = field(default_factory=ContrastSet)
    records: RecordSet = field(default_factory=RecordSet)
    review: Review = "unreviewed"
    reviewed: FrozenDict = EMPTY
    """When the verdict was given (``at``, UTC), and by whom and whether blinded where that is known."""
    extra: FrozenDict = EMPTY
    """Keys of the saved files that this program does not know, under ``sidecar``, ``header`` and ``own``."""

    @property
    def is_accepted(self) -> bool:
        """False only for a recording that was rejected."""
        return self.review != "rejected"

    def with_roi(self, roi: Roi) -> Snapshot:
        """Return the snapshot with one more region, clamped to the image."""
        return replace(self, rois=self.rois.added(roi.clamped(self.header.shape)))

    def with_roi_changed(self, roi_id: int, **changes: int | str | bool) -> Snapshot:
        """Return the snapshot with one region, and its twin, changed and clamped; records stay and become stale."""
        first, *others = pair_ids(self.rois, roi_id)
        rois = self.rois.replaced(first, **changes)
        original = rois.by_id(first)
        for twin_id in others:
            name = renamed_twin(rois.by_id(twin_id), original) if "name" in changes else rois.by_id(twin_id).name
            rois = rois.replaced(twin_id, **{**changes, "name": name})
        shape = self.header.shape
        changed = {first, *others}
        return replace(self, rois=RoiSet(roi.clamped(shape) if roi.roi_id in changed else roi for roi in rois))

    def without_roi(self, roi_id: int) -> Snapshot:
        """Return the snapshot without one region, its twin and their records."""
        self.rois.by_id(roi_id)
        pair = pair_ids(self.rois, roi_id)
        gone = [record.key for record in records_of(self.rois, self.records, roi_id)]
        kept = RoiSet(roi for roi in self.rois if roi.roi_id not in pair)
        return replace(self, rois=kept, records=self.records.removed(*gone))

    def find_record(self, analysis_name: str, channel: int, roi_id: int) -> Record | None:
        """Result of an analysis in a region or its twin, None when there is none."""
        return find_record(self.rois, self.records, (analysis_name, channel, roi_id))

    def without_record(self, analysis_name: str, channel: int, roi_id: int) -> Snapshot:
        """Return the snapshot without one result, those that stand on it, and a twin that then holds nothing."""
        found = self.find_record(analysis_name, channel, roi_id)
        if found is None:
            return self
        records = self.records.removed(found.key)
        is_empty_twin = original_id(self.rois, found.roi_id) != found.roi_id and not records.of_roi(found.roi_id)
        rois = self.rois.removed(found.roi_id) if is_empty_twin else self.rois
        return replace(self, rois=rois, records=records)

    def next_roi_id(self) -> int:
        """Id for a new region, above every id that a region or a record has."""
        return self.rois.next_id(record.roi_id for record in self.records)
