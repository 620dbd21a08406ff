"""Edits of what is said of peaks, each a function from one snapshot to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cloudscope_widgets.core.errors import AnalysisError
from cloudscope_widgets.core.kinds import SUM_INTENSITY
from cloudscope_widgets.core.peaks import reviewed
from cloudscope_widgets.core.record import Record
from cloudscope_widgets.core.snapshot import Snapshot


def peak_reviewed(now: Snapshot, roi_id: int, channel: int, peak_id: int, changes: Mapping[str, Any]) -> Snapshot:
    """Change review or note of one peak."""
    record = peak_record(now, roi_id, channel)
    reviews = reviewed(record, peak_id, changes)
    if reviews == record.peak_reviews:
        return now
    return replace(now, records=now.records.stored(replace(record, peak_reviews=reviews)))


def peak_record(now: Snapshot, roi_id: int, channel: int) -> Record:
    """Result with the peaks of one channel and region; AnalysisError when there is none."""
    record = now.find_record(SUM_INTENSITY.name, channel, roi_id)
    if record is None:
        words = SUM_INTENSITY.words
        raise AnalysisError(
            f"ROI {roi_id} has no {words} in channel {channel}. Run {words} before reviewing its peaks."
        )
    return record
