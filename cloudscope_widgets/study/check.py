"""Which saved velocities of a folder are reciprocals of the truth; nothing in the folder is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from cloudscope_widgets.core.errors import CloudScopeError, ImageReadError
from cloudscope_widgets.core.header import Calibration
from cloudscope_widgets.core.provenance import CORRECTED_RECIPROCAL
from cloudscope_widgets.core.record import Record
from cloudscope_widgets.io.catalog.folder import scan_folder
from cloudscope_widgets.io.commit.journal_file import is_interrupted
from cloudscope_widgets.io.format.bundle import read_bundle
from cloudscope_widgets.io.images.recording import read_header
from cloudscope_widgets.io.paths import printable

_VELOCITY = "radon_velocity"


@dataclass(frozen=True, slots=True)
class CheckedVelocity:
    """One saved velocity, or one recording that could not be checked."""

    file: str
    """Path of the image from the folder."""
    channel: int | None
    roi_id: int | None
    verdict: str
    """``reciprocal``, ``right``, or why the velocity could not be checked."""
    saved_mean: float | None
    """Mean that the saved file holds, in ``unit``."""
    true_mean: float | None
    """Mean of the velocities put right; that of the saved file where it is right."""
    unit: str


def check_folder(root: Path) -> Iterator[CheckedVelocity]:
    """Check every saved velocity of a folder and its sub-folders.

    Parameters
    ----------
    root
        The folder; nothing in it is changed.

    Returns
    -------
    One entry per file, channel and region, as they are found.

    Raises
    ------
    ImageReadError
        When there is no such folder.
    """
    if not root.is_dir():
        raise ImageReadError(f"{root} is no folder. Give the folder of the recordings.")
    for entry in scan_folder(root):
        yield from _checked(entry.path, printable(entry.relative))


def check_table(checked: list[CheckedVelocity]) -> pd.DataFrame:
    """The same as a table, one row per velocity."""
    return pd.DataFrame([asdict(item) for item in checked], columns=list(CheckedVelocity.__slots__))


def _checked(image: Path, name: str) -> Iterator[CheckedVelocity]:
    try:
        if is_interrupted(image):
            yield _not_checked(name, f"a save of {name} was interrupted; open it once to finish that")
            return
        bundle = read_bundle(image, read_header(image), finishes=False)
    except (CloudScopeError, OSError) as error:
        yield _not_checked(name, str(error))
        return
    if bundle.damage:
        yield _not_checked(name, bundle.damage)
    unit = _unit(bundle.snapshot.header.calibration)
    for record in bundle.snapshot.records:
        if record.analysis_name == _VELOCITY:
            yield _velocity(record, name, unit)


def _not_checked(name: str, why: str) -> CheckedVelocity:
    return CheckedVelocity(name, None, None, why, None, None, "")


def _velocity(record: Record, name: str, unit: str) -> CheckedVelocity:
    saved = record.written.summary.get("velocity_mean") if record.written else None
    verdict = "reciprocal" if record.provenance.get(CORRECTED_RECIPROCAL) else "right"
    if record.held_table is None:
        verdict = "the table is missing"
    return CheckedVelocity(
        name, record.channel, record.roi_id, verdict, saved, record.summary.get("velocity_mean"), unit
    )


def _unit(calibration: Calibration) -> str:
    return "um/s" if calibration.is_time_known and calibration.is_space_known else "px/line"
