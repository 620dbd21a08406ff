"""What differs between the files of Linux, macOS, Windows and network shares, each with a fallback."""

from __future__ import annotations

import contextlib
import errno
import importlib
import mmap
import ntpath
import os
import platform
import secrets
import shutil
import stat
import time
import unicodedata
from pathlib import Path
from typing import IO, Any

import numpy as np
import platformdirs

APP_NAME = "cloudscope-widgets"
LONG_PATH_CHARACTERS = 248
REPLACE_PAUSES_S = (0.05, 0.1, 0.15, 0.3, 0.4)
"""Waits between the tries to replace a file that another program holds open."""

_F_FULLFSYNC = 51
_JUNCTION = 0xA0000003
_COPY_BYTES = 1024 * 1024
_LONGEST_NAME = 255


def _error_numbers(*names: str) -> frozenset[int]:
    """Numbers of the errors that this system knows; not every system has a number for each."""
    return frozenset(getattr(errno, name) for name in names if hasattr(errno, name))


_NO_FULL_SYNC = _error_numbers("EINVAL", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "ENOTTY")
_NO_FOLDER_SYNC = _NO_FULL_SYNC | _error_numbers("EACCES", "EPERM", "EBADF", "EISDIR")
_NO_LINK = _error_numbers("EPERM", "EACCES", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EXDEV", "EMLINK")
_HELD_OPEN = _error_numbers("EBUSY", "ETXTBSY")


def sync_file(file: int | IO[bytes]) -> None:
    """Wait until the content of an open file is on the disk, not only in a cache."""
    if not isinstance(file, int):
        file.flush()
        file = file.fileno()
    if not (_system() == "Darwin" and _synced_through_drive_cache(file)):
        os.fsync(file)


def _synced_through_drive_cache(descriptor: int) -> bool:
    """Empty the drive's own cache, which fsync on macOS does not; network shares refuse it."""
    fcntl = importlib.import_module("fcntl")
    try:
        fcntl.fcntl(descriptor, getattr(fcntl, "F_FULLFSYNC", _F_FULLFSYNC))
    except OSError as error:
        if error.errno not in _NO_FULL_SYNC:
            raise
        return False
    return True


def sync_folder(folder: Path) -> None:
    """Wait until new, renamed and deleted names of a folder are on the disk, where the system can promise that.

    Windows and some network shares cannot and are left alone; a failing or full disk raises OSError.
    """
    try:
        descriptor = os.open(long_path(folder), os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
        try:
            sync_file(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            raise


def write_synced(path: Path, raw: bytes, *, mode: int | None = None) -> None:
    """Make a new file, readable as ``mode`` says where it is given; its content is on the disk when this returns.

    Raises
    ------
    FileExistsError
        When there is a file of this name.
    OSError
        When it cannot be written; what has been written of it stays.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    descriptor = os.open(long_path(path), flags, 0o666)
    try:
        rest = memoryview(raw)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        sync_file(descriptor)
    finally:
        os.close(descriptor)
    if mode is not None:
        with contextlib.suppress(OSError):  # not every share keeps modes
            os.chmod(long_path(path), stat.S_IMODE(mode))  # noqa: PTH101  (the long form of a path is text)


def cut_off(path: Path, length: int) -> None:
    """Keep only the first bytes of a file that is there; OSError when it is not, or cannot be changed."""
    os.truncate(long_path(path), length)


def rename_new(source: Path, target: Path) -> None:
    """Give ``source`` the name ``target`` in one step, unless a file of that name is there.

    Where links are refused, two programs that do this at the same moment may both succeed.

    Raises
    ------
    FileExistsError
        When the target is there already.
    OSError
        When the file cannot be renamed; its name is then as before.
    """
    if _system() == "Windows":
        _long(source).rename(long_path(target))  # refuses there to replace a file
        return
    try:
        target.hardlink_to(source)
    except FileExistsError:
        if not _is_one_file(target, source):  # a share may answer so when its first answer was lost
            raise
    except OSError as error:
        if not _is_link_refused(error):
            raise
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from error
        source.rename(target)
        return
    with contextlib.suppress(OSError):  # the second name does no harm
        source.unlink()


def _is_one_file(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except FileNotFoundError:  # one of them has gone meanwhile
        return False


def replace_file(source: Path, target: Path) -> None:
    """Give ``source`` the name ``target`` in one step, whether or not a file of that name is there.

    While another program (Excel, a virus scanner) holds the target open, this waits about a second.

    Raises
    ------
    OSError
        When the file is still held open, or at once for any other reason; both files are then as before.
    """
    for pause_s in REPLACE_PAUSES_S:
        try:
            _long(source).replace(long_path(target))
        except OSError as error:
            if not is_held_open(error):
                raise
        else:
            return
        time.sleep(pause_s)
    _long(source).replace(long_path(target))


def is_held_open(error: OSError) -> bool:
    """Whether a file was refused as one is that another program holds open."""
    # Windows says "permission denied" for a file that is open elsewhere, a mounted share says "busy".
    return isinstance(error, PermissionError) or error.errno in _HELD_OPEN


def link_or_copy(source: Path, target: Path) -> None:
    """Make a file appear under a second name: as a hard link, or as a copy where links are refused.

    Raises
    ------
    FileExistsError
        When the target is there already.
    OSError
        When neither is possible; no part of a copy stays behind.
    """
    try:
        second_name(source, target)
    except OSError as error:
        if not _is_link_refused(error):
            raise
        _copy_whole(_long(source), _long(target))


def second_name(source: Path, target: Path) -> None:
    """Give a file a second name, under which it stays when another file takes the place of the first.

    Raises
    ------
    OSError
        Where the system has no such names, or the target is there already.
    """
    _long(target).hardlink_to(long_path(source))


def _is_link_refused(error: OSError) -> bool:
    # Windows has many codes for "this drive has no links"; where it meant something else, the copy fails as well.
    return error.errno in _NO_LINK or getattr(error, "winerror", None) is not None


def _copy_whole(source: Path, target: Path) -> None:
    unfinished = target.with_name(f"{target.name}.{secrets.token_hex(4)}.tmp")
    try:
        with source.open("rb") as original, unfinished.open("xb") as copy:
            shutil.copyfileobj(original, copy, _COPY_BYTES)
            sync_file(copy)
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
        unfinished.rename(target)
    finally:
        with contextlib.suppress(OSError):  # the rename took it away, or the first error tells more
            unfinished.unlink()


def long_path(path: str | Path, *, room: int = 0) -> str | Path:
    r"""Path in the form that Windows needs above 260 characters (``\\?\C:\…``); unchanged where none is needed.

    Of a folder, ``room`` is the length of the names in it that must have room too.
    """
    if (
        _system() != "Windows"
        or len(str(path)) + room < LONG_PATH_CHARACTERS
        or str(path).startswith(("\\\\?\\", "\\\\.\\"))
    ):
        return path
    whole = ntpath.normpath(path)  # behind the prefix Windows resolves neither "/" nor ".."
    drive, rest = ntpath.splitdrive(whole)
    if not drive or not rest.startswith("\\"):
        return path
    return f"\\\\?\\UNC\\{whole[2:]}" if drive.startswith("\\\\") else f"\\\\?\\{whole}"


def _long(path: Path) -> Path:
    return Path(long_path(path))


def folded_name(name: str) -> str:
    """Form of a file name that is equal for all spellings a case-insensitive file system may take for one."""
    if name.isascii():
        return name.lower()
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", name).casefold())


def is_same_name(name: str, other: str, folder: Path) -> bool:
    """Whether two names in a folder are spellings of one file; True for "cell.TIF" and "cell.tif" on most Macs."""
    if name == other:
        return True
    if folded_name(name) != folded_name(other):
        return False
    try:
        return _long(folder / name).samefile(long_path(folder / other))
    except OSError:  # one of them is not there: the file system tells the two apart
        return False


def true_name(path: Path) -> Path:
    """Path with the file name spelled as it stands on the disk; unchanged when there is no such file."""
    if not path.name:
        return path  # the root of a drive
    try:
        with os.scandir(long_path(path.parent)) as entries:
            names = [entry.name for entry in entries]
    except OSError:  # what cannot be listed can still be opened under the name given
        return path
    if path.name in names:
        return path
    spelled = (name for name in sorted(names) if is_same_name(name, path.name, path.parent))
    return path.with_name(next(spelled, path.name))


def mapped_file(array: Any) -> mmap.mmap | None:  # noqa: ANN401  (anything that can be sliced)
    """Memory map behind an array; None when it is in memory, or the system takes no advice on it."""
    base = array
    while isinstance(base, np.ndarray):
        base = base.base
    return base if isinstance(base, mmap.mmap) and hasattr(base, "madvise") else None


def advise(mapped: mmap.mmap, advice: str, *stretch: int) -> None:
    """Tell the system how a memory map, or a stretch of it in bytes, is going to be read.

    Does nothing where the system does not know this advice or does not take it; the pixels are right without it.
    """
    number = getattr(mmap, advice, None)
    if number is not None:
        with contextlib.suppress(OSError):
            mapped.madvise(number, *stretch)


def name_length(name: str) -> int:
    """Length of a file name as the system counts it: in bytes, or on Windows in characters of 16 bits."""
    if _system() == "Windows":
        return len(name.encode("utf-16-le", "surrogatepass")) // 2
    return len(name.encode("utf-8", "surrogateescape"))


def longest_name(folder: Path) -> int:
    """Length of the longest file name that a folder can hold, as ``name_length`` counts it."""
    try:
        return os.pathconf(folder, "PC_NAME_MAX")
    except (AttributeError, OSError, ValueError):  # Windows does not say, and what is gone cannot be asked
        return _LONGEST_NAME


def is_hidden(entry: os.DirEntry[str] | Path) -> bool:
    """Whether the user's file manager hides a file or folder: by a leading dot or, on Windows, by its attribute."""
    if entry.name.startswith("."):
        return True
    return bool(_windows_status(entry, "st_file_attributes") & stat.FILE_ATTRIBUTE_HIDDEN)


def is_link(entry: os.DirEntry[str]) -> bool:
    """Whether an entry of a folder leads elsewhere: a symbolic link or, on Windows, a junction."""
    return entry.is_symlink() or _windows_status(entry, "st_reparse_tag") == _JUNCTION


def is_junction(status: os.stat_result) -> bool:
    """Whether this is the status of a junction of Windows, a folder that leads elsewhere."""
    return getattr(status, "st_reparse_tag", 0) == _JUNCTION


def _windows_status(entry: os.DirEntry[str] | Path, name: str) -> int:
    """One number of an entry that only Windows has; 0 elsewhere, where asking would cost a call for each file."""
    if _system() != "Windows":
        return 0
    try:
        return int(getattr(entry.stat(follow_symlinks=False), name, 0))
    except OSError:  # it is gone, or nobody may ask: whoever opens it says so
        return 0


def has_change_time() -> bool:
    """Whether ``st_ctime`` is when content, name or rights of a file changed last; on Windows it is something else."""
    return _system() != "Windows"


def state_folder() -> Path:
    """Folder for what this program remembers about the user, such as recent folders; it may not be there yet."""
    return platformdirs.user_state_path(APP_NAME, appauthor=False)


def _system() -> str:
    """Name of the operating system ("Windows", "Darwin", "Linux"), asked each time so that tests can change it."""
    return platform.system()
