"""What is logged reaches a page without paths, and a script as it is."""

from __future__ import annotations

import logging
from pathlib import Path
from types import SimpleNamespace

import IPython
import pytest

import cloudscope_widgets
from cloudscope_widgets.core.package_log import package_logger

_IMAGE = "/srv/secret lab/a.tif"


def _read() -> None:
    raise OSError(13, "Permission denied", _IMAGE)


def _logged(caplog: pytest.LogCaptureFixture) -> str:
    caplog.clear()
    logger = package_logger("cloudscope_widgets.probe")
    try:
        _read()
    except OSError:
        logger.exception("%s cannot be read (%d)", _IMAGE, 3, stack_info=True)
    return logging.Formatter().format(caplog.records[0])


def test_a_page_sees_no_paths_and_a_script_sees_them(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _logged(caplog).startswith(f"{_IMAGE} cannot be read (3)\nTraceback")
    monkeypatch.setattr(IPython, "get_ipython", lambda: SimpleNamespace(kernel=object()))
    logged = _logged(caplog)
    assert logged.startswith("a.tif cannot be read (3)\nTraceback")
    assert "PermissionError: [Errno 13] Permission denied: 'a.tif'" in logged
    assert "secret lab" not in logged
    assert 'File "/' not in logged
    assert 'File "tests/core/test_package_log.py"' in logged


def test_every_module_logs_through_the_filter() -> None:
    package = Path(cloudscope_widgets.__file__).parent
    own = [path.name for path in package.rglob("*.py") if "getLogger(__name__)" in path.read_text(encoding="utf-8")]
    assert own == []
