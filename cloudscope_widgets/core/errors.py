"""Errors that a caller of this package may want to catch."""

from __future__ import annotations


class CloudScopeError(Exception):
    """Base of every error that this package raises on its own account."""


class ImageReadError(CloudScopeError):
    """An image cannot be read; the message says what, where and what to do."""


class LayoutError(CloudScopeError, ValueError):
    """An image cannot be shown in this layout, or not while it has regions; nothing was changed."""


class SidecarReadError(CloudScopeError):
    """A saved file beside the image cannot be read; it is never overwritten."""


class SaveError(CloudScopeError):
    """Nothing was saved and nothing on disk has changed."""


class SaveConflict(SaveError):  # noqa: N818  (the public name states what happened)
    """Here and in another program the same was changed since the saved files were read; nothing was written."""

    def __init__(self, message: str, *, conflicts: tuple[str, ...] = ()) -> None:
        """Say what happened; ``conflicts`` has one sentence for each thing that both have changed."""
        super().__init__(message)
        self.conflicts = conflicts


class FilesChanged(SaveConflict):
    """Files on disk are not those that were read; what they hold now has not been looked at yet."""


class AnalysisError(CloudScopeError):
    """An analysis cannot give a result for this input; nothing was stored."""


class Cancelled(CloudScopeError):  # noqa: N818  (the public name states what happened)
    """The user stopped a running analysis; nothing was stored."""
