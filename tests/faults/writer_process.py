"""One of several processes that write to the saved files of one recording.

Run as ``python -m tests.faults.writer_process IMAGE --name 1 --saves 20 --manner ours``. Every writer adds edits to the
list in the sidecar; ``careless`` is a program that knows neither lock nor journal and writes slowly and in place, as
CloudScope does. It says when it is ready and begins at a line of input. What was acknowledged, refused and seen is
printed as JSON.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import json
import random
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from unittest import mock

from filelock import FileLock

from cloudscope_widgets.core.errors import FilesChanged
from cloudscope_widgets.io.commit import backups
from cloudscope_widgets.io.commit.content import content_hash
from cloudscope_widgets.io.commit.journal import commit_files
from cloudscope_widgets.io.commit.saved_files import read_saved_files
from tests.faults.failing_calls import error
from tests.faults.generations import TABLES, hashes_of, saved_paths

Edit = tuple[str, int]
Files = dict[Path, bytes | None]
LONGEST_WAIT_S = 20.0
_PAUSE_S = 0.004


@dataclass(slots=True)
class Told:
    """What one writer did and saw."""

    acknowledged: list[Edit] = field(default_factory=list)
    refused: int = 0
    """Saves that were refused because another writer was quicker."""
    mixed: int = 0
    """States that were read and did not belong together."""
    notices: int = 0


def files_with(image: Path, edits: list[Edit]) -> dict[Path, bytes]:
    """Give the bytes of a state; the sidecar knows the tables that belong to it."""
    *tables, sidecar = saved_paths(image)
    files = {
        path: b"t,v\n" + f"{name},{len(edits)},{edits[-1]}\n".encode() * 50
        for path, name in zip(tables, TABLES, strict=True)
    }
    hashes = {path.name: content_hash(raw) for path, raw in files.items()}
    return {**files, sidecar: json.dumps({"edits": edits, "tables": hashes}).encode()}


def edits_of(sidecar: bytes | None) -> list[Edit] | None:
    """List of edits of a sidecar, None when it is being written at this moment."""
    try:
        document = json.loads(sidecar or b'{"edits": []}')
    except ValueError:
        return None
    return [(str(name), int(number)) for name, number in document["edits"]]


def is_one_state(image: Path, raw: Files) -> bool:
    """Whether tables and sidecar belong together."""
    *tables, sidecar = saved_paths(image)
    found = raw[sidecar]
    if found is None:
        return all(raw[path] is None for path in tables)
    try:
        hashes = json.loads(found)["tables"]
    except ValueError:
        return False
    return all(content_hash(raw[path]) == hashes[path.name] for path in tables)


def write_ours(image: Path, name: str, saves: int, rng: random.Random) -> Told:
    """Add edits as this program does: read, change, save, and again when another one was quicker."""
    told = Told()
    for number in range(saves):
        while not _added(image, (name, number), told):
            pass
        time.sleep(rng.random() * _PAUSE_S)  # a person edits
    end_mark(image).touch()
    return told


def _added(image: Path, edit: Edit, told: Told) -> bool:
    raw = _read_state(image, told)
    edits = [*(edits_of(raw[saved_paths(image)[-1]]) or []), edit]
    try:
        commit = commit_files(image, files_with(image, edits), hashes_of(raw))
    except FilesChanged:
        told.refused += 1
        return False
    told.acknowledged.append(edit)
    told.notices += len(commit.notices)
    return True


def _read_state(image: Path, told: Told) -> Files:
    """Read until what is read belongs together: another program may be writing in place."""
    end_s = time.monotonic() + LONGEST_WAIT_S
    while time.monotonic() < end_s:
        raw = read_saved_files(image, saved_paths(image)).raw
        if is_one_state(image, raw):
            return raw
        told.mixed += 1
        time.sleep(_PAUSE_S)
    raise RuntimeError("the files never belonged together again")


def write_carelessly(image: Path, name: str, saves: int, rng: random.Random) -> Told:
    """Add edits as a program that writes in place, the sidecar first, with pauses, until ours has ended."""
    told = Told()
    *tables, sidecar = saved_paths(image)
    while len(told.acknowledged) < saves or not end_mark(image).exists():
        edits = edits_of(sidecar.read_bytes() if sidecar.exists() else None)
        if edits is None:
            continue
        edit = (name, len(told.acknowledged))
        files = files_with(image, [*edits, edit])
        time.sleep(rng.random() * 10 * _PAUSE_S)  # a person edits
        for path in (sidecar, *tables):
            with path.open("wb", buffering=0) as file:
                half = len(files[path]) // 2
                file.write(files[path][:half])
                time.sleep(rng.random() * _PAUSE_S)
                file.write(files[path][half:])
            time.sleep(rng.random() * _PAUSE_S)
        told.acknowledged.append(edit)
        time.sleep(rng.random() * 25 * _PAUSE_S)
    return told


def end_mark(image: Path) -> Path:
    """File that says that the last writer of ours has ended."""
    return image.with_name("ended")


def refuse_lock(*_: object, **__: object) -> None:
    """Refuse, as some shares do."""
    raise error(errno.ENOLCK)


def main() -> None:
    """Write as the arguments say."""
    parser = argparse.ArgumentParser(description="One of several processes that write to one recording.")
    parser.add_argument("image", type=Path)
    parser.add_argument("--name", required=True)
    parser.add_argument("--saves", type=int, required=True)
    parser.add_argument("--manner", choices=("ours", "ours without locks", "careless"), default="ours")
    arguments = parser.parse_args()
    rng = random.Random(arguments.name)  # noqa: S311  (chance, not secrecy)
    write = write_carelessly if arguments.manner == "careless" else write_ours
    with contextlib.ExitStack() as stack:
        # Nothing is pruned, so that in the end every version can be looked for.
        stack.enter_context(mock.patch.object(backups, "KEPT_OTHERS", 10**6))
        if arguments.manner == "ours without locks":
            stack.enter_context(mock.patch.object(FileLock, "acquire", refuse_lock))
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        told = write(arguments.image, arguments.name, arguments.saves, rng)
    sys.stdout.write(json.dumps(asdict(told)) + "\n")


if __name__ == "__main__":
    main()
