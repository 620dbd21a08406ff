"""The image of an open recording as it was opened, and whether its files are still those.

A result must name the image whose bytes were read. A file may be replaced under an open recording, or written in
place; pixels that are read then are those of another image, or of neither.
"""

from __future__ import annotations

import hashlib
import os
import stat
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cloudscope_widgets.io.images.fingerprint import WHOLE_BYTES, image_fingerprint
from cloudscope_widgets.io.platform.files import long_path

_READ_BEFORE = "What is shown was read before, and nothing more is read or measured."
_SAVE_AND_OPEN = "Save, then open the recording again."
_PUT_BACK = "Put the file back, then open the recording again."


@dataclass(frozen=True, slots=True)
class ImageStamp:
    """What changes when a file is replaced or written."""

    number: int
    size: int
    changed_ns: int
    status_changed_ns: int
    """Also changes with the name and the rights of a file, which change no byte."""

    def is_same_content(self, other: ImageStamp) -> bool:
        """Whether nothing tells that bytes were written; the fingerprint has to agree."""
        return self.looks_like(other) or (self.size == other.size and self.size <= WHOLE_BYTES)

    def looks_like(self, other: ImageStamp) -> bool:
        """Whether both have the size and time of change of one file; a handle may tell other numbers than a path."""
        return (self.size, self.changed_ns) == (other.size, other.changed_ns)


def image_stamp(path: Path) -> ImageStamp | None:
    """Stamp of an image file; None when it is not there, or cannot be asked."""
    try:
        return stamp_of(os.stat(long_path(path)))  # noqa: PTH116  (the long form of a path is text)
    except OSError:
        return None


def stamp_of(status: os.stat_result) -> ImageStamp | None:
    """Stamp of a file whose status is known; None of a folder or a pipe, which is no image."""
    if not stat.S_ISREG(status.st_mode):
        return None
    return ImageStamp(status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


class OpenedImage:
    """Files of one image since it was opened.

    Parameters
    ----------
    files
        All files of the image, in channel order.
    stamps
        Their stamps from before they were opened.
    channels
        Count of channels of the image.
    """

    def __init__(self, files: Sequence[Path], stamps: Sequence[ImageStamp | None], channels: int) -> None:
        """Begin without having read a byte."""
        self._files, self._channels = tuple(files), channels
        self._opened = dict(zip(self._files, stamps, strict=True))
        self._prints: dict[tuple[Path, ImageStamp], str] = {}
        self._lock = threading.Lock()

    def file_of(self, channel: int) -> Path:
        """File of one channel; the first one where several hold the channels together."""
        return self._files[channel] if len(self._files) == self._channels else self._files[0]

    def name_of(self, channel: int) -> str:
        """Name of the file of one channel."""
        return self.file_of(channel).name

    def change(self) -> str:
        """What has become of the files since they were opened, as a sentence; empty while they are the same."""
        with self._lock:
            gone = [path for path in self._files if image_stamp(path) is None]
            changed = [path for path in self._files if path not in gone and not self._is_same(path)]
        if changed:
            what = "cut short" if self._is_shorter(changed[0]) else "replaced or changed"
            return f"{changed[0].name} has been {what} since it was opened here. {_READ_BEFORE} {_SAVE_AND_OPEN}"
        if gone:
            return f"{gone[0].name} is not there any more. {_READ_BEFORE} {_PUT_BACK}"
        return ""

    def is_as_opened(self, path: Path, stamp: ImageStamp | None) -> bool:
        """Whether a file with this stamp is known to hold what was opened, without asking the disk."""
        return stamp is not None and self._opened.get(path) == stamp

    def looks_opened(self, path: Path, stamp: ImageStamp | None) -> bool:
        """Whether a file that was open had the size and time of what was opened."""
        opened = self._opened.get(path)
        return opened is not None and stamp is not None and opened.looks_like(stamp)

    def _is_shorter(self, path: Path) -> bool:
        opened, now = self._opened[path], image_stamp(path)
        return opened is not None and now is not None and now.number == opened.number and now.size < opened.size

    def _is_same(self, path: Path) -> bool:
        opened, now = self._opened[path], image_stamp(path)
        if opened == now or opened is None or now is None:
            return opened == now
        known = self._prints.get((path, opened))
        is_same = known is not None and opened.is_same_content(now) and self._read(path, now) == known
        if is_same:  # copied, renamed, or given other rights: the same bytes
            self._opened[path] = now
        return is_same

    def fingerprint(self, channel: int = 0) -> str:
        """Fingerprint of what was opened; empty when it was not read before the file changed."""
        with self._lock:
            path = self.file_of(channel)
            if len(self._files) in {1, self._channels}:
                return self._opened_print(path)
            return _together([self._opened_print(each) for each in self._files])

    def _opened_print(self, path: Path) -> str:
        opened = self._opened[path]
        return "" if opened is None else self._read(path, opened)

    def present_fingerprint(self, name: str, channel: int) -> str:
        """Fingerprint of what stands there now.

        Parameters
        ----------
        name
            Of the file; when none has this name, that of the channel counts.
        channel
            Channel of the image.
        """
        named = next((path for path in self._files if path.name == name), None)
        with self._lock:
            if named is None and len(self._files) not in {1, self._channels}:
                return _together([self._present(path) for path in self._files])
            return self._present(named or self.file_of(channel))

    def _present(self, path: Path) -> str:
        now = image_stamp(path)
        return "" if now is None else self._read(path, now)

    def _read(self, path: Path, stamp: ImageStamp) -> str:
        """Fingerprint of a file with this stamp, read once; empty when it has another one by now."""
        known = self._prints.get((path, stamp))
        if known is None and image_stamp(path) == stamp:
            try:
                known = image_fingerprint(path)
            except OSError:
                return ""
            if image_stamp(path) != stamp:
                return ""
            self._prints[path, stamp] = known
        return known or ""


def _together(prints: Sequence[str]) -> str:
    if not all(prints):
        return ""
    return f"sampled-sha256:{hashlib.sha256(' '.join(prints).encode()).hexdigest()}"
