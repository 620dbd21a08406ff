"""What cannot be measured is refused in a sentence, and nothing of it stays; what can be measured is sound."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

import cloudscope_widgets as cs
from cloudscope_widgets.synthetic import kymograph

Image = np.ndarray[Any, Any]
Run = Callable[[cs.Acquisition], object]

METHODS = ("line_correlation", "radon")
CONSTANT = np.full((2000, 40), 7, np.uint16)
ALL_NAN = np.full((2000, 40), np.nan, np.float32)
FLOW = kymograph(2000, 40, seconds_per_line=0.001).image
TWO_LINES = FLOW[:2]
NARROW = FLOW[:, :4]


def velocity(method: str) -> Run:
    return lambda acq: acq.analyze("radon_velocity", roi_id=1, channel=0, method=method)


def heart_rate(acq: cs.Acquisition) -> object:
    return acq.analyze("heart_rate", roi_id=1, channel=0)


def detection(acq: cs.Acquisition) -> object:
    return acq.detect_events(roi_id=1, channel=0)


def opened(folder: Path, image: Image, **calibration: Any) -> cs.Acquisition:  # noqa: ANN401  (any field)
    """A saved recording with one region over the whole image."""
    tifffile.imwrite(folder / "cell.tif", image)
    acq = cs.open(folder / "cell.tif")
    if calibration:
        acq.update_calibration(**calibration)
    acq.add_rect()
    acq.save()
    return acq


def assert_refused(acq: cs.Acquisition, run: Run, error: type[Exception], words: str) -> None:
    before = acq.snapshot
    with pytest.raises(error, match=words) as caught:
        run(acq)
    assert "Traceback" not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert acq.snapshot is before
    assert not acq.dirty


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("image", "calibration", "words"),
    [
        pytest.param(CONSTANT, {}, r"all pixels (have the value 7|of the region have one value)", id="constant"),
        pytest.param(ALL_NAN, {}, r"(holds no finite pixel|some pixels of the region are no numbers)", id="NaN"),
        pytest.param(TWO_LINES, {}, "the region has 2 lines, fewer than one window of 64", id="two lines"),
        pytest.param(NARROW, {}, "the region is 4 px wide", id="narrow"),
        pytest.param(FLOW, {"scan_direction": "bidirectional"}, "scanned to and fro.*one-way scan", id="to and fro"),
    ],
)
def test_velocity_is_refused(
    tmp_path: Path, method: str, image: Image, calibration: dict[str, Any], words: str
) -> None:
    acq = opened(tmp_path, image, **calibration)
    assert_refused(acq, velocity(method), cs.AnalysisError, f"^Velocity failed on ROI 1: .*{words}.*[.]$")


@pytest.mark.parametrize("run", [heart_rate, detection], ids=["heart rate", "events"])
@pytest.mark.parametrize(
    ("image", "calibration"),
    [(CONSTANT, {}), (ALL_NAN, {}), (TWO_LINES, {}), (NARROW, {}), (FLOW, {"scan_direction": "bidirectional"})],
    ids=["constant", "NaN", "two lines", "narrow", "to and fro"],
)
def test_what_stands_on_a_velocity_asks_for_one(
    tmp_path: Path, run: Run, image: Image, calibration: dict[str, Any]
) -> None:
    acq = opened(tmp_path, image, **calibration)
    assert_refused(acq, run, cs.AnalysisError, r"ROI 1.* has no velocity in channel 0\. Run velocity.*[.]$")


@pytest.mark.parametrize("run", [heart_rate, detection], ids=["heart rate", "events"])
def test_what_stands_on_a_velocity_needs_an_accepted_window(tmp_path: Path, run: Run) -> None:
    noise = np.random.default_rng(3).poisson(100, (6000, 40)).astype(np.uint16)
    acq = opened(tmp_path, noise)
    record = acq.analyze("radon_velocity", roi_id=1, channel=0)
    assert record.summary["accepted_fraction"] == 0
    acq.save()
    assert_refused(acq, run, cs.AnalysisError, r"ROI 1: .*[.]$")


def test_events_of_few_windows_are_few_and_the_heart_rate_is_refused(tmp_path: Path) -> None:
    acq = opened(tmp_path, FLOW[:64], seconds_per_line=0.001, um_per_pixel=0.25)
    acq.analyze("radon_velocity", roi_id=1, channel=0)
    acq.save()
    assert_refused(acq, heart_rate, cs.AnalysisError, "Heart rate failed on ROI 1: .*fewer than the 256.*[.]$")
    assert acq.detect_events(roi_id=1, channel=0).events == ()


@pytest.mark.parametrize("stop_s", [0.5, 0.4], ids=["zero-length", "reversed"])
def test_an_event_without_duration_is_refused(tmp_path: Path, stop_s: float) -> None:
    acq = opened(tmp_path, FLOW, seconds_per_line=0.001, um_per_pixel=0.25)
    acq.analyze("radon_velocity", roi_id=1, channel=0)
    event = acq.add_event(roi_id=1, channel=0, start_s=0.5, stop_s=0.7)
    acq.save()
    words = f"an event must start before it stops, got 0.5 s to {stop_s} s"
    assert_refused(acq, lambda acq: acq.add_event(roi_id=1, channel=0, start_s=0.5, stop_s=stop_s), ValueError, words)
    assert_refused(
        acq, lambda acq: acq.update_event(event.event_id, roi_id=1, channel=0, stop_s=stop_s), ValueError, words
    )


@pytest.mark.parametrize("method", METHODS)
def test_without_calibration_velocity_is_in_pixels_per_line(tmp_path: Path, method: str) -> None:
    acq = opened(tmp_path, kymograph(2000, 40, flow=1.37, snr_db=20).image)
    record = acq.analyze("radon_velocity", roi_id=1, channel=0, method=method)
    assert record.summary["velocity_median"] == pytest.approx(1.37, rel=0.03)
    assert "The calibration was not known, so that results are in lines and pixels." in record.methods_text()


@pytest.mark.parametrize("run", [heart_rate, detection], ids=["heart rate", "events"])
def test_without_a_line_time_nothing_is_made_up(tmp_path: Path, run: Run) -> None:
    acq = opened(tmp_path, kymograph(5000, 40, flow=1.37, snr_db=20).image)
    acq.analyze("radon_velocity", roi_id=1, channel=0)
    acq.save()
    assert_refused(acq, run, cs.AnalysisError, "ROI 1: the time per line is not known.*[.]$")
