"""The detection of events keeps no other edit waiting, and loses none."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import cloudscope_widgets as cs
from cloudscope_widgets.core.snapshot import Snapshot
from cloudscope_widgets.store.edits import event_detection as detecting
from cloudscope_widgets.store.edits.events import events_detected
from cloudscope_widgets.synthetic import Stall, kymograph

PATIENCE_S = 20.0


@pytest.fixture
def acq(tmp_path: Path) -> cs.Acquisition:
    acq = cs.open(kymograph(4000, 48, flow=Stall(1.4, [(1500, 2500)]), snr_db=20).write(tmp_path / "cell.tif"))
    acq.add_rect()
    acq.analyze("radon_velocity", roi_id=1)
    return acq


def meanwhile(monkeypatch: pytest.MonkeyPatch, edit: Callable[[], Any]) -> list[int]:
    """Let another thread make an edit during the first detection; returns what counts the detections."""
    runs: list[int] = []

    def detect(now: Snapshot, *args: Any) -> Snapshot:  # noqa: ANN401  (those of events_detected)
        found = events_detected(now, *args)
        runs.append(1)
        if len(runs) == 1:
            thread = threading.Thread(target=edit)
            thread.start()
            thread.join(PATIENCE_S)
            assert not thread.is_alive()
        return found

    monkeypatch.setattr(detecting, "events_detected", detect)
    return runs


def test_another_edit_is_made_meanwhile_and_both_stay(acq: cs.Acquisition, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = meanwhile(monkeypatch, lambda: acq.update_experiment(species="mouse"))
    record = acq.detect_events(roi_id=1)
    assert record.events
    assert (acq.experiment.species, len(runs), acq.undo_name) == ("mouse", 1, "Detect events in ROI 1")
    assert acq.record("event", roi_id=1) == record
    acq.undo()
    assert (acq.record("event", roi_id=1), acq.experiment.species) == (None, "mouse")


@pytest.mark.parametrize(
    "edit",
    [
        lambda acq: acq.add_event(roi_id=1, start_s=0.1, stop_s=0.2),
        lambda acq: acq.update_calibration(seconds_per_line=0.002),
        lambda acq: acq.update_roi(1, row_start=10),
    ],
)
def test_what_it_stands_on_was_edited_so_it_is_made_again(
    acq: cs.Acquisition, monkeypatch: pytest.MonkeyPatch, edit: Callable[[cs.Acquisition], Any]
) -> None:
    runs = meanwhile(monkeypatch, lambda: edit(acq))
    record = acq.detect_events(roi_id=1)
    assert len(runs) == 2
    assert acq.record("event", roi_id=1) == record
