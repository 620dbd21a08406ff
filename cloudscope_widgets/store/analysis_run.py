"""Running one analysis of an open recording: on a snapshot, without its lock, stored in one step."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any, cast

from numpy.typing import NDArray

from cloudscope_widgets.analysis.base import (
    NO_PIXELS,
    Analysis,
    Context,
    Result,
    ignore_progress,
    measured,
    never_cancelled,
)
from cloudscope_widgets.analysis.checked_result import checked_result
from cloudscope_widgets.analysis.registry import find_analysis, package_of
from cloudscope_widgets.core.errors import AnalysisError, CloudScopeError
from cloudscope_widgets.core.frozen import FrozenDict
from cloudscope_widgets.core.header import Calibration
from cloudscope_widgets.core.kinds import kind_document, words_of
from cloudscope_widgets.core.measured import calibration_of
from cloudscope_widgets.core.package_log import package_logger
from cloudscope_widgets.core.params import ParamValue, checked_params, named_roi
from cloudscope_widgets.core.peaks import carried
from cloudscope_widgets.core.provenance import calibration_facts
from cloudscope_widgets.core.record import Record
from cloudscope_widgets.core.roi import RectRoi
from cloudscope_widgets.core.snapshot import Snapshot
from cloudscope_widgets.core.twins import free_id, is_rival, made_twin, original_id
from cloudscope_widgets.io.format.records import rows_hash
from cloudscope_widgets.io.format.tables import part_rows
from cloudscope_widgets.io.images.file_lines import FileLines
from cloudscope_widgets.io.images.lines import TurnedLines
from cloudscope_widgets.store.edits.events import VELOCITY, measured_again, run_stamp

if TYPE_CHECKING:
    from cloudscope_widgets.store.acquisition import Acquisition

_logger = package_logger(__name__)
_PACKAGES = ("cloudscope-widgets", "numpy", "scipy", "tifffile")

MOST_READ_BYTES = 1 << 28
"""Larger regions of a file are not read into memory as a whole."""


@dataclass(frozen=True, slots=True)
class _Run:
    """One run of one analysis, and the state it started from."""

    analysis: Analysis
    roi: RectRoi
    channel: int
    params: Mapping[str, ParamValue]
    started_from: Snapshot
    facts: Mapping[str, Any]
    """Region, calibration and image of the result, as its provenance names them."""
    parents: tuple[Record, ...]
    """Results that the analysis works on; none for one that works on the pixels."""
    makes_roi: bool
    """True on the whole image, whose region is made together with the result."""
    regions: Mapping[int, RectRoi] = field(default_factory=dict)
    """Further regions that its parameters name, by ROI id."""

    @property
    def where(self) -> str:
        """What is measured, in words."""
        return "the whole image" if self.makes_roi else f"ROI {self.roi.roi_id}"


def run_analysis(  # noqa: PLR0913  (those of Acquisition.analyze)
    acquisition: Acquisition,
    analysis_name: str,
    *,
    roi_id: int | None,
    channel: int,
    progress: Callable[[float, str], None] | None,
    cancel: threading.Event | None,
    params: Mapping[str, Any],
) -> Record:
    """Run, store and return; parameters and errors are those of ``Acquisition.analyze``.

    Without a ``roi_id`` the whole image is measured, and its region is made together with the result as one step.
    """
    run, result = _measured(
        acquisition, analysis_name, roi_id=roi_id, channel=channel, progress=progress, cancel=cancel, params=params
    )
    return _committed(acquisition, run, result)


def run_other_method(
    acquisition: Acquisition,
    *,
    roi_id: int,
    channel: int,
    progress: Callable[[float, str], None] | None,
    cancel: threading.Event | None,
) -> Record:
    """Run the velocity method that the stored one is not of, and store nothing."""
    stored = acquisition.snapshot.find_record(VELOCITY, channel, roi_id)
    if stored is None:
        raise AnalysisError(f"ROI {roi_id} has no velocity in channel {channel}. Run velocity before comparing.")
    other = "radon" if stored.params.get("method") == "line_correlation" else "line_correlation"
    params = {"method": other, "window_width": stored.params.get("window_width", 64)}
    run, result = _measured(
        acquisition, VELOCITY, roi_id=roi_id, channel=channel, progress=progress, cancel=cancel, params=params
    )
    return _record(run, result, roi_id, uuid.uuid4().hex)


def _measured(  # noqa: PLR0913  (those of Acquisition.analyze)
    acquisition: Acquisition,
    analysis_name: str,
    *,
    roi_id: int | None,
    channel: int,
    progress: Callable[[float, str], None] | None,
    cancel: threading.Event | None,
    params: Mapping[str, Any],
) -> tuple[_Run, Result]:
    """Measure a region, or the whole image when ``roi_id`` is None, and store nothing."""
    analysis = find_analysis(analysis_name)
    now = acquisition.snapshot
    values = checked_params(analysis.params, params)
    parents = _parents(now, analysis, channel, roi_id, values)
    roi = _whole(now) if roi_id is None else _rectangle(now, roi_id, analysis)
    regions = _named_regions(now, analysis, values)
    run = _Run(
        analysis=analysis,
        roi=roi,
        channel=channel,
        params=values,
        started_from=now,
        facts=_facts_of(parents[0], now, roi) if parents else _facts(acquisition, now, roi, channel),
        parents=parents,
        makes_roi=roi_id is None,
        regions=regions,
    )
    context = Context(
        progress=progress or ignore_progress,
        is_cancelled=cancel.is_set if cancel else never_cancelled,
        parents=run.parents,
        regions={named: _inside(acquisition, run, roi) for named, roi in run.regions.items()},
    )
    result = _result(run, _pixels(acquisition, run), calibration_of(run.facts, now.header.calibration), context)
    if not parents:
        acquisition.check_image()  # or the pixels may be those of two images
    return run, result


def _result(run: _Run, pixels: NDArray[Any], calibration: Calibration, context: Context) -> Result:
    """Measure, and check that what came out can be stored."""
    analysis, failed = run.analysis, f"{run.analysis.kind.label} failed on {run.where}"
    try:
        return checked_result(analysis.kind, measured(analysis, pixels, calibration, run.params, context))
    except ValueError as error:
        raise AnalysisError(f"{failed}: {str(error).rstrip('.')}.") from error
    except CloudScopeError:
        raise
    except Exception as error:
        if analysis.kind.is_shared:
            raise
        _logger.exception(failed)
        raise AnalysisError(
            f"{failed} with an error of its own{_from_package(analysis)}: {type(error).__name__}: {error}."
        ) from error


def _from_package(analysis: Analysis) -> str:
    package = package_of(analysis.kind.name)
    return "" if package is None else f" (package {package.name} {package.version})"


def _whole(now: Snapshot) -> RectRoi:
    lines, columns = now.header.shape
    return RectRoi(0, 0, lines, 0, columns)


def _facts(acquisition: Acquisition, now: Snapshot, roi: RectRoi, channel: int) -> dict[str, Any]:
    """What a result is measured in that works on the pixels."""
    return {
        "roi": roi.bounds,
        "calibration": calibration_facts(now.header.calibration),
        "image": acquisition.opened_image(channel),
    }


def _facts_of(parent: Record, now: Snapshot, roi: RectRoi) -> dict[str, Any]:
    """What a result is measured in that works on another one: the same as that one."""
    present = {"roi": roi.bounds, "calibration": calibration_facts(now.header.calibration)}
    return {**present, **parent.facts}


def _pixels(acquisition: Acquisition, run: _Run) -> NDArray[Any]:
    """Pixels inside the region; none for an analysis that works on another result."""
    if run.parents:
        return NO_PIXELS
    return _inside(acquisition, run, run.roi)


def _inside(acquisition: Acquisition, run: _Run, roi: RectRoi) -> NDArray[Any]:
    """Pixels of a region in memory; of a long one its lines, for an analysis that reads them part by part."""
    row_start, row_stop, col_start, col_stop = roi.bounds
    lines, reads_parts = acquisition.lines(run.channel), getattr(run.analysis, "reads_parts", False)
    size = (row_stop - row_start) * (col_stop - col_start) * lines.dtype.itemsize
    if reads_parts and isinstance(lines, FileLines | TurnedLines) and size > MOST_READ_BYTES:
        return cast("NDArray[Any]", lines.region(row_start, row_stop, col_start, col_stop))
    return lines[row_start:row_stop, col_start:col_stop]


def _rectangle(now: Snapshot, roi_id: int, analysis: Analysis) -> RectRoi:
    roi = now.rois.by_id(roi_id)
    if not isinstance(roi, RectRoi):
        raise AnalysisError(f"{analysis.kind.label} needs a rectangle, and ROI {roi_id} is a line. Draw a rectangle.")
    return roi


def _named_regions(now: Snapshot, analysis: Analysis, values: Mapping[str, ParamValue]) -> dict[int, RectRoi]:
    """Regions that parameters name, such as a background."""
    found: dict[int, RectRoi] = {}
    for name, roi_id in ((name, named_roi(value)) for name, value in values.items()):
        if roi_id is None:
            continue
        if roi_id not in now.rois.ids:
            failed = f"{analysis.kind.label} failed"
            raise AnalysisError(f"{failed}: {name} is ROI {roi_id}, which is not there. Choose another.")
        found[roi_id] = _rectangle(now, roi_id, analysis)
    return found


def _parents(
    now: Snapshot, analysis: Analysis, channel: int, roi_id: int | None, values: Mapping[str, ParamValue]
) -> tuple[Record, ...]:
    """Results that an analysis works on, none for one that works on the pixels.

    Each is that of the same region, or of the region that the parameter ``<analysis>_roi_id`` names.
    """
    failed = f"{analysis.kind.label} failed on {'the whole image' if roi_id is None else f'ROI {roi_id}'}"
    found: list[Record] = []
    for name in analysis.kind.parents:
        named = values.get(f"{name}_roi_id")
        place = named if isinstance(named, int) and named > 0 else roi_id
        parent = None if place is None else now.find_record(name, channel, place)
        if parent is None:
            whose = "it" if place == roi_id else f"ROI {place}"
            words = words_of(name)
            raise AnalysisError(f"{failed}: {whose} has no {words} in channel {channel}. Run {words} first.")
        _check_time(now, parent, failed)
        found.append(parent)
    return tuple(found)


def _check_time(now: Snapshot, parent: Record, failed: str) -> None:
    """Refuse a result that was measured in lines, while seconds are known by now."""
    then, present = calibration_of(parent.facts, now.header.calibration), now.header.calibration
    if present.is_time_known and not then.is_time_known:
        words = words_of(parent.analysis_name)
        raise AnalysisError(
            f"{failed}: its {words} was measured before the time per line was known. Run {words} again first."
        )


def _committed(acquisition: Acquisition, run: _Run, result: Result) -> Record:
    """Store the result as one step, with a twin of the region where one is needed; a notice tells of a new one."""
    run_id = uuid.uuid4().hex
    stored: list[Record] = []
    said: list[str] = []

    def store(present: Snapshot) -> Snapshot:
        now, here = _with_region(present, run)
        placed, roi_id = _with_place(now, here)
        said[:] = [] if placed is now else [_twin_notice(placed, here, roi_id)]
        record = _record(here, result, roi_id, run_id)
        record = replace(record, peak_reviews=carried(placed.records.find(record.key), record))
        if not run.analysis.kind.is_shared:
            _check_columns(placed, record)
        stored.append(record)
        after = replace(placed, records=placed.records.stored(record))
        return measured_again(after, roi_id, run.channel)

    name = f"Run {run.analysis.kind.words} {'on' if run.makes_roi else 'of'} {run.where}"
    acquisition.apply(name, store)
    acquisition.set_trait("notices", tuple(dict.fromkeys((*acquisition.notices, *said))))
    return stored[-1]


def _with_region(now: Snapshot, run: _Run) -> tuple[Snapshot, _Run]:
    """Region that was measured, which is made now where it was the whole image."""
    ran = f"while {run.analysis.kind.words} ran. Nothing was stored."
    if not run.makes_roi:
        if run.roi.roi_id not in now.rois.ids:
            raise AnalysisError(f"ROI {run.roi.roi_id} was deleted {ran}")
        return now, run
    if now.header.layout != run.started_from.header.layout:
        raise AnalysisError(f"The image was shown in another layout {ran}")
    roi = replace(run.roi, roi_id=now.next_roi_id())
    return now.with_roi(roi), replace(run, roi=roi)


def _with_place(now: Snapshot, run: _Run) -> tuple[Snapshot, int]:
    """Region under which the result is stored: the region itself, or a twin where the format cannot hold both."""
    for parent in run.parents:
        if now.records.find(parent.key) is None:
            gone, words = words_of(parent.analysis_name), run.analysis.kind.words
            raise AnalysisError(f"The {gone} was deleted while {words} ran. Nothing was stored.")
    if run.parents:
        return now, run.parents[0].roi_id
    roi_id = free_id(now.rois, now.records, (run.analysis.kind.name, run.channel, run.roi.roi_id))
    if roi_id is not None:
        return now, roi_id
    original = now.rois.by_id(original_id(now.rois, run.roi.roi_id))
    twin = made_twin(cast("RectRoi", original), now.next_roi_id(), run.analysis.kind.words)
    return now.with_roi(twin), twin.roi_id


def _twin_notice(now: Snapshot, run: _Run, roi_id: int) -> str:
    """Say where a result is stored, and why not where it was measured."""
    measured, twin = original_id(now.rois, roi_id), now.rois.by_id(roi_id)
    names = [record.analysis_name for record in now.records.of_roi(measured) if record.channel == run.channel]
    rivals = [words_of(name) for name in names if is_rival(name, run.analysis.kind.name)]
    other = f"the {' and '.join(rivals) or 'other result'}"
    return (
        f"{run.analysis.kind.label} of ROI {measured} is stored under ROI {roi_id}, {twin.name!r}, "
        f"because the saved files cannot hold it beside {other}. The two are shown and edited as one region."
    )


def _record(run: _Run, result: Result, roi_id: int, run_id: str) -> Record:
    slot, kind = (run.channel, roi_id), run.analysis.kind
    table = result.table
    rows = None if table is None else part_rows(run.analysis.kind.name, slot, table)
    provenance = {
        "run_id": run_id,
        "utc": datetime.now(UTC).isoformat(timespec="seconds"),
        **run.facts,
        **({"other_rois": {str(named): roi.bounds for named, roi in run.regions.items()}} if run.regions else {}),
        "versions": _versions(run.analysis),
        "method": result.method,
        "table_sha256": rows_hash(rows),
        **_parent_runs(run.parents),
    }
    return Record(
        run.analysis.kind.name,
        *slot,
        params=FrozenDict(run.params),
        summary=FrozenDict({**run_stamp(run.analysis.version), **result.summary}),
        run_id=run_id,
        provenance=FrozenDict(provenance),
        extra=FrozenDict({} if kind.is_shared else _kind_facts(run.analysis)),
        held_table=table,
        held_quality=result.quality,
    )


def _kind_facts(analysis: Analysis) -> dict[str, Any]:
    """What a result says of its analysis, so that it can be shown where that is not installed."""
    package = package_of(analysis.kind.name)
    return {
        "kind": kind_document(analysis.kind),
        **({} if package is None else {"package": f"{package.name} {package.version}"}),
    }


def _check_columns(now: Snapshot, record: Record) -> None:
    """Refuse a table that cannot stand in one file with those of the same analysis in other regions."""
    table = record.held_table
    for other in now.records:
        is_beside = other.analysis_name == record.analysis_name and other.key != record.key
        if not is_beside or table is None or other.held_table is None:
            continue
        if list(other.held_table.columns) != list(table.columns):
            raise AnalysisError(
                f"The {words_of(record.analysis_name)} of ROI {other.roi_id} has other columns, by another version of "
                "the analysis. Delete that result, then run again. Nothing was stored."
            )


def _parent_runs(parents: tuple[Record, ...]) -> dict[str, Any]:
    """Runs on which a result stands; several by the name of their analysis."""
    if not parents:
        return {}
    several = {"parent_run_ids": {parent.analysis_name: parent.run_id for parent in parents}}
    return {"parent_run_id": parents[0].run_id, **(several if len(parents) > 1 else {})}


def _versions(analysis: Analysis) -> dict[str, str]:
    package = package_of(analysis.kind.name)
    found: dict[str, str] = {} if package is None else {package.name: package.version}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # run from a checkout that is not installed
            found[name] = "unknown"
    return found
