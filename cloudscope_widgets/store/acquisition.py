"""One open recording: its pixels, its edits, its results, and saving them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast
from weakref import WeakValueDictionary

from numpy.typing import NDArray

from cloudscope_widgets.core.errors import ImageReadError
from cloudscope_widgets.core.events import LATEST_S, Event, EventKind
from cloudscope_widgets.core.header import Calibration
from cloudscope_widgets.core.kinds import words_of
from cloudscope_widgets.core.layout import Layout
from cloudscope_widgets.core.numbers import shown
from cloudscope_widgets.core.package_log import package_logger
from cloudscope_widgets.core.record import Record
from cloudscope_widgets.core.roi import LineRoi, RectRoi, Roi
from cloudscope_widgets.core.snapshot import Snapshot
from cloudscope_widgets.core.table_clock import on_line_time
from cloudscope_widgets.io.images.calibration_difference import image_calibration, with_image_calibration
from cloudscope_widgets.io.images.layouts import checked_layout, in_layout
from cloudscope_widgets.io.images.lines import Lines
from cloudscope_widgets.io.images.opened import ImageStamp
from cloudscope_widgets.io.images.recording import Recording, open_recording
from cloudscope_widgets.io.images.tiff.image import LARGEST_IMAGE_BYTES
from cloudscope_widgets.store.analysis_run import run_analysis, run_other_method
from cloudscope_widgets.store.disk.saved_recording import SavedRecording
from cloudscope_widgets.store.disk.stable_read import Clock, Settled, read_settled
from cloudscope_widgets.store.edits.event_detection import detect_events
from cloudscope_widgets.store.edits.events import EVENT, event_added, event_changed, event_deleted
from cloudscope_widgets.store.edits.peaks import peak_record, peak_reviewed
from cloudscope_widgets.store.pixels.auto_contrast import AutoContrast
from cloudscope_widgets.store.pixels.counts import PixelCounts, count_pixels

_logger = package_logger(__name__)
_RoiKind = TypeVar("_RoiKind", RectRoi, LineRoi)


def open_acquisition(
    path: str | Path,
    *,
    layout: Layout | None = None,
    largest_bytes: int = LARGEST_IMAGE_BYTES,
    clock: Clock | None = None,
) -> Acquisition:
    """Open a recording: read its header and what is saved beside it, but no pixel yet.

    Saved files that cannot be read, but were written less than five seconds ago, are waited for: another program may
    be writing them.

    Parameters
    ----------
    path
        TIFF image, or one of the split channels of a recording.
    layout
        How the planes of the file are shown: ``stored`` for the first one as it is, ``turned`` for lines and columns
        of it exchanged, ``joined`` for all of them one after the other along time. None for the saved layout, and
        without one for what the file says.
    largest_bytes
        Most bytes of pixels that one image may hold; raise it for very long recordings.
    clock
        Where time comes from; for tests.

    Returns
    -------
    The recording. ``notices`` says what the user should know, for instance that a saved file cannot be read.

    Raises
    ------
    ImageReadError
        When the image cannot be shown; the message says what, where and what to do.
    LayoutError
        When it cannot be shown in this layout, or not while it has saved regions or results.
    """
    acquisition = open_silently(path, layout=layout, largest_bytes=largest_bytes, clock=clock)
    for notice in acquisition.notices:
        _log_once(notice)
    return acquisition


def open_silently(
    path: str | Path,
    *,
    layout: Layout | None = None,
    largest_bytes: int = LARGEST_IMAGE_BYTES,
    clock: Clock | None = None,
) -> Acquisition:
    """Open a recording as ``open_acquisition`` does, and log no notices: for what a page shows by itself."""
    asked = checked_layout(layout)
    recording = open_recording(path, largest_bytes=largest_bytes)
    clock = clock or Clock()
    found = read_settled(recording.path, recording.header, {}, clock)
    if asked is not None:
        snapshot = in_layout(found.bundle.snapshot, asked, recording.path.name)
        found = replace(found, bundle=replace(found.bundle, snapshot=snapshot))
    return Acquisition(recording.path, found.bundle.snapshot, recording=recording, found=found, clock=clock)


@lru_cache(maxsize=1024)
def _log_once(notice: str) -> None:
    """Tell a script; what is true of a whole folder is said once, not for each of its files."""
    _logger.warning(notice)


class Acquisition(SavedRecording):
    """One open recording.

    Edits, results and saving may be asked for from any thread.
    """

    def __init__(
        self,
        path: Path,
        snapshot: Snapshot,
        *,
        recording: Recording | None = None,
        found: Settled | None = None,
        clock: Clock | None = None,
    ) -> None:
        """Hold ``snapshot`` as the saved state of the image at ``path``."""
        super().__init__(path, snapshot, recording=recording, found=found, clock=clock)
        self._recording = recording
        self._lines: dict[tuple[Layout, int], Lines] = {}
        self._pixels: WeakValueDictionary[tuple[Layout, int], NDArray[Any]] = WeakValueDictionary()
        self._counts: dict[tuple[Layout, int], PixelCounts] = {}
        self._counting = threading.Lock()
        self._reading = threading.RLock()
        self.set_trait("notices", (*self.notices, *self._replaced_image()))

    # ------------------------------------------------------------ image
    @property
    def fingerprint(self) -> str:
        """Fingerprint of the first image file as it is now, also when it has changed; empty when it cannot be read."""
        return self.fingerprint_of("", 0)

    def fingerprint_of(self, name: str, channel: int) -> str:
        """Fingerprint of an image file as it is now, by its name or else by its channel."""
        return self._image.present_fingerprint(name, channel) if self._image else ""

    @property
    def image_change(self) -> str:
        """What has become of the image file since it was opened, as a sentence; empty while it is the same."""
        return self._image.change() if self._image else ""

    def opened_image(self, channel: int = 0) -> dict[str, str]:
        """Name and fingerprint of the image of a channel as it was opened.

        Raises
        ------
        ImageReadError
            When other bytes stand there by now, or none.
        """
        self.check_image()
        if self._image is None:
            return {"name": self.path.name, "fingerprint": ""}
        return {"name": self._image.name_of(channel), "fingerprint": self._image.fingerprint(channel)}

    def check_image(self) -> None:
        """Raise ImageReadError, and say it in ``notices``, when the image is not the one that was opened."""
        change = self.image_change
        if change:
            self._note_image(change)
            raise ImageReadError(change)

    def look_at_disk(self) -> bool:
        """Take in what another program has saved, as above; say it when the image itself has changed."""
        change = self.image_change
        if change:
            self._note_image(change)
        elif self._image:
            self._image.fingerprint()  # known from now on, to tell a copy of the same bytes from others
        return super().look_at_disk()

    @property
    def layout(self) -> Layout:
        """How the planes of the file are shown: ``stored``, ``turned`` or ``joined``."""
        return self.header.layout

    def set_layout(self, layout: Layout | None) -> None:
        """Show the planes of the file in another way, as one undoable step; None for what the file says.

        A calibration that was typed stays; otherwise it is what the file says of the image in this layout.

        Raises
        ------
        LayoutError
            When the image cannot be shown so, or there are regions or results, which stand in the present layout.
        """
        wanted = checked_layout(layout) or self.header.automatic_layout
        self.apply(f"Show {wanted}", lambda now: in_layout(now, wanted, self.path.name))

    def pixels(self, channel: int = 0) -> NDArray[Any]:
        """Read-only pixels (lines, columns) of one channel, all of them in memory.

        They are read once, and let go when nobody holds them any more. Of a recording that is too long for that, take
        the ``lines`` that are needed.

        Raises
        ------
        ImageReadError
            When the file has gone or changed since it was opened, its pixels cannot be decoded, or memory is too small.
        """
        lines, name = self.lines(channel), (self.layout, channel)
        with self._reading:
            found = self._pixels.get(name)
            if found is None:
                try:
                    found = lines[:]
                except MemoryError as error:
                    raise ImageReadError(
                        f"{self.path.name} has {lines.nbytes / 1e9:.1f} GB of pixels in channel {channel}, more than "
                        "there is memory for. Read the lines that you need with acq.lines(channel)[a:b]."
                    ) from error
                self._pixels[name] = found
        return found

    def lines(self, channel: int = 0) -> Lines:
        """Lines of one channel, of which ``[a:b]`` and ``[a:b, c:d]`` are read from the file when they are asked for.

        No handle of the file stays open in between. Pixels that have to be unpacked are unpacked once, and kept in
        memory until ``close``.

        Parameters
        ----------
        channel
            Number of the channel.

        Returns
        -------
        Lines with ``shape``, ``dtype`` and slices, which are read-only arrays.

        Raises
        ------
        ImageReadError
            When the file was cut short, replaced, changed or removed since it was opened, here and at each reading, or
            its pixels cannot be decoded.
        """
        self._check_channel(channel)
        with self._reading:  # what two threads ask for is unpacked once
            layout = self.layout
            found = self._lines.get((layout, channel))
            if found is None:
                if self._recording is None:
                    raise ImageReadError(f"{self.path} has no image file. Open it with cloudscope_widgets.open.")
                self.check_image()
                found = self._recording.lines(channel, layout, self._check_read)
                self.check_image()
                self._lines[layout, channel] = found
        return found

    def _check_read(self, path: Path, stamp: ImageStamp | None) -> None:
        """Raise ImageReadError unless a file that is read is the one that was opened, or a copy of the same bytes."""
        if self._image is None or self._image.is_as_opened(path, stamp):
            return
        self.check_image()
        if stamp is not None and not self._image.looks_opened(path, stamp):
            raise ImageReadError(f"{path.name} was replaced or changed while it was read. Open the recording again.")

    def pixel_counts(self, channel: int = 0) -> PixelCounts:
        """How often each pixel value of one channel occurs, counted once from a sample; ImageReadError as above."""
        with self._counting:  # two widgets that ask at once wait for one count
            layout = self.layout
            found = self._counts.get((layout, channel))
            if found is None:
                found = self._counts[layout, channel] = count_pixels(self.lines(channel))
        return found

    def known_pixel_counts(self, channel: int = 0) -> PixelCounts | None:
        """Return the same where it is known already, without reading a pixel; None where it is not."""
        return self._counts.get((self.layout, channel))

    def close(self) -> None:
        """Let go of the pixels and of all observers; nothing is saved."""
        self._lines.clear()
        self._pixels.clear()
        self._counts.clear()
        self.unobserve_all()

    # ------------------------------------------------------------ regions
    def add_rect(
        self,
        *,
        row_start: int = 0,
        row_stop: int | None = None,
        col_start: int = 0,
        col_stop: int | None = None,
        name: str = "",
    ) -> RectRoi:
        """Add a rectangle, half open and clamped to the image; a bound left out is that of the image."""
        lines, columns = self.header.shape
        stops = lines if row_stop is None else row_stop, columns if col_stop is None else col_stop
        drawn = RectRoi(0, row_start, stops[0], col_start, stops[1], name)
        spans = (drawn.row_start, drawn.row_stop, lines), (drawn.col_start, drawn.col_stop, columns)
        if any(min(start, stop) >= size or max(start, stop) <= 0 for start, stop, size in spans):
            raise ValueError(f"the rectangle lies outside of the image, which has {lines} lines and {columns} columns")
        return self._add_roi(drawn)

    def add_line(self, *, row0: int, col0: int, row1: int, col1: int, name: str = "") -> LineRoi:
        """Add a straight line between two pixels, clamped to the image; ValueError when it takes no time."""
        line = LineRoi(0, row0, col0, row1, col1, name)
        _check_duration(line.clamped(self.header.shape))
        return self._add_roi(line)

    def update_roi(self, roi_id: int, **changes: int | str | bool) -> Roi:
        """Change bounds, name or note of one region, and of its twin; their results stay and become stale."""

        def changed(now: Snapshot) -> Snapshot:
            after = now.with_roi_changed(roi_id, **changes)
            if _takes_time(now.rois.by_id(roi_id)):  # one that another program has saved may be moved
                _check_duration(after.rois.by_id(roi_id))
            return after

        return self.apply(f"Change ROI {roi_id}", changed).rois.by_id(roi_id)

    def delete_roi(self, roi_id: int) -> None:
        """Delete one region, its twin and their records in the same step."""
        self.apply(f"Delete ROI {roi_id}", lambda now: now.without_roi(roi_id))

    # ------------------------------------------------------------ experiment, calibration, contrast
    def update_experiment(self, **changes: Any) -> None:  # noqa: ANN401  (checked field by field)
        """Change some of the fifteen fields of the experiment."""
        name = f"Change {', '.join(changes)}"
        self.apply(name, lambda now: replace(now, experiment=now.experiment.updated(**changes)))

    def update_calibration(self, **changes: Any) -> None:  # noqa: ANN401  (fields of Calibration)
        """Change the calibration; its source becomes ``typed``.

        A time without ``time_label`` is in seconds, a size without ``space_label`` in micrometres. When only the dwell
        time is given, the scan is taken to run forward. Results stay and become stale; events keep their lines.
        """
        self.apply("Change calibration", lambda now: _recalibrated(now, changes))

    def use_image_calibration(self) -> None:
        """Take the calibration of the image, or of the text beside it, in place of a saved or typed one.

        This is one step that can be undone. What neither of them says stays. Results stay and become stale.

        Raises
        ------
        ValueError
            When the image says nothing of its calibration.
        """
        image = self.image_header
        found = None if image is None else image_calibration(self.header, image)
        if found is None or not (found.is_time_known or found.is_space_known):
            raise ValueError(f"{self.path.name} says nothing of its calibration; set it by hand")
        self.apply("Use image calibration", lambda now: _with_calibration_of(now, found))

    def set_contrast(self, channel: int, **changes: Any) -> None:  # noqa: ANN401  (fields of ChannelContrast)
        """Change limits, colour table or gamma of one channel; limits never given are those of most pixels."""
        self._check_channel(channel)
        unknown = [name for name in changes if name not in _CONTRAST_FIELDS]
        if unknown:
            raise TypeError(f"unknown contrast field {unknown[0]!r}; the fields are {', '.join(_CONTRAST_FIELDS)}")
        if channel not in self.contrast and not {"value_min", "value_max"} <= changes.keys():
            low, high = AutoContrast().limits(self.pixel_counts(channel))
            changes = {"value_min": low, "value_max": high, **changes}
        name = f"Change contrast of channel {channel}"
        self.apply(name, lambda now: replace(now, contrast=now.contrast.updated(channel, **changes)))

    # ------------------------------------------------------------ results
    def record(self, analysis_name: str, *, roi_id: int, channel: int = 0) -> Record | None:
        """Stored result of one analysis, None when there is none; of a pair of twins either id will do."""
        return self.snapshot.find_record(analysis_name, channel, roi_id)

    def delete_record(self, analysis_name: str, *, roi_id: int, channel: int = 0) -> None:
        """Delete one result, and those that stand on it, in one step; KeyError when there is none."""
        if self.record(analysis_name, roi_id=roi_id, channel=channel) is None:
            raise KeyError(f"there is no {analysis_name} of ROI {roi_id} in channel {channel}")
        name = f"Delete {analysis_name} of ROI {roi_id}"
        self.apply(name, lambda now: now.without_record(analysis_name, channel, roi_id))

    def analyze(
        self,
        analysis_name: str,
        *,
        roi_id: int,
        channel: int = 0,
        progress: Callable[[float, str], None] | None = None,
        cancel: threading.Event | None = None,
        **params: Any,  # noqa: ANN401  (checked by the analysis)
    ) -> Record:
        """Run one analysis of one region, store its result as one undoable step, and return it.

        Parameters
        ----------
        analysis_name
            For instance ``radon_velocity``.
        roi_id, channel
            What to measure. Where the shared format cannot hold this result beside those of the same region, it is
            stored under a twin of the region, which ``record.roi_id`` tells; a notice says so.
        progress
            Told the fraction done, 0 to 1, and what is being done.
        cancel
            Set from another thread to stop.
        **params
            Parameters of the analysis; those left out have their defaults.

        Raises
        ------
        AnalysisError
            When the region cannot be measured; a sentence says why and what to do. Nothing is stored.
        ImageReadError
            When the image was replaced or changed since it was opened. Nothing is stored.
        Cancelled
            When ``cancel`` was set. Nothing is stored.
        ValueError, TypeError
            When the analysis, the channel or a parameter is not known, or a value does not fit.
        """
        self._check_channel(channel)
        return run_analysis(
            self, analysis_name, roi_id=roi_id, channel=channel, progress=progress, cancel=cancel, params=params
        )

    def compare_velocity(
        self,
        *,
        roi_id: int,
        channel: int = 0,
        progress: Callable[[float, str], None] | None = None,
        cancel: threading.Event | None = None,
    ) -> Record:
        """Measure a velocity by the other method, in the same windows, and return it without storing it.

        The other method is ``radon`` for a stored velocity by line correlation, and line correlation for any other.

        Raises
        ------
        AnalysisError
            When there is no velocity to compare with, or the region cannot be measured.
        Cancelled
            When ``cancel`` was set.
        """
        self._check_channel(channel)
        return run_other_method(self, roi_id=roi_id, channel=channel, progress=progress, cancel=cancel)

    # ------------------------------------------------------------ events
    def detect_events(self, *, roi_id: int, channel: int = 0, **params: Any) -> Record:  # noqa: ANN401  (checked)
        """Look for events in the velocity of one region, as one undoable step, and return the record of its events.

        Candidates are ``unreviewed`` and wait for a verdict; only accepted ones are shared with other programs. Events
        that were drawn, accepted or rejected stay as they are, and candidates that nobody has reviewed are replaced.

        Parameters
        ----------
        roi_id, channel
            Where to look.
        **params
            ``win_sec``, ``smooth_sec``, ``k_mad``, ``floor`` (mm/s), ``merge_sec``, ``min_separation_sec`` and
            ``min_event_sec``; those left out have their defaults.

        Raises
        ------
        AnalysisError
            When there is no velocity, or nothing of it was measured. Nothing is stored.
        ValueError, TypeError
            When a parameter is not known, or its value does not fit.
        """
        return detect_events(self, roi_id, channel, params)

    def add_event(  # noqa: PLR0913  (each a property of an event)
        self,
        *,
        roi_id: int,
        channel: int = 0,
        start_s: float,
        stop_s: float,
        event_type: EventKind = "user",
        note: str = "",
    ) -> Event:
        """Mark a stretch of the velocity of one region by hand, in absolute image time."""
        self._check_channel(channel)
        event = Event(1, start_s, stop_s, event_type, review="accepted", note=note).checked_times()
        after = self.apply("Add event", lambda now: event_added(now, roi_id, channel, event))
        record = after.find_record(EVENT, channel, roi_id)
        return cast("Record", record).events[-1]

    def update_event(
        self,
        event_id: int,
        *,
        roi_id: int,
        channel: int = 0,
        **changes: Any,  # noqa: ANN401  (fields of Event)
    ) -> Event:
        """Change times, type, review or note of one event; KeyError when there is no such event."""
        after = self.apply(
            f"Change event {event_id}", lambda now: event_changed(now, roi_id, channel, event_id, changes)
        )
        record = cast("Record", after.find_record(EVENT, channel, roi_id))
        return next(event for event in record.events if event.event_id == event_id)

    def delete_event(self, event_id: int, *, roi_id: int, channel: int = 0) -> None:
        """Delete one event; KeyError when there is no such event."""
        self.apply(f"Delete event {event_id}", lambda now: event_deleted(now, roi_id, channel, event_id))

    def update_peak(
        self,
        peak_id: int,
        *,
        roi_id: int,
        channel: int = 0,
        **changes: Any,  # noqa: ANN401  (fields of PeakReview)
    ) -> Record:
        """Change ``review`` (unreviewed, accepted, rejected) or ``note`` of one peak; KeyError when there is none.

        Returns the record, whose ``peaks`` show it. The shared files keep every peak whatever was said of it.
        """
        after = self.apply(f"Review peak {peak_id}", lambda now: peak_reviewed(now, roi_id, channel, peak_id, changes))
        return peak_record(after, roi_id, channel)

    # ------------------------------------------------------------ private
    def _replaced_image(self) -> tuple[str, ...]:
        """Say that the image is not the one that results were made from."""
        older = [record for record in self.records if "the image" in record.stale_reasons(self)]
        if not older:
            return ()
        names = ", ".join(f"{words_of(record.analysis_name)} of ROI {record.roi_id}" for record in older)
        said = f"{self.path.name} has been replaced since these results were made: {names}."
        return (f"{said} Run them again, or put the image back.",)

    def _note_image(self, change: str) -> None:
        if change not in self.notices:
            self.set_trait("notices", (*self.notices, change))

    def _add_roi(self, roi: _RoiKind) -> _RoiKind:
        after = self.apply(
            lambda after: f"Add ROI {after.rois[-1].roi_id}",
            lambda now: now.with_roi(replace(roi, roi_id=now.next_roi_id())),
        )
        return cast("_RoiKind", after.rois[-1])

    def _check_channel(self, channel: int) -> None:
        if isinstance(channel, bool) or not hasattr(channel, "__index__"):
            raise ValueError(f"a channel must be a whole number, got {shown(channel)}")
        if not 0 <= channel < self.header.channels:
            raise ValueError(
                f"there is no channel {shown(channel)}; this recording has {self.header.channels}, the first is 0"
            )


_CONTRAST_FIELDS = ("value_min", "value_max", "color_lut", "gamma", "img_min", "img_max")
LONGEST_RECORDING_S = LATEST_S
"""Longest time that all lines of a recording may take once its calibration is edited, so that events keep theirs."""


def _with_calibration_of(now: Snapshot, found: Calibration) -> Snapshot:
    after = with_image_calibration(now.header.calibration, found)
    if after == now.header.calibration:
        return now
    records = on_line_time(now, after.seconds_per_line)
    return replace(now, header=replace(now.header, calibration=after), records=records)


_CALIBRATION_FIELDS = tuple(item.name for item in fields(Calibration) if item.name != "source")


def check_duration(lines: int, seconds_per_line: float) -> None:
    """Refuse a time per line with which a recording would last longer than a saved file can hold."""
    if lines * seconds_per_line > LONGEST_RECORDING_S:
        most = LONGEST_RECORDING_S / lines
        raise ValueError(
            f"seconds per line must be at most {most:.6g} for {lines} lines, got {seconds_per_line:.6g}; the "
            f"recording would last longer than {LONGEST_RECORDING_S:g} s"
        )


def _takes_time(roi: Roi) -> bool:
    return isinstance(roi, RectRoi) or roi.row0 != roi.row1


def _check_duration(roi: Roi) -> None:
    """Refuse a line along one single scan line: the speed that it shows would be infinite."""
    if not _takes_time(roi):
        raise ValueError("a line needs a duration: its ends must lie at two different times")


def _recalibrated(now: Snapshot, changes: dict[str, Any]) -> Snapshot:
    unknown = [name for name in changes if name not in _CALIBRATION_FIELDS]
    if unknown:
        raise TypeError(f"unknown calibration field {unknown[0]!r}; the fields are {', '.join(_CALIBRATION_FIELDS)}")
    before = now.header.calibration
    implied: dict[str, Any] = {}
    if "seconds_per_line" in changes and not before.is_time_known:
        implied["time_label"] = "s"
    if "um_per_pixel" in changes and not before.is_space_known:
        implied["space_label"] = "um"
    if changes.get("dwell_s") is not None and before.scan_direction is None:
        implied["scan_direction"] = "forward"
    after: Calibration = replace(before, **{**implied, **changes})
    if after == before:
        return now
    lines = now.header.shape[0]
    if "seconds_per_line" in changes:
        check_duration(lines, after.seconds_per_line)
    records = on_line_time(now, after.seconds_per_line)
    return replace(now, header=replace(now.header, calibration=replace(after, source="typed")), records=records)
