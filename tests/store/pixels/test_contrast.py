"""Contrast: found from a sample of the pixels, shown before anybody chooses, applied to several recordings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from hypothesis import given
from hypothesis import strategies as st

import cloudscope_widgets as cs
from cloudscope_widgets.store.pixels.auto_contrast import AutoContrast
from cloudscope_widgets.store.pixels.counts import PixelCounts, count_pixels

PATIENCE_S = 20.0
RNG = np.random.default_rng(11)
DTYPES = ["bool", "uint8", "int8", ">u2", "int16", "int32", "uint64", "float32", ">f8"]


def pixels_of(dtype: str) -> Any:  # noqa: ANN401  (an array of any type)
    values = RNG.normal(60, 15, (500, 40)).clip(0, 120)
    return (values > 60 if dtype == "bool" else values).astype(dtype)


# ------------------------------------------------------------ counts


@pytest.mark.parametrize("dtype", DTYPES)
def test_every_pixel_is_counted_once(dtype: str) -> None:
    pixels = pixels_of(dtype)
    found = count_pixels(pixels)
    values, counts = np.unique(pixels.astype(np.float64), return_counts=True)
    np.testing.assert_array_equal(found.values, values)
    np.testing.assert_array_equal(found.counts, counts)
    histogram = found.histogram()
    assert sum(histogram.counts) + histogram.below + histogram.above == pixels.size


@pytest.mark.parametrize("percent", [0, 1, 37, 50, 99.5, 100])
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_percentiles_are_values_of_the_image(dtype: str, percent: float) -> None:
    pixels = pixels_of(dtype)
    expected = np.percentile(pixels.astype(np.float64), percent, method="nearest")
    assert count_pixels(pixels).percentile(percent) == expected


@given(st.lists(st.integers(0, 65_535), min_size=1, max_size=200))
def test_a_histogram_of_whole_numbers_has_at_most_256_steps_of_whole_width(values: list[int]) -> None:
    found = count_pixels(np.array([values], np.uint16)).histogram()
    assert len(found.counts) <= 256
    assert found.step == int(found.step) >= 1
    assert sum(found.counts) + found.below + found.above == len(values)


def test_each_whole_number_stands_at_its_own_step() -> None:
    found = count_pixels(np.array([[3, 3, 4, 7]], np.uint8)).histogram()
    assert (found.start, found.step, found.counts) == (3.0, 1.0, (2, 1, 0, 0, 1))


def test_a_few_hot_pixels_do_not_squeeze_the_histogram() -> None:
    pixels = RNG.integers(100, 400, (1000, 100)).astype(np.uint16)
    pixels[5, 5] = 65_535
    found = count_pixels(pixels).histogram()
    assert found.start + found.step * len(found.counts) < 500
    assert found.above == 1


def test_missing_and_infinite_values_do_not_count() -> None:
    pixels = np.array([[np.nan, np.inf, 1.0, 2.0], [3.0, 4.0, -np.inf, np.nan]], np.float32)
    found = count_pixels(pixels)
    assert found.values.tolist() == [1, 2, 3, 4]
    assert sum(found.histogram().counts) == 4


@pytest.mark.parametrize("pixels", [np.full((3, 3), np.nan), np.zeros((0, 3), np.uint8)])
def test_an_image_without_any_value_has_a_histogram_and_limits(pixels: Any) -> None:  # noqa: ANN401  (an array)
    found = count_pixels(pixels)
    assert sum(found.histogram().counts) == 0
    assert [AutoContrast(mode).limits(found) for mode in ("percentile", "range", "deviation")] == [(0.0, 1.0)] * 3


def test_of_a_long_recording_a_sample_is_counted() -> None:
    pixels = RNG.integers(0, 1000, (200_000, 40)).astype(np.uint16)
    found = count_pixels(pixels)
    assert 3_900_000 < found.counts.sum() <= 4_000_000
    assert found.percentile(50) == pytest.approx(500, abs=3)  # ten standard errors of the median


def test_of_numbers_with_many_digits_smallest_and_largest_are_kept() -> None:
    pixels = RNG.normal(0, 1, (10_000, 40)).astype(np.float32)
    found = count_pixels(pixels)
    assert (found.values[0], found.values[-1]) == (pixels.min(), pixels.max())
    assert found.percentile(1) == pytest.approx(np.percentile(pixels, 1), abs=0.001)  # one in 65,536 is kept
    assert len(found.values) <= 65_536


# ------------------------------------------------------------ automatic limits


@pytest.fixture(scope="module")
def counts() -> PixelCounts:
    return count_pixels(np.arange(1000, dtype=np.uint16).reshape(10, 100))


@pytest.mark.parametrize(
    ("auto", "limits"),
    [
        (AutoContrast(), (10, 994)),
        (AutoContrast(low_percent=10, high_percent=90), (100, 899)),
        (AutoContrast("range"), (0, 999)),
        (AutoContrast("deviation", deviations=1), (210, 789)),  # 499.5 ± 288.7
        (AutoContrast("deviation", deviations=9), (0, 999)),
    ],
    ids=str,
)
def test_limits_follow_the_chosen_way(auto: AutoContrast, limits: tuple[float, float], counts: PixelCounts) -> None:
    assert auto.limits(counts) == limits


@pytest.mark.parametrize("mode", ["percentile", "range", "deviation"])
def test_where_most_pixels_are_equal_all_values_are_shown(mode: Any) -> None:  # noqa: ANN401  (one of three words)
    pixels = np.zeros((1000, 100), np.uint16)
    pixels[0, 0] = 900
    low, high = AutoContrast(mode, deviations=0.001).limits(count_pixels(pixels))
    assert low == 0
    assert high > 0
    assert AutoContrast(mode).limits(count_pixels(np.full((9, 9), 7, np.uint8))) == (7, 7)


@pytest.mark.parametrize(
    "numbers",
    [{"low_percent": -1.0}, {"high_percent": 101.0}, {"low_percent": 60.0, "high_percent": 40.0}, {"deviations": 0.0},
     {"deviations": float("nan")}],
    ids=str,
)  # fmt: skip
def test_numbers_that_give_no_limits_are_refused(numbers: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must"):
        AutoContrast("percentile", **numbers)


# ------------------------------------------------------------ what a session shows


@pytest.fixture
def session(tmp_path: Path) -> cs.Session:
    for name, offset in (("a.tif", 0), ("b.tif", 1000), ("c.tif", 2000)):
        values = RNG.integers(100, 300, (300, 20)) + offset
        tifffile.imwrite(tmp_path / name, values.astype(np.uint16))
    session = cs.Session(tmp_path)
    session.wait_for_scan(PATIENCE_S)
    return session


def shown(session: cs.Session, acq: cs.Acquisition) -> tuple[float, float, str]:
    found = session.display.contrast_of(acq, 0, acq.pixel_counts(0))
    assert found is not None
    return found.value_min, found.value_max, found.color_lut


def test_contrast_to_begin_with_is_no_edit(session: cs.Session) -> None:
    acq = session.select("b.tif")
    low, high, lut = shown(session, acq)
    assert 1100 <= low < high < 1300
    assert (lut, len(acq.contrast), acq.dirty, acq.can_undo) == ("Gray", 0, False, False)


def test_without_pixels_nothing_is_known_of_a_recording_without_contrast(session: cs.Session) -> None:
    acq = session.select("a.tif")
    assert session.display.contrast_of(acq, 0, acq.known_pixel_counts(0)) is None
    acq.pixel_counts(0)
    assert session.display.contrast_of(acq, 0, acq.known_pixel_counts(0)) is not None


def test_automatic_limits_of_one_side_leave_the_other(session: cs.Session) -> None:
    acq = session.select("a.tif")
    acq.set_contrast(0, value_min=10, value_max=150, color_lut="Fire", gamma=0.5)
    session.display.set_automatic(acq, 0, "max")
    after = acq.contrast[0]
    assert (after.value_min, after.value_max > 290, after.color_lut, after.gamma) == (10, True, "Fire", 0.5)
    acq.set_contrast(0, value_min=5000, value_max=6000)
    session.display.set_automatic(acq, 0, "max")
    assert acq.contrast[0].value_min < acq.contrast[0].value_max < 300


def test_open_recordings_get_a_contrast_as_one_step_each_and_files_not_open_stay_as_they_are(
    session: cs.Session, tmp_path: Path
) -> None:
    cs.open(tmp_path / "c.tif").save()
    untouched = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.name.startswith("c.")}
    other, acq = session.select("b.tif"), session.select("a.tif")
    acq.set_contrast(0, value_min=120, value_max=250, color_lut="Fire", gamma=0.7)
    assert session.apply_contrast_to_all() == 1
    assert other.contrast == acq.contrast
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.name.startswith("c.")} == untouched
    assert (other.undo_name, acq.undo_name) == ("Apply contrast to all files",) * 2


@pytest.fixture
def three(session: cs.Session) -> tuple[cs.Acquisition, cs.Acquisition, cs.Acquisition]:
    """Recordings that are all open; the last one is shown, and its contrast was applied to all."""
    found = session.select("a.tif"), session.select("b.tif"), session.select("c.tif")
    found[2].set_contrast(0, value_min=120, value_max=250, color_lut="Fire", gamma=0.7)
    found[0].set_contrast(0, value_min=1, value_max=2)
    found[0].save()
    assert session.apply_contrast_to_all() == 2
    return found


Three = tuple[cs.Acquisition, cs.Acquisition, cs.Acquisition]


@pytest.mark.parametrize("asked", [0, 1, 2])
def test_one_undo_takes_an_applied_contrast_back_in_every_file(session: cs.Session, three: Three, asked: int) -> None:
    applied = three[2].contrast
    three[asked].undo()
    assert (three[0].contrast[0].value_max, len(three[1].contrast), three[2].contrast) == (2, 0, applied)
    assert ([acq.dirty for acq in three], len(session.display.first_contrast)) == ([False, False, True], 0)
    three[asked].redo()
    assert [acq.contrast[0].color_lut for acq in three] == ["Fire"] * 3
    assert len(session.display.first_contrast) == 1
    three[2].undo()
    assert three[2].undo_name == "Change contrast of channel 0"


def test_an_applied_contrast_stays_where_it_was_changed_since_and_those_files_are_named(three: Three) -> None:
    first, second, shown = three
    second.set_contrast(0, gamma=0.5)
    first.add_rect()
    report = shown.travel("undo")
    assert report.message == (
        "Undone: Apply contrast to all files, also in 1 other file. "
        "b.tif stays as it is: it was changed or closed since."
    )
    assert (first.contrast[0].value_max, second.contrast[0].gamma, len(first.rois)) == (2, 0.5, 1)
    first.undo()
    assert (first.dirty, first.redo_name) == (False, "Add ROI 1")
    first.redo()
    first.redo()
    assert [acq.contrast[0].color_lut for acq in three] == ["Fire"] * 3
    assert second.contrast[0].gamma == 0.5
    second.undo()
    second.undo()
    assert [len(first.rois), first.contrast[0].value_max, len(second.contrast)] == [1, 2, 0]


def test_a_contrast_that_all_have_already_is_no_edit(session: cs.Session, three: Three) -> None:
    assert session.apply_contrast_to_all() == 0
    three[2].undo()
    assert (three[2].redo_name, three[2].undo_name) == ("Apply contrast to all files", "Change contrast of channel 0")


def test_files_opened_later_begin_with_the_applied_contrast_unless_they_have_one(
    session: cs.Session, tmp_path: Path
) -> None:
    own = cs.open(tmp_path / "b.tif")
    own.set_contrast(0, value_min=1111, value_max=1222)
    own.save()
    session.select("a.tif").set_contrast(0, value_min=120, value_max=250, color_lut="Hot")
    session.apply_contrast_to_all()
    first = session.select("c.tif")
    assert shown(session, first) == (120, 250, "Hot")
    assert (first.dirty, len(first.contrast)) == (False, 0)
    assert shown(session, session.select("b.tif")) == (1111, 1222, "Gray")


def test_a_contrast_that_nobody_chose_can_be_applied_too(session: cs.Session) -> None:
    other, acq = session.select("b.tif"), session.select("a.tif")
    assert session.apply_contrast_to_all() == 2
    assert (acq.contrast[0].value_min, acq.can_undo) == (other.contrast[0].value_min, True)


def test_without_a_recording_there_is_nothing_to_apply(session: cs.Session) -> None:
    with pytest.raises(ValueError, match="no recording is open"):
        session.apply_contrast_to_all()
