"""Finding the recordings in a folder and its sub-folders; no image is opened."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cloudscope_widgets.core.errors import ImageReadError
from cloudscope_widgets.core.package_log import package_logger
from cloudscope_widgets.io.images.ome.file_set import is_ome_name, ome_groups, ome_members
from cloudscope_widgets.io.images.tiff.image import TIFF_SUFFIXES
from cloudscope_widgets.io.paths import sidecar_path
from cloudscope_widgets.io.platform.files import folded_name, is_hidden, is_link, is_same_name, long_path

_logger = package_logger(__name__)
_DIGITS = re.compile(r"(\d+)")
_SPLIT_CHANNEL = re.compile(r"(?P<before>.*_C)[0-9]{3}(?P<after>T[0-9].*)", re.DOTALL)
"""``cell_C001T001.tif``: Olympus microscopes can write each channel as a file of its own."""


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One recording in the list of files."""

    path: Path
    """The file that stands for the recording: the first channel, or the first one that has a saved sidecar."""
    relative: str
    """Path from the root of the list, with slashes."""
    name: str
    size_bytes: int
    """Size of all channels together."""
    modified_s: float
    """Time of the latest change of any channel, in seconds since 1970."""
    channel_paths: tuple[Path, ...]
    """Files of the recording in channel order; the path alone when all channels are in one file."""
    is_saved: bool
    """Whether the path has a sidecar."""


@dataclass(frozen=True, slots=True)
class FolderListing:
    """One folder as it was read once: its recordings, saved sidecars and sub-folders."""

    folder: Path
    images: Mapping[str, os.DirEntry[str]]
    """Images by name, in natural order."""
    groups: Mapping[str, tuple[str, ...]]
    """Names of the files of each recording, in channel order."""
    group_of: Mapping[str, str]
    """Which recording each image belongs to."""
    sidecars: Mapping[str, str]
    """Names that may be sidecars, by themselves and by their folded form."""
    folders: tuple[Path, ...]
    """Visible sub-folders in natural order; links to folders are not among them."""

    def channels(self, name: str) -> tuple[str, ...]:
        """Names of all channels of the recording that an image belongs to; empty when there is no such image."""
        return self.groups[self.group_of.get(name, name)] if name in self.images else ()

    def is_saved(self, name: str) -> bool:
        """Whether an image has a saved sidecar."""
        wanted = sidecar_path(Path(name)).name
        found = self.sidecars.get(wanted) or self.sidecars.get(folded_name(wanted))
        return found is not None and is_same_name(found, wanted, self.folder)

    def chosen(self, channels: tuple[str, ...]) -> str:
        """Name of the channel that stands for its recording: the first one saved, or the first one."""
        return next((name for name in channels if self.is_saved(name)), channels[0])

    def entry(self, channels: tuple[str, ...], root: Path) -> FileEntry:
        """Entry of one recording; raises OSError when one of its files is gone or cannot be asked."""
        found = [self.images[name].stat() for name in channels]
        name = self.chosen(channels)
        folder = self.folder.relative_to(root).as_posix()
        return FileEntry(
            path=self.folder / name,
            relative=name if folder == "." else f"{folder}/{name}",
            name=name,
            size_bytes=sum(status.st_size for status in found),
            modified_s=max(status.st_mtime for status in found),
            channel_paths=tuple(self.folder / channel for channel in channels),
            is_saved=self.is_saved(name),
        )


def scan_folder(
    root: Path,
    *,
    should_stop: Callable[[], bool] | None = None,
    on_error: Callable[[Path, OSError], None] | None = None,
) -> Iterator[FileEntry]:
    """Find the recordings in a folder and its sub-folders, one by one, in natural order of their names.

    Hidden files and folders are left out, and so is what a link shows from outside the root. A linked folder inside
    the root is listed once, under its own name.

    Parameters
    ----------
    root
        Folder to begin with; its own recordings come before those of its sub-folders.
    should_stop
        Asked before each recording and each folder; the scan ends when it returns True.
    on_error
        Told about each folder or file that cannot be read and is left out; without it the log is told.
    """
    should_stop, report = should_stop or _go_on, on_error or _log
    pending = [root]
    while pending and not should_stop():
        folder = pending.pop()
        try:
            listing = list_folder(folder, root=root)
        except OSError as error:
            report(folder, error)
            continue
        for channels in listing.groups.values():
            if should_stop():
                return
            try:
                entry = listing.entry(channels, root)
            except OSError as error:
                report(folder / channels[0], error)
            else:
                yield entry
        pending.extend(reversed(listing.folders))


def _go_on() -> bool:
    return False


def _log(path: Path, error: OSError) -> None:
    _logger.warning("%s cannot be read and is left out of the list: %s", path, error.strerror or error)


def list_folder(folder: Path, *, root: Path | None = None) -> FolderListing:
    """Read one folder; with a root, links that lead out of it are left out. Raises OSError when it cannot be read."""
    with os.scandir(long_path(folder)) as entries:
        found = sorted((entry for entry in entries if not is_hidden(entry)), key=lambda entry: natural_key(entry.name))
    images = {entry.name: entry for entry in found if _is_image(entry, root)}
    groups = _groups(folder, images)
    sidecars = [entry.name for entry in found if entry.name.lower().endswith(".json")]
    return FolderListing(
        folder=folder,
        images=images,
        groups=groups,
        group_of={name: group for group, names in groups.items() for name in names},
        sidecars={folded_name(name): name for name in sidecars} | {name: name for name in sidecars},
        folders=tuple(folder / e.name for e in found if e.is_dir(follow_symlinks=False) and not is_link(e)),
    )


def _is_image(entry: os.DirEntry[str], root: Path | None) -> bool:
    """Whether an entry is a regular file named as a TIFF; a pipe or a folder of that name is none."""
    if not is_tiff_name(entry.name):
        return False
    if not is_link(entry):
        return entry.is_file(follow_symlinks=False)
    is_allowed = root is None or is_inside(Path(entry.path), root)
    return is_allowed and os.path.isfile(entry.path)  # noqa: PTH113  (this one raises for no kind of broken link)


def _groups(folder: Path, names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Files of each recording: split channels by their names, OME files by what they say."""
    groups: dict[str, tuple[str, ...]] = {}
    sets = ome_groups(folder, names)
    for name in names:
        if name in sets:
            groups.setdefault("/".join(sets[name]), sets[name])
            continue
        group = _group(name)
        groups[group] = tuple(sorted((*groups.get(group, ()), name)))
    return groups


def _group(name: str) -> str:
    """Text that all channels of a recording have in common and no other image has."""
    mark = _SPLIT_CHANNEL.fullmatch(name)
    return f"{mark['before']}/{mark['after']}" if mark else name


def is_tiff_name(name: str) -> bool:
    """Whether a file name ends like that of a TIFF image, in any case."""
    return name.lower().endswith(TIFF_SUFFIXES)


def is_inside(path: Path, root: Path) -> bool:
    """Whether a path really lies in a folder once all links are followed."""
    real_root = os.path.realpath(root)
    try:
        common = os.path.commonpath([os.path.realpath(path), real_root])
    except ValueError:  # two drives of Windows have no path in common
        return False
    return os.path.normcase(common) == os.path.normcase(real_root)


def natural_key(name: str) -> tuple[tuple[str | int, ...], str]:
    """Key that sorts names as people count: "cell2" before "cell10"."""
    parts = _DIGITS.split(name.casefold())
    return tuple(int(part) if index % 2 else part for index, part in enumerate(parts)), name


def split_channels(path: Path, *, root: Path | None = None) -> tuple[Path, ...]:
    """Files of the recording that an image belongs to, in channel order; the path alone when it has no siblings.

    Parameters
    ----------
    path
        Image, with its name spelled as on the disk (``platform.true_name``).
    root
        Folder that links of siblings must not lead out of; None allows all links.

    Raises
    ------
    ImageReadError
        When the name is that of a split channel and its folder cannot be listed.
    """
    listing = _listing_of_split(path, root)
    names = listing.channels(path.name) if listing else ()
    return tuple(path.with_name(name) for name in names) or (path,)


def recording_path(path: Path, *, root: Path | None = None) -> Path:
    """File that stands for the recording an image belongs to: its first saved channel, or its first one.

    Parameters and errors are those of `split_channels`.
    """
    if is_ome_name(path.name):
        return saved_first(tuple(path.with_name(name) for name in ome_members(path)))
    listing = _listing_of_split(path, root)
    names = listing.channels(path.name) if listing else ()
    return path.with_name(listing.chosen(names)) if listing and names else path


def saved_first(paths: tuple[Path, ...]) -> Path:
    """File that stands for a recording of several: the first one that has a sidecar, or the first one."""
    return next((path for path in paths if os.path.lexists(long_path(sidecar_path(path)))), paths[0])


def _listing_of_split(path: Path, root: Path | None) -> FolderListing | None:
    if not _SPLIT_CHANNEL.fullmatch(path.name):
        return None
    try:
        return list_folder(path.parent, root=root)
    except OSError as error:
        raise ImageReadError(
            f"The other channels of {path} cannot be found: {error.strerror or error}. "
            "Check the folder and your rights to list it.",
        ) from error
