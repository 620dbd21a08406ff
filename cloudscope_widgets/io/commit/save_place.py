"""Whether a recording can be saved where its image is, found out before anything is tried.

Nothing is written through a link: what stands behind it may belong to others, or lie outside of the folder.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from cloudscope_widgets.io.paths import WORK_FOLDER, bundle_paths, is_own_folder, work_folder
from cloudscope_widgets.io.platform.files import is_junction, long_path, longest_name, name_length

_INNER_FOLDERS = ("backups", "displaced")


def why_not_saved(image: Path) -> str:
    """Why nothing can be saved beside an image, as sentences with a remedy; empty when nothing speaks against it."""
    return _name_too_long(image) or _folder_gone(image) or _foreign_work_folder(image) or _linked_file(image)


def image_gone_words(image: Path) -> str:
    """Sentence for an image that is not there any more, empty when it is; its saved files are written all the same."""
    if os.path.lexists(long_path(image)):
        return ""
    return (
        f"The image {image.name} is not in {image.parent} any more; what was saved stands there without it. Move these "
        "files to where the image is now."
    )


def _name_too_long(image: Path) -> str:
    needed = max((path.name for path in bundle_paths(image)), key=name_length)
    surplus = name_length(needed) - longest_name(image.parent)
    if surplus <= 0:
        return ""
    ending = needed.removeprefix(image.name)
    return (
        f"{image.name} can be looked at, but not saved: its name is too long for that of its file *{ending}. Make it "
        f"{surplus} bytes shorter (a letter such as ä takes 2), then open it again."
    )


def _folder_gone(image: Path) -> str:
    if Path(long_path(image.parent)).is_dir():
        return ""
    return (
        f"The folder {image.parent} is not there any more. Connect its drive or put it back, then save again; "
        "your edits stay here until then."
    )


def _foreign_work_folder(image: Path) -> str:
    folder = work_folder(image)
    for path in (folder, *(folder / name for name in _INNER_FOLDERS)):
        if not is_own_folder(path) and (what := _kind(path)):
            shown = "/".join((WORK_FOLDER, *path.parts[len(folder.parts) :]))
            return (
                f"{shown} in {image.parent} is {what}, and nothing is read or written there. Remove it or rename it, "
                "then save again; it is made anew when it is needed."
            )
    return ""


def _linked_file(image: Path) -> str:
    linked = next((path for path in bundle_paths(image) if _is_link(path)), None)
    if linked is None:
        return ""
    return (
        f"{linked} is a link, and nothing is written through links. Put a copy of the file that it leads to in its "
        "place, then save again."
    )


def _kind(path: Path) -> str:
    """What stands in the place of a folder; empty where nobody may look, which the save itself says best."""
    try:
        status = os.lstat(long_path(path))
    except OSError:
        return ""
    if stat.S_ISLNK(status.st_mode) or is_junction(status):
        return "a link"
    return "" if stat.S_ISDIR(status.st_mode) else "not a folder"  # a folder, though the look before failed


def _is_link(path: Path) -> bool:
    try:
        return stat.S_ISLNK(os.lstat(long_path(path)).st_mode)
    except (OSError, ValueError):  # it is not there
        return False
