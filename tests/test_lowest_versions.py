"""The lowest versions that are tested are those that the package declares."""

from __future__ import annotations

import pytest

from tests.lowest_versions import dependencies, lowest


def test_every_dependency_has_a_lowest_version() -> None:
    names = [line.partition("==")[0] for line in lowest(dependencies())]
    assert {"numpy", "pandas", "scipy", "tifffile", "traitlets", "filelock"} <= set(names)
    assert len(names) == len(dependencies())


def test_extras_and_markers_are_understood() -> None:
    found = list(lowest(["dask[array]>=2024.5", "psutil>=5.9; sys_platform != 'linux'"]))
    assert found == ["dask==2024.5", "psutil==5.9; sys_platform != 'linux'"]


@pytest.mark.parametrize("requirement", ["numpy", "mkdocs<2", "numpy>=1.26,<3"])
def test_a_requirement_without_one_lower_bound_is_named(requirement: str) -> None:
    with pytest.raises(ValueError, match=requirement.split(",", maxsplit=1)[0]):
        list(lowest([requirement]))
