"""OME files of one folder that name each other, and so are one recording; only their documents are read."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from html import unescape
from pathlib import Path

import tifffile

from cloudscope_widgets.io.images.ome.document import document_text
from cloudscope_widgets.io.images.tiff.structure import checked_first_page
from cloudscope_widgets.io.platform.files import true_name

OME_SUFFIXES = (".ome.tif", ".ome.tiff", ".ome.tf2", ".ome.tf8", ".ome.btf")
_FILE_NAME = re.compile(r"""<(?:\w+:)?UUID\b[^>]*?\bFileName\s*=\s*(?:"([^"]*)"|'([^']*)')""")


def is_ome_name(name: str) -> bool:
    """Whether a file name ends like that of an OME-TIFF, in any case."""
    return name.lower().endswith(OME_SUFFIXES)


def ome_members(path: Path, names: Collection[str] | None = None) -> tuple[str, ...]:
    """Names of the files that a file says it is one recording with, in the order of its document.

    Parameters
    ----------
    path
        One of the files.
    names
        Names that there are in its folder; None to look for those that it names.

    Returns
    -------
    Its own name alone when it names no others, does not name itself, or cannot be read.
    """
    alone = (path.name,)
    said = tuple(dict.fromkeys(_said_names(path)))
    if path.name not in said or len(said) == 1:
        return alone
    if names is None:
        names = {name for name in said if "/" not in name and "\\" not in name and _is_there(path, name)}
    return tuple(name for name in said if name in names) or alone


def ome_groups(folder: Path, names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Files of each recording of several OME files, by the name of each of its files."""
    ome = [name for name in names if is_ome_name(name)]
    found: dict[str, tuple[str, ...]] = {}
    if len(ome) < 2:  # noqa: PLR2004  (one names no other)
        return found
    for name in ome:
        if name not in found:
            members = tuple(one for one in ome_members(folder / name, ome) if one not in found)
            found |= dict.fromkeys(members, members) if len(members) > 1 else {}
    return found


def _is_there(path: Path, name: str) -> bool:
    try:
        found = path.with_name(name)
        return found.is_file() and true_name(found).name == name
    except (OSError, ValueError):
        return False


def _said_names(path: Path) -> list[str]:
    """File names in the document of a file; none when it has no document or cannot be read."""
    try:
        checked_first_page(path)
        with tifffile.TiffFile(path, _multifile=False) as tiff:
            text = document_text(path, tiff.pages.first.description) if tiff.is_ome else ""
    except Exception:  # noqa: BLE001  (the library raises more than a dozen types; opening the file says what is wrong)
        return []
    return [unescape(first or second) for first, second in _FILE_NAME.findall(text)]
