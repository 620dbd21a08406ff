"""Import of what KymFlow, the forerunner of CloudScope, saved beside an image; its files are never written.

KymFlow keeps regions and metadata in ``cell.json`` beside ``cell.tif``, and velocities in the folder ``flow-analysis``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from cloudscope_widgets.core.errors import SidecarReadError
from cloudscope_widgets.core.experiment import FIELD_NAMES, Experiment
from cloudscope_widgets.core.frozen import FrozenDict
from cloudscope_widgets.core.header import MICROMETRE_LABELS, SECOND_LABELS, Header, is_size
from cloudscope_widgets.core.notice import Notice
from cloudscope_widgets.core.numbers import LARGEST_ID
from cloudscope_widgets.core.record import RecordSet
from cloudscope_widgets.core.roi import RectRoi, RoiSet
from cloudscope_widgets.core.snapshot import Snapshot
from cloudscope_widgets.io.format.fields import Fields, read_fields
from cloudscope_widgets.io.imports.kymflow_velocity import read_velocities
from cloudscope_widgets.io.paths import saved_bytes

_VERSION = "1.0"
_BOUNDS = ("y0", "y1", "x0", "x1")
_OLD_BOUNDS = ("dim0_start", "dim0_stop", "dim1_start", "dim1_stop")


def read_kymflow(image: Path, header: Header) -> tuple[Snapshot | None, tuple[str, ...]]:
    """Regions, metadata, verdict and velocities that KymFlow saved for an image.

    Parameters
    ----------
    image
        Path of the image.
    header
        What the image itself says.

    Returns
    -------
    The state, None when KymFlow saved nothing for this image, and sentences for the user.
    """
    path = image.with_suffix(".json")
    try:
        raw = saved_bytes(path)
        said = None if raw is None else read_fields(raw, path)
        if said is None or not _is_kymflow(said):
            return None, ()
        snapshot, left_out = _imported(image, header, said)
    except SidecarReadError as error:
        return None, (f"{error} Nothing can be imported from it.",)
    return snapshot, (_notice(image, snapshot), *left_out)


def _is_kymflow(said: Fields) -> bool:
    """Whether a document is one of KymFlow; other programs write files of this name as well."""
    has_its_parts = isinstance(said.values.get("rois"), list) and isinstance(said.values.get("header"), dict)
    return said.values.get("version") == _VERSION and has_its_parts


def _imported(image: Path, header: Header, said: Fields) -> tuple[Snapshot, tuple[str, ...]]:
    header = _calibrated(header, said.child("header"))
    rois = tuple(_roi(item).clamped(header.shape) for item in said.children("rois"))
    if len({roi.roi_id for roi in rois}) != len(rois):
        raise said.refused("rois", "a list of regions with ids of their own", [roi.roi_id for roi in rois])
    found = read_velocities(image, header, rois)
    is_accepted = said.flag("accepted", default=True) and found.is_accepted
    snapshot = Snapshot(
        header=header,
        experiment=_experiment(said.child("experiment_metadata")),
        rois=RoiSet(rois),
        records=RecordSet(found.records),
        review="unreviewed" if is_accepted else "rejected",
    )
    return snapshot, found.notices


def _notice(image: Path, snapshot: Snapshot) -> str:
    regions, results = len(snapshot.rois), len(snapshot.records)
    parts = [f"{regions} ROI{'' if regions == 1 else 's'}"]
    parts += [f"{results} {'velocity' if results == 1 else 'velocities'}"] if results else []
    said = f"KymFlow has saved {' and '.join(parts)} of {image.name}, which can be imported."
    return Notice(said, "import")


def _roi(said: Fields) -> RectRoi:
    """One region, in the present form or in the older one; KymFlow knows rectangles only."""
    is_old = "dim0_start" in said.values
    place = said if is_old else said.child("data")
    row_start, row_stop, col_start, col_stop = (
        place.whole(name, least=-LARGEST_ID) for name in (_OLD_BOUNDS if is_old else _BOUNDS)
    )
    if not is_old and said.text("roi_type", "rect") != "rect":
        raise said.refused("roi_type", "rect", said.values.get("roi_type"))
    roi_id = said.whole("id" if is_old else "roi_id", least=1)
    return RectRoi(roi_id, row_start, row_stop, col_start, col_stop, said.text("name"), said.text("note"))


def _experiment(said: Fields) -> Experiment:
    known: dict[str, Any] = {name: said.values[name] for name in FIELD_NAMES if name in said.values}
    known.setdefault("date", said.text("acq_date"))
    for name, value in known.items():
        try:
            Experiment().updated(**{name: value})
        except ValueError as error:
            raise said.refused(name, "a number or empty", value) from error
    unknown = {name: value for name, value in said.others(*FIELD_NAMES, "acq_date").items() if value not in ("", None)}
    return replace(Experiment().updated(**known), extra=FrozenDict(unknown))


def _calibrated(header: Header, said: Fields) -> Header:
    """Header with KymFlow's calibration where the image says nothing."""
    if header.calibration.is_known:
        return header
    sizes, units = list(_pair(said, "voxels")), [str(unit).strip().lower() for unit in _pair(said, "voxels_units")]
    is_usable = len(sizes) == len(units) == 2 and units[0] in SECOND_LABELS and units[1] in MICROMETRE_LABELS  # noqa: PLR2004  (time and space)
    if not is_usable or not all(isinstance(size, float) and is_size(size) for size in sizes):
        return header
    seconds, micrometres = sizes
    calibration = replace(
        header.calibration,
        seconds_per_line=seconds,
        um_per_pixel=micrometres,
        time_label="seconds",
        space_label="um",
        source="saved",
    )
    return replace(header, calibration=calibration)


def _pair(said: Fields, key: str) -> Iterator[Any]:
    value = said.values.get(key)
    yield from value if isinstance(value, list) else ()
