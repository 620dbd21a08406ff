"""What a session shows first of an image: its layout, a channel of a colour picture, and notices with their file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

import cloudscope_widgets as cs
from cloudscope_widgets.core.errors import LayoutError

PATIENCE_S = 20.0
PIXELS = np.random.default_rng(4).integers(0, 250, (60, 20)).astype(np.uint8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with tifffile.TiffWriter(tmp_path / "blocks.tif") as writer:
        for start in range(0, 60, 20):
            writer.write(PIXELS[start : start + 20], metadata=None, contiguous=False)
    tifffile.imwrite(tmp_path / "single.tif", PIXELS, metadata=None)
    tifffile.imwrite(
        tmp_path / "two.tif", np.stack([PIXELS, PIXELS]), photometric="minisblack", metadata={"axes": "CYX"}
    )
    kinds: dict[str, dict[str, Any]] = {
        "green.tif": {},
        "apart.tif": {"planarconfig": "separate"},
        "small.tif": {"compression": "zlib"},
    }
    for name, how in kinds.items():
        colours = np.zeros((60, 20, 3), np.uint8)
        colours[..., 1], colours[..., 2] = PIXELS, 100
        stored = np.moveaxis(colours, -1, 0) if how.get("planarconfig") else colours
        tifffile.imwrite(tmp_path / name, stored, photometric="rgb", metadata=None, **how)
    return tmp_path


@pytest.fixture
def session(folder: Path) -> Iterator[cs.Session]:
    session = cs.Session(folder)
    session.wait_for_scan(PATIENCE_S)
    yield session
    session.close()


def test_a_notice_belongs_to_its_file_and_names_it_beside_another(session: cs.Session) -> None:
    blocks = session.select("blocks.tif")
    assert session.notices == blocks.notices != ()
    session.select("single.tif")
    assert all("blocks.tif" in notice for notice in session.notices)


def test_notices_follow_those_of_the_open_recording(session: cs.Session) -> None:
    blocks = session.select("blocks.tif")
    blocks.set_layout("joined")
    assert session.notices == blocks.notices
    assert "shown joined" in session.notices[0]


def test_a_layout_is_changed_and_the_image_shown_whole(session: cs.Session) -> None:
    acq = session.select("blocks.tif")
    session.view.show(time=(3.0, 5.0))
    assert session.set_layout("blocks.tif", "joined") is acq
    assert (acq.layout, session.view.time_start, session.view.time_stop) == ("joined", 0.0, 60.0)
    acq.undo()
    assert session.view.time_stop == 20.0


def test_a_layout_of_a_recording_that_is_not_shown_is_unsaved_until_it_is_saved(session: cs.Session) -> None:
    session.select("single.tif")
    acq = session.set_layout("blocks.tif", "joined")
    assert session.acquisition is not acq
    assert session.unsaved() == (acq,)
    session.save_all()
    assert cs.open(acq.path).layout == "joined"


def test_a_layout_is_not_changed_under_regions(session: cs.Session) -> None:
    session.select("blocks.tif").add_rect()
    with pytest.raises(LayoutError, match="has 1 ROI"):
        session.set_layout("blocks.tif", "joined")


@pytest.mark.parametrize("name", ["green.tif", "apart.tif", "small.tif"])
def test_a_colour_picture_opens_on_the_channel_that_varies_most(session: cs.Session, name: str) -> None:
    session.select(name)
    assert session.selection.channel == 1
    assert any(name in notice and "Channel 1 is shown" in notice for notice in session.notices)


def test_the_channel_that_the_user_chose_counts_again_for_other_images(session: cs.Session) -> None:
    session.select("green.tif")
    session.select("two.tif")
    assert session.selection.channel == 0
    session.selection.channel = 1
    session.select("green.tif")
    session.select("two.tif")
    assert session.selection.channel == 1


def test_a_colour_picture_that_cannot_be_read_opens_all_the_same(folder: Path, session: cs.Session) -> None:
    raw = bytearray((folder / "small.tif").read_bytes())
    with tifffile.TiffFile(folder / "small.tif") as tiff:
        at = tiff.pages.first.dataoffsets[0]
    raw[at : at + 8] = bytes(8)
    (folder / "small.tif").write_bytes(raw)
    assert session.select("small.tif").header.channels == 3
    assert session.selection.channel == 0
