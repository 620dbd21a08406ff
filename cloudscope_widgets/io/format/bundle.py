"""All saved files of one recording together: read as one snapshot, written as bytes by file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from cloudscope_widgets.core.errors import SidecarReadError
from cloudscope_widgets.core.header import Calibration, Header
from cloudscope_widgets.core.kinds import SHARED_KINDS, SHARED_TABLES, words_of
from cloudscope_widgets.core.notice import Notice
from cloudscope_widgets.core.provenance import CORRECTED_RECIPROCAL
from cloudscope_widgets.core.record import Record, RecordKey, RecordSet
from cloudscope_widgets.core.row_quality import with_unknown_quality
from cloudscope_widgets.core.snapshot import Snapshot
from cloudscope_widgets.io.commit.content import content_hash
from cloudscope_widgets.io.commit.save_place import why_not_saved
from cloudscope_widgets.io.commit.saved_files import read_saved_files
from cloudscope_widgets.io.format.event_times import with_image_times
from cloudscope_widgets.io.format.own_file import (
    newer_own_version,
    own_document,
    parse_own_file,
    with_own_file,
)
from cloudscope_widgets.io.format.own_records import is_own_record, own_table_names
from cloudscope_widgets.io.format.read_back import check_snapshot, check_table, document_bytes
from cloudscope_widgets.io.format.records import SavedTables, rows_hash, said_provenance
from cloudscope_widgets.io.format.sidecar import (
    clamped_regions,
    newer_version,
    parse_sidecar,
    read_snapshot,
    sidecar_document,
)
from cloudscope_widgets.io.format.tables import (
    header_line,
    is_as_we_write,
    parse_table,
    part_rows,
    rows_as_written,
    table_separator,
)
from cloudscope_widgets.io.format.twin_json import with_twins_of_old
from cloudscope_widgets.io.images.calibration_difference import difference_notice, source_of_saved
from cloudscope_widgets.io.images.layouts import laid_out
from cloudscope_widgets.io.imports.kymflow import read_kymflow
from cloudscope_widgets.io.paths import bundle_paths, own_path, sidecar_path, table_path


@dataclass(frozen=True, slots=True)
class Bundle:
    """What was found beside an image."""

    snapshot: Snapshot
    hashes: Mapping[Path, str | None]
    """SHA-256 of every file that may be saved, as read; None for a file that is not there."""
    loaded: Mapping[RecordKey, str] = field(default_factory=dict)
    """Results that have a table, each with the name of the run that made it."""
    orphans: Mapping[RecordKey, bytes] = field(default_factory=dict)
    """Lines of tables that belong to no result; they are written back."""
    importable: Snapshot | None = None
    """State that KymFlow has saved in its own files, which are never written here; None when there is nothing."""
    notices: tuple[str, ...] = ()
    """Sentences that the user should see."""
    damage: str = ""
    """Why the saved files must not be overwritten: one cannot be read, or is of a newer version; empty otherwise."""
    is_newer: bool = False
    """Whether that is because of a newer version, and so for good."""

    @property
    def is_whole(self) -> bool:
        """False for files that cannot be read or lack a table, as while another program is writing them."""
        return (self.is_newer or not self.damage) and not any(_lacks_table(record) for record in self.snapshot.records)


# ---------------------------------------------------------------- reading
def read_bundle(image: Path, header: Header, *, finishes: bool = True) -> Bundle:
    """Read everything that is saved beside an image, after finishing a save that was interrupted.

    Parameters
    ----------
    image
        Path of the image.
    header
        What the image itself says.
    finishes
        False to leave an interrupted save as it is, and so everything on the disk.

    Returns
    -------
    The saved state, or the defaults when nothing is saved. Files that cannot be read give the defaults and the reason
    in ``damage``; those of a newer version what can be understood of them, and the reason.
    """
    files = read_saved_files(image, bundle_paths(image), further=lambda raw: _own_tables(image, raw), finishes=finishes)
    try:
        if files.error is not None:
            raise files.error
        bundle = parse_bundle(image, header, files.raw)
        if not len(bundle.snapshot.rois):
            bundle = _with_importable(image, header, bundle)
    except SidecarReadError as error:
        hashes = {path: content_hash(found) for path, found in files.raw.items()}
        bundle = Bundle(Snapshot(header), hashes, damage=str(error), notices=(_damage_notice(error),))
    obstacle = filter(None, [why_not_saved(image)])
    return replace(bundle, notices=(*files.notices, *bundle.notices, *obstacle))


def _with_importable(image: Path, header: Header, found: Bundle) -> Bundle:
    """Add what KymFlow saved, for a recording in which nothing is marked yet."""
    importable, notices = read_kymflow(image, header)
    if importable is not None:
        importable = replace(importable, records=with_unknown_quality(importable.records))
    return replace(found, importable=importable, notices=(*found.notices, *notices))


def _damage_notice(error: SidecarReadError) -> str:
    said = f"{error} The recording is shown without it, and nothing is saved until this file is mended or moved away."
    return Notice(said, "damage")


def parse_bundle(image: Path, header: Header, raw: Mapping[Path, bytes | None]) -> Bundle:
    """Parse the bytes of all saved files, None for those that are not there; SidecarReadError says what is wrong."""
    tables = _tables(image, raw, (*SHARED_TABLES, *_own_names(image, raw)))
    snapshot, said = _saved_snapshot(image, header, raw, tables)
    _check_whole(image, snapshot.records, raw)
    snapshot = replace(snapshot, records=with_unknown_quality(snapshot.records))
    known = {record.key for record in snapshot.records}
    return Bundle(
        snapshot=snapshot,
        hashes={path: content_hash(found) for path, found in raw.items()},
        loaded=runs_with_tables(snapshot),
        orphans={key: rows for key, rows in tables.rows.items() if key not in known},
        notices=(*(Notice(one, "damage") for one in said.newer), *said.notices, *_notices(image, header, snapshot)),
        damage=" ".join(said.newer),
        is_newer=bool(said.newer),
    )


@dataclass(slots=True)
class _Said:
    """Sentences about the files that were read."""

    newer: list[str] = field(default_factory=list)
    """One for each file that is of a newer version."""
    notices: list[str] = field(default_factory=list)


def _saved_snapshot(
    image: Path, header: Header, raw: Mapping[Path, bytes | None], tables: SavedTables
) -> tuple[Snapshot, _Said]:
    """State of sidecar and own file, and what is to be said of them."""
    sidecar, own = raw[sidecar_path(image)], raw[own_path(image)]
    shared = None if sidecar is None else parse_sidecar(sidecar, sidecar_path(image))
    ours = None if own is None else parse_own_file(own, own_path(image))
    header = laid_out(header, shared, ours)
    snapshot, sentences, own_version = Snapshot(header), _Said(), 0
    if shared is not None:
        sentences.newer += filter(None, [newer_version(shared)])
        snapshot = _understood(
            lambda: read_snapshot(shared, header, tables), snapshot, is_newer=bool(newer_version(shared))
        )
        sentences.notices += [_cut_notice(image, roi_id) for roi_id in clamped_regions(shared, snapshot)]
    if ours is not None:
        before, own_version = snapshot, ours.whole("version")
        sentences.newer += filter(None, [newer_own_version(ours)])
        snapshot = _understood(
            lambda: with_own_file(before, ours, tables), before, is_newer=bool(newer_own_version(ours))
        )
    return with_image_times(with_twins_of_old(snapshot, ours), sidecar_path(image), own_version=own_version), sentences


def _cut_notice(image: Path, roi_id: int) -> str:
    return f"{image.name}: ROI {roi_id} reaches beyond the image and is cut to it. Saving keeps it so."


def _understood(read: Callable[[], Snapshot], otherwise: Snapshot, *, is_newer: bool) -> Snapshot:
    """What can be understood of one file; of a newer version that may be nothing."""
    try:
        return read()
    except SidecarReadError:
        if not is_newer:
            raise
        return otherwise


def _check_whole(image: Path, records: RecordSet, raw: Mapping[Path, bytes | None]) -> None:
    """Refuse a table of ours that was cut off; one that another program has made anew is its own business."""
    for record in records:
        path = table_path(image, record.analysis_name)
        content = raw.get(path)
        sha256 = None if record.written is None else said_provenance(record.written).get("table_sha256")
        rows = None if record.written is None else record.written.rows
        if sha256 is None or content is None or sha256 == rows_hash(rows):
            continue
        there = 0 if record.held_table is None else len(record.held_table)
        expected = record.summary.get("" if record.kind is None else record.kind.row_count)
        if expected != there:
            raise _cut_off(
                path, content, f"{there} of {expected} lines of channel {record.channel}, ROI {record.roi_id} are there"
            )
        if not content.endswith(b"\n"):
            raise _cut_off(path, content, "its last line is not finished")


def _cut_off(path: Path, content: bytes, reason: str) -> SidecarReadError:
    last = len(content.splitlines())
    return SidecarReadError(f"{path} cannot be read: it is cut off at line {last}: {reason}.")


def _own_names(image: Path, raw: Mapping[Path, bytes | None]) -> tuple[str, ...]:
    """Analyses unknown to CloudScope of which our own file names results with a table."""
    own = raw.get(own_path(image))
    return () if own is None else own_table_names(parse_own_file(own, own_path(image)))


def _own_tables(image: Path, raw: Mapping[Path, bytes | None]) -> tuple[Path, ...]:
    try:
        return tuple(table_path(image, name) for name in _own_names(image, raw))
    except SidecarReadError:  # reading it as a whole says why
        return ()


def _tables(image: Path, raw: Mapping[Path, bytes | None], names: Iterable[str]) -> SavedTables:
    parsed: dict[RecordKey, pd.DataFrame] = {}
    rows: dict[RecordKey, bytes] = {}
    for name in names:
        path = table_path(image, name)
        content = raw.get(path)
        if content is None:
            continue
        found = parse_table(content, name, path)
        parsed |= {(name, *slot): table for slot, table in found.items()}
        if is_as_we_write(content, name):
            rows |= {(name, *slot): lines for slot, lines in rows_as_written(content, table_separator(name)).items()}
        elif content.endswith(b"\n"):  # not cut off: as it would be written, before any velocity is put right
            rows |= {(name, *slot): part_rows(name, slot, table) for slot, table in found.items()}
    return SavedTables(parsed, rows)


def _notices(image: Path, header: Header, snapshot: Snapshot) -> tuple[str, ...]:
    notices: list[str] = []
    if any(record.provenance.get(CORRECTED_RECIPROCAL) for record in snapshot.records):
        notices.append(
            f"Velocities that CloudScope saved in {image.parent} are reciprocals of the truth. They are shown put "
            "right; the saved numbers stay as they are until velocity is run again."
        )
    said = difference_notice(image.name, snapshot.header, header)
    notices += [said] if said else []
    notices.extend(
        f"{image.name}: the table of {record.analysis_name} of ROI {record.roi_id} is missing. Run it again."
        for record in snapshot.records
        if _lacks_table(record)
    )
    notices += dict.fromkeys(
        f"{image.name}: {words_of(record.analysis_name)} was measured by an analysis that is not installed here"
        f"{_made_by(record)}. What it found is kept and shown; install it to measure again."
        for record in snapshot.records
        if record.is_orphaned
    )
    return tuple(notices)


def _made_by(record: Record) -> str:
    """Package that an analysis came with, as far as its result says; empty when it does not."""
    package = record.extra.get("package")
    return f" (package {package})" if isinstance(package, str) and package else ""


def _lacks_table(record: Record) -> bool:
    return record.has_table and record.held_table is None


def runs_with_tables(snapshot: Snapshot) -> dict[RecordKey, str]:
    """Results whose table is to stand on disk, each with the name of the run that made it."""
    return {
        record.key: record.run_id for record in snapshot.records if record.has_table and record.held_table is not None
    }


# ---------------------------------------------------------------- writing
def bundle_bytes(
    image: Path,
    snapshot: Snapshot,
    *,
    image_header: Header,
    found: Bundle,
    limits: Mapping[int, tuple[float, float]],
) -> dict[Path, bytes | None]:
    """Bytes of every file that may have changed; None for one that must not be there.

    Parameters
    ----------
    image
        Path of the image.
    snapshot
        What is to be saved.
    image_header
        What the image itself says, without saved calibration.
    found
        What the files held when they were read or written last.
    limits
        Smallest and largest pixel value of channels for which the snapshot does not know them.

    Raises
    ------
    SaveError
        When the bytes would not give this snapshot when they are read; the message names the field.
    """
    rows = {record.key: _rows(record) for record in snapshot.records if record.has_table}
    lines = {key: part for key, part in {**found.orphans, **rows}.items() if part}
    files: dict[Path, bytes | None] = {}
    for name in (*SHARED_TABLES, *_own_table_names(snapshot, found)):
        if not _is_untouched(name, snapshot, found.loaded):
            parts = [part for key, part in _in_record_order(lines, snapshot) if key[0] == name]
            table = b"".join([header_line(name, _own_columns(name, snapshot)), *parts]) if parts else None
            files[table_path(image, name)] = table
            if table is not None:
                check_table(image, snapshot, name, table)
    own = own_document(snapshot, _derived_calibration(snapshot.header, image_header), lines)
    own_raw = document_bytes(image, own_path(image), own) if len(own) > 1 else None
    sidecar_raw = document_bytes(image, sidecar_path(image), sidecar_document(snapshot, limits))
    check_snapshot(image, snapshot, image_header, (sidecar_raw, own_raw), lines)
    return {**files, own_path(image): own_raw, sidecar_path(image): sidecar_raw}


def _own_table_names(snapshot: Snapshot, found: Bundle) -> list[str]:
    """Analyses unknown to CloudScope of which a table is to be on disk, or was."""
    names = [record.analysis_name for record in snapshot.records if is_own_record(record) and record.has_table]
    before = [key[0] for key in (*found.loaded, *found.orphans) if key[0] not in SHARED_KINDS]
    return list(dict.fromkeys((*names, *before)))


def _own_columns(analysis_name: str, snapshot: Snapshot) -> tuple[str, ...]:
    """Columns of the table of an analysis unknown to CloudScope, which are those of each of its results."""
    tables = (record.held_table for record in snapshot.records if record.analysis_name == analysis_name)
    return next((tuple(table.columns) for table in tables if table is not None), ())


def _is_untouched(name: str, snapshot: Snapshot, loaded: Mapping[RecordKey, str]) -> bool:
    """Whether the table of one analysis says what the file says, whatever its columns and line ends."""
    held = [record for record in snapshot.records if record.analysis_name == name and record.held_table is not None]
    if any(record.written is None or record.written.is_moved for record in held):
        return False
    return {record.key: record.run_id for record in held} == {key: run for key, run in loaded.items() if key[0] == name}


def _rows(record: Record) -> bytes | None:
    """Lines of the table of one result, byte for byte as they were read unless it was run again."""
    if record.written is not None and record.written.rows is not None:
        return record.written.rows
    if record.held_table is None:
        return None
    return part_rows(record.analysis_name, (record.channel, record.roi_id), record.held_table)


def _in_record_order(lines: Mapping[RecordKey, bytes], snapshot: Snapshot) -> list[tuple[RecordKey, bytes]]:
    """Results in file order, lines without a result after them."""
    order = {record.key: index for index, record in enumerate(snapshot.records)}
    return sorted(lines.items(), key=lambda item: order.get(item[0], len(order)))


def _derived_calibration(header: Header, image_header: Header) -> Calibration:
    """Calibration that a reader of image and sidecar alone would find."""
    now, found = header.calibration, image_header.in_layout(header.layout).calibration
    shared = replace(
        found,
        seconds_per_line=now.seconds_per_line,
        um_per_pixel=now.um_per_pixel,
        time_label=now.time_label,
        space_label=now.space_label,
    )
    return replace(shared, source=source_of_saved(shared, found))
