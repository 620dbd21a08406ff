"""Sentences as they may be shown: in which folders something lies is not told to whoever looks at a page."""

from __future__ import annotations

import os
from pathlib import Path

from cloudscope_widgets.core.shown_paths import without_paths
from cloudscope_widgets.io.paths import printable
from cloudscope_widgets.store.session import Session


def shown_text(text: str, *folders: Path) -> str:
    """Text that can be sent, without absolute paths; what lies in ``folders`` is named from there."""
    shown = printable(text)
    if "/" not in shown and "\\" not in shown:
        return shown
    ways = (way for folder in folders for way in (str(folder), os.path.realpath(folder)))
    return without_paths(shown, map(printable, ways))


def session_folders(session: Session) -> tuple[Path, ...]:
    """Folders of a session that are not told: the one that is shown, and those of recordings elsewhere."""
    root = session.root
    folders = dict.fromkeys(acquisition.path.parent for acquisition in session.recordings())
    return (root, *(folder for folder in folders if root not in (folder, *folder.parents)))
