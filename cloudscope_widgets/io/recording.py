"""One recording on disk: an image, or the split channels of one, with all that is known before a pixel is read."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from cloudscope_widgets.core.errors import ImageReadError
from cloudscope_widgets.core.header import UNCALIBRATED_LABEL, Calibration, CalibrationSource, Header
from cloudscope_widgets.io.fingerprint import image_fingerprint
from cloudscope_widgets.io.folder import recording_path, split_channels
from cloudscope_widgets.io.loaders.tiff import LARGEST_IMAGE_BYTES, TiffImage, open_tiff
from cloudscope_widgets.io.olympus_text import OlympusText, believed_text, read_olympus_text, text_path
from cloudscope_widgets.io.paths import printable
from cloudscope_widgets.io.platform import true_name

ReadChannel = Callable[[], NDArray[Any]]


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

    def read_channel(self, channel: int) -> NDArray[Any]:
        """Read-only pixels (lines, columns) of one channel, memory-mapped where the file allows it.

        Raises
        ------
        ImageReadError
            When the file has gone or changed since it was opened.
        """
        return self.readers[channel]()

    def fingerprint(self) -> str:
        """Fingerprint of the first file of the image; empty when it cannot be read now."""
        try:
            return image_fingerprint(self.files[0])
        except OSError:
            return ""

    def file_stamp(self) -> tuple[int, int]:
        """Size and time of change of the first file, to tell cheaply that a fingerprint is out of date."""
        try:
            status = self.files[0].stat()
        except OSError:
            return (0, 0)
        return status.st_size, status.st_mtime_ns


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
    first = open_tiff(asked, largest_bytes=largest_bytes)
    siblings = split_channels(asked) if first.channels == 1 else (asked,)
    images, notes = _with_siblings(first, siblings, largest_bytes)
    home = recording_path(asked) if len(images) > 1 else asked
    text = read_olympus_text(text_path(home))
    return Recording(
        path=home,
        header=_header(images, text, notes),
        files=tuple(image.path for image in images),
        readers=tuple(_reader(image, channel) for image in images for channel in range(image.channels)),
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
    return lambda: image.read_channel(channel)


def _header(images: tuple[TiffImage, ...], text: OlympusText | None, notes: tuple[str, ...]) -> Header:
    first = images[0]
    channels = sum(image.channels for image in images)
    split = len(images) > 1
    text, doubts = _believed(first, text)
    calibration, remarks = _calibration(first, text)
    return Header(
        shape=first.shape,
        dtype=first.dtype.name,
        channels=channels,
        calibration=calibration,
        file_shape=(channels, *first.shape) if split else first.file_shape,
        file_dims=("C", "Y", "X") if split else first.file_dims,
        date=text.date,
        time=text.time,
        notes=(*first.notes, *notes, *(f"{first.path.name}: {note}" for note in (*doubts, *remarks))),
    )


def _believed(image: TiffImage, text: OlympusText | None) -> tuple[OlympusText, tuple[str, ...]]:
    """What the microscope's text says of this image, and what of it is not believed."""
    if text is None:
        return OlympusText(), ()
    lines, columns = image.shape
    return believed_text(text, columns=columns, lines=(lines, lines * image.images))


def _calibration(image: TiffImage, said: OlympusText) -> tuple[Calibration, tuple[str, ...]]:
    """Numbers of the microscope's text before those of the image's tags, and what there is to say of the latter."""
    seconds = said.seconds_per_line or image.line_time.seconds
    micrometres = said.um_per_pixel or image.tags.um_per_pixel
    source: CalibrationSource = "default"
    if seconds or micrometres:
        source = "text" if said.seconds_per_line or said.um_per_pixel else "file"
    remarks = [*image.tags.notes, *([] if said.seconds_per_line else [image.line_time.note])]
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
