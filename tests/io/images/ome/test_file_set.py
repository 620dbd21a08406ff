"""OME files that name each other: listed once, saved beside one of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tifffile

import cloudscope_widgets as cs
from cloudscope_widgets.io.catalog.folder import scan_folder
from cloudscope_widgets.io.paths import sidecar_path

NAMES = ("s_Ch2.ome.tif", "s_Ch1.ome.tif")
"""In the order of their channels, which is not that of their names."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    places = "".join(
        f'<TiffData FirstC="{channel}" IFD="0" PlaneCount="1"><UUID FileName="{name}">urn:uuid:{name}</UUID></TiffData>'
        for channel, name in enumerate(NAMES)
    )
    said = (
        '<?xml version="1.0"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"><Image ID="Image:0">'
        '<Pixels ID="Pixels:0" DimensionOrder="XYCZT" SizeX="8" SizeY="60" SizeC="2" SizeZ="1" SizeT="1" Type="uint16">'
        f"{places}</Pixels></Image></OME>"
    )
    for channel, name in enumerate(NAMES):
        tifffile.imwrite(tmp_path / name, np.full((60, 8), channel, np.uint16), description=said, metadata=None)
    tifffile.imwrite(tmp_path / "alone.ome.tif", np.zeros((9, 9), np.uint16), metadata={"axes": "YX"})
    return tmp_path


def test_files_of_one_recording_are_listed_once(folder: Path) -> None:
    entries = list(scan_folder(folder))
    assert [entry.name for entry in entries] == ["alone.ome.tif", NAMES[0]]
    assert [path.name for path in entries[1].channel_paths] == list(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_any_of_its_files_opens_the_recording_that_is_saved_beside_the_first(folder: Path, name: str) -> None:
    session = cs.Session(folder)
    for acq in (cs.open(folder / name), session.select(name), session.select(folder / name)):
        assert (acq.path.name, [int(acq.pixels(channel)[0, 0]) for channel in (0, 1)]) == (NAMES[0], [0, 1])
    session.close()


def test_a_file_with_a_sidecar_stands_for_the_recording(folder: Path) -> None:
    acq = cs.open(folder / NAMES[1])
    acq.add_rect()
    acq.save()
    sidecar_path(folder / NAMES[0]).rename(sidecar_path(folder / NAMES[1]))
    assert [entry.name for entry in scan_folder(folder)][1:] == [NAMES[1]]
    again = cs.open(folder / NAMES[0])
    assert (again.path.name, len(again.rois), again.header.channels) == (NAMES[1], 1, 2)
