"""Where an analysis measures: a rectangle and a channel of a recording."""

from __future__ import annotations

from dataclasses import dataclass

from cloudscope_widgets.core.record import Record
from cloudscope_widgets.core.roi import RectRoi
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
    """Rectangles of a recording, in the order in which they were made."""
    return [] if acquisition is None else [roi for roi in acquisition.rois if isinstance(roi, RectRoi)]


def selected_place(session: Session) -> Place | None:
    """Selected rectangle and channel of the open recording; None when no rectangle is selected."""
    acquisition, selection = session.acquisition, session.selection
    roi = next((roi for roi in rectangles(acquisition) if roi.roi_id == selection.roi_id), None)
    return None if acquisition is None or roi is None else Place(acquisition, roi, selection.channel)
