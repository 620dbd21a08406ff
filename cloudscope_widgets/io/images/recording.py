"""One recording on disk: an image, or the split channels of one, with all that is known before a pixel is read."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cloudscope_widgets.core.errors import ImageReadError
from cloudscope_widgets.core.header import UNCALIBRATED_LABEL, Calibration, CalibrationSource, Header
from cloudscope_widgets.core.layout import Layout
from cloudscope_widgets.io.catalog.folder import recording_path, saved_first, split_channels
from cloudscope_widgets.io.images.file_lines import Check
from cloudscope_widgets.io.images.layouts import ShownAs, layout_choices
from cloudscope_widgets.io.images.lines import ArrayLines, Lines, TurnedLines
from cloudscope_widgets.io.images.olympus_text import OlympusText, believed_text, read_olympus_text, text_path
from cloudscope_widgets.io.images.opened import ImageStamp, OpenedImage, image_stamp
from cloudscope_widgets.io.images.scales import line_time
from cloudscope_widgets.io.images.tiff.image import LARGEST_IMAGE_BYTES, TiffImage, open_tiff
from cloudscope_widgets.io.paths import printable
from cloudscope_widgets.io.platform.files import true_name

ReadChannel = Callable[[Layout, Check], Lines]


@dataclass(frozen=True, slots=True)
class Recording:
    """Where the pixels of a recording are, and its header."""

    path: Path
    """File beside which everything is saved."""
    header: Header
    """As the image, its tags and the text beside it say, before any saved calibration."""
    files: tuple[Path, ...]
    """All files of the image, in channel order."""
    readers: tuple[ReadChannel, ...]
    """One for each channel."""
    stamps: tuple[ImageStamp | None, ...]
    """Stamps of the files from before they were opened."""

    def lines(self, channel: int, layout: Layout | None = None, check: Check | None = None) -> Lines:
        """Lines of one channel, read from the file where they are asked for if it holds them as they are shown.

        Parameters
        ----------
        channel
            Number of the channel.
        layout
            How the planes of the file are shown; None for the layout of the header.
        check
            Raises ImageReadError when a file is not the one that was opened; None to take it only untouched.

        Raises
        ------
        ImageReadError
            When the file has gone or changed since it was opened.
        """
        return self.readers[channel](layout or self.header.layout, check or self._check_untouched)

    def _check_untouched(self, path: Path, stamp: ImageStamp | None) -> None:
        opened = dict(zip(self.files, self.stamps, strict=True)).get(path)
        if stamp is None or opened is None or not opened.looks_like(stamp):
            raise ImageReadError(f"{path.name} has been changed since it was opened here. Open the recording again.")

    def opened_image(self) -> OpenedImage:
        """Files of the image as they were opened."""
        return OpenedImage(self.files, self.stamps, self.header.channels)


def open_recording(path: str | Path, *, largest_bytes: int = LARGEST_IMAGE_BYTES) -> Recording:
    """Check an image and read its header, tags and microscope text; split channels are opened together.

    Parameters
    ----------
    path
        Of the image, or of one of its split channels.
    largest_bytes
        Most bytes of pixels that one image may hold.

    Raises
    ------
    ImageReadError
        When the image cannot be shown; the message says what, where and what to do.
    """
    asked = true_name(_usable(path))
    stamps = {asked: image_stamp(asked)}
    first = open_tiff(asked, largest_bytes=largest_bytes)
    siblings = split_channels(asked) if first.channels == 1 and len(first.files) == 1 else (asked,)
    stamps |= {path: image_stamp(path) for path in siblings if path != asked}
    images, notes = _with_siblings(first, siblings, largest_bytes)
    home = saved_first(first.files) if len(first.files) > 1 else recording_path(asked) if len(images) > 1 else asked
    text = read_olympus_text(text_path(home))
    return Recording(
        path=home,
        header=_header(images, text, notes),
        files=tuple(path for image in images for path in image.files),
        readers=tuple(_reader(image, channel) for image in images for channel in range(image.channels)),
        stamps=tuple(stamps.get(path) or image_stamp(path) for image in images for path in image.files),
    )


def _usable(path: str | Path) -> Path:
    """Whole path, checked to be one that the system can be asked for."""
    try:
        whole = Path(path).absolute()
        is_path = "\0" not in os.fspath(path) and bool(os.fsencode(whole))
    except (OSError, ValueError):  # the present folder was deleted, or a sign cannot stand in a name
        is_path = False
    if not is_path:
        raise ImageReadError(f"{os.fspath(path)!r} is no path of a file. Choose a TIFF image.")
    check_is_text(whole)
    return whole


def check_is_text(path: Path) -> None:
    """Refuse a name that is no text: neither a page nor a saved file can hold it.

    Raises
    ------
    ImageReadError
        When there are bytes in it that are no UTF-8; the message spells them.
    """
    bad = next((part for part in reversed(path.parts) if printable(part) != part), None)
    if bad is not None:
        what = "file" if bad == path.name else "folder"
        raise ImageReadError(
            f"{printable(str(path))} cannot be opened: the name of the {what} is no UTF-8 text. "
            f"Rename the {what}, then open it again."
        )


def read_header(path: Path) -> Header:
    """Header of one image without the channels that lie in files of their own; quick enough for a whole folder.

    Raises
    ------
    ImageReadError
        When the image cannot be shown; the message says what, where and what to do.
    """
    check_is_text(path)
    return _header((open_tiff(path),), read_olympus_text(text_path(path)), ())


def _with_siblings(
    first: TiffImage, paths: tuple[Path, ...], largest_bytes: int
) -> tuple[tuple[TiffImage, ...], tuple[str, ...]]:
    """Open the other channels of a recording; without those that do not fit, which is said."""
    if len(paths) == 1:
        return (first,), ()
    images: list[TiffImage] = []
    notes: list[str] = []
    for path in paths:
        try:
            image = first if path == first.path else open_tiff(path, largest_bytes=largest_bytes)
        except ImageReadError as error:
            notes.append(f"One channel is left out: {error}")
            continue
        if (image.shape, image.dtype, image.channels) == (first.shape, first.dtype, 1):
            images.append(image)
        else:
            notes.append(f"{path.name} is not shown as a channel: its size or type differs from {first.path.name}.")
    return tuple(images) or (first,), tuple(notes)


def _reader(image: TiffImage, channel: int) -> ReadChannel:
    def read(layout: Layout, check: Check) -> Lines:
        lines = image.lines(channel, is_joined=layout == "joined", check=check)
        if layout != "turned":
            return lines
        return ArrayLines(lines[:].T) if isinstance(lines, ArrayLines) else TurnedLines(lines)

    return read


def _header(images: tuple[TiffImage, ...], text: OlympusText | None, notes: tuple[str, ...]) -> Header:
    first = images[0]
    channels = sum(image.channels for image in images)
    split = len(images) > 1

    def calibrate(shown: ShownAs) -> tuple[Calibration, tuple[str, ...]]:
        said, doubts = _believed(shown, text)
        calibration, remarks = _calibration(shown, said)
        return calibration, tuple(f"{first.path.name}: {note}" for note in (*doubts, *remarks))

    choices = layout_choices(first, first.planes.count, first.path.name, calibrate)
    stored = next(choice for choice in choices if choice.layout == "stored")
    said, _ = _believed(ShownAs("stored", first.shape, first.shape[0], first.planes.count, first.tags), text)
    header = Header(
        shape=first.shape,
        dtype=first.dtype.name,
        channels=channels,
        calibration=stored.calibration,
        file_shape=(channels, *first.shape) if split else first.file_shape,
        file_dims=("C", "Y", "X") if split else first.file_dims,
        date=said.date,
        time=said.time,
        notes=(*first.notes, *notes, *stored.notes, *filter(None, [stored.notice])),
        is_rgb=first.is_rgb,
        choices=choices,
    )
    return header.in_layout(choices[0].layout, is_chosen=False)


def _believed(shown: ShownAs, text: OlympusText | None) -> tuple[OlympusText, tuple[str, ...]]:
    """What the microscope's text says of this image, and what of it is not believed."""
    if text is None:
        return OlympusText(), ()
    lines = shown.plane_lines
    return believed_text(text, columns=shown.shape[1], lines=(lines, lines * shown.planes))


def _calibration(shown: ShownAs, said: OlympusText) -> tuple[Calibration, tuple[str, ...]]:
    """Numbers of the microscope's text before those of the image's tags, and what there is to say of the latter."""
    by_tags = line_time(shown.tags, images=shown.planes, lines=shown.plane_lines, lines_fill_image=shown.is_joined)
    seconds = said.seconds_per_line or by_tags.seconds
    micrometres = said.um_per_pixel or shown.tags.um_per_pixel
    source: CalibrationSource = "default"
    if seconds or micrometres:
        source = "text" if said.seconds_per_line or said.um_per_pixel else "file"
    remarks = [*shown.tags.notes, *([] if said.seconds_per_line else [by_tags.note])]
    calibration = Calibration(
        seconds_per_line=seconds or 1.0,
        um_per_pixel=micrometres or 1.0,
        time_label="seconds" if seconds else UNCALIBRATED_LABEL,
        space_label="um" if micrometres else UNCALIBRATED_LABEL,
        dwell_s=said.dwell_s,
        scan_direction=said.scan_direction,
        source=source,
    )
    return calibration, tuple(filter(None, remarks))
