"""The files that are saved beside an image, and the folder for what may be deleted at any time."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from pathlib import Path

from cloudscope_widgets.core.errors import SidecarReadError
from cloudscope_widgets.core.kinds import SHARED_KINDS, SHARED_TABLES
from cloudscope_widgets.io.platform.files import is_junction, long_path

WORK_FOLDER = ".cloudscope"
"""Hidden folder beside the images: temporaries, backups, locks; never a result, never an image."""
LARGEST_SAVED_BYTES = 500_000_000
"""A table of ten million lines is smaller."""
_SHORT_NAME_BYTES = 120
_LONGEST_NAME = 200


def sidecar_path(image: Path) -> Path:
    """Path of the saved state that is shared with CloudScope."""
    return image.with_name(f"{image.name}.json")


def own_path(image: Path) -> Path:
    """Path of what the shared format has no place for."""
    return image.with_name(f"{image.name}.widgets.json")


def table_path(image: Path, analysis_name: str) -> Path:
    """Path of the table of one analysis; CloudScope deletes CSV files of analyses that it does not know."""
    ending = "csv" if analysis_name in SHARED_KINDS else "tsv"
    return image.with_name(f"{image.name}.{analysis_name}.{ending}")


def bundle_paths(image: Path) -> tuple[Path, ...]:
    """Files that this program may write beside an image: tables, our own file, and the sidecar last."""
    return (*(table_path(image, name) for name in SHARED_TABLES), own_path(image), sidecar_path(image))


def work_folder(image: Path) -> Path:
    """Path of the hidden folder beside an image; on Windows in a form with room for the names in it."""
    return Path(long_path(image.parent / WORK_FOLDER, room=_LONGEST_NAME))


def is_own_folder(path: Path) -> bool:
    """Whether a folder is really there and no link that leads elsewhere, or may be made; False for anything else."""
    try:
        status = os.lstat(long_path(path))
    except FileNotFoundError:
        return True
    except (OSError, ValueError):  # nobody may look
        return False
    return stat.S_ISDIR(status.st_mode) and not is_junction(status)


def printable(text: str) -> str:
    r"""Text that every program can show and write; bytes of a file name that are no text are spelled as ``\xff``."""
    try:
        text.encode()
    except UnicodeEncodeError:
        pass
    else:
        return text
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:  # half a character, as Windows allows it in names
        return text.encode("utf-8", "backslashreplace").decode()


def short_name(name: str) -> str:
    """Name with room for an ending within the 255 bytes of a file system; a long one ends with a hash of the whole."""
    raw = name.encode(errors="surrogateescape")
    if len(raw) <= _SHORT_NAME_BYTES:
        return name
    kept = raw[: _SHORT_NAME_BYTES - 11].decode(errors="ignore")
    return f"{kept}~{hashlib.sha256(raw).hexdigest()[:10]}"


def saved_bytes(path: Path, *, largest_bytes: int = LARGEST_SAVED_BYTES) -> bytes | None:
    """Bytes of a saved file, None when it is not there.

    Raises
    ------
    SidecarReadError
        When it cannot be opened, is no file (a pipe would block for ever), or is larger than any that was ever saved.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise SidecarReadError(f"{path} cannot be read: it is not a file.")
        if status.st_size > largest_bytes:
            size, limit = (f"{count / 1e6:.0f} MB" for count in (status.st_size, largest_bytes))
            raise SidecarReadError(f"{path} cannot be read: it has {size}, more than {limit}.")
        return path.read_bytes() if status.st_size else b""
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:  # so that no such file can be there
            return None
        raise SidecarReadError(f"{path} cannot be opened: {error.strerror or error}.") from error
