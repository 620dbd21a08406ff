"""Recordings of every kind whose files are changed while they are shown and measured, in a process of its own.

A memory map of a file that was cut short ends the process that touches it, so that only another one can tell. Usage:
`python -m tests.faults.changed_images FOLDER` prints what became of each as JSON.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import tifffile

import cloudscope_widgets as cs
from cloudscope_widgets.store import analysis_run
from tests.widgets.fake_page import FakePage

LINES, COLUMNS = 5000, 24
PIXELS = np.random.default_rng(2).integers(0, 4000, (LINES, COLUMNS)).astype(np.uint16)


def _written(path: Path, pixels: Any, **how: Any) -> Path:  # noqa: ANN401  (of tifffile)
    tifffile.imwrite(path, pixels, photometric="minisblack", **how)
    return path


def _paged(path: Path, pixels: Any, lines: int, **how: Any) -> Path:  # noqa: ANN401  (of tifffile)
    """Planes in pages of their own, with words of different length between them."""
    with tifffile.TiffWriter(path) as writer:
        for index, plane in enumerate(pixels.reshape(-1, lines, pixels.shape[1])):
            said = "uneven" * (index % 3) or None
            writer.write(plane, metadata=None, contiguous=False, description=said, photometric="minisblack", **how)
    return path


def _coloured(path: Path, pixels: Any) -> Path:  # noqa: ANN401  (an array)
    tifffile.imwrite(path, np.stack([pixels] * 3, -1), photometric="rgb")
    return path


def _split(path: Path, pixels: Any) -> Path:  # noqa: ANN401  (an array)
    _written(path.with_name("cell_C002T001.tif"), pixels[::-1])
    return _written(path.with_name("cell_C001T001.tif"), pixels)


def _file_set(path: Path, pixels: Any) -> Path:  # noqa: ANN401  (an array)
    """Two channels in files that name each other."""
    names = ["cell.ome.tif", "other.ome.tif"]
    places = "".join(
        f'<TiffData FirstC="{channel}" IFD="0" PlaneCount="1"><UUID FileName="{name}">urn:uuid:{name}</UUID></TiffData>'
        for channel, name in enumerate(names)
    )
    said = (
        '<?xml version="1.0"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"><Image ID="Image:0">'
        f'<Pixels ID="Pixels:0" DimensionOrder="XYCZT" SizeX="{COLUMNS}" SizeY="{LINES}" SizeC="2" SizeZ="1" SizeT="1" '
        f'Type="uint16">{places}</Pixels></Image></OME>'
    )
    for name, part in zip(names, (pixels, pixels[::-1]), strict=True):
        _written(path.with_name(name), part, description=said, metadata=None)
    return path.with_name(names[0])


Write = Callable[[Path, Any], Path]
KINDS: dict[str, tuple[Write, dict[str, Any]]] = {
    "plain": (_written, {}),
    "big-endian": (lambda path, pixels: _written(path, pixels, byteorder=">"), {}),
    "compressed": (lambda path, pixels: _written(path, pixels, compression="zlib"), {}),
    "tiled": (lambda path, pixels: _written(path, pixels, tile=(256, 32)), {}),
    "striped": (lambda path, pixels: _written(path, pixels, rowsperstrip=7), {}),
    "stack": (lambda path, pixels: _written(path, pixels.reshape(10, -1, COLUMNS)), {"layout": "joined"}),
    "paged": (lambda path, pixels: _paged(path, pixels, 1000), {"layout": "joined"}),
    "short pages": (lambda path, pixels: _paged(path, pixels, 20), {"layout": "joined"}),
    "compressed pages": (lambda path, pixels: _paged(path, pixels, 1000, compression="zlib"), {"layout": "joined"}),
    "turned": (lambda path, pixels: _written(path, np.ascontiguousarray(pixels.T)), {"layout": "turned"}),
    "colours": (_coloured, {}),
    "split channels": (_split, {}),
    "file set": (_file_set, {}),
}  # fmt: skip


def _other(path: Path, write: Write) -> bytes:
    """Another image of the same kind and size."""
    folder = path.parent / "other"
    folder.mkdir(exist_ok=True)
    return write(folder / path.name, PIXELS[:, ::-1]).read_bytes()


def _cut(path: Path, **_write: Write) -> None:
    os.truncate(path, path.stat().st_size // 3)


def _copied_over_by_a_short_one(path: Path, write: Write) -> None:
    path.write_bytes(_other(path, write)[:5000])


def _emptied(path: Path, **_write: Write) -> None:
    os.truncate(path, 0)


def _replaced(path: Path, write: Write) -> None:
    part = path.with_name("part")
    part.write_bytes(_other(path, write))
    part.replace(path)


def _rewritten(path: Path, write: Write) -> None:
    with path.open("r+b") as file:
        file.write(_other(path, write))


def _removed(path: Path, **_write: Write) -> None:
    path.unlink()


def _grown(path: Path, **_write: Write) -> None:
    with path.open("ab") as file:
        file.write(bytes(4000))


def _folder(path: Path, **_write: Write) -> None:
    path.unlink()
    path.mkdir()


CHANGES: dict[str, Callable[..., None]] = {
    "cut short": _cut,
    "copied over": _copied_over_by_a_short_one,
    "emptied": _emptied,
    "replaced": _replaced,
    "rewritten": _rewritten,
    "removed": _removed,
    "grown": _grown,
    "a folder": _folder,
}


class Shown:
    """A recording in a viewer, and the tiles that its page got."""

    def __init__(self, path: Path, how: dict[str, Any]) -> None:
        """Show a recording."""
        self.acquisition = cs.open(path, **how)
        self.viewer = cs.ImageViewer(self.acquisition)
        self.page = FakePage(self.viewer)

    def tile(self, level: int, index: int) -> str:
        """Whether a tile that is asked for comes, with the right pixels."""
        before, image = len(self.page.received), self.viewer.image
        wish = {"client": "a", "token": image["token"], "channel": 0, "received": None, "pick": "mean"}
        self.page.command("tiles.want", **wish, tiles=[[level, index, 0]])
        self.viewer.wait(30)
        for data, buffers in list(zip(self.page.received, self.page.buffers, strict=True))[before:]:
            if data["method"] == "custom" and data["content"]["kind"] == "tile":
                start = index * image["tile_rows"]
                values = np.frombuffer(buffers[0], "<u2").reshape(-1, COLUMNS)
                is_right = level or (values == PIXELS[start : start + len(values)]).all()
                return "right" if is_right else "wrong"
        return "none"


def _failure(run: Callable[[], object]) -> list[str]:
    """Type and words of what is raised."""
    try:
        run()
    except Exception as error:  # noqa: BLE001  (to be told)
        return [type(error).__name__, str(error)]
    return ["", ""]


def _shown(path: Path, how: dict[str, Any], change: Callable[[Path], None]) -> dict[str, Any]:
    shown = Shown(path, how)
    acquisition = shown.acquisition
    acquisition.add_rect()
    first = shown.tile(0, 0)
    lines = acquisition.lines()
    change(path)
    found = {
        "first": first,
        "then": shown.tile(0, 1),
        "message": shown.viewer.message["text"],
        "reading": _failure(partial(lines.__getitem__, slice(4000, 4500))),
        "measuring": _failure(lambda: acquisition.analyze("radon_velocity", roi_id=1)),
        "records": len(acquisition.records),
        "notices": list(acquisition.notices),
    }
    shown.viewer.close()
    return found


def _measured(path: Path, change: Callable[[Path], None], *, method: str) -> dict[str, Any]:
    """Change a file while it is measured, in parts that are read one after the other."""
    acquisition = cs.open(path)
    acquisition.add_rect(row_stop=2000)
    waiting = [change]

    def progress(_fraction: float, _what: str) -> None:
        if waiting:
            waiting.pop()(path)

    return {
        "measuring": _failure(
            lambda: acquisition.analyze("radon_velocity", roi_id=1, method=method, progress=progress)
        ),
        "is_changed": not waiting,
        "records": len(acquisition.records),
    }


def trials(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Try each kind of image with each change."""
    analysis_run.MOST_READ_BYTES = 0  # as a region that is too long for memory
    for kind, (write, how) in KINDS.items():
        (folder / kind).mkdir()
        first = write(folder / kind / "cell.tif", PIXELS)
        for name in CHANGES if kind == "plain" else ("cut short", "replaced"):
            place = folder / f"{kind}, {name}"
            shutil.copytree(folder / kind, place)
            yield f"shown/{place.name}", _shown(place / first.name, how, partial(CHANGES[name], write=write))
    for method in ("radon", "line_correlation"):
        for name, change in CHANGES.items():
            place = folder / f"{method}, {name}"
            shutil.copytree(folder / "plain", place)
            yield (
                f"measured/{place.name}",
                _measured(place / "cell.tif", partial(change, write=_written), method=method),
            )


if __name__ == "__main__":
    print(json.dumps(dict(trials(Path(sys.argv[1])))))  # noqa: T201  (what the parent reads)
