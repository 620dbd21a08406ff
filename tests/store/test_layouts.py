"""Layouts of an image: automatic, asked for and saved, and regions that none of them harms."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

import cloudscope_widgets as cs
from cloudscope_widgets.core.errors import LayoutError
from cloudscope_widgets.core.layout import Layout

PIXELS = np.random.default_rng(2).integers(0, 4000, (600, 48), dtype=np.uint16)
KINDS = ("blocks.tif", "lines.tif", "turned.tif")
SHAPES = {"blocks.tif": (100, 48), "lines.tif": (1, 48), "turned.tif": (48, 600)}
AUTOMATIC = {"blocks.tif": "stored", "lines.tif": "joined", "turned.tif": "turned"}
SHOWN: dict[str, Layout] = {"blocks.tif": "joined", "lines.tif": "joined", "turned.tif": "turned"}


def pages(path: Path, lines: int) -> None:
    with tifffile.TiffWriter(path) as writer:
        for start in range(0, len(PIXELS), lines):
            writer.write(PIXELS[start : start + lines], metadata=None, contiguous=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    pages(tmp_path / "blocks.tif", 100)
    pages(tmp_path / "lines.tif", 1)
    said = {"unit": "sec", "yunit": "um"}
    tifffile.imwrite(tmp_path / "turned.tif", PIXELS.T.copy(), imagej=True, resolution=(1000, 4), metadata=said)
    return tmp_path


def sidecar(image: Path) -> Path:
    return image.with_name(f"{image.name}.json")


def own_file(image: Path) -> Path:
    return image.with_name(f"{image.name}.widgets.json")


def rewrite(image: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the sidecar as another program does, which knows nothing of our own file."""
    document = json.loads(sidecar(image).read_text())
    change(document)
    sidecar(image).write_text(json.dumps(document, indent=2, sort_keys=True))


@pytest.mark.parametrize("name", KINDS)
def test_the_file_says_how_it_is_shown_and_a_notice_tells_it(folder: Path, name: str) -> None:
    acq = cs.open(folder / name)
    assert (acq.layout, acq.dirty, acq.can_undo) == (AUTOMATIC[name], False, False)
    (notice,) = acq.notices
    assert name in notice
    assert ("CloudScope shows" in notice) == (acq.layout != "stored")


@pytest.mark.parametrize("name", KINDS)
def test_an_image_can_be_asked_for_in_a_layout(folder: Path, name: str) -> None:
    shown, stored = cs.open(folder / name, layout=SHOWN[name]), cs.open(folder / name, layout="stored")
    np.testing.assert_array_equal(shown.pixels(), PIXELS)
    assert (stored.layout, stored.header.shape, stored.pixels().shape) == ("stored", *[SHAPES[name]] * 2)
    assert not shown.dirty
    assert not stored.dirty
    with pytest.raises(ValueError, match="read-only"):
        shown.pixels()[0, 0] = 1


def test_calibration_is_turned_with_the_image(folder: Path) -> None:
    turned, stored = cs.open(folder / "turned.tif"), cs.open(folder / "turned.tif", layout="stored")
    assert turned.header.seconds_per_line == pytest.approx(0.001)
    assert turned.header.um_per_pixel == pytest.approx(0.25)
    assert not stored.header.calibration.is_time_known
    assert not stored.header.calibration.is_space_known


def test_blocks_that_the_file_says_follow_each_other_are_joined(tmp_path: Path) -> None:
    for name, interval_s in (("even.tif", 0.1), ("gap.tif", 0.12)):
        said = {"axes": "TYX", "unit": "um", "yunit": "sec", "finterval": interval_s}
        tifffile.imwrite(tmp_path / name, PIXELS.reshape(6, 100, 48), imagej=True, resolution=(4, 1000), metadata=said)
    even, gap = cs.open(tmp_path / "even.tif"), cs.open(tmp_path / "gap.tif")
    assert (even.layout, even.header.shape, even.header.seconds_per_line) == ("joined", (600, 48), 0.001)
    assert (gap.layout, gap.header.shape, gap.header.seconds_per_line) == ("stored", (100, 48), 0.001)


def test_an_interval_between_blocks_gives_the_line_time_once_they_are_joined(tmp_path: Path) -> None:
    said = {"axes": "TYX", "unit": "um", "finterval": 0.1}
    tifffile.imwrite(tmp_path / "a.tif", PIXELS.reshape(6, 100, 48), imagej=True, resolution=(4, 4), metadata=said)
    assert not cs.open(tmp_path / "a.tif").header.calibration.is_time_known
    joined = cs.open(tmp_path / "a.tif", layout="joined")
    assert joined.header.seconds_per_line == pytest.approx(0.001)
    assert any("divided by the 100 lines" in notice for notice in joined.notices)


@pytest.mark.parametrize("layout", ["sideways", 3, True])
def test_other_words_are_refused_with_those_that_there_are(folder: Path, layout: Any) -> None:  # noqa: ANN401
    with pytest.raises(cs.CloudScopeError, match="stored, turned or joined"):
        cs.open(folder / "lines.tif", layout=layout)


def test_a_single_image_cannot_be_joined(folder: Path) -> None:
    with pytest.raises(LayoutError, match=r"turned.tif cannot be joined"):
        cs.open(folder / "turned.tif", layout="joined")


# ---------------------------------------------------------------- regions
@pytest.mark.parametrize("name", KINDS)
def test_regions_survive_a_save_by_another_program_that_clamps_them(folder: Path, name: str) -> None:
    image = folder / name
    acq = cs.open(image, layout=SHOWN[name])
    acq.add_rect(row_start=150, row_stop=450, col_start=3, col_stop=20, name="vessel")
    acq.add_rect(row_start=10, row_stop=20)
    acq.add_line(row0=500, col0=40, row1=3, col1=7)
    acq.save()
    lines, columns = SHAPES[name]

    def clamp(document: dict[str, Any]) -> None:
        document["accepted"] = False
        for roi in document["rois"]:
            for bound, value in roi["data"].items():
                size = lines if bound.startswith("row") else columns
                roi["data"][bound] = min(value, size if "st" in bound else size - 1)

    before = json.loads(sidecar(image).read_text())["rois"]
    rewrite(image, clamp)
    assert json.loads(sidecar(image).read_text())["rois"] == before  # all inside the plane that it shows
    again = cs.open(image)
    assert (again.layout, again.rois, again.dirty) == (SHOWN[name], acq.rois, False)
    again.update_experiment(species="mouse")
    again.save()
    assert cs.open(image).rois == acq.rois


@pytest.mark.parametrize("name", KINDS)
def test_a_region_that_another_program_moved_is_where_it_was_moved_to(folder: Path, name: str) -> None:
    image = folder / name
    acq = cs.open(image, layout=SHOWN[name])
    acq.add_rect(row_start=0, row_stop=450, col_start=3, col_stop=20)
    acq.save()
    narrow, wide = ("row_start", "row_stop") if name == "turned.tif" else ("col_start", "col_stop")

    def move(document: dict[str, Any]) -> None:
        document["rois"][0]["data"] |= {narrow: 5, wide: 9}

    rewrite(image, move)
    (roi,) = cs.open(image).rois
    assert roi.bounds[2:] == (5, 9)


@pytest.mark.parametrize("name", ["lines.tif", "turned.tif"])
def test_regions_that_another_program_saved_keep_the_image_as_stored(folder: Path, name: str) -> None:
    image = folder / name
    acq = cs.open(image, layout="stored")
    acq.add_rect(col_start=2, col_stop=30)
    acq.save()
    own_file(image).unlink()
    again = cs.open(image)
    assert (again.layout, again.rois, again.header.shape) == ("stored", acq.rois, SHAPES[name])
    assert any("saved ROIs" in notice for notice in again.notices)


def test_a_sidecar_without_regions_leaves_the_automatic_layout(folder: Path) -> None:
    acq = cs.open(folder / "turned.tif")
    acq.update_experiment(species="mouse")
    acq.save()
    own_file(folder / "turned.tif").unlink()
    again = cs.open(folder / "turned.tif")
    assert (again.layout, again.header.seconds_per_line) == ("turned", acq.header.seconds_per_line)


@pytest.mark.parametrize("name", KINDS)
def test_the_sidecar_describes_what_other_programs_show(folder: Path, name: str) -> None:
    acq = cs.open(folder / name, layout=SHOWN[name])
    acq.update_calibration(seconds_per_line=0.002, um_per_pixel=0.5)
    acq.save()
    said = json.loads(sidecar(folder / name).read_text())["image_header_metadata"]
    y, x = (0.5, 0.002) if name == "turned.tif" else (0.002, 0.5)
    assert (said["shape"], said["physical_unit_y"], said["physical_unit_x"]) == (str(SHAPES[name]), y, x)
    assert cs.open(folder / name).header.calibration == acq.header.calibration


def test_a_layout_cannot_be_changed_under_regions(folder: Path) -> None:
    acq = cs.open(folder / "turned.tif")
    acq.add_rect()
    acq.save()
    with pytest.raises(LayoutError, match=r"has 1 ROI, which stand.* Delete"):
        acq.set_layout("stored")
    with pytest.raises(LayoutError, match=r"has 1 ROI"):
        cs.open(folder / "turned.tif", layout="stored")
    assert cs.open(folder / "turned.tif").rois == acq.rois


# ---------------------------------------------------------------- changing it
def test_a_layout_is_changed_undone_saved_and_found_again(folder: Path) -> None:
    acq = cs.open(folder / "blocks.tif")
    acq.set_layout("joined")
    assert (acq.layout, acq.dirty, acq.pixels().shape) == ("joined", True, (600, 48))
    assert "shown joined" in acq.notices[0]
    acq.undo()
    assert (acq.layout, acq.dirty, acq.pixels().shape) == ("stored", False, (100, 48))
    assert "first is shown" in acq.notices[0]
    acq.redo()
    acq.save()
    again = cs.open(folder / "blocks.tif")
    assert (again.layout, again.dirty) == ("joined", False)
    again.set_layout("stored")
    again.save()
    assert cs.open(folder / "blocks.tif").layout == "stored"


def test_as_stored_stays_so_where_the_file_says_otherwise(folder: Path) -> None:
    acq = cs.open(folder / "lines.tif")
    acq.set_layout("stored")
    acq.save()
    assert cs.open(folder / "lines.tif").layout == "stored"
    acq.set_layout(None)
    assert acq.layout == "joined"


def test_a_typed_calibration_stays_when_the_layout_changes(folder: Path) -> None:
    acq = cs.open(folder / "turned.tif")
    acq.update_calibration(seconds_per_line=0.5)
    acq.set_layout("stored")
    assert acq.header.seconds_per_line == 0.5


def test_a_change_by_another_program_is_read_in_the_layout_that_is_shown(folder: Path) -> None:
    image = folder / "turned.tif"
    acq = cs.open(image)
    acq.add_rect(row_start=5, row_stop=50)
    acq.save()

    def rename(document: dict[str, Any]) -> None:
        document["rois"][0]["name"] = "theirs"

    rewrite(image, rename)
    acq.update_experiment(species="mouse")
    acq.save()
    assert (acq.rois[0].name, acq.rois[0].bounds, acq.layout) == ("theirs", (5, 50, 0, 48), "turned")


def test_a_layout_that_another_session_saved_with_regions_comes_with_them(folder: Path) -> None:
    here, elsewhere = cs.open(folder / "blocks.tif"), cs.open(folder / "blocks.tif", layout="joined")
    elsewhere.add_rect(row_start=200, row_stop=500)
    elsewhere.save()
    here.update_experiment(species="mouse")
    here.save()
    assert (here.layout, here.rois[0].bounds, here.experiment.species) == ("joined", (200, 500, 0, 48), "mouse")
    assert cs.open(folder / "blocks.tif").rois == elsewhere.rois


def test_regions_that_another_session_saved_keep_the_layout_in_which_they_stand(folder: Path) -> None:
    here, elsewhere = cs.open(folder / "turned.tif"), cs.open(folder / "turned.tif")
    elsewhere.add_rect(row_start=200, row_stop=500)
    elsewhere.save()
    here.set_layout("stored")
    here.save()
    assert (here.layout, here.rois) == ("turned", elsewhere.rois)
