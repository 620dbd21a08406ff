"""Reviews of peaks in our own file; the sidecar keeps all peaks, whatever was said of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, get_args

from cloudscope_widgets.core.events import EventReview
from cloudscope_widgets.core.kinds import SUM_INTENSITY
from cloudscope_widgets.core.numbers import LARGEST_WHOLE
from cloudscope_widgets.core.peaks import PeakReview, matching
from cloudscope_widgets.core.record import RecordSet
from cloudscope_widgets.core.snapshot import Snapshot
from cloudscope_widgets.io.format.fields import Fields

PEAK_PLACE = ("channel", "roi_id", "peak_id", "peak_index")
PEAK = (*PEAK_PLACE, "review", "note")


def with_peak_reviews(records: RecordSet, said: Fields) -> RecordSet:
    """Give every result what was said of its peaks; of a peak that is not there any more nothing is known."""
    found: dict[tuple[int, int], list[PeakReview]] = {}
    for item in said.children("peaks"):
        slot = item.whole("channel"), item.whole("roi_id", least=1)
        found.setdefault(slot, []).append(_review(item))
    for slot, reviews in found.items():
        record = records.find((SUM_INTENSITY.name, *slot))
        if record is not None:
            records = records.stored(replace(record, peak_reviews=matching(reviews, record.summary)))
    return records


def _review(said: Fields) -> PeakReview:
    has_line = said.values.get("peak_index") is not None
    return PeakReview(
        said.whole("peak_id", least=1),
        said.whole("peak_index", most=LARGEST_WHOLE) if has_line else None,
        said.choice("review", get_args(EventReview), "unreviewed"),
        said.text("note"),
    )


def peak_documents(snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    """Write what was said of peaks."""
    for record in snapshot.records:
        for said in record.peak_reviews:
            place = dict(zip(PEAK_PLACE, (record.channel, record.roi_id, *said.place), strict=True))
            yield {**place, "review": said.review, "note": said.note}
