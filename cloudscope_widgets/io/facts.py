"""What the list of files tells of a recording that is not open: a few facts from its sidecar and its header."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cloudscope_widgets.core.errors import SidecarReadError
from cloudscope_widgets.core.snapshot import Snapshot
from cloudscope_widgets.io.fields import Fields
from cloudscope_widgets.io.json_text import parse_json
from cloudscope_widgets.io.paths import own_path, sidecar_path

RESULT_LETTERS = {"radon_velocity": "V", "diameter": "D", "sum_intensity": "I"}
"""Letter of each analysis in the list of files."""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """Facts of one recording; None where they are not known."""

    review: Literal["unreviewed", "accepted", "rejected"] = "unreviewed"
    regions: int | None = None
    results: str = ""
    """Letters of the analyses that have a result."""
    condition: str = ""


def read_facts(image: Path) -> FileFacts:
    """Read the facts that are saved beside an image; the defaults where nothing is.

    Raises
    ------
    SidecarReadError
        When a saved file cannot be read.
    """
    saved = _fields(sidecar_path(image))
    if saved is None:
        return FileFacts()
    own = _fields(own_path(image))
    is_accepted = saved.flag("accepted", default=True)
    state = own.child("review").text("state") if own else ""
    return FileFacts(
        review=("accepted" if state == "accepted" else "unreviewed") if is_accepted else "rejected",
        regions=sum(1 for _ in saved.children("rois")),
        results=_letters(record.text("analysis_name") for record in saved.children("analysis")),
        condition=saved.child("experiment_metadata").text("condition"),
    )


def facts_of(snapshot: Snapshot) -> FileFacts:
    """Facts of an open recording, saved or not."""
    return FileFacts(
        review=snapshot.review,
        regions=len(snapshot.rois),
        results=_letters(record.analysis_name for record in snapshot.records),
        condition=snapshot.experiment.condition,
    )


def _letters(names: Iterable[str]) -> str:
    found = set(names)
    return "".join(letter for name, letter in RESULT_LETTERS.items() if name in found)


def _fields(path: Path) -> Fields | None:
    try:
        return Fields(parse_json(path.read_bytes(), path), path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SidecarReadError(f"{path} cannot be opened: {error.strerror or error}.") from error
