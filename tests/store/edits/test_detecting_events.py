"""Events of an open recording are found, reviewed, saved and found again."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import cloudscope_widgets as cs
from cloudscope_widgets.io.paths import own_path, sidecar_path
from cloudscope_widgets.synthetic import kymograph

PLANTED = [(2.0, 2.6, "fall"), (4.0, 5.0, "stall"), (6.5, 7.2, "reversal"), (9.0, 9.5, "rise")]
FACTORS = {"fall": 0.45, "stall": 0.0, "reversal": -0.8, "rise": 1.9}


@pytest.fixture
def acq(tmp_path: Path) -> cs.Acquisition:
    flow = np.full(11_000, 1.37)
    for start_s, stop_s, kind in PLANTED:
        flow[round(start_s * 1000) : round(stop_s * 1000)] *= FACTORS[kind]
    opened = cs.open(kymograph(len(flow), 60, flow=flow).write(tmp_path / "cell.tif"))
    opened.add_rect(row_start=500)
    opened.analyze("radon_velocity", roi_id=1, channel=0, window_width=64)
    return opened


def test_planted_events_are_found_once_each_in_image_time(acq: cs.Acquisition) -> None:
    events = acq.detect_events(roi_id=1, channel=0).events
    assert [(event.kind, event.review, event.source) for event in events] == [
        (kind, "unreviewed", "auto") for _, _, kind in PLANTED
    ]
    np.testing.assert_allclose([event.start_s for event in events], [start_s for start_s, _, _ in PLANTED], atol=0.15)
    np.testing.assert_allclose([event.stop_s for event in events], [stop_s for _, stop_s, _ in PLANTED], atol=0.15)
    assert all(event.statistics["event_stats"]["n"] > 0 for event in events)


def test_what_a_person_has_judged_or_drawn_stays_when_events_are_detected_again(acq: cs.Acquisition) -> None:
    fall, stall, *_ = acq.detect_events(roi_id=1, channel=0).events
    acq.update_event(fall.event_id, roi_id=1, channel=0, review="rejected")
    acq.update_event(stall.event_id, roi_id=1, channel=0, review="accepted", stop_s=5.1)
    drawn = acq.add_event(roi_id=1, channel=0, start_s=8.0, stop_s=8.2)
    events = acq.detect_events(roi_id=1, channel=0).events
    assert [event.event_id for event in events[:3]] == [fall.event_id, stall.event_id, drawn.event_id]
    assert [event.review for event in events] == ["rejected", "accepted", "accepted", "unreviewed", "unreviewed"]
    assert events[1].stop_s == 5.1
    assert len({event.event_id for event in events}) == 5


def test_detecting_is_one_step_of_undo(acq: cs.Acquisition) -> None:
    acq.detect_events(roi_id=1, channel=0)
    acq.undo()
    assert acq.record("event", roi_id=1, channel=0) is None


def test_only_accepted_events_are_shared_and_all_come_back(acq: cs.Acquisition) -> None:
    events = acq.detect_events(roi_id=1, channel=0).events
    acq.update_event(events[1].event_id, roi_id=1, channel=0, review="accepted")
    acq.save()
    shared = json.loads(sidecar_path(acq.path).read_text())["analysis"][1]
    assert [(event["id"], event["event_type"]) for event in shared["summary"]["events"]] == [
        (events[1].event_id, "transient")  # the shared format knows no stall
    ]
    assert set(shared["detection_params"]) == {"pre_post_win_sec"}  # a key of ours there would break CloudScope
    assert len(json.loads(own_path(acq.path).read_text())["events"]) == 4
    again = cs.open(acq.path).record("event", roi_id=1, channel=0)
    saved = acq.record("event", roi_id=1, channel=0)
    assert again is not None
    assert saved is not None
    assert sorted(again.events, key=lambda event: event.event_id) == list(saved.events)
    assert again.provenance["detection"] == saved.provenance["detection"]
    assert again.provenance["detection"]["win_sec"] == 0.25


def test_without_a_velocity_it_says_what_to_do(acq: cs.Acquisition) -> None:
    acq.delete_record("radon_velocity", roi_id=1, channel=0)
    with pytest.raises(cs.AnalysisError, match="ROI 1 has no velocity in channel 0"):
        acq.detect_events(roi_id=1, channel=0)


def test_a_parameter_that_does_not_fit_is_named(acq: cs.Acquisition) -> None:
    with pytest.raises(ValueError, match=r"k_mad must be at least 0\.5, got 0"):
        acq.detect_events(roi_id=1, channel=0, k_mad=0)
    with pytest.raises(TypeError, match="unknown parameter 'threshold'; the parameters are win_sec"):
        acq.detect_events(roi_id=1, channel=0, threshold=3)
    assert acq.record("event", roi_id=1, channel=0) is None
