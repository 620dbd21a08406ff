"""A widget of the real base class, whose page writes what it may not."""

from __future__ import annotations

from pathlib import Path

from cloudscope_widgets.widgets._base import SessionWidget, state


class RefusedValue(SessionWidget):
    """A number."""

    _esm = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
    number = state(int, 7)
    """Python's own."""
