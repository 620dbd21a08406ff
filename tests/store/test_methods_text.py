"""What a result says of how it was made, as sentences for a paper."""

from __future__ import annotations

from pathlib import Path

import pytest

import cloudscope_widgets as cs
from cloudscope_widgets.synthetic import Heartbeat, kymograph

SOFTWARE = "Software: cloudscope-widgets"


@pytest.fixture
def acq(tmp_path: Path) -> cs.Acquisition:
    opened = cs.open(kymograph(5000, 40, flow=Heartbeat(0.83, rate_hz=7.1), snr_db=15).write(tmp_path / "cell.tif"))
    opened.add_rect()
    return opened


@pytest.mark.parametrize(
    ("method", "words"), [("line_correlation", "by line correlation"), ("radon", "by the Radon transform")]
)
def test_a_velocity_names_method_window_scan_calibration_and_software(
    acq: cs.Acquisition, method: str, words: str
) -> None:
    text = acq.analyze("radon_velocity", roi_id=1, window_width=32, method=method).methods_text()
    assert f"Red-cell velocity was measured {words} in windows of 32 lines." in text
    assert "not corrected for the finite scan speed, which may change them by up to 2." in text
    assert "Lines were 1 ms apart and pixels 0.25 µm wide (read from the microscope's text file)." in text
    assert SOFTWARE in text
    acq.update_calibration(dwell_s=2e-5)
    text = acq.analyze("radon_velocity", roi_id=1, window_width=32, method=method).methods_text()
    assert "corrected for the finite scan speed of 50 pixels per line time (Chaigneau, Roche, Charpak 2019)." in text


def test_a_heart_rate_names_band_window_and_chance(acq: cs.Acquisition) -> None:
    acq.analyze("radon_velocity", roi_id=1, window_width=32)
    text = acq.analyze("heart_rate", roi_id=1).methods_text()
    assert "looked for between 240 and 600 bpm in the speed of windows of 32 lines" in text
    assert "Noise alone shows such a peak with a probability of" in text
    assert SOFTWARE in text


def test_events_tell_how_they_were_found_and_reviewed_also_after_a_save(acq: cs.Acquisition) -> None:
    acq.analyze("radon_velocity", roi_id=1, window_width=32)
    acq.detect_events(roi_id=1, win_sec=0.5)
    acq.add_event(roi_id=1, start_s=1.0, stop_s=1.5)
    record = acq.record("event", roi_id=1)
    assert record is not None
    text = record.methods_text()
    assert "changes of the median speed between neighbouring stretches of 0.5 s" in text
    assert "1 events were marked by hand" not in text
    assert "One event was marked by hand." in text
    assert "within 1 s before and after" in text
    acq.save()
    again = cs.open(acq.path).record("event", roi_id=1)
    assert again is not None
    assert again.methods_text() == text


def test_events_that_were_all_drawn_name_no_detection(acq: cs.Acquisition) -> None:
    acq.analyze("radon_velocity", roi_id=1, window_width=32)
    acq.add_event(roi_id=1, start_s=1.0, stop_s=1.5)
    acq.add_event(roi_id=1, start_s=2.0, stop_s=2.5)
    record = acq.record("event", roi_id=1)
    assert record is not None
    assert record.methods_text().startswith("2 events were marked by hand. Statistics are of accepted windows")


def test_a_narrow_region_tells_that_pixels_were_compared_pair_by_pair(tmp_path: Path) -> None:
    acq = cs.open(kymograph(1500, 7, flow=1.4873, cell_px=13, cells_per_100_px=2).write(tmp_path / "narrow.tif"))
    acq.add_rect()
    record = acq.analyze("radon_velocity", roi_id=1, window_width=64)
    assert record.provenance["method"]["estimator"] == "pixel_pairs"
    assert "in this region of 7 columns all pairs of pixels up to 32 lines apart were compared" in record.methods_text()
    assert record.summary["analysis_version"] == 2
