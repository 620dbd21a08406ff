"""Pixels of the image viewer: they go down as tiles, most urgent first."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cloudscope_widgets.core.errors import ImageReadError
from cloudscope_widgets.widgets.image.image_viewer import ImageViewer
from cloudscope_widgets.widgets.image.tiles import TILE_BYTES
from tests.widgets.fake_page import FakePage


def _tiles(page: FakePage) -> list[tuple[dict[str, Any], bytes]]:
    """Tiles that the page got, with their pixels."""
    found = zip(page.received, page.buffers, strict=True)
    return [
        (data["content"], buffers[0])
        for data, buffers in found
        if data["method"] == "custom" and data["content"]["kind"] == "tile"
    ]


def _want(viewer: ImageViewer, page: FakePage, *tiles: list[int], **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    wishes = [[*tile, 0] for tile in tiles]
    fields = {
        "client": "a",
        "token": viewer.image["token"],
        "channel": 0,
        "received": None,
        "pick": "mean",
        "tiles": wishes,
        **changes,
    }
    answer: dict[str, Any] = page.command("tiles.want", **fields)
    viewer.wait(10)
    return answer


@pytest.mark.parametrize("dtype", ["uint8", ">u2", "float32"])
def test_a_tile_holds_the_pixels_in_the_byte_order_of_a_page(dtype: str, tmp_path: Path) -> None:
    image = np.memmap(tmp_path / "image.raw", dtype, "w+", shape=(3000, 100))
    image[:] = np.random.default_rng(4).integers(0, 250, image.shape)
    if dtype == "float32":
        image[5, 5] = np.nan
    viewer = ImageViewer(image)
    page = FakePage(viewer)
    assert _want(viewer, page, [0, 1])["kind"] == "done"
    content, buffer = _tiles(page)[0]
    rows = viewer.image["tile_rows"]
    expected = image[rows : 2 * rows].astype(np.dtype(viewer.image["value_kind"]).newbyteorder("<"))
    assert (content["level"], content["index"], content["rows"]) == (0, 1, len(expected))
    assert buffer == expected.tobytes()
    assert len(buffer) <= TILE_BYTES


def _as_kind(kind: str, pixels: NDArray[Any], folder: Path) -> Any:  # noqa: ANN401  (anything that can be sliced)
    """Array of some library that holds the given pixels."""
    if kind == "dask":
        return importlib.import_module("dask.array").from_array(pixels, chunks=(1000, 30))
    if kind == "zarr":
        stored = importlib.import_module("zarr").create_array(
            str(folder / "image.zarr"), shape=pixels.shape, dtype=pixels.dtype
        )
        stored[:] = pixels
        return stored
    np.save(folder / "image.npy", pixels)
    return np.load(folder / "image.npy", mmap_mode="r")


@pytest.mark.parametrize("kind", ["memmap", "dask", "zarr"])
def test_an_array_of_any_library_is_shown_as_a_numpy_array_is(kind: str, tmp_path: Path) -> None:
    pixels = np.random.default_rng(4).integers(0, 4000, (5000, 60)).astype(np.uint16)
    sent = []
    for array in (pixels, _as_kind(kind, pixels, tmp_path)):
        viewer = ImageViewer(array)
        page = FakePage(viewer)
        _want(viewer, page, [0, 0], [viewer.image["levels"] - 1, 0])
        sent.append(([buffer for _, buffer in _tiles(page)], viewer.contrast["channels"]))
        viewer.close()
    assert sent[0] == sent[1]
    assert len(sent[0][0]) == 2


def test_a_tile_that_is_under_way_is_not_sent_again(viewer: ImageViewer, page: FakePage) -> None:
    for received in (0, 0, 1, None):
        _want(viewer, page, [0, 0], received=received)
    assert [content["number"] for content, _ in _tiles(page)] == [1, 2, 3]


def test_tiles_of_an_image_that_is_not_shown_any_more_are_not_sent(viewer: ImageViewer, page: FakePage) -> None:
    assert _want(viewer, page, [0, 0], token="0" * 16)["kind"] == "done"
    assert (_tiles(page), viewer.message["text"]) == ([], "")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"tiles": [[0, 1, 0]]}, "there is no tile 1"),
        ({"tiles": [[1, 0, 0]]}, "there is no level 1"),
        ({"tiles": [[0, 0]]}, "its level, its index"),
        ({"tiles": [[0, 0, 0]] * 65}, "at most 64"),
        ({"tiles": [[0, -1, 0]]}, "tiles must be"),
        ({"channel": 1}, "there is no channel 1"),
        ({"client": "x" * 41}, "client must be"),
    ],
)
def test_a_tile_that_does_not_exist_is_refused(
    viewer: ImageViewer, page: FakePage, changes: dict[str, Any], reason: str
) -> None:
    answer = _want(viewer, page, **changes)
    assert answer["kind"] == "refused"
    assert reason.lower() in answer["reason"].lower()
    assert _tiles(page) == []


def test_a_newer_wish_replaces_what_was_not_sent_yet(viewer: ImageViewer) -> None:
    begun, go, done = threading.Event(), threading.Event(), []

    def first() -> None:
        begun.set()
        go.wait(10)

    def errand(name: str) -> Callable[[], None]:
        return lambda: done.append(name)

    viewer._errands.want("a", [first, errand("old")])  # noqa: SLF001  (what is tested)
    begun.wait(10)
    viewer._errands.want("a", [errand("new")])  # noqa: SLF001  (what is tested)
    go.set()
    viewer.wait(10)
    assert done == ["new"]


def _pixels_told(page: FakePage) -> list[dict[str, Any]]:
    """What the page was told of single pixels."""
    return [said for said in page.customs if said["kind"] == "pixel"]


def test_a_pixel_is_told_as_it_is_in_the_file(viewer: ImageViewer, page: FakePage, pixels: Any) -> None:  # noqa: ANN401
    place = {"token": viewer.image["token"], "channel": 0, "line": 99, "column": 7}
    assert page.command("pixel.read", client="a", **place)["kind"] == "done"
    viewer.wait(10)
    assert _pixels_told(page) == [{"kind": "pixel", **place, "value": int(pixels[99, 7])}]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"line": 100}, "there is no pixel 0 of line 100"),
        ({"column": 20}, "there is no pixel 20 of line 0"),
        ({"channel": 1}, "in channel 1"),
        ({"line": -1}, "line must be"),
    ],
)
def test_a_pixel_that_does_not_exist_is_refused(
    viewer: ImageViewer, page: FakePage, changes: dict[str, Any], reason: str
) -> None:
    place = {"client": "a", "token": viewer.image["token"], "channel": 0, "line": 0, "column": 0, **changes}
    answer = page.command("pixel.read", **place)
    viewer.wait(10)
    assert (answer["kind"], _pixels_told(page)) == ("refused", [])
    assert reason in answer["reason"].lower()


def test_a_pixel_of_an_image_that_is_not_shown_any_more_is_not_told(viewer: ImageViewer, page: FakePage) -> None:
    page.command("pixel.read", client="a", token="0" * 16, channel=0, line=0, column=0)
    viewer.wait(10)
    assert _pixels_told(page) == []


def test_an_image_that_cannot_be_read_is_said_and_the_next_wish_is_served(
    viewer: ImageViewer, page: FakePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_channel: int = 0) -> Any:  # noqa: ANN401  (never returns)
        raise ImageReadError("a.tif has gone. Copy it back.")

    _want(viewer, page, [0, 0])  # takes what was read ahead
    with monkeypatch.context() as patch:
        patch.setattr(viewer.session.acquisition, "pixels", gone)
        _want(viewer, page, [0, 0])
    assert viewer.message == {"kind": "error", "text": "a.tif has gone. Copy it back.", "detail": ""}
    _want(viewer, page, [0, 0])
    assert len(_tiles(page)) == 2


def test_the_whole_recording_is_read_before_a_page_asks_and_each_tile_is_kept_once(pixels: Any) -> None:  # noqa: ANN401
    counted = _Counted(pixels)
    viewer = ImageViewer(counted)
    viewer.wait(10)
    page, read = FakePage(viewer), counted.count
    _want(viewer, page, [0, 0])
    assert counted.count == read
    _want(viewer, page, [0, 0])
    assert counted.count == read + 1
    assert [buffer for _, buffer in _tiles(page)] == [pixels.tobytes()] * 2


def test_the_brightest_lines_are_sent_when_a_page_asks_for_them() -> None:
    image = np.zeros((5000, 20), np.uint16)
    image[4321, 7] = 900
    viewer = ImageViewer(image)
    page, top = FakePage(viewer), viewer.image["levels"] - 1
    for pick in ("mean", "max"):
        _want(viewer, page, [top, 0], pick=pick)
    found = [(content["pick"], np.frombuffer(buffer, "<u2").max()) for content, buffer in _tiles(page)]
    assert found == [("mean", 900 // 5), ("max", 900)]


class _Counted:
    """An array that counts how often it is read."""

    def __init__(self, array: Any) -> None:  # noqa: ANN401  (an array)
        self.array, self.shape, self.dtype, self.count = array, array.shape, array.dtype, 0

    def __getitem__(self, key: slice) -> Any:  # noqa: ANN401  (an array)
        self.count += 1
        return self.array[key]

    def __array__(self, *_arguments: object, **_named: object) -> Any:  # noqa: ANN401  (an array)
        self.count += 1
        return self.array
