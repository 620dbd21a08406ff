"""The journal: what one save is about to do, with checksums; once it has its name, the save will be finished."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cloudscope_widgets.io.paths import short_name, work_folder

VERSION = 1
ENDING = ".journal"
_HASH_LENGTH = 64
_DIGEST_LENGTH = 16


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
    path: Path
    writer: str
    """Name of the writer, which no other save has."""
    replaces: tuple[str, ...]
    """Writers of earlier journals, whose entries that still wait are among these."""
    raw: bytes = field(repr=False)
    """As it stands on the disk."""


def journal_path(image: Path, known: Mapping[Path, str | None]) -> Path:
    """Path of the journal of the save that starts from these contents.

    Two saves that start from the same contents want the same name, which only one of them gets; no two saves that
    follow each other have one name, so that a slow process cannot take the next journal for the one it has finished.
    """
    state = json.dumps(sorted((path.name, content) for path, content in known.items()))
    digest = hashlib.sha256(state.encode()).hexdigest()[:_DIGEST_LENGTH]
    return work_folder(image) / f"{short_name(image.name)}.{digest}{ENDING}"


def journal_paths(image: Path) -> list[Path]:
    """Paths of all journals of one recording; nearly always none or one."""
    start = f"{short_name(image.name)}."
    try:
        names = os.listdir(work_folder(image))  # noqa: PTH208  (names are enough)
    except OSError:  # there are none, or nobody may look
        return []
    length = len(start) + _DIGEST_LENGTH + len(ENDING)
    return [
        work_folder(image) / name
        for name in sorted(names)
        if len(name) == length and name.startswith(start) and name.endswith(ENDING)
    ]


def written_journal(
    image: Path, path: Path, writer: str, entries: Sequence[Entry], replaces: Sequence[str] = ()
) -> Journal:
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
    said = {"version": VERSION, "image": image.name, "writer": writer, "replaces": list(replaces), "files": files}
    body = json.dumps(said).encode()
    raw = body + b"\n" + hashlib.sha256(body).hexdigest().encode() + b"\n"
    return Journal(tuple(entries), path, writer, tuple(replaces), raw)


def parse_journal(image: Path, path: Path, raw: bytes) -> Journal:
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
        writer, replaces = str(said["writer"]), tuple(map(str, said["replaces"]))
    except (ValueError, TypeError, KeyError) as error:
        raise DamagedJournal(f"it has no {error}") from error
    return Journal(entries, path, writer, replaces, raw)


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
