"""A widget and a bqplot figure that show one range of time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
import bqplot
import numpy as np


class CountedScale(bqplot.LinearScale):
    """A scale that keeps what pages have written to it, message by message."""

    def __init__(self, **traits: Any) -> None:  # noqa: ANN401  (those of any scale)
        """Make a scale with no message yet."""
        self.messages: list[dict[str, Any]] = []
        super().__init__(**traits)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take one message."""
        self.messages.append(dict(sync_data))
        super().set_state(sync_data)


class LinkedView(anywidget.AnyWidget):
    """A bar that follows and moves a scale."""

    _esm = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
    scale = anywidget.WidgetTrait().tag(sync=True)


def figure(scale: bqplot.LinearScale) -> bqplot.Figure:
    """One curve from 0 to 10 over the whole width."""
    x = np.linspace(0, 10, 200)
    lines = bqplot.Lines(x=x, y=np.sin(x), scales={"x": scale, "y": bqplot.LinearScale()})
    return bqplot.Figure(marks=[lines], layout={"width": "500px", "height": "200px"})
