"""Saved files of ours that were cut off, and odd things in the place of saved files."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

import cloudscope_widgets as cs
from cloudscope_widgets.synthetic import kymograph


@pytest.fixture
def acq(tmp_path: Path) -> cs.Acquisition:
    """One velocity of ours, saved."""
    acq = cs.open(kymograph(800, 40).write(tmp_path / "cell.tif"))
    acq.add_rect()
    acq.analyze("radon_velocity", roi_id=1, window_width=16)
    acq.save()
    return acq


def table(acq: cs.Acquisition) -> Path:
    return acq.path.with_name("cell.tif.radon_velocity.csv")


def refusal(acq: cs.Acquisition) -> str:
    again = cs.open(acq.path)
    assert (again.save_state, len(again.rois)) == ("blocked", 0)
    return again.damage


@pytest.mark.plants_files("table rows", "table hash")
def test_a_table_of_ours_that_lacks_lines_is_refused_with_its_line(acq: cs.Acquisition) -> None:
    lines = table(acq).read_bytes().splitlines(keepends=True)
    table(acq).write_bytes(b"".join(lines[:101]))
    said = refusal(acq)
    assert "cell.tif.radon_velocity.csv cannot be read: it is cut off at line 101" in said
    assert "100 of 197 lines of channel 0, ROI 1 are there" in said


@pytest.mark.plants_files("tables", "table rows", "table hash")
@pytest.mark.parametrize(("cut", "reason"), [(1, "its last line is not finished"), (30, "it has [1-5] fields")])
def test_a_table_of_ours_that_ends_within_a_line_is_refused(acq: cs.Acquisition, cut: int, reason: str) -> None:
    table(acq).write_bytes(table(acq).read_bytes()[:-cut])
    with pytest.raises(cs.SaveError, match=f"line 198: {reason}"):
        _edited(acq).save()


def _edited(acq: cs.Acquisition) -> cs.Acquisition:
    again = cs.open(acq.path)
    again.add_rect()
    return again


@pytest.mark.plants_files("layout", "summary", "table hash", "measured")
def test_a_table_that_another_program_made_anew_is_no_error(acq: cs.Acquisition) -> None:
    sidecar = acq.path.with_name("cell.tif.json")
    document = json.loads(sidecar.read_bytes())
    document["analysis"][0]["summary"] = {"num_windows": 2}
    sidecar.write_text(json.dumps(document))
    table(acq).write_bytes(table(acq).read_bytes().split(b"\n")[0] + b"\n0,1,1,1,5,2\n0,1,2,2,5,2\n")
    again = cs.open(acq.path)
    assert (again.damage, len(again.records)) == ("", 1)


def test_a_missing_table_is_said_and_the_rest_is_shown(acq: cs.Acquisition) -> None:
    table(acq).unlink()
    again = cs.open(acq.path)
    assert (again.save_state, len(again.rois)) == ("saved", 1)
    assert again.notices == ("cell.tif: the table of radon_velocity of ROI 1 is missing. Run it again.",)


@pytest.mark.parametrize("name", ["cell.tif.json", "cell.tif.widgets.json", "cell.tif.radon_velocity.csv", "cell.json"])
def test_a_pipe_or_a_folder_in_the_place_of_a_saved_file_never_blocks(tmp_path: Path, name: str) -> None:
    image = kymograph(100, 40).write(tmp_path / "cell.tif")
    os.mkfifo(tmp_path / name)
    assert "is not a file" in cs.open(image).notices[0]
    (tmp_path / name).unlink()
    (tmp_path / name).mkdir()
    assert "is not a file" in cs.open(image).notices[0]


@pytest.mark.plants_files("layout")
def test_half_a_pair_of_characters_is_written_back_as_it_was(acq: cs.Acquisition) -> None:
    sidecar = acq.path.with_name("cell.tif.json")
    sidecar.write_bytes(sidecar.read_bytes().replace(b'"species": ""', rb'"species": "\ud83d"'))
    again = cs.open(acq.path)
    again.add_rect()
    again.save()
    assert rb'"species": "\ud83d"' in sidecar.read_bytes()
    assert cs.open(acq.path).snapshot == again.snapshot


def test_a_header_whose_shape_is_no_text_is_read_and_written_as_the_image_says(acq: cs.Acquisition) -> None:
    sidecar = acq.path.with_name("cell.tif.json")
    document = json.loads(sidecar.read_bytes())
    document["image_header_metadata"]["shape"] = [800, {"columns": 40}]
    sidecar.write_text(json.dumps(document))
    again = cs.open(acq.path)
    again.add_rect()
    again.save()
    assert json.loads(sidecar.read_bytes())["image_header_metadata"]["shape"] == "(800, 40)"


@pytest.mark.plants_files("layout", "roi values")
def test_a_region_beyond_the_image_is_cut_to_it_and_said(acq: cs.Acquisition) -> None:
    assert cs.open(acq.path).notices == ()
    sidecar = acq.path.with_name("cell.tif.json")
    sidecar.write_bytes(sidecar.read_bytes().replace(b'"row_stop": 800', b'"row_stop": 900'))
    again = cs.open(acq.path)
    assert (again.rois[0].bounds, again.dirty) == ((0, 800, 0, 40), False)
    assert again.notices == ("cell.tif: ROI 1 reaches beyond the image and is cut to it. Saving keeps it so.",)
