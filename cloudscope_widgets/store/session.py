"""A folder of recordings, the one that is open, and what is selected and shown of it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakValueDictionary

import traitlets as T  # noqa: N812  (short name used by all of this package)

from cloudscope_widgets.core.contrast import ContrastSet
from cloudscope_widgets.core.errors import ImageReadError, SaveError
from cloudscope_widgets.core.layout import Layout
from cloudscope_widgets.core.package_log import package_logger
from cloudscope_widgets.io.catalog.folder import FileEntry, is_tiff_name, list_folder, recording_path, scan_folder
from cloudscope_widgets.io.catalog.manifest import read_manifest
from cloudscope_widgets.io.paths import printable
from cloudscope_widgets.io.platform.files import true_name
from cloudscope_widgets.store.acquisition import Acquisition, open_acquisition, open_silently
from cloudscope_widgets.store.disk.background_sync import Upkeep
from cloudscope_widgets.store.disk.drafts import Drafts
from cloudscope_widgets.store.disk.saver import SaveReport
from cloudscope_widgets.store.display import Display, share_contrast
from cloudscope_widgets.store.independent_observers import IndependentObservers
from cloudscope_widgets.store.notices import NoticeBoard
from cloudscope_widgets.store.pixels.first_channel import channel_notice, most_varied_channel
from cloudscope_widgets.store.selection import Selection, ViewState

_logger = package_logger(__name__)
_BATCH = 200
_KEPT_OPEN = 16
_FIRST_LINES = 1000
"""Most lines of a first look: about one for each pixel of the screen, so that streaks can be seen."""


@dataclass(frozen=True, slots=True)
class SaveAllReport:
    """What saving all open recordings did."""

    saved: tuple[SaveReport, ...]
    """One for each recording that had something to save."""
    failed: tuple[tuple[Path, SaveError], ...]
    """Recordings that could not be saved, and why; their edits are still there."""

    @property
    def message(self) -> str:
        """The same as a sentence for the user."""
        count = len(self.saved)
        done = [f"Saved {count} recording{'' if count == 1 else 's'}"] if count else []
        if not done and not self.failed:
            done = ["Nothing to save"]
        return ". ".join([*done, *(str(error).rstrip(".") for _, error in self.failed)]) + "."


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A recording that was chosen and cannot be shown, and why."""

    path: Path
    reason: str


class Session(IndependentObservers):
    """Recordings of one folder, of one file, or of a manifest; widgets that share a session show the same state.

    The folder is searched by a thread of its own; ``files`` grows while it runs.
    """

    root = T.Instance(Path, read_only=True)
    """Folder that is searched."""
    files = T.Instance(tuple, args=(), read_only=True)
    """Recordings found so far, as ``FileEntry``, in the order of folders and names."""
    is_scanning = T.Bool(read_only=True)
    """True while the folder is searched."""
    notices = T.Instance(tuple, args=(), read_only=True)
    """Sentences that the user should see, each once; those of a recording that is not shown name it."""
    acquisition = T.Instance(Acquisition, allow_none=True, read_only=True)
    """The open recording, None when there is none."""
    unreadable = T.Instance(Unreadable, allow_none=True, read_only=True)
    """The recording that was chosen and cannot be shown; None while another one is open, and at the beginning."""
    is_closed = T.Bool(read_only=True)
    """True once the session was closed."""

    def __init__(self, source: str | Path = ".") -> None:
        """Begin to search ``source``: a folder, one TIFF image, or a manifest CSV.

        Raises
        ------
        ImageReadError
            When there is no such file or folder, or the manifest cannot be read.
        """
        super().__init__()
        path = Path(source).absolute()
        self.selection = Selection()
        self.view = ViewState()
        self.display = Display()
        self._lock = threading.RLock()
        self._opened: WeakValueDictionary[Path, Acquisition] = WeakValueDictionary()
        self._recent: OrderedDict[Path, Acquisition] = OrderedDict()
        self._notices = NoticeBoard()
        self._automatic_channel: tuple[int, int] | None = None
        """Channel that was chosen for a colour picture, and the one that the user had chosen before."""
        self.drafts = Drafts()
        self._upkeep = Upkeep(self)
        self._showing = threading.RLock()
        """Held while a recording becomes the open one, so that a first look never replaces what somebody has chosen."""
        self._choices = 0
        """Recordings that were selected, or are being selected."""
        self._stop = threading.Event()
        self._scan_done = threading.Event()
        self._scan_done.set()
        if not path.exists():
            raise ImageReadError(f"{path} does not exist. Choose a folder, a TIFF image or a manifest CSV.")
        self.set_trait("root", path if path.is_dir() else path.parent)
        self._one_file = None if path.is_dir() else path
        self.refresh()

    # ------------------------------------------------------------ files
    def refresh(self) -> None:
        """Search the folder, or read the manifest, again; recordings that are open stay open."""
        if self._one_file is not None:
            self._hold_one_file(self._one_file)
            return
        self._stop.set()
        self._scan_done.wait()
        self._stop, self._scan_done = threading.Event(), threading.Event()
        self.set_trait("is_scanning", not self._scan_done.is_set())
        work = self._stop, self._scan_done
        threading.Thread(target=self._scan, args=work, name="cloudscope-scan", daemon=True).start()

    def wait_for_scan(self, timeout_s: float | None = None) -> Sequence[FileEntry]:
        """Wait until the folder has been searched, and return all recordings; TimeoutError when that takes longer."""
        if not self._scan_done.wait(timeout_s):
            raise TimeoutError(f"{self.root} was not searched within {timeout_s} s; so far {len(self.files)} files")
        return self.files

    # ------------------------------------------------------------ opening and saving
    def select(self, name: str | Path) -> Acquisition:
        """Open one recording, or come back to it: by file name, by path from the root, or by whole path.

        Raises
        ------
        ImageReadError
            When there is no such recording, several have this name, or the image cannot be shown.
        """
        with self._lock:
            self._choices += 1
        try:
            path = self._found(name)
            acquisition = self._hold(
                self._still_open(path) or open_acquisition(path)
            )  # may take long: without the lock
        except BaseException:
            with self._lock:
                self._choices -= 1
            raise
        with self._showing:
            self._show(acquisition)
        return acquisition

    def show_unreadable(self, path: Path, reason: str) -> None:
        """Show in the place of the open recording that another one was chosen and cannot be read.

        The recording that was open keeps its unsaved changes, as when another one is opened.
        """
        with self._showing:
            self.selection.roi_id = self.selection.event_id = self.selection.cursor_s = None
            self.set_trait("unreadable", Unreadable(path, reason))
            self.set_trait("acquisition", None)
            self._show_notices()

    def first_look(self, name: str | Path) -> Acquisition | None:
        """Show the first lines of a recording, unless one was selected before or while it is opened.

        Parameters
        ----------
        name
            As for ``select``.

        Returns
        -------
        The recording; None when another one was selected, which stays.

        Raises
        ------
        ImageReadError
            As for ``select``.
        """
        if self._is_chosen():
            return None
        path = self._found(name)
        acquisition = self._still_open(path) or open_silently(path)  # the page shows its notices
        with self._showing:
            if self._is_chosen():
                return None
            acquisition = self._hold(acquisition)
            self._show(acquisition, most_lines=_FIRST_LINES)
        return acquisition

    def set_layout(self, name: str | Path, layout: Layout | None) -> Acquisition:
        """Show the planes of one recording in another way, as one undoable step, whether it is shown or not.

        Parameters
        ----------
        name
            As for ``select``.
        layout
            ``stored``, ``turned`` or ``joined``; None for what the file says.

        Raises
        ------
        LayoutError
            When the image cannot be shown so, or there are regions or results, which stand in the present layout.
        ImageReadError
            As for ``select``.
        """
        path = self._found(name)
        acquisition = self._still_open(path) or open_acquisition(path)
        with self._lock:
            acquisition = self._opened.setdefault(acquisition.path, acquisition)
        acquisition.set_layout(layout)
        with self._lock:
            self._keep(acquisition)
        self._upkeep.start()
        self._tell_of(acquisition)
        return acquisition

    def save_all(self) -> SaveAllReport:
        """Save every open recording that has unsaved changes; one that fails does not keep the others from it."""
        saved: list[SaveReport] = []
        failed: list[tuple[Path, SaveError]] = []
        for acquisition in self.unsaved():
            try:
                saved.append(acquisition.save())
            except SaveError as error:
                failed.append((acquisition.path, error))
        return SaveAllReport(tuple(saved), tuple(failed))

    def unsaved(self) -> tuple[Acquisition, ...]:
        """Open recordings with unsaved changes, the one opened last at the end."""
        with self._lock:
            return tuple(acquisition for acquisition in self._recent.values() if acquisition.dirty)

    def opened(self, path: Path) -> Acquisition | None:
        """Return the recording of a path when it is open, None otherwise."""
        with self._lock:
            return self._opened.get(path)

    def recordings(self) -> tuple[Acquisition, ...]:
        """All recordings that are open, whether they are shown or not."""
        with self._lock:
            return tuple(self._opened.values())

    def apply_contrast_to_all(self) -> int:
        """Show all recordings with the contrast of the open one.

        Those that are open get it; one undo takes it back in all of them whose contrast has not changed since. Others
        are not written: they begin with it when they are opened from now on, unless they have a contrast of their own.

        Returns
        -------
        Count of the open recordings that have changed.

        Raises
        ------
        ValueError
            When no recording is open.
        """
        acquisition = self.acquisition
        if acquisition is None:
            raise ValueError("no recording is open; choose one first")
        shown = self.selection.channel if self.selection.channel < acquisition.header.channels else 0
        begun = self.display.contrast_of(acquisition, shown, acquisition.pixel_counts(shown))
        contrast = ContrastSet({**({} if begun is None else {shown: begun}), **acquisition.contrast})
        return share_contrast(contrast, acquisition, self.recordings(), self.display)

    def notices_of_others(self) -> frozenset[str]:
        """Those of ``notices`` that are about recordings that are not shown."""
        shown = self.acquisition
        with self._lock:
            return self._notices.of_others(shown.path if shown else None)

    def know_visitor(self, secret: str) -> None:
        """Tell who looks at this session in a dashboard, by a secret of the browser; drafts belong to the visitor."""
        self.drafts.set_visitor(secret)
        self.look_for_drafts()

    def look_for_drafts(self) -> None:
        """Note in the open recordings the unsaved work that others have left behind, as is done every two seconds."""
        for acquisition in self.recordings():
            self.drafts.find(acquisition)

    def look_at_disk(self) -> None:
        """Follow now what other programs have saved, as is done every two seconds anyway."""
        self._upkeep.look(self.recordings())

    def close(self) -> None:
        """Stop searching and let go of all recordings; nothing is saved, and unsaved edits stay on disk as drafts."""
        self._stop.set()
        with self._lock:
            self._choices += 1  # no first look any more
        with self._showing:  # one that has begun ends before
            self._upkeep.close()
        self._upkeep.round()
        self.drafts.leave()
        with self._lock:
            held = list(self._recent.values())
            self._recent.clear()
            self._opened.clear()
        self.set_trait("acquisition", None)
        for acquisition in held:
            acquisition.close()
        self.set_trait("is_closed", True)  # noqa: FBT003  (value of a trait)
        self.unobserve_all()

    # ------------------------------------------------------------ private
    def _is_chosen(self) -> bool:
        """Whether a recording was selected, is being selected, or is open, or stands for one that cannot be read."""
        with self._lock:
            return self._choices > 0 or self.acquisition is not None or self.unreadable is not None

    def _hold(self, acquisition: Acquisition) -> Acquisition:
        """Keep a recording open, or the same one that was opened meanwhile, and learn what others have done to it."""
        with self._lock:
            acquisition = self._opened.setdefault(acquisition.path, acquisition)
            self._keep(acquisition)
        self._upkeep.start()
        if acquisition is not self.acquisition:
            acquisition.look_at_disk()
            self.drafts.find(acquisition)
        return acquisition

    def _still_open(self, path: Path) -> Acquisition | None:
        """Open recording of a path; one without unsaved changes whose image was replaced is let go."""
        with self._lock:
            held = self._opened.get(path)
            if held is None or held.dirty or not held.image_change:
                return held
            del self._opened[path]
            return None

    def _scan(self, stop: threading.Event, done: threading.Event) -> None:
        """Fill ``files`` in steps; runs in a thread of its own."""
        found: list[FileEntry] = []
        try:
            for entry in scan_folder(self.root, should_stop=stop.is_set, on_error=self._skipped):
                found.append(entry)
                if len(found) % _BATCH == 0 and len(found) > len(self.files):  # a list that is read again never shrinks
                    self.set_trait("files", tuple(found))
            if not stop.is_set():
                self.set_trait("files", tuple(found))
        except Exception:  # the border of a thread
            _logger.exception("%s could not be searched to its end", self.root)
            self._add_notices(("The folder could not be searched to its end; the log has the details.",))
        finally:
            done.set()
            if not stop.is_set():
                self.set_trait("is_scanning", not done.is_set())

    def _skipped(self, path: Path, error: OSError) -> None:
        self._add_notices(
            (f"{printable(str(path))} is left out: {error.strerror or error}. Check your rights to read it.",)
        )

    def _hold_one_file(self, path: Path) -> None:
        """Session of one image, or of those that a manifest names."""
        entries, warnings = (_single(path), ()) if is_tiff_name(path.name) else read_manifest(path)
        self.set_trait("files", entries)
        self._add_notices(warnings)

    def _found(self, name: str | Path) -> Path:
        asked = Path(name)
        if asked.is_absolute():
            return recording_path(true_name(asked))
        matches = self._at(asked)
        if not matches:  # whether a bare name is unique is known only once the whole folder has been searched
            self._scan_done.wait()
            matches = self._at(asked) or self._named(asked.as_posix())
        if len(matches) > 1:
            places = ", ".join(entry.relative for entry in matches)
            raise ImageReadError(
                f"{len(matches)} recordings are called {name}: {places}. Give the path from the folder."
            )
        if not matches:
            raise ImageReadError(f"There is no recording {name} in {self.root}. See session.files for those there are.")
        return matches[0].path

    def _at(self, asked: Path) -> list[FileEntry]:
        """Recording at this path from the root."""
        text = asked.as_posix()
        return [entry for entry in self.files if entry.relative == text]

    def _named(self, name: str) -> list[FileEntry]:
        """Recordings whose file, or one of whose channels, has this name."""
        return [entry for entry in self.files if name in {path.name for path in entry.channel_paths}]

    def _keep(self, acquisition: Acquisition) -> None:
        """Hold on to recordings with unsaved changes and to the last few others."""
        self._recent[acquisition.path] = acquisition
        self._recent.move_to_end(acquisition.path)
        spare = [path for path, held in self._recent.items() if not held.dirty][:-_KEPT_OPEN]
        for path in spare:
            del self._recent[path]

    def _show(self, acquisition: Acquisition, *, most_lines: int | None = None) -> None:
        """Make it the open recording: shown whole, or its first lines, and its first region selected."""
        acquisition.observe(self._follow_shape, "header")
        acquisition.observe(self._follow_notices, "notices")
        if acquisition is self.acquisition:
            self._tell_of(acquisition)
            return
        self.selection.roi_id = self.selection.event_id = self.selection.cursor_s = None
        self._choose_channel(acquisition)
        self.set_trait("acquisition", acquisition)
        self.set_trait("unreadable", None)  # afterwards: one of the two is always there
        self._tell_of(acquisition)
        self._show_whole(acquisition, most_lines=most_lines)
        self.selection.roi_id = acquisition.rois[0].roi_id if len(acquisition.rois) else None

    def _show_whole(self, acquisition: Acquisition, *, most_lines: int | None = None) -> None:
        header = acquisition.header
        lines, columns = header.shape
        lines = lines if most_lines is None else min(lines, most_lines)
        self.view.show(time=(0.0, lines * header.seconds_per_line), position=(0.0, columns * header.um_per_pixel))

    def _choose_channel(self, acquisition: Acquisition) -> None:
        """Select the channel of a colour picture that varies most; of all others the one that the user had chosen."""
        user_channel = self.selection.channel
        if self._automatic_channel is not None and self._automatic_channel[0] == user_channel:
            user_channel = self._automatic_channel[1]
        found = most_varied_channel(acquisition)
        self._automatic_channel = None if found is None else (found, user_channel)
        is_there = user_channel < acquisition.header.channels
        self.selection.channel = found if found is not None else user_channel if is_there else 0

    def _follow_shape(self, change: T.Bunch) -> None:
        """Show the open recording whole when its layout has changed."""
        shown = self.acquisition
        if shown is not None and change.owner is shown and change.old.shape != change.new.shape:
            self._show_whole(shown)

    def _follow_notices(self, change: T.Bunch) -> None:
        self._tell_of(change.owner)

    # ------------------------------------------------------------ notices
    def _tell_of(self, acquisition: Acquisition) -> None:
        """Take the notices of a recording, and tell which channel of a colour picture is shown."""
        chosen = self._automatic_channel if acquisition is self.acquisition and acquisition.header.is_rgb else None
        told = () if chosen is None else (channel_notice(acquisition, chosen[0]),)
        with self._lock:
            self._notices.set_file(acquisition.path, (*acquisition.notices, *told))
        self._show_notices()

    def _add_notices(self, notices: Iterable[str]) -> None:
        """Add sentences that belong to no recording."""
        with self._lock:
            self._notices.add(notices)
        self._show_notices()

    def _show_notices(self) -> None:
        while self.notices != (noted := self._noted()):  # another thread may have added to them meanwhile
            self.set_trait("notices", noted)

    def _noted(self) -> tuple[str, ...]:
        shown = self.acquisition
        with self._lock:
            return self._notices.sentences(shown.path if shown else None)


def _single(path: Path) -> tuple[FileEntry, ...]:
    listing = list_folder(path.parent)
    channels = listing.channels(true_name(path).name)
    return (listing.entry(channels, path.parent),) if channels else ()
