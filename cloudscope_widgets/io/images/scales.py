"""What the tags of an image say of its scales, and the time per line that follows from them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class AxisScale:
    """Step along one axis of the stored image; at most one of the two is known."""

    um: float | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class TagCalibration:
    """What the tags say, by the axes of the image as it is stored; None where they say nothing."""

    columns: AxisScale = field(default_factory=AxisScale)
    """From one column to the next."""
    lines: AxisScale = field(default_factory=AxisScale)
    """From one line to the next."""
    interval_s: float | None = None
    """From one image to the next along time."""
    images: int = 1
    """Images of one channel that the tags count along time and depth."""
    notes: tuple[str, ...] = ()
    """Sentences about tags that are not believed."""

    @property
    def is_time_on_columns(self) -> bool:
        """Whether the tags say that time runs along the columns, so that the image is to be turned."""
        return self.columns.seconds is not None and self.lines.seconds is None

    @property
    def um_per_pixel(self) -> float | None:
        """Size of a pixel along the line."""
        return self.columns.um

    def turned(self) -> TagCalibration:
        """Return the same of the image with lines and columns exchanged."""
        return TagCalibration(self.lines, self.columns, self.interval_s, self.images, self.notes)


@dataclass(frozen=True, slots=True)
class LineTime:
    """Time between two lines, and a sentence where it needs one."""

    seconds: float | None = None
    note: str = ""


def line_time(tags: TagCalibration, *, images: int, lines: int, lines_fill_image: bool = False) -> LineTime:
    """Find the time between two lines: an interval between images of several lines is not one.

    Parameters
    ----------
    tags
        Of the image as it is shown (``TagCalibration.turned`` for one that is turned).
    images
        Images of one channel that follow each other in the file.
    lines
        Lines of one of these images, as it is stored.
    lines_fill_image
        Whether the file or the user says that the lines follow each other without a gap, also from one image to the
        next.

    Returns
    -------
    The time in seconds, None when it is not known, and a sentence for the user when the time is computed, or an
    interval is left unused.
    """
    interval_s = tags.interval_s
    if tags.lines.seconds is not None or interval_s is None:
        return LineTime(tags.lines.seconds)
    if max(images, tags.images) <= 1 or lines == 1:
        return LineTime(interval_s)
    said = f"The file gives {interval_s:.4g} s from one image to the next"
    if lines_fill_image:
        return LineTime(interval_s / lines, f"{said}; the time per line is this divided by the {lines} lines of one.")
    return LineTime(None, f"{said}, which is not the time per line. Set the calibration.")
