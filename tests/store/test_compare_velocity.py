"""The other method of velocity is run beside the stored one, and nothing of it stays."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

import cloudscope_widgets as cs
from cloudscope_widgets.synthetic import kymograph


@pytest.fixture
def acq(tmp_path: Path) -> cs.Acquisition:
    opened = cs.open(kymograph(1500, 40, flow=0.83, snr_db=15).write(tmp_path / "cell.tif"))
    opened.add_rect()
    return opened


@pytest.mark.parametrize(
    ("method", "other"), [("line_correlation", "radon"), ("radon", "line_correlation")], ids=["to radon", "from radon"]
)
def test_the_other_method_is_returned_and_not_stored(acq: cs.Acquisition, method: str, other: str) -> None:
    stored = acq.analyze("radon_velocity", roi_id=1, window_width=32, method=method)
    acq.save()
    before = acq.snapshot
    compared = acq.compare_velocity(roi_id=1)
    assert (compared.params["method"], compared.params["window_width"]) == (other, 32)
    assert compared.summary["num_windows"] == stored.summary["num_windows"]
    assert compared.summary["velocity_median"] == pytest.approx(stored.summary["velocity_median"], rel=0.03)
    assert acq.snapshot is before
    assert not acq.dirty
    assert acq.record("radon_velocity", roi_id=1) == stored


def test_without_a_velocity_it_says_what_to_do(acq: cs.Acquisition) -> None:
    with pytest.raises(cs.AnalysisError, match=r"ROI 1 has no velocity in channel 0\. Run velocity before comparing\."):
        acq.compare_velocity(roi_id=1)


def test_it_stops_when_it_is_told_to(acq: cs.Acquisition) -> None:
    acq.analyze("radon_velocity", roi_id=1)
    before, cancel = acq.snapshot, threading.Event()
    cancel.set()
    with pytest.raises(cs.Cancelled):
        acq.compare_velocity(roi_id=1, cancel=cancel)
    assert acq.snapshot is before
