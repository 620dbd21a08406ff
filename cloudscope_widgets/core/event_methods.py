"""How the events of a velocity were found, as sentences for the methods section of a paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cloudscope_widgets.core.events import Event

if TYPE_CHECKING:
    from cloudscope_widgets.core.record import Record

DETECTION_VERSION = 2
"""Grows with a change of the detection; since 2 a gap is longer than stretches without cells."""
_GAPS = ", and gaps only where they are longer than stretches without cells last in the recording"


def events_methods(record: Record) -> str:
    """How the events of a record were found."""
    return event_methods_text(record.events, record.params, record.provenance.get("detection"))


def event_methods_text(events: Sequence[Event], params: Mapping[str, Any], detection: Mapping[str, Any] | None) -> str:
    """Sentences on detection, review and statistics.

    Parameters
    ----------
    events
        All events of the record.
    params
        Parameters of the record, with the length of the stretches before and after.
    detection
        Settings of the last detection, None when there was none.
    """
    drawn = [event for event in events if event.source == "user"]
    sentences = [] if detection is None else [_how(detection), _reviewed(events)]
    if drawn:
        marked = "One event was" if len(drawn) == 1 else f"{len(drawn)} events were"
        sentences.append(f"{marked} marked by hand.")
    outside = sum(event.is_outside for event in events)
    if outside:
        lie = "One event lies" if outside == 1 else f"{outside} events lie"
        sentences.append(f"{lie} outside of the measured velocity, where there are no statistics.")
    beside_s = params.get("pre_post_win_sec", 1.0)
    sentences.append(f"Statistics are of accepted windows within an event, and within {beside_s:g} s before and after.")
    return " ".join(sentences)


def _how(detection: Mapping[str, Any]) -> str:
    said = {name: f"{value:g}" for name, value in detection.items() if name != "velocity_run_id"}
    return (
        "Events were looked for as changes of the median speed between neighbouring stretches of "
        f"{said['win_sec']} s, after a running median over {said['smooth_sec']} s. A change counted when it "
        f"was {said['k_mad']} standard deviations (by the median absolute deviation) or more, and "
        f"{said['floor']} mm/s or a quarter of the median speed, whichever is less. Stretches of a kind nearer than "
        f"{said['merge_sec']} s were joined, and starts are {said['min_separation_sec']} s or more apart. "
        f"Stalls, reversals and gaps count from {said['min_event_sec']} s"
        f"{_GAPS if detection.get('detection_version', 1) >= DETECTION_VERSION else ''}."
    )


def _reviewed(events: Sequence[Event]) -> str:
    verdicts = [event.review for event in events if event.source == "auto"]
    accepted, rejected = verdicts.count("accepted"), verdicts.count("rejected")
    return (
        f"Of {len(verdicts)} candidates, {accepted} were accepted and {rejected} rejected by a person, and "
        f"{verdicts.count('unreviewed')} not reviewed."
    )
