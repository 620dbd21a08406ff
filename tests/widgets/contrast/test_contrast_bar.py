"""The contrast bar: the page shows changes by itself, Python hears of finished ones, other widgets of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

import cloudscope_widgets as cs
from cloudscope_widgets.widgets.contrast.contrast_bar import ContrastBar
from cloudscope_widgets.widgets.image.image_viewer import ImageViewer
from tests.widgets.fake_page import FakePage

PATIENCE_S = 20.0
LOOK = {"value_min": 120.0, "value_max": 250.0, "gamma": 0.5, "color_lut": "Fire"}


@pytest.fixture
def session(tmp_path: Path) -> cs.Session:
    rng = np.random.default_rng(5)
    for name in ("a.tif", "b.tif"):
        both = rng.integers(100, 300, (2, 300, 20)).astype(np.uint16)
        tifffile.imwrite(tmp_path / name, both, imagej=True, metadata={"axes": "CYX"})
    session = cs.Session(tmp_path)
    session.wait_for_scan(PATIENCE_S)
    session.select("a.tif")
    return session


@pytest.fixture
def bar(session: cs.Session) -> ContrastBar:
    bar = ContrastBar(session)
    bar.wait(10)
    return bar


@pytest.fixture
def page(bar: ContrastBar) -> FakePage:
    return FakePage(bar)


def opened(bar: ContrastBar) -> cs.Acquisition:
    assert bar.session.acquisition is not None
    return bar.session.acquisition


def set_contrast(bar: ContrastBar, page: FakePage, **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    recording = bar.contrast["recording"]
    return page.command("contrast.set", **{"recording": recording, "channel": 0, **LOOK, **changes})


def test_pixels_are_counted_beside_and_shown_as_a_histogram(bar: ContrastBar) -> None:
    counts = opened(bar).pixel_counts(0)
    assert sum(bar.histogram["counts"]) == counts.counts.sum() == 6000
    assert bar.histogram["is_whole"]
    assert bar.contrast["channels"][0]["value_min"] >= 100
    assert (opened(bar).dirty, opened(bar).can_undo) == (False, False)


def test_a_finished_gesture_is_one_step(bar: ContrastBar, page: FakePage) -> None:
    assert set_contrast(bar, page)["kind"] == "done"
    assert bar.contrast["channels"][0] == LOOK
    opened(bar).undo()
    assert (opened(bar).can_undo, len(opened(bar).contrast)) == (False, 0)


def test_bar_and_viewer_show_the_same_of_the_same_recording(bar: ContrastBar, page: FakePage) -> None:
    viewer = cs.ImageViewer(bar.session)
    viewer.wait(10)
    assert viewer.contrast == bar.contrast
    set_contrast(bar, page)
    page.command("display.set", is_composite=True, has_clipped_marks=True)
    bar.wait(10)
    viewer.wait(10)
    assert viewer.contrast == bar.contrast
    assert viewer.contrast["is_composite"]
    assert viewer.contrast["has_clipped_marks"]
    assert all(viewer.contrast["channels"])
    assert not opened(bar).contrast.get(1)


def test_a_change_from_python_is_one_small_message(bar: ContrastBar, page: FakePage) -> None:
    page.received.clear()
    opened(bar).set_contrast(0, **LOOK)
    (data,) = page.received
    assert data["method"] == "update"
    assert data["state"].keys() == {"contrast"}
    assert len(json.dumps(data)) < 2000


def test_everything_that_a_bar_holds_is_small(bar: ContrastBar) -> None:
    held = {name: getattr(bar, name) for name in ("contrast", "histogram", "auto")}
    assert len(json.dumps(held)) < 4000


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"recording": "0" * 16}, "another recording is shown"),
        ({"channel": 2}, "there is no channel 2"),
        ({"value_min": 300.0}, "must not be above"),
        ({"gamma": 0.0}, "gamma must be"),
        ({"gamma": float("nan")}, "gamma must be"),
        ({"color_lut": "Turbo"}, "unknown colour table"),
        ({"value_min": "1"}, "value_min must be"),
        ({"more": 1}, "unknown field"),
    ],
)
def test_what_cannot_be_shown_is_refused(
    bar: ContrastBar, page: FakePage, changes: dict[str, Any], reason: str
) -> None:
    answer = set_contrast(bar, page, **changes)
    assert answer["kind"] == "refused"
    assert reason.lower() in answer["reason"].lower()
    assert not opened(bar).can_undo


def test_automatic_limits_are_one_step_also_for_one_side(bar: ContrastBar, page: FakePage) -> None:
    set_contrast(bar, page)
    page.command("contrast.auto", side="min")
    now = opened(bar).contrast[0]
    assert (now.value_min < 110, now.value_max, now.color_lut) == (True, 250.0, "Fire")
    page.command("contrast.auto", side="both")
    assert opened(bar).contrast[0].value_max > 290
    opened(bar).undo()
    assert opened(bar).contrast[0] == now


def test_what_does_not_change_the_picture_is_no_edit(bar: ContrastBar, page: FakePage) -> None:
    viewer = FakePage(ImageViewer(bar.session))
    automatic = bar.contrast["channels"][0]
    for send, kind, fields in (
        (page, "contrast.auto", {"side": "both"}),
        (page, "contrast.auto", {"side": "max"}),
        (viewer, "contrast.auto", {}),
    ):
        send.command(kind, **fields)
        assert send.widget.message["text"] == "The limits are automatic already; nothing was changed."
    set_contrast(bar, page, **automatic)
    assert (opened(bar).can_undo, opened(bar).dirty, len(opened(bar).contrast)) == (False, False, 0)
    set_contrast(bar, page)
    set_contrast(bar, page)
    page.command("contrast.auto", side="both")
    page.command("contrast.auto", side="both")
    for _ in range(2):
        opened(bar).undo()
    assert not opened(bar).can_undo


def test_how_limits_are_found_is_no_edit_until_they_were_chosen(bar: ContrastBar, page: FakePage) -> None:
    numbers = {"low_percent": 20.0, "high_percent": 80.0, "deviations": 2.0}
    page.command("auto.set", mode="percentile", **numbers)
    assert 135 <= bar.contrast["channels"][0]["value_min"] <= 145
    assert (bar.auto["low_percent"], opened(bar).dirty) == (20.0, False)
    set_contrast(bar, page)
    page.command("auto.set", mode="range", **numbers)
    assert (opened(bar).contrast[0].value_min, opened(bar).contrast[0].gamma) == (100, 0.5)
    opened(bar).undo()
    assert opened(bar).contrast[0].value_min == 120


def test_percentiles_that_do_not_go_upwards_are_refused(bar: ContrastBar, page: FakePage) -> None:
    numbers = {"low_percent": 80.0, "high_percent": 20.0, "deviations": 2.0}
    answer = page.command("auto.set", mode="percentile", **numbers)
    assert "must go upwards" in answer["reason"]
    assert bar.auto["low_percent"] == 1.0


def test_another_channel_has_a_histogram_of_its_own(bar: ContrastBar, page: FakePage) -> None:
    page.command("channel.set", channel=1)
    bar.wait(10)
    assert (bar.contrast["channel"], bar.session.selection.channel) == (1, 1)
    assert bar.histogram["counts"] != []
    assert bar.contrast["channels"][0] is None  # it is not shown
    assert page.command("channel.set", channel=2)["kind"] == "refused"


def test_the_contrast_of_one_file_is_applied_to_all_and_no_more(bar: ContrastBar, page: FakePage) -> None:
    first = opened(bar)
    set_contrast(bar, page)
    page.command("contrast.share")
    assert bar.message["text"].startswith("Contrast applied to the open file.")
    assert bar.auto["is_shared"]
    bar.session.select("b.tif")
    assert bar.contrast["channels"][0] == LOOK
    assert (opened(bar) is not first, opened(bar).dirty) == (True, False)
    page.command("contrast.unshare")
    bar.wait(10)
    assert not bar.auto["is_shared"]
    assert bar.contrast["channels"][0]["color_lut"] == "Gray"
    assert first.contrast[0].color_lut == "Fire"


def test_without_a_recording_there_is_nothing_to_change(tmp_path: Path) -> None:
    bar = ContrastBar(cs.Session(tmp_path))
    page = FakePage(bar)
    assert (bar.contrast["channels"], bar.histogram) == ([], None)
    for kind, fields in (("contrast.auto", {"side": "both"}), ("contrast.share", {}), ("channel.set", {"channel": 0})):
        assert "no recording is open" in page.command(kind, **fields)["reason"].lower()


def test_a_bar_shows_an_array_alone() -> None:
    bar = ContrastBar(np.arange(200, dtype=np.float32).reshape(20, 10))
    bar.wait(10)
    assert not bar.histogram["is_whole"]
    assert sum(bar.histogram["counts"]) == 200


def test_pixels_that_cannot_be_read_are_told_once_and_not_asked_for_again(session: cs.Session, tmp_path: Path) -> None:
    (tmp_path / "a.tif").unlink()
    bar = ContrastBar(session)
    bar.wait(10)
    assert "a.tif" in bar.message["text"]
    assert bar.histogram is None


def test_a_closed_bar_lets_go(bar: ContrastBar) -> None:
    before = bar.contrast
    bar.close()
    bar.close()
    opened(bar).set_contrast(0, **LOOK)
    assert bar.contrast == before
