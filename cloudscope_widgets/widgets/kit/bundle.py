"""The bundled front end of each widget, or a stand-in that says how to build it."""

from __future__ import annotations

import json
from pathlib import Path

STATIC = Path(__file__).resolve().parents[2] / "static"

_STAND_IN = """export default {{ render({{ el }}) {{
  el.textContent = {text};
}} }};
"""


def bundle(name: str) -> str:
    """Source of the front-end module of a widget."""
    path = STATIC / f"{name}.js"
    if path.is_file():
        return path.read_text(encoding="utf-8")
    text = f"The front end {path.name} is not built. With Node 20 or later, run make js in the checkout, and restart."
    return _STAND_IN.format(text=json.dumps(text))
