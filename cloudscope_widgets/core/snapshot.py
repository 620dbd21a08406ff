"""The whole state of one recording as one immutable value: what is compared, undone and saved."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from cloudscope_widgets.core.contrast import ContrastSet
from cloudscope_widgets.core.experiment import Experiment
from cloudscope_widgets.core.frozen import EMPTY, FrozenDict
from cloudscope_widgets.core.header import Header
from cloudscope_widgets.core.record import RecordSet
from cloudscope_widgets.core.roi import Roi, RoiSet

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
        """Return the snapshot with one region changed and clamped; its records stay and become stale."""
        rois = self.rois.replaced(roi_id, **changes)
        clamped = rois.by_id(roi_id).clamped(self.header.shape)
        return replace(self, rois=RoiSet(clamped if roi.roi_id == roi_id else roi for roi in rois))

    def without_roi(self, roi_id: int) -> Snapshot:
        """Return the snapshot without one region and without its records."""
        gone = [record.key for record in self.records.of_roi(roi_id)]
        return replace(self, rois=self.rois.removed(roi_id), records=self.records.removed(*gone))

    def next_roi_id(self) -> int:
        """Id for a new region, above every id that a region or a record has."""
        return self.rois.next_id(record.roi_id for record in self.records)
