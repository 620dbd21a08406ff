"""A live widget, and beside it a picture for readers who have no kernel."""

from __future__ import annotations

import base64
import struct
import zlib
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets
import traitlets
from IPython.display import DisplayHandle, display


class Saver(anywidget.AnyWidget):
    """A widget that renews its picture when the page asks it to save."""

    _esm = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
    saves = traitlets.Int(0).tag(sync=True)

    def __init__(self) -> None:
        """Have no picture yet."""
        super().__init__()
        self._hidden = ipywidgets.Box(layout={"display": "none"})
        self._handle: DisplayHandle | None = None
        self.on_msg(self._save)

    def picture(self) -> str:
        """One grey pixel, the darker the more often it was saved, as PNG in base 64."""
        return base64.b64encode(_png(255 - self.saves)).decode("ascii")

    def show(self) -> None:
        """Show the live view, and in an output of its own a hidden view with the picture."""
        display(self)  # type: ignore[no-untyped-call]  # IPython brings few types
        self._handle = display(self._still(), raw=True, display_id=True)  # type: ignore[no-untyped-call]  # the same

    def _still(self) -> dict[str, Any]:
        view = {"version_major": 2, "version_minor": 0, "model_id": self._hidden.model_id}
        return {"text/plain": "", "image/png": self.picture(), "application/vnd.jupyter.widget-view+json": view}

    def _save(self, *_message: object) -> None:
        self.saves += 1
        if self._handle:
            self._handle.update(self._still(), raw=True)  # type: ignore[no-untyped-call]  # IPython brings no types


def _png(grey: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes([0, grey]))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
