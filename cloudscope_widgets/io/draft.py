"""Unsaved edits on disk, so that they outlive the process that made them; a draft may be deleted at any time."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cloudscope_widgets.core.errors import SidecarReadError
from cloudscope_widgets.core.header import Header
from cloudscope_widgets.core.record import RecordKey, RecordSet
from cloudscope_widgets.core.snapshot import Snapshot
from cloudscope_widgets.io.draft_parts import Parts, part_path, part_paths, put_together, taken_apart
from cloudscope_widgets.io.format.bundle import parse_bundle
from cloudscope_widgets.io.format.json_text import parse_json
from cloudscope_widgets.io.format.snapshot_json import read_snapshot_document, snapshot_document
from cloudscope_widgets.io.paths import bundle_paths, is_own_folder, short_name, work_folder
from cloudscope_widgets.io.platform.files import long_path, replace_file, state_folder, sync_file
from cloudscope_widgets.io.platform.process import ProcessMark, is_running, process_mark, user_name

VERSION = 2
FIRST_VERSION = 1
"""Its drafts held the saved files of both states, and so nothing that these cannot hold."""
ENDING = ".draft"
LEFT_ENDING = ".left.draft"
"""Ending of a draft whose writer has let go of it."""
UNKNOWN_FOR_S = 24 * 3600
"""A writer of which nobody can know whether it runs is taken to run until its draft is as old as this."""
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Writer:
    """Who keeps a draft: a process, for one visitor of a dashboard or for the user of the machine."""

    process: ProcessMark
    token: str
    """Tells the writers of one process apart."""
    user: str
    visitor: str
    """Empty outside of dashboards."""
    browser: str = ""
    """Tells the browsers of one visitor apart; empty where that is not known."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Unsaved edits that were found on disk."""

    path: Path
    writer: Writer
    at: datetime
    """Local time of the last edit in it."""
    base: Snapshot
    """What was on disk when the edits were made, as far as they changed it."""
    ours: Snapshot
    """The same with the edits."""
    unchanged: tuple[tuple[RecordKey, str], ...]
    """Results that were on disk and are left out of both, each with the name of its run."""

    def beside(self, disk: Snapshot) -> tuple[Snapshot, Snapshot]:
        """Base and edits, completed with the results that are on disk as they were."""
        kept = [record for key, run in self.unchanged if (record := disk.records.find(key)) and record.run_id == run]
        base, ours = (replace(state, records=RecordSet([*kept, *state.records])) for state in (self.base, self.ours))
        return base, ours


def new_writer(visitor: str = "") -> Writer:
    """Writer of this process."""
    return Writer(process_mark(), secrets.token_hex(4), user_name(), visitor)


# ---------------------------------------------------------------- writing
def write_draft(image: Path, header: Header, base: Snapshot, ours: Snapshot, writer: Writer) -> Path:
    """Put unsaved edits on disk, whole or not at all, in the place of the writer's last draft of this image.

    Parameters
    ----------
    image
        Path of the image.
    header
        What the image itself says.
    base
        What is on disk.
    ours
        The present state.
    writer
        Who keeps the draft.

    Returns
    -------
    Where it stands: beside the image or, where nobody may write there, in the user's own folder.

    Raises
    ------
    OSError
        When it cannot be written anywhere.
    """
    raw, parts = _draft_bytes(image, header, base, ours, writer)
    *beside, apart = (folder / _draft_name(image, writer) for folder in _places(image))
    for path in beside:
        with contextlib.suppress(OSError):  # nobody may write there
            _write_with_parts(path, raw, parts)
            return path
    _write_with_parts(apart, raw, parts)
    return apart


def _write_with_parts(path: Path, raw: bytes, parts: Parts) -> None:
    """Write a draft after the parts that are not there yet, and delete those that it does not need any more."""
    stem = _without_ending(path)
    known = set(part_paths(path, stem))
    needed = {part_path(path, stem, name): content for name, content in parts.items()}
    for part, content in needed.items():
        if part not in known:
            _write(part, content)
    _write(path, raw)
    for part in known - set(needed):
        with contextlib.suppress(OSError):
            part.unlink()


def _without_ending(path: Path) -> str:
    return path.name.removesuffix(ENDING).removesuffix(LEFT_ENDING.removesuffix(ENDING))


def _places(image: Path) -> tuple[Path, ...]:
    """Folders for drafts: beside the image, unless a link stands there, and that of the user."""
    apart = state_folder() / "drafts" / _hash(str(image.absolute()))
    return (work_folder(image), apart) if is_own_folder(work_folder(image)) else (apart,)


def _hash(text: str) -> str:
    return hashlib.sha256(os.fsencode(text)).hexdigest()[:16]


def _draft_name(image: Path, writer: Writer) -> str:
    host = re.sub(r"[^A-Za-z0-9-]+", "-", writer.process.host)[:30]
    return f"{_stem(image)}.{host}.{writer.process.pid}.{writer.token}{ENDING}"


def _stem(image: Path) -> str:
    """Beginning of the names of all drafts of one image; never too long for a file system."""
    return f"{short_name(image.name[:_LONGEST_NAME])}.{_hash(image.name)}"


def _write(path: Path, raw: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with open(long_path(unfinished), "xb") as file:  # noqa: PTH123  (the long form of a path is text)
            file.write(raw)
            sync_file(file)
        replace_file(unfinished, path)
    finally:
        with contextlib.suppress(OSError):  # it has been renamed, or was never made
            unfinished.unlink()


def _draft_bytes(image: Path, header: Header, base: Snapshot, ours: Snapshot, writer: Writer) -> tuple[bytes, Parts]:
    same = [record for record in ours.records if record == base.records.find(record.key)]
    keys = {record.key for record in same}
    states: dict[str, Any] = {}
    parts: Parts = {}
    for name, state in (("base", base), ("ours", ours)):
        changed = replace(state, records=RecordSet(r for r in state.records if r.key not in keys))
        states[name], large = taken_apart(snapshot_document(changed))
        parts |= large
    document = {
        "version": VERSION,
        "image": str(image.absolute()),
        "shape": header.shape,
        "at": datetime.now(UTC).isoformat(),
        "writer": asdict(writer),
        "unchanged": [[*record.key, record.run_id] for record in same],
        **states,
    }
    return json.dumps(document).encode("ascii"), parts


# ---------------------------------------------------------------- reading
Seen = dict[Path, tuple[tuple[int, int], "Draft | None"]]
"""Drafts as they were read last, each with the time and size of its file; None for one that cannot be read."""


def find_drafts(image: Path, header: Header, *, visitor: str = "") -> tuple[Draft, ...]:
    """Drafts of an image that their writers have left behind, the newest first.

    Parameters
    ----------
    image
        Path of the image.
    header
        What the image itself says.
    visitor
        Whose drafts; empty for those of the user of this machine.
    """
    return tuple(draft for draft in list_drafts(image, header, {}, visitor=visitor) if is_left(draft))


def list_drafts(image: Path, header: Header, seen: Seen, *, visitor: str = "", own: str = "") -> tuple[Draft, ...]:
    """Drafts of an image, also those that their writers still keep, the newest first.

    Parameters
    ----------
    image
        Path of the image.
    header
        What the image itself says.
    seen
        What was read by earlier calls; a file that has not changed since is not read again.
    visitor
        Whose drafts; empty for those of the user of this machine.
    own
        Token of the writer that asks, whose drafts are left out.
    """
    paths = [path for path in _draft_paths(image) if not own or f".{own}." not in path.name]
    found = [draft for path in paths if (draft := _read(path, image, header, seen)) and _is_of(draft, visitor)]
    return tuple(sorted(found, key=lambda draft: draft.at, reverse=True))


def is_left(draft: Draft) -> bool:
    """Whether nobody keeps a draft any more: its writer has let go of it, or does not run."""
    if draft.path.name.endswith(LEFT_ENDING):
        return True
    running = is_running(draft.writer.process)
    if running is None:
        return (datetime.now(UTC) - draft.at).total_seconds() > UNKNOWN_FOR_S
    return not running


def _draft_paths(image: Path) -> Iterator[Path]:
    for folder in _places(image):
        with contextlib.suppress(OSError):  # there is none
            yield from sorted(path for path in folder.iterdir() if _is_draft(path, image))


def _is_draft(path: Path, image: Path) -> bool:
    return path.name.startswith(f"{_stem(image)}.") and path.name.endswith(ENDING)


def _read(path: Path, image: Path, header: Header, seen: Seen) -> Draft | None:
    """Draft in a file; None when it cannot be read."""
    try:
        status = Path(long_path(path)).stat()
        stamp = status.st_mtime_ns, status.st_size
        if path not in seen or seen[path][0] != stamp:
            seen[path] = stamp, None
            seen[path] = stamp, _parsed(path, image, header)
    except (OSError, SidecarReadError, ValueError, TypeError, KeyError):
        return None
    return seen[path][1]


def _is_of(draft: Draft, visitor: str) -> bool:
    return draft.writer.visitor == visitor and (visitor != "" or draft.writer.user == user_name())


def _parsed(path: Path, image: Path, header: Header) -> Draft:
    said = parse_json(Path(long_path(path)).read_bytes(), path)
    if said["version"] not in {FIRST_VERSION, VERSION}:
        raise ValueError(f"{path} is a draft of another version")
    writer = dict(said["writer"])
    if said["version"] == FIRST_VERSION:
        base, ours = (_state_of_files(image, header, said[name]) for name in ("base", "ours"))
    else:
        states = [put_together(said[name], path, _without_ending(path)) for name in ("base", "ours")]
        base = read_snapshot_document(states[0], header, Snapshot(header))
        ours = read_snapshot_document(states[1], header, base)
    return Draft(
        path=path,
        writer=Writer(ProcessMark(**writer.pop("process")), **writer),
        at=datetime.fromisoformat(said["at"]).astimezone(),
        base=base,
        ours=ours,
        unchanged=tuple(((name, channel, roi_id), run) for name, channel, roi_id, run in said["unchanged"]),
    )


def _state_of_files(image: Path, header: Header, texts: dict[str, str]) -> Snapshot:
    raw = {path: texts.get(path.name.removeprefix(image.name)) for path in bundle_paths(image)}
    return parse_bundle(image, header, {path: text and text.encode() for path, text in raw.items()}).snapshot  # type: ignore[misc]


# ---------------------------------------------------------------- letting go
def drop_draft(path: Path) -> None:
    """Delete a draft, if it is still there, and the folder when it was the last thing in it."""
    for file in (path, *part_paths(path, _without_ending(path))):
        with contextlib.suppress(OSError):
            file.unlink()
    with contextlib.suppress(OSError):  # others may use it
        path.parent.rmdir()


def leave_draft(path: Path) -> None:
    """Let go of a draft whose edits were not saved, so that it can be offered at once."""
    with contextlib.suppress(OSError):
        path.rename(path.with_name(path.name.removesuffix(ENDING) + LEFT_ENDING))
