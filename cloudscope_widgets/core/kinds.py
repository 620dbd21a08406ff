"""The register of kinds of results: what each analysis stores, as data that all other parts look up here.

A new analysis is one ``Kind`` more. Nothing else in the package names an analysis to treat it in its own way, except
that analysis itself and its view.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from cloudscope_widgets.core.event_methods import events_methods
from cloudscope_widgets.core.velocity_quality import velocity_methods

if TYPE_CHECKING:
    from cloudscope_widgets.core.record import Record

_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_DTYPES = frozenset({"f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "bool"})


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the table of a result, or of its quality."""

    name: str
    """As in the saved files."""
    unit: str = ""
    """Of a recording whose calibration is known; empty for a pure number."""
    dtype: str = "f8"
    """Type of its values as numpy spells it; a quality is stored in this precision."""

    def __post_init__(self) -> None:
        """Refuse what could not be saved."""
        if not self.name or not self.name.isidentifier():
            raise ValueError(f"the name of a column must be a word of letters, digits and _, got {self.name!r}")
        if self.dtype not in _DTYPES:
            raise ValueError(f"the dtype of column {self.name} must be one of {sorted(_DTYPES)}, got {self.dtype!r}")


@dataclass(frozen=True, slots=True)
class Kind:
    """What an analysis stores, and how its results stand beside others."""

    name: str
    """As in the saved files: small letters, digits and _."""
    label: str
    """In the interface, such as "Velocity"."""
    letter: str = ""
    """Stands for it in the list of files; empty for an analysis that is not listed there."""
    columns: tuple[Column, ...] = ()
    """Of its table; empty when it has none."""
    row_count: str = ""
    """Number of the summary that counts the rows of the table; ``num_rows`` unless another name is given."""
    quality: tuple[Column, ...] = ()
    """Of the quality of each row; a column ``accepted`` says whether the row counts."""
    parents: tuple[str, ...] = ()
    """Analyses of whose results it is made; empty for one that is made of pixels."""
    rivals: frozenset[str] = frozenset()
    """Analyses that the shared format cannot hold beside this one for the same region and channel."""
    is_shared: bool = False
    """Whether CloudScope knows it. False: record and table belong to our own file."""
    holds_events: bool = False
    """Whether its results are intervals of time, which people edit and review, instead of a table."""
    shared_params: frozenset[str] = frozenset()
    """Parameters that CloudScope knows; all others are ours."""
    own_numbers: frozenset[str] = frozenset()
    """Numbers of the summary that CloudScope does not know."""
    judging_methods: frozenset[str] = frozenset()
    """Methods that judge each row, as the provenance names them; of results by others the quality is not known.

    Empty where a result without a quality lacks nothing.
    """
    methods: Callable[[Record], str] | None = field(default=None, compare=False, repr=False)
    """Writes how a result was made, for a kind of which the provenance does not say all."""

    def __post_init__(self) -> None:
        """Refuse what could not be saved or shown."""
        if not _NAME.fullmatch(self.name):
            raise ValueError(
                f"the name of an analysis must be small letters, digits and _, 60 at most, got {self.name!r}"
            )
        if not self.label.strip():
            raise ValueError(f"the analysis {self.name} must have a label")
        if self.columns and not self.row_count:
            object.__setattr__(self, "row_count", "num_rows")
        for what, columns in (("table", self.columns), ("quality", self.quality)):
            names = [column.name for column in columns]
            if len(set(names)) != len(names) or {"channel", "roi_id"} & set(names):
                raise ValueError(
                    f"the columns of the {what} of {self.name} must differ from each other and from channel and roi_id"
                )
        if self.name in self.parents or self.name in self.rivals:
            raise ValueError(f"the analysis {self.name} cannot be its own parent or rival")

    @property
    def words(self) -> str:
        """Name in a sentence, such as "velocity"."""
        first, rest = self.label[:1], self.label[1:]
        return self.label if rest[:1].isupper() else first.lower() + rest

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of the columns of the table."""
        return tuple(column.name for column in self.columns)

    @property
    def time_column(self) -> str:
        """Name of the column of times in seconds; empty when the table has none."""
        return next((column.name for column in self.columns if column.unit == "s"), "")

    def is_rival(self, other: Kind) -> bool:
        """Whether the shared format cannot hold a result of each in one region and channel."""
        return other.name != self.name and (other.name in self.rivals or self.name in other.rivals)


def is_analysis_name(text: str) -> bool:
    """Whether an analysis can have this name, which is part of the names of files."""
    return _NAME.fullmatch(text) is not None


def _columns(unit: str, *names: str, dtype: str = "f8") -> tuple[Column, ...]:
    return tuple(Column(name, unit, dtype) for name in names)


VELOCITY = Kind(
    name="radon_velocity",
    label="Velocity",
    letter="V",
    columns=(
        Column("time_s", "s"),
        Column("time_index", "lines"),
        Column("theta_deg", "°"),
        Column("velocity", "µm/s"),
    ),
    row_count="num_windows",
    quality=(
        Column("accepted", dtype="bool"),
        *_columns("", "z", "contrast", "gap", dtype="f2"),
        Column("velocity_se", "µm/s", "f4"),
    ),
    rivals=frozenset({"diameter"}),
    is_shared=True,
    shared_params=frozenset({"window_width"}),
    own_numbers=frozenset(
        {
            *("accepted_fraction", "refused", "standing_windows", "velocity_cv_abs", "velocity_time_mean"),
            *("velocity_mean_se_block_bootstrap", "velocity_median_se_block_bootstrap", "block_bootstrap_s"),
            *("columns_left_out", "columns_interpolated", "lines_without_numbers"),
        }
    ),
    judging_methods=frozenset({"line_correlation"}),
    methods=velocity_methods,
)

DIAMETER = Kind(
    name="diameter",
    label="Diameter",
    letter="D",
    columns=(
        Column("time_s", "s"),
        Column("center_row", "lines", "i8"),
        *_columns("px", "left_edge_px", "right_edge_px"),
        *_columns("µm", "left_edge_um", "right_edge_um"),
        Column("diameter_px", "px"),
        Column("diameter_um", "µm"),
        Column("diameter_px_filt", "px"),
        Column("diameter_um_filt", "µm"),
        Column("diameter_was_filtered", dtype="bool"),
        *_columns("", "peak", "baseline", "sum_intensity", "edge_strength_left", "edge_strength_right", "qc_score"),
        *_columns("", "qc_edge_violation", "qc_diameter_violation", "qc_center_violation", dtype="bool"),
    ),
    row_count="num_rows",
    quality=(
        Column("accepted", dtype="bool"),
        Column("refused", dtype="u1"),
        Column("diameter_um_se", "µm", "f4"),
    ),
    rivals=frozenset({"radon_velocity"}),
    is_shared=True,
    shared_params=frozenset(
        {
            *("diameter_method", "window_rows_odd", "stride", "binning_method", "polarity", "post_filter_kernel_size"),
            *("threshold_mode", "threshold_value", "gradient_sigma", "gradient_kernel", "gradient_min_edge_strength"),
            *("enable_motion_gating", "max_edge_shift_um", "max_diameter_change_um", "max_center_shift_um"),
        }
    ),
    own_numbers=frozenset(
        {
            *("accepted_fraction", "refused", "diameter_um_se_median", "diameter_um_mean_se"),
            *("diameter_scatter_over_se", "departing_fraction", "better_lumen_profile"),
        }
    ),
)

SUM_INTENSITY = Kind(
    name="sum_intensity",
    label="Intensity",
    letter="I",
    columns=(
        Column("time_index", "lines", "i8"),
        Column("time_sec", "s"),
        *_columns("", "sum_intensity", "norm_sum_intensity", "filtered_norm_sum_intensity"),
        *_columns("", "detrended_norm_sum_intensity", "f0_baseline", "df_f_signal"),
        Column("d_df_f_signal", "1/s"),
        *_columns("", "is_onset", "is_peak", dtype="bool"),
        *_columns("", "onset_index", "peak_id"),
    ),
    row_count="num_timepoints",
    is_shared=True,
    shared_params=frozenset(
        {
            *("window_radius_points", "filter_method", "median_filter_kernel_points", "detrend_method"),
            *("baseline_method", "baseline_percentile", "manual_f0_baseline", "baseline_window_ms"),
            *("baseline_min_value", "detection_method", "polarity", "detection_source", "absolute_threshold"),
            *("derivative_threshold_per_sec", "refractory_period_ms", "peak_search_window_ms"),
            *("width_search_window_ms", "level_fractions"),
        }
    ),
    own_numbers=frozenset(
        {
            *("background", "bleached_fraction"),
            *("columns_left_out", "lines_estimated", "lines_without_numbers"),
        }
    ),
)


HEART_RATE = Kind(
    name="heart_rate",
    label="Heart rate",
    parents=("radon_velocity",),
    is_shared=True,
    shared_params=frozenset(
        {
            *("bpm_min", "bpm_max", "use_abs", "outlier_k_mad", "lomb_n_freq", "interp_max_gap_sec"),
            *("bandpass_order", "nperseg_sec", "edge_margin_hz", "peak_half_width_hz", "agree_tol_bpm"),
            *("do_segments", "seg_win_sec", "seg_step_sec", "seg_min_valid_frac"),
        }
    ),
)

EVENTS = Kind(
    name="event",
    label="Events",
    parents=("radon_velocity",),
    is_shared=True,
    holds_events=True,
    methods=events_methods,
    shared_params=frozenset({"pre_post_win_sec"}),
)

SHARED_KINDS: Mapping[str, Kind] = MappingProxyType(
    {kind.name: kind for kind in (VELOCITY, DIAMETER, SUM_INTENSITY, HEART_RATE, EVENTS)}
)
"""Kinds of the shared format, by name."""

SHARED_TABLES = tuple(kind.name for kind in SHARED_KINDS.values() if kind.columns)
"""Analyses of which the shared format holds a table."""

_registered: dict[str, Kind] = {}


def check_new_kind(kind: Kind) -> None:
    """Refuse a kind that is not of the shared format and takes a name of it, or what only that can have.

    Raises
    ------
    ValueError
        A sentence says what to change.
    """
    if kind.name in SHARED_KINDS:
        raise ValueError(f"the name {kind.name!r} belongs to the shared format; choose another one")
    if kind.is_shared:
        raise ValueError(f"CloudScope does not know {kind.name!r}, so that its kind must have is_shared=False")
    if kind.holds_events:
        raise ValueError(f"the kind {kind.name!r} cannot hold events; give it a table instead")
    if kind.quality and not kind.columns:
        raise ValueError(f"the kind {kind.name!r} has a quality of rows but no table")


def register_kind(kind: Kind) -> None:
    """Make a kind known to all parts of the package, in place of an earlier one of the same name.

    Raises
    ------
    ValueError
        When it cannot be one; a sentence says what to change.
    """
    check_new_kind(kind)
    _registered[kind.name] = kind


def kinds() -> tuple[Kind, ...]:
    """All kinds that are known, those of the shared format first."""
    return (*SHARED_KINDS.values(), *_registered.values())


def kind_of(analysis_name: str) -> Kind | None:
    """Kind of a result; None when neither the shared format nor a registered analysis has this name."""
    return SHARED_KINDS.get(analysis_name) or _registered.get(analysis_name)


def holds_events(analysis_name: str) -> bool:
    """Whether the results of an analysis are intervals of time."""
    kind = kind_of(analysis_name)
    return kind is not None and kind.holds_events


def words_of(analysis_name: str) -> str:
    """Name of an analysis in a sentence, also of one that is not known."""
    kind = kind_of(analysis_name)
    return analysis_name.replace("_", " ") if kind is None else kind.words


# ---------------------------------------------------------------- kinds of results whose analysis is not installed
def kind_document(kind: Kind) -> dict[str, Any]:
    """What a saved result says of its kind, so that it can be shown where its analysis is not installed."""
    return {
        "label": kind.label,
        "columns": [[column.name, column.unit, column.dtype] for column in kind.columns],
        "row_count": kind.row_count,
        "quality": [[column.name, column.unit, column.dtype] for column in kind.quality],
        "parents": list(kind.parents),
    }


def saved_kind(analysis_name: str, said: object) -> Kind | None:
    """Kind that a saved result says it is of; None when it says none, or none that can be.

    Parameters
    ----------
    analysis_name
        As in the saved files.
    said
        As ``kind_document`` wrote it, if it did.
    """
    if not isinstance(said, Mapping):
        return None
    try:
        return Kind(
            name=analysis_name,
            label=str(said["label"]),
            columns=tuple(Column(*map(str, column)) for column in said["columns"]),
            row_count=str(said["row_count"]),
            quality=tuple(Column(*map(str, column)) for column in said["quality"]),
            parents=tuple(map(str, said["parents"])),
        )
    except (KeyError, TypeError, ValueError):  # as a file may hold it
        return None
