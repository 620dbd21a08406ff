"""What an edit accepts a save can write, and it comes back as it was; anything else is refused as the edit."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

import cloudscope_widgets as cs
from cloudscope_widgets.core.snapshot import Snapshot
from cloudscope_widgets.io.format.bundle import Bundle, bundle_bytes
from cloudscope_widgets.synthetic import kymograph

Edit = Callable[[cs.Acquisition], object]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> cs.Acquisition:
    """A recording with a velocity and an event in a region that does not begin with the image."""
    acq = cs.open(kymograph(400, 32, seconds_per_line=0.001).write(tmp_path_factory.mktemp("data") / "cell.tif"))
    acq.update_calibration(seconds_per_line=0.001, um_per_pixel=0.5)
    acq.add_rect(row_start=100)
    acq.analyze("radon_velocity", roi_id=1)
    acq.add_event(roi_id=1, start_s=0.15, stop_s=0.2)
    acq.save()
    return acq


@pytest.fixture
def measured(saved: cs.Acquisition) -> Iterator[cs.Acquisition]:
    """The same recording, which is as before after each test."""
    before = saved.snapshot
    yield saved
    saved.apply("Back", lambda _now: before)


NUMBERS = (
    *(0, 1, -1, 0.1, 1e-9, 1e-15, 1e-300, 5e-324, 1e3, 1e6, 1e9, 1e12, 1e17, 1e99, 1e100, 1.1e100, 1e300, -1e300),
    *(2**31, 2**53, 2**53 + 1, 2**63 - 1, 2**64, 10**99, 10**301, 10**400, -(10**5000), sys.float_info.max),
    *(float("nan"), float("inf"), np.float32(0.1), np.uint16(7), np.int64(2**62 + 1), True, "7", "", None, [1], b"1"),
)
TEXTS = (
    "",
    "a" * 5000,
    "\0\x1b\r\n\t",
    "\ud83d",
    "\ud83d\ude00",
    "\udcff\udcfe",
    "=1+1",
    "e\u0308 \u202e \ufeff",
    5,
    None,
    b"x",
)
EDITS: dict[str, tuple[tuple[object, ...], Callable[[cs.Acquisition, Any], object]]] = {
    "value_max": (NUMBERS, lambda acq, value: acq.set_contrast(0, value_min=-1e100, value_max=value)),
    "value_min": (NUMBERS, lambda acq, value: acq.set_contrast(0, value_min=value, value_max=1e100)),
    "gamma": (NUMBERS, lambda acq, value: acq.set_contrast(0, value_min=0, value_max=1, gamma=value)),
    "img_max": (NUMBERS, lambda acq, value: acq.set_contrast(0, value_min=0, value_max=1, img_max=value)),
    "seconds_per_line": (NUMBERS, lambda acq, value: acq.update_calibration(seconds_per_line=value)),
    "um_per_pixel": (NUMBERS, lambda acq, value: acq.update_calibration(um_per_pixel=value)),
    "dwell_s": (NUMBERS, lambda acq, value: acq.update_calibration(dwell_s=value)),
    "time_label": (TEXTS, lambda acq, value: acq.update_calibration(time_label=value)),
    "space_label": (TEXTS, lambda acq, value: acq.update_calibration(space_label=value)),
    "depth": (NUMBERS, lambda acq, value: acq.update_experiment(depth=value)),
    "branch_order": (NUMBERS, lambda acq, value: acq.update_experiment(branch_order=value)),
    "species": (TEXTS, lambda acq, value: acq.update_experiment(species=value)),
    "roi": (NUMBERS, lambda acq, value: acq.add_rect(row_start=value)),
    "row_stop": (NUMBERS, lambda acq, value: acq.update_roi(1, row_stop=value)),
    "name": (TEXTS, lambda acq, value: acq.update_roi(1, name=value)),
    "note of a ROI": (TEXTS, lambda acq, value: acq.update_roi(1, note=value)),
    "line": (NUMBERS, lambda acq, value: acq.add_line(row0=value, col0=0, row1=5, col1=5)),
    "stop_s": (NUMBERS, lambda acq, value: acq.update_event(1, roi_id=1, stop_s=value)),
    "start_s": (NUMBERS, lambda acq, value: acq.add_event(roi_id=1, start_s=value, stop_s=0.5)),
    "strength": (NUMBERS, lambda acq, value: acq.update_event(1, roi_id=1, strength=value)),
    "note of an event": (TEXTS, lambda acq, value: acq.update_event(1, roi_id=1, note=value)),
    "k_mad": (NUMBERS, lambda acq, value: acq.detect_events(roi_id=1, k_mad=value)),
    "win_sec": (NUMBERS, lambda acq, value: acq.detect_events(roi_id=1, win_sec=value)),
    "channel": (NUMBERS, lambda acq, value: acq.set_contrast(value, value_min=0, value_max=1)),
}


def is_refused(edit: Callable[[], object]) -> bool:
    """Whether an edit is refused with a sentence; any other error fails the test."""
    try:
        edit()
    except (ValueError, cs.AnalysisError) as error:
        return 10 < len(str(error)) < 300
    return False


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_is_refused_or_comes_back_as_it_was(measured: cs.Acquisition, name: str) -> None:
    values, edit = EDITS[name]
    accepted = 0
    for value in values:
        before = measured.snapshot
        if is_refused(partial(edit, measured, value)):
            assert measured.snapshot is before
            continue
        accepted += 1
        written(measured)
    assert accepted
    measured.save()
    again = cs.open(measured.path).snapshot
    for part in ("experiment", "rois", "contrast"):
        assert getattr(again, part) == getattr(measured, part)
    assert again.header.calibration == measured.header.calibration


def written(acq: cs.Acquisition) -> None:
    """Write the files as a save does, which reads them back, but not to the disk."""
    assert acq.image_header is not None
    nothing = Bundle(Snapshot(acq.image_header), {})
    bundle_bytes(acq.path, acq.snapshot, image_header=acq.image_header, found=nothing, limits={})


@pytest.mark.parametrize(
    "edit",
    [
        lambda acq: acq.add_event(roi_id=1, start_s=0.1, stop_s=np.nextafter(0.1, 1)),
        lambda acq: acq.add_event(roi_id=1, start_s=1e17, stop_s=2e17),
        lambda acq: acq.update_event(1, roi_id=1, start_s=0.2 - 1e-12),
    ],
    ids=["too short", "too late", "made too short"],
)
def test_times_of_an_event_that_a_file_does_not_tell_apart_are_refused(measured: cs.Acquisition, edit: Edit) -> None:
    with pytest.raises(ValueError, match="event must"):
        edit(measured)


def test_a_contrast_has_no_other_fields(measured: cs.Acquisition) -> None:
    with pytest.raises(TypeError, match="unknown contrast field 'extra'; the fields are value_min"):
        measured.set_contrast(0, extra={})


@pytest.mark.parametrize("largest", [1e300, 1e200, -1e300, np.inf])
def test_an_image_of_very_large_values_is_shown_and_saved(tmp_path: Path, largest: float) -> None:
    image = np.linspace(-1.0, 1.0, 6400).reshape(200, 32)
    image[50:60] = largest
    tifffile.imwrite(tmp_path / "cell.tif", image)
    acq = cs.open(tmp_path / "cell.tif")
    acq.set_contrast(0, gamma=2.0)
    acq.save()
    assert cs.open(acq.path).contrast == acq.contrast
