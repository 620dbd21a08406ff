"""What can be shown without a session: arrays with and without a calibration, tables and lists, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import cloudscope_widgets as cs
from cloudscope_widgets.store.acquisition import Acquisition

PIXELS = np.arange(200, dtype=np.uint16).reshape(50, 4)


def shown(source: Any, **arguments: Any) -> Acquisition:  # noqa: ANN401  (anything)
    acquisition = cs.ImageViewer(source, **arguments).session.acquisition
    assert acquisition is not None
    return acquisition


def test_an_array_has_the_calibration_that_it_is_given() -> None:
    acq = shown(PIXELS, seconds_per_line=0.002, um_per_pixel=0.25)
    calibration = acq.header.calibration
    assert (calibration.seconds_per_line, calibration.um_per_pixel, calibration.is_known) == (0.002, 0.25, True)
    assert (acq.dirty, acq.can_undo) == (False, False)


def test_a_calibration_may_be_known_in_one_direction() -> None:
    assert shown(PIXELS, seconds_per_line=0.002).header.calibration.is_time_known
    assert not shown(PIXELS, seconds_per_line=0.002).header.calibration.is_space_known
    assert shown(PIXELS, um_per_pixel=0.25).header.calibration.is_space_known


@pytest.mark.parametrize("wrong", [0, -1, float("nan"), float("inf"), "1 ms", True, 1e90])
def test_a_time_per_line_that_is_none_is_refused(wrong: Any) -> None:  # noqa: ANN401  (anything)
    with pytest.raises(ValueError, match="seconds per line must be"):
        cs.ImageViewer(PIXELS, seconds_per_line=wrong)


def test_a_recording_keeps_its_own_calibration() -> None:
    session = cs.ImageViewer(PIXELS).session
    for source in (session, session.acquisition):
        with pytest.raises(ValueError, match=r"belong to an array.*acq\.update_calibration"):
            cs.ImageViewer(source, um_per_pixel=0.25)


@pytest.mark.parametrize(
    "source",
    [
        pd.DataFrame(PIXELS),
        pd.DataFrame({"a": pd.array([1, 2], dtype="Int64"), "b": [0.5, 1.5]}),
        [[1, 2], [3, 4]],
        ((1, 2.5), (3, 4)),
        [PIXELS[0], PIXELS[1]],
    ],
)
def test_tables_and_nested_lists_are_shown(source: Any) -> None:  # noqa: ANN401  (anything)
    acq = shown(source)
    assert acq.header.shape == np.array(source).shape
    np.testing.assert_array_equal(acq.pixels(), np.array(source, dtype=float))


@pytest.mark.parametrize(
    "source",
    [
        pd.DataFrame({"a": pd.array([1, None], dtype="Int64"), "b": [3, 4]}),
        [[1, 3], [None, 4]],
        np.ma.masked_array([[1, 3], [9, 4]], mask=[[False, False], [True, False]]),
    ],
)
def test_what_is_missing_is_no_number(source: Any) -> None:  # noqa: ANN401  (anything)
    np.testing.assert_array_equal(shown(source).pixels(), [[1, 3], [np.nan, 4]])


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("recording.tif", r"an image is shown when it is open: give cs\.open\('recording.tif'\)"),
        (b"recording.tif", r"cs\.open\('recording.tif'\)"),
        (Path("recording.tif"), r"cs\.open\('recording.tif'\)"),
        (Path(), r"a folder is no image.*cs\.Session\('\.'\)"),
        ([[1, 2], [3]], "all of the same length"),
        ([], "an image has two dimensions"),
        ([["a", "b"]], "an image holds numbers"),
        (pd.DataFrame({"a": [1], "b": ["x"]}), "an image holds numbers"),
        (pd.Series([1, 2]), "an image has two dimensions"),
        (pd.DataFrame(), "an image has two dimensions"),
    ],
)
def test_what_is_no_image_is_told_in_a_sentence(source: Any, sentence: str) -> None:  # noqa: ANN401  (anything)
    with pytest.raises(ValueError, match=sentence):
        cs.ImageViewer(source)
