"""Heart rate of an open recording: it stands on a velocity, is saved, and is stale once that is made anew."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import cloudscope_widgets as cs
from cloudscope_widgets.io.paths import sidecar_path
from cloudscope_widgets.synthetic import Heartbeat, kymograph


@pytest.fixture
def acq(tmp_path: Path) -> cs.Acquisition:
    opened = cs.open(kymograph(8000, 40, flow=Heartbeat(0.83, rate_hz=7.1), snr_db=15).write(tmp_path / "cell.tif"))
    opened.add_rect()
    return opened


def test_the_rate_of_the_flow_is_found_saved_and_read_again(acq: cs.Acquisition) -> None:
    acq.analyze("radon_velocity", roi_id=1, channel=0, window_width=32)
    record = acq.analyze("heart_rate", roi_id=1, channel=0)
    assert record.summary["lomb"]["bpm"] == pytest.approx(7.1 * 60, abs=5)
    assert record.summary["false_alarm_p"] < 1e-6
    assert "Lomb-Scargle" in record.methods_text()
    acq.save()
    again = cs.open(acq.path)
    assert again.snapshot == acq.snapshot
    saved = json.loads(sidecar_path(acq.path).read_text())["analysis"]
    assert [item["analysis_name"] for item in saved] == ["radon_velocity", "heart_rate"]
    assert set(saved[1]["detection_params"]) == set(record.params)  # a key of ours there would break CloudScope
    again_record = again.record("heart_rate", roi_id=1, channel=0)
    assert again_record is not None
    assert not again_record.is_stale(again)


def test_it_is_stale_once_the_velocity_was_run_again(acq: cs.Acquisition) -> None:
    acq.analyze("radon_velocity", roi_id=1, channel=0, window_width=32)
    record = acq.analyze("heart_rate", roi_id=1, channel=0)
    assert not record.is_stale(acq)
    acq.analyze("radon_velocity", roi_id=1, channel=0, window_width=64)
    assert record.stale_reasons(acq) == ("the velocity",)
    acq.undo()
    assert not record.is_stale(acq)


def test_without_a_velocity_it_says_what_to_do_and_stores_nothing(acq: cs.Acquisition) -> None:
    with pytest.raises(cs.AnalysisError, match="Heart rate failed on ROI 1: it has no velocity in channel 0"):
        acq.analyze("heart_rate", roi_id=1, channel=0)
    assert len(acq.records) == 0


def test_too_few_windows_are_refused_in_a_sentence(acq: cs.Acquisition) -> None:
    acq.update_roi(1, row_stop=2000)
    acq.analyze("radon_velocity", roi_id=1, channel=0, window_width=64)
    with pytest.raises(cs.AnalysisError, match="122 velocities are fewer than the 256"):
        acq.analyze("heart_rate", roi_id=1, channel=0)
    assert [record.analysis_name for record in acq.records] == ["radon_velocity"]
