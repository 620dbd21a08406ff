"""Sentences as they may be shown: the folder of a session is not told to whoever looks at a page."""

from __future__ import annotations

import os
from pathlib import Path


def without_root(text: str, root: Path) -> str:
    """Replace whole paths in a sentence by those from the root of the session, which itself is called by its name."""
    return text.replace(f"{root}{os.sep}", "").replace(str(root), root.name)
