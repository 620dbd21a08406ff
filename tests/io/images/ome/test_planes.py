"""Planes of OME files: in any order, in several files, renamed, incomplete."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray

from cloudscope_widgets.io.images.ome.document import read_ome
from cloudscope_widgets.io.images.tiff.image import TiffImage, open_tiff

HEAD = '<?xml version="1.0" encoding="UTF-8"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"{}>'
SHAPE = 4, 6


def plane(value: int) -> NDArray[np.uint16]:
    return np.full(SHAPE, value, np.uint16)


def pixels(  # noqa: PLR0913  (each an attribute)
    *, order: str = "XYCZT", c: int = 1, z: int = 1, t: int = 1, places: str = "", name: str = "0"
) -> str:
    return (
        f'<Image ID="Image:{name}"><Pixels ID="Pixels:{name}" DimensionOrder="{order}" SizeX="6" SizeY="4" SizeC="{c}" '
        f'SizeZ="{z}" SizeT="{t}" Type="uint16">{places}</Pixels></Image>'
    )


def place(page: int | None = None, *, c: int = 0, t: int = 0, count: int | None = None, file: str = "") -> str:
    said = f' FirstC="{c}" FirstT="{t}"'
    said += "" if page is None else f' IFD="{page}"'
    said += "" if count is None else f' PlaneCount="{count}"'
    inside = f'<UUID FileName="{file}">urn:uuid:{file}</UUID>' if file else ""
    return f"<TiffData{said}>{inside}</TiffData>"


def document(*images: str, uuid: str = "") -> str:
    return HEAD.format(f' UUID="urn:uuid:{uuid}"' if uuid else "") + "".join(images) + "</OME>"


def write(path: Path, values: Iterable[int], text: str) -> None:
    with tifffile.TiffWriter(path) as writer:
        for index, value in enumerate(values):
            writer.write(plane(value), description=None if index else text, metadata=None, contiguous=False)


def values_of(image: TiffImage) -> list[list[int]]:
    return [image.read_channel(channel, is_joined=True)[:: SHAPE[0], 0].tolist() for channel in range(image.channels)]


@pytest.mark.parametrize("order", ["".join(letters) for letters in itertools.permutations("CZT")])
@pytest.mark.parametrize("places", ["", "<TiffData/>", '<TiffData IFD="0" PlaneCount="12"/>'])
def test_planes_follow_the_order_that_the_document_names(tmp_path: Path, order: str, places: str) -> None:
    sizes = {"C": 2, "Z": 2, "T": 3}
    values = []
    for number in range(12):
        at, rest = {}, number
        for axis in order:
            rest, at[axis] = divmod(rest, sizes[axis])
        values.append(100 * at["C"] + 10 * at["Z"] + at["T"])
    write(tmp_path / "a.ome.tif", values, document(pixels(order=f"XY{order}", c=2, z=2, t=3, places=places)))
    assert values_of(open_tiff(tmp_path / "a.ome.tif")) == [[0, 10, 1, 11, 2, 12], [100, 110, 101, 111, 102, 112]]


def test_planes_that_the_document_places_one_by_one_are_found_wherever_they_are(tmp_path: Path) -> None:
    places = place(3, c=0, t=0) + place(1, c=1, t=0) + place(0, c=0, t=1) + place(2, c=1, t=1)
    write(tmp_path / "a.ome.tif", [10, 1, 11, 0], document(pixels(c=2, t=2, places=places)))
    assert values_of(open_tiff(tmp_path / "a.ome.tif")) == [[0, 10], [1, 11]]


def test_a_run_of_planes_stands_under_one_entry(tmp_path: Path) -> None:
    places = place(2, c=0, count=2) + place(0, c=1, count=2)
    write(tmp_path / "a.ome.tif", [10, 11, 0, 1], document(pixels(order="XYTCZ", c=2, t=2, places=places)))
    assert values_of(open_tiff(tmp_path / "a.ome.tif")) == [[0, 1], [10, 11]]


def test_a_recording_ends_before_the_first_plane_that_is_missing(tmp_path: Path) -> None:
    places = place(0, t=0) + place(1, t=1) + place(2, t=3)
    write(tmp_path / "a.ome.tif", [0, 1, 3], document(pixels(t=4, places=places)))
    image = open_tiff(tmp_path / "a.ome.tif")
    assert values_of(image) == [[0, 1]]
    assert "up to the first one that is missing" in image.notes[0]


def test_a_channel_that_is_missing_is_left_out_and_told(tmp_path: Path) -> None:
    write(tmp_path / "a.ome.tif", [7], document(pixels(c=2, places=place(0, c=1))))
    image = open_tiff(tmp_path / "a.ome.tif")
    assert values_of(image) == [[7]]
    assert "Channel 0 of this recording is not in the file" in image.notes[0]


def test_of_several_images_the_one_that_begins_the_file_is_shown(tmp_path: Path) -> None:
    text = document(pixels(places=place(2), name="0"), pixels(t=2, places=place(0, t=0) + place(1, t=1), name="1"))
    write(tmp_path / "a.ome.tif", [5, 6, 9], text)
    image = open_tiff(tmp_path / "a.ome.tif")
    assert values_of(image) == [[5, 6]]
    assert "tells of 2 images" in image.notes[0]


# ---------------------------------------------------------------- several files
def two_files(folder: Path, names: tuple[str, str] = ("s_Ch1.ome.tif", "s_Ch2.ome.tif")) -> None:
    said = document(pixels(c=2, places=place(0, c=0, file=names[0]) + place(0, c=1, file=names[1])))
    for name, value in zip(names, (1, 2), strict=True):
        write(folder / name, [value], said)


@pytest.mark.parametrize("name", ["s_Ch1.ome.tif", "s_Ch2.ome.tif"])
def test_files_that_name_each_other_are_one_recording(tmp_path: Path, name: str) -> None:
    two_files(tmp_path)
    image = open_tiff(tmp_path / name)
    assert (values_of(image), image.notes) == ([[1], [2]], ())
    assert [path.name for path in image.files] == ["s_Ch1.ome.tif", "s_Ch2.ome.tif"]


def test_times_may_go_on_in_another_file(tmp_path: Path) -> None:
    places = place(0, t=0, count=2, file="a.ome.tif") + place(0, t=2, count=2, file="b.ome.tif")
    for name, values in (("a.ome.tif", (0, 1)), ("b.ome.tif", (2, 3))):
        write(tmp_path / name, values, document(pixels(t=4, places=places)))
    assert values_of(open_tiff(tmp_path / "b.ome.tif")) == [[0, 1, 2, 3]]


def test_a_file_that_is_missing_or_differs_is_left_out_and_named(tmp_path: Path) -> None:
    two_files(tmp_path)
    (tmp_path / "s_Ch2.ome.tif").unlink()
    image = open_tiff(tmp_path / "s_Ch1.ome.tif")
    assert values_of(image) == [[1]]
    assert "s_Ch2.ome.tif" in image.notes[0]
    tifffile.imwrite(tmp_path / "s_Ch2.ome.tif", np.zeros((9, 9), np.uint16), metadata=None)
    image = open_tiff(tmp_path / "s_Ch1.ome.tif")
    assert values_of(image) == [[1]]
    assert "another size or type" in image.notes[0]


@pytest.mark.parametrize("name", ["../b.ome.tif", "sub/b.ome.tif", "..\\b.ome.tif", "/etc/b.ome.tif", ".."])
def test_a_file_outside_of_the_folder_is_never_opened(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "folder"
    (folder / "sub").mkdir(parents=True)
    said = document(pixels(c=2, places=place(0, c=0, file="a.ome.tif") + place(0, c=1, file=name)))
    for path in (folder / "a.ome.tif", tmp_path / "b.ome.tif", folder / "sub" / "b.ome.tif"):
        write(path, [1], said)
    image = open_tiff(folder / "a.ome.tif")
    assert (image.channels, image.files) == (1, (folder / "a.ome.tif",))


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    two_files(folder)
    (folder / "s_Ch2.ome.tif").rename(tmp_path / "elsewhere.tif")
    (folder / "s_Ch2.ome.tif").symlink_to(tmp_path / "elsewhere.tif")
    assert open_tiff(folder / "s_Ch1.ome.tif").channels == 1


def test_a_renamed_copy_shows_its_own_pixels_beside_the_original(tmp_path: Path) -> None:
    said = document(pixels(places=place(0, file="line.ome.tif")))
    write(tmp_path / "line.ome.tif", [1], said)
    write(tmp_path / "copy.ome.tif", [2], said)
    assert values_of(open_tiff(tmp_path / "copy.ome.tif")) == [[2]]


def test_a_renamed_file_of_several_is_known_by_its_identifier(tmp_path: Path) -> None:
    places = place(0, c=0, file="a.ome.tif") + place(0, c=1, file="b.ome.tif")
    write(tmp_path / "a.ome.tif", [1], document(pixels(c=2, places=places), uuid="a.ome.tif"))
    write(tmp_path / "b.ome.tif", [2], document(pixels(c=2, places=places), uuid="b.ome.tif"))
    (tmp_path / "b.ome.tif").rename(tmp_path / "renamed.ome.tif")
    assert values_of(open_tiff(tmp_path / "renamed.ome.tif")) == [[1], [2]]


def test_a_file_that_points_at_the_document_of_another_is_read_by_that(tmp_path: Path) -> None:
    two_files(tmp_path)
    pointer = HEAD.format("") + '<BinaryOnly MetadataFile="s_Ch1.ome.tif" UUID="urn:uuid:s_Ch1.ome.tif"/></OME>'
    write(tmp_path / "s_Ch2.ome.tif", [2], pointer)
    assert values_of(open_tiff(tmp_path / "s_Ch2.ome.tif")) == [[1], [2]]


# ---------------------------------------------------------------- the document
@pytest.mark.parametrize("text", ["<OME><Image></OME>", "no document", "", "<OME>" + "<Image>" * 3])
def test_a_broken_document_says_nothing(text: str) -> None:
    assert read_ome(text).images == []


def test_a_document_that_promises_more_than_there_can_be_is_not_taken_at_its_word(tmp_path: Path) -> None:
    write(tmp_path / "a.ome.tif", [1, 2], document(pixels(c=900_000, z=900_000, t=900_000)))
    assert open_tiff(tmp_path / "a.ome.tif").channels == 1
