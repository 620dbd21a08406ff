"""The journal: what one save is about to do, with checksums; once it has its name, the save will be finished.

The journals of one recording are numbered, and only the latest counts. A finished one keeps its name and its first
line, so that no slow process can decide on the number that it had.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cloudscope_widgets.io.commit.content import bytes_of
from cloudscope_widgets.io.paths import is_own_folder, short_name, work_folder

VERSION = 2
ENDING = ".journal"
_HASH_LENGTH = 64
_NUMBER_LENGTH = 6


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
    raw: bytes = field(repr=False)
    """As it stands on the disk."""


def journal_path(image: Path, number: int) -> Path:
    """Path of the journal of one save.

    Two saves that start from the same contents want the same number, which only one of them gets.
    """
    return work_folder(image) / f"{short_name(image.name)}.{number:0{_NUMBER_LENGTH}d}{ENDING}"


def journal_number(image: Path, path: Path) -> int | None:
    """Number in the name of a journal, None for a file that is no journal of this recording."""
    start = f"{short_name(image.name)}."
    number = path.name.removeprefix(start).removesuffix(ENDING)
    is_one = path.name == f"{start}{number}{ENDING}" and number.isascii() and number.isdigit()
    return int(number) if is_one else None


def journal_paths(image: Path) -> list[Path]:
    """Paths of all journals of one recording, the latest last; those before it count no more."""
    if not is_own_folder(work_folder(image)):
        return []
    try:
        names = os.listdir(work_folder(image))  # noqa: PTH208  (names are enough)
    except OSError:  # there are none, or nobody may look
        return []
    paths = [work_folder(image) / name for name in names if name.endswith(ENDING)]
    numbered = [(number, path) for path in paths if (number := journal_number(image, path)) is not None]
    return [path for _, path in sorted(numbered)]


def is_interrupted(image: Path) -> bool:
    """Whether the latest save of one recording was decided on and is not finished; OSError when that cannot be read."""
    latest = journal_paths(image)[-1:]
    return any(not is_finished(raw) for path in latest if (raw := bytes_of(path)) is not None)


def is_finished(raw: bytes) -> bool:
    """Whether these bytes are those of a journal of which nothing is left to be done."""
    return len(raw) > 1 and raw.find(b"\n") == len(raw) - 1


def finished_length(raw: bytes) -> int:
    """Count of the bytes that stay of a journal when it is finished."""
    return raw.index(b"\n") + 1


def written_journal(image: Path, path: Path, writer: str, entries: Sequence[Entry]) -> Journal:
    """Write a journal as bytes: a line with its writer, one of JSON, one with the hash of both."""
    files = [
        {
            "name": entry.path.name,
            "temporary": None if entry.temporary is None else entry.temporary.name,
            "sha256": entry.sha256,
            "displaced": entry.displaced,
        }
        for entry in entries
    ]
    said = {"version": VERSION, "image": image.name, "files": files}
    body = f"{writer}\n{json.dumps(said)}".encode()
    raw = body + b"\n" + hashlib.sha256(body).hexdigest().encode() + b"\n"
    return Journal(tuple(entries), path, writer, raw)


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
        writer, _, text = body.decode().partition("\n")
        said = json.loads(text)
        if said["version"] != VERSION or said["image"] != image.name:
            raise DamagedJournal("it belongs to another program or image")
        entries = tuple(_entry(image, item) for item in said["files"])
    except (ValueError, TypeError, KeyError) as error:
        raise DamagedJournal(f"it has no {error}") from error
    return Journal(entries, path, writer, raw)


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
