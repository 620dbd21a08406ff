"""What is known of a recording before any pixel is read: size, type, calibration."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from cloudscope_widgets.core.layout import Layout, LayoutChoice
from cloudscope_widgets.core.numbers import LARGEST_NUMBER, SMALLEST_SIZE, checked_size, checked_text

ScanDirection = Literal["forward", "backward", "bidirectional"]
CalibrationSource = Literal["file", "text", "typed", "saved", "default"]

UNCALIBRATED_LABEL = "Pixels"
SECOND_LABELS = frozenset({"s", "sec", "second", "seconds"})
MICROMETRE_LABELS = frozenset({"um", "µm", "μm", "micron", "microns", "micrometer", "micrometre"})

_SIZES = {
    "seconds_per_line": "seconds per line",
    "um_per_pixel": "µm per pixel",
    "dwell_s": "dwell time in seconds",
}
_LABELS = {"time_label": "the unit of time", "space_label": "the unit of length"}


def is_size(number: float) -> bool:
    """Whether a number from a file can be a size or a time: above 0, and not beyond what can be computed with."""
    return SMALLEST_SIZE <= number <= LARGEST_NUMBER


@dataclass(frozen=True, slots=True)
class Calibration:
    """Size of a line in time and of a pixel in space, and how the beam scans."""

    seconds_per_line: float = 1.0
    """Time between two lines, in the unit of ``time_label``."""
    um_per_pixel: float = 1.0
    """Size of a pixel along the line, in the unit of ``space_label``."""
    time_label: str = UNCALIBRATED_LABEL
    space_label: str = UNCALIBRATED_LABEL
    dwell_s: float | None = None
    """Time the beam spends on one pixel, in seconds; None when unknown."""
    scan_direction: ScanDirection | None = None
    """Forward is towards larger column; None when unknown."""
    source: CalibrationSource = "default"
    """Where the numbers come from: image tags, the text beside it, the user, a saved file, or nowhere."""

    def __post_init__(self) -> None:
        """Refuse what cannot be a calibration, or could not be saved."""
        for name, words in _SIZES.items():
            value = getattr(self, name)
            if value is not None or name != "dwell_s":
                object.__setattr__(self, name, checked_size(words, value))
        for name, words in _LABELS.items():
            object.__setattr__(self, name, checked_text(words, getattr(self, name)))
        if self.scan_direction not in {None, "forward", "backward", "bidirectional"}:
            msg = f"scan direction must be forward, backward, bidirectional or None, got {self.scan_direction!r}"
            raise ValueError(msg)

    @property
    def is_time_known(self) -> bool:
        """True when a line has a duration in seconds."""
        return self.time_label.strip().lower() in SECOND_LABELS

    @property
    def is_space_known(self) -> bool:
        """True when a pixel has a size in micrometres."""
        return self.space_label.strip().lower() in MICROMETRE_LABELS

    @property
    def is_known(self) -> bool:
        """True when speeds can be given in µm/s."""
        return self.is_time_known and self.is_space_known

    @property
    def scan_speed_px_line(self) -> float | None:
        """Speed of the beam in pixels per line time, signed; None when line time, dwell or direction is unknown."""
        if not self.is_time_known or self.dwell_s is None or self.scan_direction not in {"forward", "backward"}:
            return None
        speed = self.seconds_per_line / self.dwell_s
        return speed if self.scan_direction == "forward" else -speed


@dataclass(frozen=True, slots=True)
class Header:
    """Size, type and calibration of one recording."""

    shape: tuple[int, int]
    """Lines (time) and columns (position) of one channel."""
    dtype: str
    """Type of a pixel as numpy names it, for instance ``uint16``."""
    channels: int = 1
    calibration: Calibration = field(default_factory=Calibration)
    file_shape: tuple[int, ...] = ()
    """Shape of the whole file, channels and pages included."""
    file_dims: tuple[str, ...] = ("Y", "X")
    num_scenes: int = 1
    date: str = ""
    """Day of the recording, YYYYMMDD."""
    time: str = ""
    """Time of the recording, HH:MM:SS."""
    notes: tuple[str, ...] = ()
    """Sentences that the user should see, for instance that only the first plane was opened."""
    is_rgb: bool = field(default=False, compare=False)
    """Whether the channels are the colours of a picture, of which some may be empty."""
    layout: Layout = "stored"
    """How the planes of the file are shown."""
    is_layout_chosen: bool = field(default=False, compare=False)
    """Whether somebody has chosen the layout, so that saved regions do not change it."""
    choices: tuple[LayoutChoice, ...] = field(default=(), compare=False, repr=False)
    """All layouts in which the image can be shown; the automatic one first."""

    @property
    def automatic_layout(self) -> Layout:
        """Layout in which the image is shown where nobody has chosen one and nothing is saved."""
        return self.choices[0].layout if self.choices else "stored"

    @property
    def stored_shape(self) -> tuple[int, int]:
        """Lines and columns of the plane that other programs show."""
        return next((choice.shape for choice in self.choices if choice.layout == "stored"), self.shape)

    @property
    def choice(self) -> LayoutChoice | None:
        """What is known of the present layout; None where an image has no other one."""
        return next((choice for choice in self.choices if choice.layout == self.layout), None)

    def has_layout(self, layout: str) -> bool:
        """Whether the image can be shown in a layout."""
        return layout == self.layout or any(choice.layout == layout for choice in self.choices)

    def in_layout(self, layout: Layout, *, is_chosen: bool = True) -> Header:
        """Return the header of the same image in another layout; a calibration that was typed stays.

        Raises
        ------
        ValueError
            When there is no such layout of this image.
        """
        if layout == self.layout:
            return replace(self, is_layout_chosen=is_chosen)
        before, after = self.choice, next((one for one in self.choices if one.layout == layout), None)
        if after is None:
            raise ValueError(f"this image cannot be shown {layout}")
        gone = () if before is None else (*before.notes, before.notice)
        notes = (*(note for note in self.notes if note not in gone), *after.notes, after.notice)
        is_typed = self.calibration.source not in {"file", "text", "default"}
        return replace(
            self,
            shape=after.shape,
            calibration=self.calibration if is_typed else after.calibration,
            notes=tuple(filter(None, notes)),
            layout=layout,
            is_layout_chosen=is_chosen,
        )

    @property
    def seconds_per_line(self) -> float:
        """Time between two lines."""
        return self.calibration.seconds_per_line

    @property
    def um_per_pixel(self) -> float:
        """Size of a pixel along the line."""
        return self.calibration.um_per_pixel

    @property
    def dwell_s(self) -> float | None:
        """Time the beam spends on one pixel, in seconds."""
        return self.calibration.dwell_s

    @property
    def scan_direction(self) -> ScanDirection | None:
        """Direction in which the beam moves while a line is recorded."""
        return self.calibration.scan_direction

    @property
    def calibration_source(self) -> CalibrationSource:
        """Where the calibration comes from."""
        return self.calibration.source

    @property
    def duration_s(self) -> float:
        """Duration of the whole recording, in seconds when the line time is known."""
        return self.shape[0] * self.seconds_per_line
