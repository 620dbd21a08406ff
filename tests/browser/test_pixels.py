"""What is drawn is what the array holds, pixel by pixel: on the processor, and on a graphics card (imitated here)."""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page

from cloudscope_widgets.widgets.image.tiles import tile_grid
from tests.browser.harness.host import Host
from tests.browser.harness.waiting import wait_until

# Gray values of the picture from its upper left corner, and where something was drawn.
PICTURE = """number => {
  const canvas = document.querySelectorAll(".cs-image")[number];
  const box = canvas?.getBoundingClientRect();
  if (!box?.width) return null;
  const [width, height] = [Math.round(box.width), Math.round(box.height)];
  const copy = new OffscreenCanvas(width, height).getContext("2d");
  copy.drawImage(canvas, 0, 0);
  const { data } = copy.getImageData(0, 0, width, height);
  const parts = [];
  for (let i = 0; i < data.length; i += 4) parts.push(String.fromCharCode(data[i], data[i + 3]));
  return [width, height, btoa(parts.join(""))];
}"""
LOOKS_LIKE_A_CARD = """from IPython.display import Javascript
Javascript('''
element.textContent = "a card";
delete globalThis[Symbol.for("cloudscope.gl.v1")];
const asked = WebGL2RenderingContext.prototype.getParameter;
WebGL2RenderingContext.prototype.getParameter = function (name) {
  const answer = asked.call(this, name);
  return typeof answer === "string" ? "a card" : answer;
};
const draw = WebGL2RenderingContext.prototype.drawArrays;
globalThis.cardPictures = 0;
WebGL2RenderingContext.prototype.drawArrays = function (...what) {
  globalThis.card = this;
  globalThis.cardPictures += 1;
  return draw.apply(this, what);
};
globalThis.undoCard = () => {
  WebGL2RenderingContext.prototype.drawArrays = draw;
  delete globalThis.cardPictures;
  WebGL2RenderingContext.prototype.getParameter = asked;
  delete globalThis[Symbol.for("cloudscope.gl.v1")];
};
''')"""
# Whether pictures are painted as they are to be: a card is looked for after the first one.
IS_PAINTED = "() => globalThis.cardPictures === undefined || globalThis.cardPictures > 0"
MADE = """
import cloudscope_widgets as cs
import ipywidgets
from tests.browser.test_pixels import HIGH, IMAGES, LOW, made
viewers = [cs.ImageViewer(made(*image), height="190px") for image in IMAGES]
for viewer in viewers:
    viewer.session.acquisition.set_contrast(0, value_min=LOW, value_max=HIGH)
ipywidgets.VBox(viewers)
"""
IMAGES = (
    *(("uint16", 3000, 20), (">u2", 2500, 33), ("uint8", 900, 1), ("int16", 10, 40), ("bool", 700, 5)),
    *(("int8", 2049, 300), ("float32", 1500, 17), (">f8", 1200, 700), ("uint16", 100_000, 40)),
)
LOW, HIGH = -20, 120
MOST_TAPS = 4, 8
SHIFTS = [(row, column) for row in (0, -1e-3, 1e-3) for column in (0, -1e-3, 1e-3)]


def made(dtype: str, lines: int, columns: int) -> NDArray[Any]:
    """Array in which neighbours differ; where its type has missing values, some are missing."""
    numbers = np.arange(lines)[:, np.newaxis] * 7 + np.arange(columns) * 13
    values = (numbers % 101).astype(float)
    if np.dtype(dtype).kind in "if":
        values -= 10
    if np.dtype(dtype).kind == "f":
        values[::11, ::3] = np.nan
    if np.dtype(dtype).kind == "b":
        values = values > 50
    return values.astype(dtype)


@dataclass(frozen=True)
class Seen:
    """A picture: gray values (height, width), and where something was drawn."""

    gray: NDArray[np.uint8]
    is_drawn: NDArray[np.bool_]


def seen(page: Page, number: int) -> Seen | None:
    found = page.evaluate(PICTURE, number)
    if found is None:
        return None
    width, height, text = found
    pixels = np.frombuffer(base64.b64decode(text), np.uint8).reshape(height, width, 2)
    return Seen(pixels[..., 0], pixels[..., 1] > 0)


def expected(  # noqa: PLR0913  (what a picture depends on)
    array: NDArray[Any],
    width: int,
    height: int,
    lines: tuple[float, float],
    shift: tuple[float, float],
    *,
    is_brightest: bool = False,
) -> Seen:
    """Picture of some lines of an array and all its positions, made from means or largest values of blocks of lines.

    ``shift`` is a tiny part of a row and of a column, to which side of an edge a pixel falls that lies just on it.
    """
    top = -(-len(array) // 1024)  # as many lines as make about a thousand rows of all, or fewer: at least 4 rows
    most = (lines[1] - lines[0]) / width / 0.8  # for 5 pixels
    blocks = [*(2**level for level in range((top - 1).bit_length())), top]
    block = max([1, *(block for block in blocks if block <= most)])
    whole = len(array) // block
    parts = [array[: whole * block].reshape(whole, block, -1), array[np.newaxis, whole * block :]]
    with np.errstate(all="ignore"):
        means = np.concatenate([(_largest if is_brightest else _means)(part) for part in parts if part.size])
    texels = _touched if is_brightest else _texels
    shown = lines[0] / block, lines[1] / block
    rows = texels(width, shown, MOST_TAPS[0], shift[0])
    tile_rows = tile_grid(array.shape, array.dtype.name).tile_rows
    middles = shown[0] + (np.arange(width)[:, np.newaxis] + 0.5) / width * (shown[1] - shown[0])
    tiles = np.floor(middles + shift[0]).astype(int) // tile_rows  # no pixel shows values of two tiles
    rows = np.clip(rows, tiles * tile_rows, np.minimum((tiles + 1) * tile_rows, len(means)) - 1)
    columns = np.clip(texels(height, (array.shape[1], 0), MOST_TAPS[1], shift[1]), 0, array.shape[1] - 1)
    taken = means[rows[:, :, np.newaxis, np.newaxis], columns]  # width, taps, height, taps
    counts = np.isfinite(taken).sum(axis=(1, 3))
    with np.errstate(all="ignore"):
        largest = np.where(np.isfinite(taken), taken, -np.inf).max(axis=(1, 3))
        values = (largest if is_brightest else np.nansum(taken, axis=(1, 3)) / counts).T
    level = np.clip((values - LOW) / (HIGH - LOW), 0, 1)
    return Seen(np.nan_to_num(level * 255).round().astype(np.uint8), (counts > 0).T)


def _means(blocks: NDArray[Any]) -> NDArray[np.float64]:
    values = blocks.astype(np.float64)
    means: NDArray[np.float64] = np.nansum(values, axis=1) / np.isfinite(values).sum(axis=1)
    return means if blocks.dtype.kind == "f" else np.floor(means + 0.5)


def _largest(blocks: NDArray[Any]) -> NDArray[np.float64]:
    largest: NDArray[np.float64] = np.where(np.isfinite(blocks), blocks, -np.inf).max(axis=1)
    return np.where(np.isfinite(largest), largest, np.nan)


def _texels(pixels: int, shown: tuple[float, float], most: int, shift: float) -> NDArray[np.intp]:
    """Rows or columns that each pixel shows (pixels, taps)."""
    start, stop = shown
    per_pixel = abs(stop - start) / pixels
    taps = 1 if per_pixel <= 1.05 else min(int(np.ceil(per_pixel)), most)
    middles = start + (np.arange(pixels) + 0.5) / pixels * (stop - start)
    offsets = ((np.arange(taps) + 0.5) / taps - 0.5) * per_pixel if taps > 1 else np.zeros(1)
    return np.floor(middles[:, np.newaxis] + offsets + shift).astype(np.intp)


def _touched(pixels: int, shown: tuple[float, float], most: int, shift: float) -> NDArray[np.intp]:
    """Rows or columns that each pixel touches (pixels, the same number for each, some more than once)."""
    start, stop = shown
    per_pixel = abs(stop - start) / pixels
    middles = start + (np.arange(pixels) + 0.5) / pixels * (stop - start)
    if per_pixel <= 1:
        return np.floor(middles[:, np.newaxis] + shift).astype(np.intp)
    offsets = np.linspace(-0.5, 0.5, min(int(np.ceil(per_pixel)), most) + 1) * (per_pixel - 0.02)
    return np.floor(middles[:, np.newaxis] + offsets + shift).astype(np.intp)


@pytest.fixture(params=["processor", "card"])
def cells(request: pytest.FixtureRequest, host: Host) -> Iterator[tuple[str, ...]]:
    """Cells that are run before the image is shown, so that the page paints it in one of its two ways."""
    if request.param == "processor":
        yield ()
        return
    yield (LOOKS_LIKE_A_CARD,)
    host.pages[-1].evaluate("() => undoCard()")


@pytest.mark.parametrize("host", ["jupyterlab"], indirect=True)
def test_every_pixel_is_what_the_array_holds_or_the_brightest_of_its_lines(host: Host, cells: tuple[str, ...]) -> None:
    page = host.open(*cells, MADE)
    page.wait_for_function(IS_PAINTED)
    for number, image in enumerate(IMAGES):
        array = made(*image)
        lines = len(array)
        check(page, number, array, (0, lines))  # all of it, as on opening
        width = page.evaluate(PICTURE, number)[0]
        for first in (
            max(lines - width, 0),
            max(lines - 3 * width, 0),
        ):  # one and three for a pixel, up to the last
            host.kernel.run(f"viewers[{number}].session.view.show(time=({first}, {lines}))")
            check(page, number, array, (first, lines))
        host.kernel.run(f"viewers[{number}].session.view.show(time=({first}, {first + 7}))")
        check(page, number, array, (first, first + 7))

        host.kernel.run(f"viewers[{number}].session.view.show(time=(0, {lines}))")
        widget = page.locator(".cs-image_viewer").nth(number)
        widget.get_by_role("button", name="View", exact=True).click()
        widget.get_by_role("menuitemcheckbox", name="Brightest line").click()
        page.keyboard.press("Escape")
        check(page, number, array, (0, lines), is_brightest=True)
        first = max(lines - 3 * width, 0)
        host.kernel.run(f"viewers[{number}].session.view.show(time=({first}, {lines}))")
        check(page, number, array, (first, lines), is_brightest=True)


def check(page: Page, number: int, array: NDArray[Any], lines: tuple[int, int], *, is_brightest: bool = False) -> None:
    """Wait until the picture is what it should be."""
    wanted_once = cache(
        lambda width, height, shift: expected(array, width, height, lines, shift, is_brightest=is_brightest)
    )

    def differences() -> str:
        found = seen(page, number)
        if found is None:
            return "nothing is drawn"
        height, width = found.gray.shape
        is_wrong = np.ones(found.gray.shape, bool)
        for shift in SHIFTS:
            wanted = wanted_once(width, height, shift)
            is_gray_wrong = np.abs(found.gray.astype(int) - wanted.gray) > 1
            is_wrong &= (found.is_drawn != wanted.is_drawn) | (wanted.is_drawn & is_gray_wrong)
            if not is_wrong.any():
                return ""
        where = np.argwhere(is_wrong)
        what = f"{array.dtype} {array.shape}, lines {lines}"
        return f"{what}: {len(where)} of {is_wrong.size} pixels differ, the first at {where[0]}"

    with contextlib.suppress(TimeoutError):
        wait_until(lambda: differences() == "", "the picture that was expected")
    assert differences() == ""
