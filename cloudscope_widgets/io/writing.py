"""Writes the saved files of one recording: each whole or not at all, the sidecar last."""

from __future__ import annotations

import contextlib
import hashlib
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from filelock import FileLock

from cloudscope_widgets.core.errors import FilesChanged, SaveError
from cloudscope_widgets.io.bundle import content_hash
from cloudscope_widgets.io.paths import work_folder
from cloudscope_widgets.io.platform import long_path, replace_file, sync_file, sync_folder


def write_files(image: Path, files: Mapping[Path, bytes | None], known: Mapping[Path, str | None]) -> tuple[Path, ...]:
    """Bring the files beside an image to the given contents.

    Parameters
    ----------
    image
        Path of the image, which is not touched.
    files
        Bytes of each file in the order of writing; None for a file that is to go (it is kept in the work folder).
    known
        SHA-256 of each file as it was read or written last; None for a file that was not there.

    Returns
    -------
    Paths of the files that were changed.

    Raises
    ------
    FilesChanged
        When another program has changed one of the files meanwhile; nothing is written.
    SaveError
        When a file cannot be written; the message says what is on disk now.
    """
    changed = {path: raw for path, raw in files.items() if content_hash(raw) != known.get(path)}
    if not changed:
        return ()
    with _lock(image):
        return _replaced(image, changed, known)


def _lock(image: Path) -> FileLock:
    """Keep other processes of this machine from writing between our comparison and our writing."""
    name = hashlib.sha256(str(image.absolute()).encode()).hexdigest()[:32]
    return FileLock(Path(tempfile.gettempdir()) / f"cloudscope-{name}.lock")


def _replaced(image: Path, changed: Mapping[Path, bytes | None], known: Mapping[Path, str | None]) -> tuple[Path, ...]:
    _check_unchanged(image, known)
    done: list[Path] = []
    try:
        with _temporaries(image, changed) as prepared:
            for path, temporary in prepared.items():
                if temporary is None:
                    replace_file(path, work_folder(image) / f"{path.name}.{secrets.token_hex(4)}.removed")
                else:
                    replace_file(temporary, path)
                done.append(path)
        sync_folder(image.parent)
    except OSError as error:
        raise _refused(image, error, done) from error
    return tuple(changed)


def _check_unchanged(image: Path, known: Mapping[Path, str | None]) -> None:
    for path, expected in known.items():
        try:
            raw = path.read_bytes() if path.exists() else None
        except OSError as error:
            raise _refused(image, error, []) from error
        if content_hash(raw) != expected:
            raise FilesChanged(
                f"{image.name} was not saved: another program has changed {path} since it was opened. "
                "Open the recording again to see its state; your edits stay here until then."
            )


@contextlib.contextmanager
def _temporaries(image: Path, files: Mapping[Path, bytes | None]) -> Iterator[dict[Path, Path | None]]:
    """All contents on disk under temporary names; what is left of them afterwards is removed."""
    folder = work_folder(image)
    prepared: dict[Path, Path | None] = {}
    try:
        folder.mkdir(exist_ok=True)
        for path, raw in files.items():
            prepared[path] = None if raw is None else folder / f"{path.name}.{secrets.token_hex(4)}.tmp"
            temporary = prepared[path]
            if raw is not None and temporary is not None:
                with open(long_path(temporary), "xb") as file:  # noqa: PTH123  (the long form of a path is text)
                    file.write(raw)
                    sync_file(file)
        yield prepared
    finally:
        for temporary in prepared.values():
            if temporary is not None:
                with contextlib.suppress(OSError):  # it has been renamed, or was never made
                    temporary.unlink()
        with contextlib.suppress(OSError):  # others may use it
            folder.rmdir()


def _refused(image: Path, error: OSError, done: list[Path]) -> SaveError:
    reason = error.strerror or str(error)
    if done:
        names = ", ".join(path.name for path in done)
        return SaveError(f"{image.name} was saved only in part ({names}): {reason}. Save again once that is mended.")
    where = error.filename or image.parent
    return SaveError(
        f"{image.name} was not saved: {where}: {reason}. Nothing on disk has changed; make the folder writable or free "
        "some space, and save again."
    )
