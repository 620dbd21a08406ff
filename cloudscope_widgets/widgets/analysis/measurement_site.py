"""Where an analysis measures: a rectangle and a channel of a recording."""

from __future__ import annotations

from dataclasses import dataclass

from cloudscope_widgets.core.record import Record
from cloudscope_widgets.core.roi import RectRoi
from cloudscope_widgets.core.twins import original_id, originals
from cloudscope_widgets.store.acquisition import Acquisition
from cloudscope_widgets.store.session import Session


@dataclass(frozen=True, slots=True)
class Place:
    """Where an analysis measures."""

    acquisition: Acquisition
    roi: RectRoi
    channel: int

    def record(self, analysis_name: str) -> Record | None:
        """Stored result of an analysis at this place."""
        return self.acquisition.record(analysis_name, roi_id=self.roi.roi_id, channel=self.channel)


def rectangles(acquisition: Acquisition | None) -> list[RectRoi]:
    """Rectangles of a recording, in the order in which they were made; twins are one with their originals."""
    return [] if acquisition is None else [roi for roi in originals(acquisition.rois) if isinstance(roi, RectRoi)]


def listed_id(acquisition: Acquisition | None, roi_id: int | None) -> int | None:
    """Id under which a region is listed: of a twin that of its original."""
    return roi_id if acquisition is None or roi_id is None else original_id(acquisition.rois, roi_id)


def selected_place(session: Session) -> Place | None:
    """Selected rectangle and channel of the open recording; None when no rectangle is selected."""
    acquisition, selection = session.acquisition, session.selection
    selected = listed_id(acquisition, selection.roi_id)
    roi = next((roi for roi in rectangles(acquisition) if roi.roi_id == selected), None)
    return None if acquisition is None or roi is None else Place(acquisition, roi, selection.channel)
