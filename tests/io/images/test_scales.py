"""Which interval is a time per line."""

from __future__ import annotations

import pytest

from cloudscope_widgets.io.images.scales import AxisScale, TagCalibration, line_time

TAGS = TagCalibration(interval_s=0.1)


def test_the_interval_of_a_single_image_is_that_of_its_lines() -> None:
    assert line_time(TAGS, images=1, lines=100).seconds == 0.1


def test_the_interval_between_images_of_one_line_is_that_of_the_lines() -> None:
    assert line_time(TAGS, images=600, lines=1).seconds == 0.1


@pytest.mark.parametrize(("images", "told"), [(6, 1), (1, 6), (6, 6)], ids=["in the file", "by the tags", "both"])
def test_the_interval_between_images_of_several_lines_is_no_time_per_line(images: int, told: int) -> None:
    found = line_time(TagCalibration(interval_s=0.1, images=told), images=images, lines=100)
    assert found.seconds is None
    assert found.note == (
        "The file gives 0.1 s from one image to the next, which is not the time per line. Set the calibration."
    )


def test_where_the_lines_fill_the_image_the_interval_is_shared_among_them_and_said() -> None:
    found = line_time(TAGS, images=6, lines=100, lines_fill_image=True)
    assert found.seconds == pytest.approx(0.001)
    assert "divided by the 100 lines" in found.note


def test_seconds_along_the_lines_count_before_any_interval() -> None:
    tags = TagCalibration(lines=AxisScale(seconds=0.002), interval_s=0.1, images=6)
    assert line_time(tags, images=6, lines=100).seconds == 0.002


def test_time_along_the_columns_is_told_and_turned() -> None:
    tags = TagCalibration(columns=AxisScale(seconds=0.001), lines=AxisScale(um=0.25))
    assert tags.is_time_on_columns
    assert tags.um_per_pixel is None
    turned = tags.turned()
    assert (turned.um_per_pixel, line_time(turned, images=1, lines=600).seconds) == (0.25, 0.001)
    assert not turned.is_time_on_columns
