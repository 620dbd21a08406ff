"""The saved state that is shared with CloudScope: a document beside the image, to and from a snapshot."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from cloudscope_widgets.core.contrast import LUT_NAMES, ChannelContrast, ContrastSet
from cloudscope_widgets.core.experiment import FIELD_NAMES, Experiment
from cloudscope_widgets.core.frozen import FrozenDict, thaw
from cloudscope_widgets.core.header import UNCALIBRATED_LABEL, Calibration, Header, is_size
from cloudscope_widgets.core.layout import Layout, shown_roi, stored_roi
from cloudscope_widgets.core.numbers import LARGEST_ID
from cloudscope_widgets.core.record import Record, RecordSet
from cloudscope_widgets.core.roi import Roi, RoiSet
from cloudscope_widgets.core.snapshot import Snapshot
from cloudscope_widgets.core.table_clock import clock_of
from cloudscope_widgets.io.format.fields import Fields, read_fields
from cloudscope_widgets.io.format.foreign_velocity import corrected_records
from cloudscope_widgets.io.format.own_records import is_own_record
from cloudscope_widgets.io.format.records import SavedTables, parse_record, record_document
from cloudscope_widgets.io.format.rois import parse_roi, roi_document
from cloudscope_widgets.io.images.calibration_difference import source_of_saved

VERSION = 2
_KNOWN = (
    *("version", "accepted", "rois", "experiment_metadata", "image_header_metadata", "analysis", "image_contrast"),
)
_CALIBRATION_KEYS = ("physical_unit_y", "physical_unit_x", "physical_label_y", "physical_label_x")
_CONTRAST_KEYS = ("color_lut", "value_min", "value_max", "img_min", "img_max")


# ---------------------------------------------------------------- reading
def parse_sidecar(raw: bytes, path: Path) -> Fields:
    """Parse the bytes of a sidecar and check that it is of this version, or of a newer one (``newer_version``).

    Raises
    ------
    SidecarReadError
        When the bytes are no sidecar, or one of an older version.
    """
    said = read_fields(raw, path)
    version = said.whole("version")
    if version < VERSION:
        raise said.refused("version", str(VERSION), version)
    return said


def newer_version(said: Fields) -> str:
    """Why a sidecar must not be written by this program, as a sentence; empty when it may.

    What a newer program has added or changed is not known, so that writing would lose it.
    """
    version = said.whole("version")
    if version <= VERSION:
        return ""
    return (
        f"{said.path} was written by a newer program (version {version}, this one knows {VERSION}). "
        "Update cloudscope-widgets to save here."
    )


def read_snapshot(said: Fields, header: Header, tables: SavedTables) -> Snapshot:
    """Turn a sidecar into the snapshot it holds; its events are at the times of their table.

    Parameters
    ----------
    said
        The checked sidecar.
    header
        What the image itself says.
    tables
        The saved tables.

    Raises
    ------
    SidecarReadError
        When a field cannot be read; the message names file and field.
    """
    header = _calibrated(header, said.child("image_header_metadata"))
    stored = RoiSet(_unique(said, "rois", (parse_roi(item, _region_space(header)) for item in said.children("rois"))))
    rois = RoiSet(shown_roi(roi, header.layout) for roi in stored)
    records = [parse_record(item, tables) for item in said.children("analysis")]
    if len({record.key for record in records}) != len(records):
        raise said.refused("analysis", "one result for each analysis, channel and ROI", [r.key for r in records])
    return Snapshot(
        header=header,
        experiment=_experiment(said.child("experiment_metadata")),
        rois=rois,
        contrast=ContrastSet(dict(_contrasts(said.child("image_contrast")))),
        records=corrected_records(RecordSet(records), header),
        review="unreviewed" if said.flag("accepted", default=True) else "rejected",
        extra=FrozenDict(_extra(said, header)),
    )


def _region_space(header: Header) -> tuple[int, int]:
    """Lines and columns within which the regions of a sidecar lie."""
    return header.shape if header.layout == "joined" else header.stored_shape


def clamped_regions(said: Fields, snapshot: Snapshot) -> tuple[int, ...]:
    """Ids of the regions that reach beyond the image in the file, and are shown cut to it."""
    rois = [shown_roi(roi, snapshot.header.layout) for roi in snapshot.rois]  # turned twice is as stored
    if not rois:
        return ()
    saved = {item.whole("roi_id"): list(item.child("data").others().values()) for item in said.children("rois")}
    return tuple(roi.roi_id for roi in rois if any(bound not in saved.get(roi.roi_id, []) for bound in roi.bounds))


def _extra(said: Fields, header: Header) -> dict[str, Any]:
    """Return what this program does not know, and what another program says differently of the same image."""
    own, saved = _image_words(header), said.child("image_header_metadata")
    known = saved.others(*_CALIBRATION_KEYS)
    is_same_image = known.get("shape") in (None, own["shape"])
    words = {key: word for key, word in known.items() if word != own.get(key) and (is_same_image or key not in own)}
    parts = {"sidecar": said.others(*_KNOWN), "header": words}
    return {name: part for name, part in parts.items() if part}


def _unique(said: Fields, key: str, rois: Iterable[Roi]) -> tuple[Roi, ...]:
    held = tuple(rois)
    ids = [roi.roi_id for roi in held]
    if len(set(ids)) != len(ids):
        raise said.refused(key, "a list of regions with ids of their own", ids)
    return held


def _calibrated(header: Header, said: Fields) -> Header:
    """Header with the saved calibration, which counts before that of the image."""
    if not said.values:
        return header
    numbers = {key: said.number(key) for key in ("physical_unit_y", "physical_unit_x")}
    for key, number in numbers.items():
        if number is not None and not is_size(number):
            raise said.refused(key, "a number above 0", number)
    time, space = _axes(header.layout)
    saved = replace(
        header.calibration,
        seconds_per_line=numbers[f"physical_unit_{time}"] or 1.0,
        um_per_pixel=numbers[f"physical_unit_{space}"] or 1.0,
        time_label=said.text(f"physical_label_{time}", UNCALIBRATED_LABEL),
        space_label=said.text(f"physical_label_{space}", UNCALIBRATED_LABEL),
    )
    return replace(header, calibration=replace(saved, source=source_of_saved(saved, header.calibration)))


def _axes(layout: Layout) -> tuple[str, str]:
    """Axes of the stored image along which time and space run."""
    return ("x", "y") if layout == "turned" else ("y", "x")


def _experiment(said: Fields) -> Experiment:
    known = {name: said.values[name] for name in FIELD_NAMES if name in said.values}
    for name, value in known.items():
        if isinstance(value, dict | list):
            raise said.refused(name, "text or a number", value)
    try:
        fields = Experiment().updated(**known)
    except ValueError as error:
        name = str(error).split(maxsplit=1)[0]
        raise said.refused(name, "a number or empty", known.get(name)) from error
    return replace(fields, extra=FrozenDict(said.others(*FIELD_NAMES)))


def _contrasts(said: Fields) -> Iterable[tuple[int, ChannelContrast]]:
    for key in said.values:
        if not (key.isascii() and key.isdigit() and int(key) <= LARGEST_ID):
            raise said.refused(key, "named after a channel, 0 or above", key)
        yield int(key), _contrast(said.child(key))


def _contrast(said: Fields) -> ChannelContrast:
    lut = said.text("color_lut", "Gray")
    low, high = sorted((said.number("value_min") or 0.0, said.number("value_max") or 0.0))
    return ChannelContrast(
        value_min=low,
        value_max=high,
        color_lut=lut if lut in LUT_NAMES else "Gray",
        img_min=said.number("img_min"),
        img_max=said.number("img_max"),
        extra=FrozenDict({**said.others(*_CONTRAST_KEYS), **({} if lut in LUT_NAMES else {"color_lut": lut})}),
    )


# ---------------------------------------------------------------- writing
def sidecar_document(snapshot: Snapshot, limits: Mapping[int, tuple[float, float]] | None = None) -> dict[str, Any]:
    """Write a snapshot as the document of a sidecar.

    Parameters
    ----------
    snapshot
        What is to be saved.
    limits
        Smallest and largest pixel value of channels for which the snapshot does not know them.
    """
    known = {
        "version": VERSION,
        "accepted": snapshot.is_accepted,
        "rois": [
            roi_document(stored_roi(roi, snapshot.header.layout, snapshot.header.stored_shape)) for roi in snapshot.rois
        ],
        "experiment_metadata": {**thaw(snapshot.experiment.extra), **snapshot.experiment.known_fields()},
        "image_header_metadata": _header_document(snapshot),
        "analysis": [
            record_document(record, clock_of(snapshot, record.channel, record.roi_id))
            for record in shared_records(snapshot)
        ],
    }
    contrast = {
        str(channel): _contrast_document(shown, (limits or {}).get(channel, (shown.value_min, shown.value_max)))
        for channel, shown in snapshot.contrast.items()
    }
    extra = thaw(snapshot.extra.get("sidecar", {}))
    return {**extra, **known, **({"image_contrast": contrast} if contrast else {})}


def shared_records(snapshot: Snapshot) -> list[Record]:
    """Records that stand in the sidecar, parents before their children.

    Analyses that CloudScope does not know stand there only when they were found there.
    """
    shared = [record for record in snapshot.records if not is_own_record(record)]
    return sorted(shared, key=lambda record: bool(record.parents))


def _header_document(snapshot: Snapshot) -> dict[str, Any]:
    now: Calibration = snapshot.header.calibration
    time, space = _axes(snapshot.header.layout)
    calibration = {
        f"physical_unit_{time}": now.seconds_per_line,
        f"physical_unit_{space}": now.um_per_pixel,
        f"physical_label_{time}": now.time_label,
        f"physical_label_{space}": now.space_label,
    }
    saved = thaw(snapshot.extra.get("header", {}))
    return {**_image_words(snapshot.header), **saved, **calibration}


def _image_words(header: Header) -> dict[str, Any]:
    """What the image says, in the words of the format."""
    shape, dims = tuple(header.file_shape or header.shape), tuple(header.file_dims)
    return {
        "shape": str(shape),
        "dims": str(dims),
        "sizes": str(dict(zip(dims, shape, strict=True))),
        "dtype": header.dtype,
        "num_channels": header.channels,
        "num_scenes": header.num_scenes,
        "date": header.date,
        "time": header.time,
    }


def _contrast_document(shown: ChannelContrast, limits: tuple[float, float]) -> dict[str, Any]:
    """Whole numbers, as the shared format wants them; the range shown is never narrower than ours."""
    low, high = limits
    return {
        "color_lut": shown.shared_lut,
        **thaw(shown.extra),
        "value_min": math.floor(shown.value_min),
        "value_max": math.ceil(shown.value_max),
        "img_min": math.floor(low if shown.img_min is None else shown.img_min),
        "img_max": math.ceil(high if shown.img_max is None else shown.img_max),
    }
