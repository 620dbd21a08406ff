"""The log of this package: what a notebook or a dashboard shows of it tells of no folder."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

from cloudscope_widgets.core.shown_paths import without_paths

_PACKAGE = str(Path(__file__).resolve().parents[2])


class _WithoutPaths(logging.Filter):
    """Takes absolute paths out of records where a page shows them; in a script it changes nothing."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record where it has to be, and let it through."""
        if _is_notebook():
            folders = (_PACKAGE, *filter(None, sys.path))
            record.msg, record.args = without_paths(record.getMessage()), ()
            if record.exc_info and record.exc_info[1] is not None:
                record.exc_text = without_paths(_FORMATTER.formatException(record.exc_info), folders)
                record.exc_info = None
            if record.stack_info:
                record.stack_info = without_paths(record.stack_info, folders)
        return True


_FILTER, _FORMATTER = _WithoutPaths(), logging.Formatter()


def package_logger(name: str) -> logging.Logger:
    """Return the logger of a module; what it says reaches a page without any absolute path."""
    logger = logging.getLogger(name)
    logger.addFilter(_FILTER)
    return logger


def _is_notebook() -> bool:
    """Whether this Python is the kernel of a page; nothing is imported to find out."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return getattr(shell, "kernel", None) is not None
