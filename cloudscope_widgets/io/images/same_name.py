"""Finding a file beside an image whatever the letter case of its name."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from cloudscope_widgets.io.platform.files import folded_name, long_path

_SETTLED_S = 2.0
"""A folder that was changed this recently may change again without a new time of change."""


def path_in_any_case(path: Path) -> Path | None:
    """Find a file by its name, or by one that differs in letter case only; None when there is none.

    A file of other letter case is left to the image that has exactly its name.

    Raises
    ------
    OSError
        When the folder cannot be listed.
    """
    if path.is_file():
        return path
    changed_s = path.parent.stat().st_mtime
    is_settled = abs(time.time() - changed_s) > _SETTLED_S
    listed = _settled_names(path.parent, changed_s) if is_settled else _names(path.parent)
    for name in listed.get(folded_name(path.name), ()):
        stem = Path(name).stem
        if stem == path.stem or not _has_image(listed, stem):
            return path.with_name(name)
    return None


def _has_image(listed: Mapping[str, tuple[str, ...]], stem: str) -> bool:
    return any(
        Path(name).stem == stem
        for suffix in (".tif", ".tiff")
        for name in listed.get(folded_name(f"{stem}{suffix}"), ())
    )


@lru_cache(maxsize=4)
def _settled_names(folder: Path, _changed_s: float) -> Mapping[str, tuple[str, ...]]:
    """Names in a folder that has not changed since; a folder of images is asked once for each of them."""
    return _names(folder)


def _names(folder: Path) -> Mapping[str, tuple[str, ...]]:
    names: dict[str, tuple[str, ...]] = {}
    with os.scandir(long_path(folder)) as entries:
        for name in sorted(entry.name for entry in entries):
            names[folded_name(name)] = (*names.get(folded_name(name), ()), name)
    return names
