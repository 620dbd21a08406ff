"""Keys that a notebook would take, were they not pressed in a widget."""

from __future__ import annotations

NOTEBOOK_KEYS = (
    *("a", "b", "1", "2", "Space", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "j", "k", "s", "Delete"),
    *("Escape", "Control+z", "Control+Shift+z", "Control+s", "Enter", "Shift+Enter"),
    *("m", "y", "r", "x", "c", "v", "z", "d", "d"),
)
"""Commands on cells in JupyterLab, and what scrolls a page."""
