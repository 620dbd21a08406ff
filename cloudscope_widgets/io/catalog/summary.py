"""What the list of files tells of a recording that is not open: facts from its header and its saved files, no pixel."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cloudscope_widgets.core.errors import ImageReadError, SidecarReadError
from cloudscope_widgets.core.header import Header
from cloudscope_widgets.core.kinds import kinds
from cloudscope_widgets.core.record import HasSnapshot
from cloudscope_widgets.core.snapshot import Review, Snapshot
from cloudscope_widgets.core.twins import originals
from cloudscope_widgets.io.commit.file_state import file_stamps, last_change_s
from cloudscope_widgets.io.format.own_file import parse_own_file, with_own_file
from cloudscope_widgets.io.format.records import SavedTables
from cloudscope_widgets.io.format.sidecar import parse_sidecar, read_snapshot
from cloudscope_widgets.io.format.twin_json import with_twins_of_old
from cloudscope_widgets.io.images.layouts import laid_out
from cloudscope_widgets.io.images.recording import read_header
from cloudscope_widgets.io.paths import own_path, saved_bytes, sidecar_path

_WRITTEN_WITHIN_S = 5.0
"""Files changed less than this ago may be half written by another program, which is no problem of theirs."""
Problem = Literal["", "image", "saved"]


@dataclass(frozen=True, slots=True)
class FileFacts:
    """Facts of one recording; None where they are not known."""

    review: Review = "unreviewed"
    duration_s: float | None = None
    regions: int | None = None
    """Regions, a pair of twins being one."""
    results: str = ""
    """Letters of the analyses that have a result."""
    stale: str = ""
    """Those of them whose region or calibration has changed since."""
    unknown: str = ""
    """Those of them whose quality nobody knows."""
    condition: str = ""
    problem: Problem = ""
    """What cannot be read: the image, or a saved file beside it."""


@dataclass(frozen=True, slots=True)
class _Saved:
    """A saved state without its image, whose fingerprint would have to be read from the pixels."""

    snapshot: Snapshot
    fingerprint: str = ""


def read_facts(image: Path) -> FileFacts:
    """Read the facts of a recording; a file that cannot be read is one of them."""
    try:
        header = read_header(image)
    except ImageReadError:
        return FileFacts(problem="image")
    try:
        saved = _saved_beside(image, header)
    except SidecarReadError:
        is_being_written = abs(time.time() - last_change_s(file_stamps(image))) < _WRITTEN_WITHIN_S
        return FileFacts(duration_s=_duration(header), problem="" if is_being_written else "saved")
    return facts_of(_Saved(saved))


def facts_of(recording: HasSnapshot) -> FileFacts:
    """Facts of an open recording, saved or not."""
    snapshot = recording.snapshot
    lettered = [record for record in snapshot.records if record.kind is not None and record.kind.letter]
    stale = {record.analysis_name for record in lettered if record.is_stale(recording)}
    return FileFacts(
        review=snapshot.review,
        duration_s=_duration(snapshot.header),
        regions=len(originals(snapshot.rois)),
        results=_letters({record.analysis_name for record in lettered}),
        stale=_letters(stale),
        unknown=_letters({record.analysis_name for record in lettered if not record.is_judged}),
        condition=snapshot.experiment.condition,
    )


def _duration(header: Header) -> float | None:
    return header.duration_s if header.calibration.is_time_known else None


def _letters(names: set[str]) -> str:
    return "".join(letter for letter in dict.fromkeys(kind.letter for kind in kinds() if kind.name in names))


def _saved_beside(image: Path, header: Header) -> Snapshot:
    """Read what is saved beside an image, without the tables; the defaults when nothing is."""
    sidecar, own = (saved_bytes(path) for path in (sidecar_path(image), own_path(image)))
    shared = None if sidecar is None else parse_sidecar(sidecar, sidecar_path(image))
    ours = None if own is None else parse_own_file(own, own_path(image))
    header = laid_out(header, shared, ours)
    snapshot = Snapshot(header) if shared is None else read_snapshot(shared, header, SavedTables())
    return with_twins_of_old(snapshot if ours is None else with_own_file(snapshot, ours), ours)
