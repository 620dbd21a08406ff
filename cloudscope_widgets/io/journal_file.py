"""The journal: what one save is about to do, with checksums; once it has its name, the save will be finished."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cloudscope_widgets.io.paths import short_name, work_folder

VERSION = 1
_HASH_LENGTH = 64


class DamagedJournal(Exception):  # noqa: N818  (states what was found; never leaves this layer)
    """A journal is not what was written; the message says why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to happen to one saved file."""

    path: Path
    temporary: Path | None
    """Where the new content is; None for a file that is to go."""
    sha256: str | None
    """Hash of the new content; None for a file that is to go."""
    displaced: str | None
    """Hash of the content that it replaces; None for a file that was not there."""


@dataclass(frozen=True, slots=True)
class Journal:
    """One save that has been decided on."""

    entries: tuple[Entry, ...]
    """In the order of renaming, the sidecar last."""
    raw: bytes = field(repr=False)
    """As it stands on the disk."""


def journal_path(image: Path) -> Path:
    """Path of the journal of one recording."""
    return work_folder(image) / f"{short_name(image.name)}.journal"


def written_journal(image: Path, entries: Sequence[Entry]) -> Journal:
    """Write a journal as bytes: one line of JSON, one with its hash."""
    files = [
        {
            "name": entry.path.name,
            "temporary": None if entry.temporary is None else entry.temporary.name,
            "sha256": entry.sha256,
            "displaced": entry.displaced,
        }
        for entry in entries
    ]
    body = json.dumps({"version": VERSION, "image": image.name, "files": files}).encode()
    return Journal(tuple(entries), body + b"\n" + hashlib.sha256(body).hexdigest().encode() + b"\n")


def parse_journal(image: Path, raw: bytes) -> Journal:
    """Read a journal.

    Raises
    ------
    DamagedJournal
        When it is not what was written, or would touch files that are not saved files of this image.
    """
    body, _, checksum = raw.removesuffix(b"\n").rpartition(b"\n")
    if hashlib.sha256(body).hexdigest().encode() != checksum:
        raise DamagedJournal("its checksum is wrong")
    try:
        said = json.loads(body)
        if said["version"] != VERSION or said["image"] != image.name:
            raise DamagedJournal("it belongs to another program or image")
        entries = tuple(_entry(image, item) for item in said["files"])
    except (ValueError, TypeError, KeyError) as error:
        raise DamagedJournal(f"it has no {error}") from error
    return Journal(entries, raw)


def _entry(image: Path, said: dict[str, Any]) -> Entry:
    name, temporary = str(said["name"]), said["temporary"]
    names = [name] if temporary is None else [name, str(temporary)]
    is_ours = name.startswith(f"{image.name}.") and names[-1] in {name, f"{Path(names[-1]).stem}.tmp"}
    if not is_ours or any(Path(part).name != part for part in names):
        raise DamagedJournal(f"it names {name!r}, which is no saved file of {image.name}")
    hashes = said["sha256"], said["displaced"]
    if any(text is not None and len(str(text)) != _HASH_LENGTH for text in hashes) or (temporary is None) != (
        hashes[0] is None
    ):
        raise DamagedJournal(f"what it says of {name} is not whole")
    held = None if temporary is None else work_folder(image) / str(temporary)
    return Entry(image.with_name(name), held, *hashes)
