"""Where the kernel handles what a page sends: on the shell that the page has chosen."""

from __future__ import annotations

from typing import Any


def answer_where_asked(comm: Any) -> None:  # noqa: ANN401  (the kernel's, or none outside of one)
    """Let messages of a page be handled while a cell runs, if the page asks for that.

    JupyterLab sends them to a shell beside the one that runs the cells. ipykernel 7.4 takes them to the shell that has
    last changed the widget instead: after one edit from a cell, commands would wait for the end of each later cell.
    """
    if hasattr(comm, "_reply_subshell_for"):
        comm._reply_subshell_for = _asked  # noqa: SLF001  (ipykernel has no setting for it)


def _asked(_data: object, asked: str | None) -> str | None:
    return asked
