"""The analyses there are, by name: our own, those of installed packages, and those that a cell has registered."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar, cast

from cloudscope_widgets.analysis.base import Analysis
from cloudscope_widgets.analysis.diameter.analysis import Diameter
from cloudscope_widgets.analysis.heart_rate.analysis import HeartRate
from cloudscope_widgets.analysis.sum_intensity.analysis import IntensityAnalysis
from cloudscope_widgets.analysis.velocity.analysis import RadonVelocity
from cloudscope_widgets.core.kinds import Kind, check_new_kind, register_kind
from cloudscope_widgets.core.package_log import package_logger
from cloudscope_widgets.core.params import Param

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "cloudscope_widgets.analyses"
"""Entry points of other packages that are analyses."""
BUILT_IN: Mapping[str, Analysis] = MappingProxyType(
    {analysis.kind.name: analysis for analysis in (RadonVelocity(), HeartRate(), Diameter(), IntensityAnalysis())}
)

_Found = TypeVar("_Found")
_logger = package_logger(__name__)


@dataclass(frozen=True, slots=True)
class Package:
    """The distribution that an analysis came with."""

    name: str
    version: str


@dataclass(slots=True)
class _PlugIns:
    """Analyses that are not ours."""

    analyses: dict[str, Analysis] = field(default_factory=dict)
    packages: dict[str, Package] = field(default_factory=dict)
    """By name of the analysis; one that a cell has registered has none."""
    problems: list[str] = field(default_factory=list)
    """Why some were left out, as sentences."""
    is_loaded: bool = False
    """Whether the entry points have been asked for."""
    lock: threading.RLock = field(default_factory=threading.RLock)


_plug_ins = _PlugIns()


def analyses() -> Mapping[str, Analysis]:
    """All analyses by name, our own first; the first call loads those of installed packages."""
    load_plug_ins()
    return MappingProxyType({**BUILT_IN, **_plug_ins.analyses})


def find_analysis(name: str) -> Analysis:
    """Return the analysis called ``name``; ValueError names those there are, and plug-ins that could not be loaded."""
    found = BUILT_IN.get(name) or _plug_ins.analyses.get(name) or analyses().get(name)
    if found is None:
        said = " ".join([f"the analyses are {', '.join(analyses())}.", *_plug_ins.problems]).rstrip(".")
        raise ValueError(f"there is no analysis {name!r}; {said}")
    return found


def package_of(name: str) -> Package | None:
    """Package that an analysis came with; None for our own and for one that a cell has registered."""
    return _plug_ins.packages.get(name)


def plug_in_problems() -> tuple[str, ...]:
    """Say which plug-ins were left out and why, in sentences; the first call loads them."""
    load_plug_ins()
    return tuple(_plug_ins.problems)


def register_analysis(analysis: _Found) -> _Found:
    """Make an analysis known, in place of an earlier one of the same name; return it, so that it can decorate a class.

    Parameters
    ----------
    analysis
        An analysis, or its class.

    Raises
    ------
    ValueError, TypeError
        When it could not be run or saved, or has the name of one of our own; a sentence says what to change.
    """
    found = checked_analysis(analysis)
    with _plug_ins.lock:
        register_kind(found.kind)
        _plug_ins.analyses[found.kind.name] = found
        _plug_ins.packages.pop(found.kind.name, None)
    return analysis


def checked_analysis(given: object) -> Analysis:
    """Analysis that was given by itself or by its class, if it is one; ValueError or TypeError says what is missing."""
    found = given() if inspect.isclass(given) else given
    what = type(found).__name__
    kind, version, params = (getattr(found, name, None) for name in ("kind", "version", "params"))
    if not isinstance(kind, Kind):
        raise TypeError(f"{what} is no analysis: it needs a class attribute kind, which is a Kind")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise ValueError(f"{what} is no analysis: it needs a class attribute version, a whole number from 1")
    if not isinstance(params, tuple) or not all(isinstance(param, Param) for param in params):
        raise ValueError(f"{what} is no analysis: it needs a class attribute params, a tuple of Param")
    names = [param.name for param in params]
    if len(set(names)) != len(names):
        raise ValueError(f"{what} has two parameters of one name: {', '.join(names)}")
    if not callable(getattr(found, "measure", None)):
        raise TypeError(f"{what} is no analysis: it needs a method measure(pixels, calibration, params, ...)")
    check_new_kind(kind)
    return cast("Analysis", found)


# ---------------------------------------------------------------- packages
def load_plug_ins() -> None:
    """Load the analyses of installed packages, once; one that fails is reported and left out."""
    with _plug_ins.lock:
        if _plug_ins.is_loaded:
            return
        _plug_ins.is_loaded = True
        from importlib.metadata import entry_points  # noqa: PLC0415  (takes 60 ms, which no plain import should pay)

        for found in sorted(entry_points(group=GROUP), key=_order):
            try:
                _load(found)
            except Exception as error:
                problem = f"{_said_of(found)} could not be loaded and is left out: {_reason(error)}."
                _logger.warning(problem, exc_info=error)
                _plug_ins.problems.append(problem)


def _order(found: EntryPoint) -> tuple[str, str]:
    """Package and name, so that the first of a name is the same on every machine."""
    return "" if found.dist is None else found.dist.name, found.name


def _load(found: EntryPoint) -> None:
    analysis = checked_analysis(found.load())
    name = analysis.kind.name
    if name in _plug_ins.analyses:
        raise ValueError(f"there is an analysis {name!r} already")
    register_kind(analysis.kind)
    _plug_ins.analyses[name] = analysis
    if found.dist is not None:
        _plug_ins.packages[name] = Package(found.dist.name, found.dist.version)


def _said_of(found: EntryPoint) -> str:
    package = "" if found.dist is None else f" of the package {found.dist.name}"
    return f"The analysis {found.name!r}{package}"


def _reason(error: Exception) -> str:
    said = str(error).strip().rstrip(".") or "no reason given"
    return said if isinstance(error, ValueError) else f"{type(error).__name__}: {said}"
