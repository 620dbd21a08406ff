"""Calibration in an OME document."""

from __future__ import annotations

import pytest

from cloudscope_widgets.io.images.ome.calibration import ome_calibration, ome_image


def image(um: str, *, file_name: str = "", uuid: str = "", inside: str = "", more: str = "") -> str:
    named = f'<TiffData><UUID FileName="{file_name}">{uuid}</UUID></TiffData>' if file_name or uuid else ""
    return f'<Image><Pixels PhysicalSizeX="{um}" {more}>{named}{inside}</Pixels></Image>'


def document(*images: str, uuid: str = "urn:uuid:1") -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?><OME UUID="{uuid}">{"".join(images)}</OME>'


def um_of(text: str, name: str = "b.ome.tif") -> float | None:
    found = ome_image(text, name)
    return None if found is None else ome_calibration(found).um_per_pixel


def test_the_image_that_names_the_file_counts_not_the_first() -> None:
    text = document(image("0.1", file_name="a.ome.tif"), image("0.2", file_name="b.ome.tif"))
    assert um_of(text) == 0.2
    assert um_of(text, "a.ome.tif") == 0.1


def test_a_renamed_file_is_known_by_its_uuid() -> None:
    images = image("0.1", file_name="a.tif", uuid="urn:uuid:9"), image("0.2", file_name="c.tif", uuid="urn:uuid:1")
    assert um_of(document(*images), "renamed.tif") == 0.2


def test_a_document_of_other_files_gives_no_calibration_unless_all_its_images_are_alike() -> None:
    assert um_of(document(image("0.1", file_name="a.tif"), image("0.2", file_name="c.tif"))) is None
    assert um_of(document(image("0.1", file_name="a.tif"), image("0.1", file_name="c.tif"))) == 0.1
    assert um_of(document(image("0.1", file_name="old name.tif"))) == 0.1


def test_a_document_that_names_no_files_is_about_its_first_image() -> None:
    assert um_of(document(image("0.1"), image("0.2"))) == 0.1


@pytest.mark.parametrize("text", ["", "no document", "<OME>", "<OME></OME>", document(image("0.1"))[:-20]])
def test_a_broken_document_gives_nothing(text: str) -> None:
    assert um_of(text) in (None, 0.1)
    assert "0.1" in text or um_of(text) is None


@pytest.mark.parametrize(
    ("more", "seconds"),
    [
        ('TimeIncrement="2" TimeIncrementUnit="ms"', 0.002),
        ('TimeIncrement="0.002"', 0.002),
        ('TimeIncrement="2" TimeIncrementUnit="h"', None),
        ('TimeIncrement="0"', None),
    ],
)
def test_the_increment_has_a_unit(more: str, seconds: float | None) -> None:
    found = ome_image(document(image("0.1", more=more)), "a.tif")
    assert found is not None
    assert ome_calibration(found).interval_s == seconds


def planes(*times: str, unit: str = "s") -> str:
    return "".join(
        f'<Plane TheC="0" TheZ="0" TheT="{index}" DeltaT="{at}" DeltaTUnit="{unit}"/>' for index, at in enumerate(times)
    )


@pytest.mark.parametrize(
    ("inside", "seconds"),
    [
        (planes("5.0", "5.1", "5.2", "5.3"), 0.1),
        (planes("0", "1", "2", unit="ms"), 0.001),
        (planes("0", "1.02", "1.98", "3.0"), 1.0),
        (planes("0", "0.1", "9.0"), None),
        (planes("0", "0", "0"), None),
        (planes("3", "2", "1"), None),
        (planes("0"), None),
        (planes("0", "1", "2", unit="d"), None),
        (planes("0", "x"), None),
    ],
)
def test_times_of_the_planes_give_the_interval_where_there_is_no_other(inside: str, seconds: float | None) -> None:
    found = ome_image(document(image("0.1", inside=inside)), "a.tif")
    assert found is not None
    assert ome_calibration(found).interval_s == (None if seconds is None else pytest.approx(seconds))
