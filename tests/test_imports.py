"""A script that uses no widget loads no widget library."""

from __future__ import annotations

import subprocess
import sys

import pytest

SCRIPT = """
import sys
import cloudscope_widgets as cs
for name in {names}:
    getattr(cs, name)
print([name for name in ("ipywidgets", "anywidget", "bqplot", "IPython", "matplotlib") if name in sys.modules])
"""


@pytest.mark.parametrize("names", [(), ("open", "Session", "Acquisition", "SaveConflict", "synthetic")])
def test_no_widget_library_is_loaded_by_what_needs_none(names: tuple[str, ...]) -> None:
    script = SCRIPT.format(names=names)
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603  (our own script)
    assert found.stdout.strip() == "[]"


def test_every_public_name_is_there() -> None:
    import cloudscope_widgets as cs  # noqa: PLC0415  (what is tested)

    assert [name for name in cs.__all__ if not hasattr(cs, name)] == []
    with pytest.raises(AttributeError, match="has no attribute 'Explore'"):
        cs.Explore  # noqa: B018  # what is tested
