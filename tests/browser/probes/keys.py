"""A widget that takes keys."""

from __future__ import annotations

from pathlib import Path

import anywidget


class Keys(anywidget.AnyWidget):
    """An area that names the keys pressed in it."""

    _esm = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
