"""Layouts in which an image can be shown, and which of them is the automatic one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from cloudscope_widgets.core.errors import LayoutError
from cloudscope_widgets.core.header import Calibration, Header
from cloudscope_widgets.core.layout import Layout, LayoutChoice
from cloudscope_widgets.core.notice import Notice, notice_like
from cloudscope_widgets.core.snapshot import Snapshot
from cloudscope_widgets.io.format.fields import Fields
from cloudscope_widgets.io.images.scales import TagCalibration

LAYOUTS: tuple[Layout, ...] = ("stored", "turned", "joined")
OWN_KEY = "layout"
"""Where our own file names the layout."""
_MOST_OFF_LINES = 0.5
"""Images follow each other without a gap when the interval between them is that of their lines, to half a line."""
_SHOWN_STORED = "CloudScope shows it as stored"
_FIRST_ONLY = "CloudScope shows the file as stored, which is the first of them"


class StackImage(Protocol):
    """What is asked of an image file."""

    @property
    def shape(self) -> tuple[int, int]:
        """Lines and columns of one plane."""

    @property
    def tags(self) -> TagCalibration:
        """What its tags say."""


@dataclass(frozen=True, slots=True)
class ShownAs:
    """One layout of an image, as far as its calibration depends on it."""

    layout: Layout
    shape: tuple[int, int]
    plane_lines: int
    """Lines of one plane."""
    planes: int
    """Planes that follow each other in the file."""
    tags: TagCalibration
    """By the axes of the shown image."""

    @property
    def is_joined(self) -> bool:
        """Whether lines follow each other from one plane to the next."""
        return self.layout == "joined"


Calibrate = Callable[[ShownAs], tuple[Calibration, tuple[str, ...]]]
"""Finds the calibration of an image in one layout, and sentences about it."""


def layout_choices(image: StackImage, planes: int, name: str, calibrate: Calibrate) -> tuple[LayoutChoice, ...]:
    """Find all layouts of an image, the automatic one first.

    Parameters
    ----------
    image
        The image file.
    planes
        Planes of each channel.
    name
        Of the file, for sentences.
    calibrate
        Finds the calibration in one layout.
    """
    automatic = _automatic(image, planes)
    found = []
    for shown in _all(image, planes):
        calibration, notes = calibrate(shown)
        notice, offers = _notice(image, planes, shown.layout, automatic)
        text = Notice(f"{name}: {notice}", "layout") if notice else ""
        found.append(LayoutChoice(shown.layout, shown.shape, calibration, notes, text, offers))
    return tuple(sorted(found, key=lambda choice: choice.layout != automatic))


def _all(image: StackImage, planes: int) -> Iterator[ShownAs]:
    (lines, columns), tags = image.shape, image.tags
    yield ShownAs("stored", (lines, columns), lines, planes, tags)
    yield ShownAs("turned", (columns, lines), columns, planes, tags.turned())
    if planes > 1:
        yield ShownAs("joined", (lines * planes, columns), lines, planes, tags)


def _automatic(image: StackImage, planes: int) -> Layout:
    """Layout that the file itself asks for."""
    if image.tags.is_time_on_columns:
        return "turned"
    if planes > 1 and (image.shape[0] == 1 or _has_no_gap(image)):
        return "joined"
    return "stored"


def _has_no_gap(image: StackImage) -> bool:
    """Whether the file says that the last line of an image is followed by the first one of the next."""
    line_s, interval_s = image.tags.lines.seconds, image.tags.interval_s
    if line_s is None or interval_s is None:
        return False
    return abs(interval_s - line_s * image.shape[0]) <= _MOST_OFF_LINES * line_s


def _notice(image: StackImage, planes: int, layout: Layout, automatic: Layout) -> tuple[str, tuple[Layout, ...]]:
    """Why an image is shown in a layout, and what is offered instead."""
    lines = image.shape[0]
    if layout == "joined":
        each = "one line" if lines == 1 else f"{lines} lines"
        return f"Its {planes} images of {each} are shown joined along time. {_FIRST_ONLY}.", ("stored",)
    if layout == "turned":
        why = "time runs along its columns" if automatic == "turned" else "you chose it"
        return f"It is shown turned, since {why}. {_SHOWN_STORED}.", ("stored",)
    if automatic == "turned":
        return "Its tags say that time runs along its columns, but it is shown as stored.", ("turned",)
    if planes > 1:
        said = f"The file holds {planes} images; the first is shown."
        return f"{said} If they follow each other in time without a gap, join them.", ("joined",)
    return "", ()


# ---------------------------------------------------------------- choosing
def said_layout(own: Fields) -> Layout | None:
    """Layout that our own file names, None where it names none; SidecarReadError when it is none that there is."""
    if own.values.get(OWN_KEY) is None:
        return None
    return own.child(OWN_KEY).choice("shown", LAYOUTS, "stored")


def checked_layout(layout: object) -> Layout | None:
    """Return the layout that somebody asks for, None for the automatic one; LayoutError for any other word."""
    for known in LAYOUTS:
        if layout == known:
            return known
    if layout is not None:
        raise LayoutError(f"choose stored, turned or joined, or None for what the file says, got {layout!r}")
    return None


def in_layout(snapshot: Snapshot, layout: Layout, name: str) -> Snapshot:
    """Return the state of a recording with its image in another layout.

    Parameters
    ----------
    snapshot
        The present state.
    layout
        That is asked for.
    name
        Of the file, for sentences.

    Raises
    ------
    LayoutError
        When the image cannot be shown so, or there are regions or results, which stand in the present layout.
    """
    header = snapshot.header
    if layout == header.layout:
        return snapshot
    if not header.has_layout(layout):
        raise LayoutError(f"{name} cannot be {layout}: it holds one image only. Choose stored or turned.")
    count = len(snapshot.rois)
    if count or len(snapshot.records):
        held = f"{count} ROI{'' if count == 1 else 's'}" if count else "results"
        raise LayoutError(
            f"{name} has {held}, which stand in the image as it is shown now ({header.layout}). Delete them before "
            "showing it in another way."
        )
    return replace(snapshot, header=header.in_layout(layout))


def laid_out(header: Header, sidecar: Fields | None, own: Fields | None) -> Header:
    """Header in the layout in which the saved regions of an image stand.

    A layout that our own file names counts, then one that was chosen since, then the automatic one. Where a sidecar
    holds regions or results without naming a layout, they stand in the image as it is stored.

    Parameters
    ----------
    header
        What the image itself says.
    sidecar, own
        What is saved beside it, None where nothing is.

    Raises
    ------
    SidecarReadError
        When our own file names something else than a layout.
    """
    said = None if own is None else said_layout(own)
    if said is not None and header.has_layout(said):
        return header.in_layout(said)
    if header.is_layout_chosen or header.layout == "stored" or not _holds_regions(sidecar):
        return header
    stored = header.in_layout("stored", is_chosen=False)
    return replace(stored, notes=tuple(_with_reason(stored)))


def _with_reason(stored: Header) -> Iterable[str]:
    """Notes of a header, with the reason why it is not in the automatic layout."""
    notice = stored.choice.notice if stored.choice else ""
    for note in stored.notes:
        yield (
            notice_like(f"{note} Its saved ROIs and results stand in the image as stored.", note)
            if note == notice
            else note
        )


def _holds_regions(sidecar: Fields | None) -> bool:
    return sidecar is not None and bool(sidecar.values.get("rois") or sidecar.values.get("analysis"))
