"""Widgets that are painted by one WebGL context."""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets


class Patch(anywidget.AnyWidget):
    """A patch of one colour."""

    _esm = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
    colour = traitlets.List([0, 0, 0]).tag(sync=True)
    """Red, green and blue, each from 0 to 1."""
