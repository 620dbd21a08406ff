"""A secret of the user of this machine, the same at every start of a dashboard."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from pathlib import Path

from cloudscope_widgets.io.platform.files import state_folder

_FORM = re.compile(r"[0-9a-f]{64}")


def user_secret() -> str:
    """Return the secret of this user, made at the first call; only this user may read its file.

    Raises
    ------
    OSError
        When it can be neither read nor kept.
    """
    path = state_folder() / "user-secret"
    return _read(path) or _make(path)


def _read(path: Path) -> str:
    """Secret in a file; empty when there is none, or others may have seen it."""
    try:
        status, text = path.stat(), path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
    is_private = os.name == "nt" or not status.st_mode & 0o077
    return text if is_private and _FORM.fullmatch(text) else ""


def _make(path: Path) -> str:
    """Keep a new secret; of two programs that start at once both use the one that is written last."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
    made = secrets.token_hex(32)
    try:
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:  # noqa: PTH123  (its mode is set before it holds anything)
            file.write(made)
        unfinished.replace(path)
    finally:
        with contextlib.suppress(OSError):  # it has been renamed, or was never made
            unfinished.unlink()
    return _read(path) or made
