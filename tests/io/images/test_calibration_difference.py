"""Saved calibrations that differ from what the image says."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

import cloudscope_widgets as cs
from cloudscope_widgets.core.header import Calibration, Header
from cloudscope_widgets.io.images.calibration_difference import (
    difference_notice,
    source_of_saved,
    with_image_calibration,
)

IMAGE = Calibration(0.002, 0.25, "seconds", "um", source="file")
NONE = Calibration()


def header(calibration: Calibration) -> Header:
    return Header((60, 7), "uint16", calibration=calibration)


@pytest.mark.parametrize(
    ("saved", "found", "source"),
    [
        (IMAGE, IMAGE, "file"),
        (replace(IMAGE, seconds_per_line=0.002 * (1 + 1e-9)), IMAGE, "file"),
        (replace(IMAGE, time_label="s", space_label="µm"), IMAGE, "file"),
        (replace(IMAGE, seconds_per_line=2.0), IMAGE, "saved"),
        (replace(IMAGE, seconds_per_line=0.002 * (1 + 1e-5)), IMAGE, "saved"),
        (replace(IMAGE, time_label="ms"), IMAGE, "saved"),
        (IMAGE, NONE, "saved"),
        (NONE, IMAGE, "default"),
        (NONE, NONE, "default"),
    ],
)
def test_where_a_saved_calibration_comes_from(saved: Calibration, found: Calibration, source: str) -> None:
    assert source_of_saved(saved, found) == source


@pytest.mark.parametrize(
    ("saved", "found", "words"),
    [
        ({"seconds_per_line": 2.0}, {}, "saved with 2000 ms per line, but the image says 2 ms per line."),
        ({"um_per_pixel": 0.5}, {}, "saved with 0.5 µm per pixel, but the image says 0.25 µm per pixel."),
        ({"um_per_pixel": 0.5}, {"source": "text"}, "but the microscope's text says 0.25 µm per pixel."),
        ({"um_per_pixel": 0.5, "source": "typed"}, {}, "0.5 µm per pixel, which was entered by hand, but"),
        ({"seconds_per_line": 0.0020004}, {}, "saved with 2.0004 ms per line, but the image says 2 ms"),
        ({"time_label": "Pixels", "seconds_per_line": 1.0}, {}, "saved without time per line, but the image says 2 ms"),
        ({"space_label": "Pixels"}, {}, "saved without pixel size, but the image says 0.25 µm per pixel."),
        (
            {"seconds_per_line": 1.0, "um_per_pixel": 1.0, "time_label": "Pixels", "space_label": "Pixels"},
            {},
            "saved without calibration, but the image says 2 ms per line and 0.25 µm per pixel.",
        ),
        ({"seconds_per_line": 0.002 * (1 + 6e-5)}, {}, ""),  # the rounding of a microscope's text
        ({"time_label": "s"}, {}, ""),
        ({}, {"time_label": "Pixels", "seconds_per_line": 1.0}, ""),
        ({"dwell_s": 2e-6, "scan_direction": "forward"}, {}, ""),
    ],
)
def test_a_difference_is_told_with_both_values(saved: dict[str, Any], found: dict[str, Any], words: str) -> None:
    said = difference_notice("a.tif", header(replace(IMAGE, **saved)), header(replace(IMAGE, **found)))
    assert words in said
    assert bool(said) == bool(words)


def test_what_the_image_does_not_say_stays() -> None:
    typed = Calibration(0.005, 0.5, "s", "um", dwell_s=2e-6, scan_direction="forward", source="typed")
    after = with_image_calibration(typed, replace(NONE, um_per_pixel=0.25, space_label="um", source="file"))
    assert (after.seconds_per_line, after.um_per_pixel, after.dwell_s) == (0.005, 0.25, 2e-6)
    assert after.source == "saved"
    assert with_image_calibration(typed, IMAGE).source == "file"


def write_image(folder: Path, ms: float = 2) -> Path:
    path = folder / "a.tif"
    text = f"ImageJ=1.54f\nunit=um\nfinterval={ms}\ntunit=ms\n"
    tifffile.imwrite(path, np.zeros((60, 7), np.uint16), description=text, resolution=(4, 4), metadata=None)
    return path


def test_a_calibration_that_the_image_no_longer_says_is_told_and_replaced_in_one_step(tmp_path: Path) -> None:
    path = write_image(tmp_path, 2000)
    acq = cs.open(path)
    acq.add_rect()
    acq.save()
    write_image(tmp_path)  # as if the file had been read wrongly before
    acq = cs.open(path)
    assert (acq.header.seconds_per_line, acq.header.calibration_source) == (2.0, "saved")
    assert any("2000 ms per line, but the image says 2 ms per line" in notice for notice in acq.notices)
    acq.use_image_calibration()
    assert (acq.header.seconds_per_line, acq.header.calibration_source, acq.dirty) == (0.002, "file", True)
    acq.undo()
    assert (acq.header.seconds_per_line, acq.header.calibration_source, acq.dirty) == (2.0, "saved", False)
    acq.redo()
    acq.save()
    acq = cs.open(path)
    assert (acq.header.calibration_source, acq.notices) == ("file", ())


def test_it_is_typed_only_when_our_own_file_says_so(tmp_path: Path) -> None:
    path = write_image(tmp_path)
    acq = cs.open(path)
    acq.update_calibration(seconds_per_line=0.005)
    assert acq.header.calibration_source == "typed"
    acq.save()
    assert cs.open(path).header.calibration_source == "typed"
    (tmp_path / "a.tif.widgets.json").unlink()
    assert cs.open(path).header.calibration_source == "saved"


def test_float_noise_of_another_program_is_no_difference(tmp_path: Path) -> None:
    path = write_image(tmp_path)
    acq = cs.open(path)
    acq.add_rect()
    acq.save()
    sidecar = tmp_path / "a.tif.json"
    document = json.loads(sidecar.read_text(encoding="utf-8"))
    document["image_header_metadata"]["physical_unit_y"] = 0.0020000000000000005
    sidecar.write_text(json.dumps(document), encoding="utf-8")
    acq = cs.open(path)
    assert (acq.header.calibration_source, acq.notices) == ("file", ())
    acq.add_rect()
    acq.save()
    assert not (tmp_path / "a.tif.widgets.json").exists()


def test_an_image_without_calibration_has_none_to_take(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "b.tif", np.zeros((60, 7), np.uint16), metadata=None)
    acq = cs.open(tmp_path / "b.tif")
    with pytest.raises(ValueError, match="says nothing of its calibration"):
        acq.use_image_calibration()
