"""Keeps unsaved edits of a session on disk, and finds those that an earlier one left behind."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from weakref import WeakKeyDictionary

from cloudscope_widgets.core.merge.three_way import merge
from cloudscope_widgets.core.snapshot import Snapshot
from cloudscope_widgets.io.draft import (
    Draft,
    Seen,
    drop_draft,
    is_left,
    leave_draft,
    list_drafts,
    new_writer,
    write_draft,
)
from cloudscope_widgets.store.acquisition import Acquisition
from cloudscope_widgets.store.disk.unsaved import unsaved_words

VISITOR_VARIABLE = "CLOUDSCOPE_VISITOR"
"""Names the visitor of a dashboard whose server knows who that is."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """What a draft on disk holds."""

    snapshot: Snapshot
    base: Snapshot
    path: Path


class Drafts:
    """The drafts of one session.

    In a dashboard, each visitor has drafts of its own, which nobody else is offered. As long as nobody knows who the
    visitor is, none are kept.
    """

    def __init__(self) -> None:
        """Begin without any."""
        self._is_dashboard = os.environ.get("SERVER_SOFTWARE", "").startswith("voila")
        named = os.environ.get(VISITOR_VARIABLE, "")
        self._visitor: str | None = _hashed(named) if named else None if self._is_dashboard else ""
        self._writer = new_writer(self._visitor or "")
        self._kept: WeakKeyDictionary[Acquisition, _Kept] = WeakKeyDictionary()
        self._seen: WeakKeyDictionary[Acquisition, Seen] = WeakKeyDictionary()
        self._compared: WeakKeyDictionary[Acquisition, Snapshot] = WeakKeyDictionary()
        self._ended: set[Path] = set()
        self._abandoned: frozenset[str] = frozenset()
        self._lock = threading.Lock()

    @property
    def writer_token(self) -> str:
        """Name under which the page of a dashboard tells others that it is still there; empty outside of dashboards."""
        return self._writer.token if self._writer.browser else ""

    @property
    def needs_visitor(self) -> bool:
        """Whether drafts are not kept because nobody knows yet whose they are."""
        return self._visitor is None

    @property
    def needs_browser(self) -> bool:
        """Whether the browser of the visitor of a dashboard is not known yet."""
        return self._is_dashboard and not self._writer.browser

    def set_visitor(self, secret: str) -> None:
        """Tell whose drafts these are, by a secret that only this visitor's browser knows; the first one counts."""
        with self._lock:
            if self._visitor is None:
                self._visitor = _hashed(secret)
                self._writer = new_writer(self._visitor)
            if self.needs_browser:
                self._writer = replace(self._writer, browser=_hashed(f"browser {secret}"))

    def keep(self, acquisition: Acquisition) -> None:
        """Bring the draft of a recording up to date: written when there are unsaved edits, deleted when not.

        Raises
        ------
        OSError
            When it cannot be written.
        """
        with self._lock:
            snapshot, base = acquisition.snapshot, acquisition.saved_snapshot
            kept = self._kept.get(acquisition)
            header = acquisition.image_header
            if header is None or self._visitor is None:
                return
            if snapshot == base:
                if kept is not None:
                    drop_draft(kept.path)
                    del self._kept[acquisition]
            elif kept is not None and kept.snapshot is snapshot and (kept.base is base or not kept.path.exists()):
                return  # it is there, or a later page of the same visitor has taken it over
            else:
                path = write_draft(acquisition.path, header, base, snapshot, self._writer)
                self._kept[acquisition] = _Kept(snapshot, base, path)

    def find(self, acquisition: Acquisition) -> None:
        """Note in ``acquisition.drafts`` what others left behind; what is on disk already is deleted.

        ``acquisition.draft_writers`` are the pages of the same browser whose Python still keeps a draft.
        """
        header = acquisition.image_header
        if header is None or self._visitor is None:
            return
        seen = self._seen.setdefault(acquisition, {})
        own = self._writer.token
        drafts = list_drafts(acquisition.path, header, seen, visitor=self._visitor, own=own)
        left = [draft for draft in drafts if draft.writer.token in self._abandoned or is_left(draft)]
        known, saved, found = acquisition.drafts, acquisition.saved_snapshot, []
        is_compared = self._compared.get(acquisition) is saved
        for draft in left:
            if not (is_compared and draft in known) and restored(draft, saved) == saved:
                self._end(draft)
            else:
                found.append(draft)
        browser = self._writer.browser
        kept = {draft.writer.token for draft in drafts if browser and draft.writer.browser == browser}
        kept -= {draft.writer.token for draft in left}
        self._compared[acquisition] = saved
        acquisition.set_trait("draft_writers", tuple(sorted(kept)))
        acquisition.set_trait("drafts", tuple(draft for draft in found if draft.path not in self._ended))

    def take_over(self, writers: Iterable[str]) -> None:
        """Take the pages of these writers for gone, whose Python may run on: what they keep is offered."""
        with self._lock:
            self._abandoned |= set(writers)

    def restore(self, acquisition: Acquisition, draft: Draft) -> None:
        """Make the edits of a draft again, as one step that can be undone, on top of the present state."""
        acquisition.apply("Restore unsaved work", lambda now: restored(draft, now))
        self.keep(acquisition)
        self.discard(acquisition, draft)

    def discard(self, acquisition: Acquisition, draft: Draft) -> None:
        """Delete a draft."""
        self._end(draft)
        acquisition.set_trait("drafts", tuple(other for other in acquisition.drafts if other.path != draft.path))

    def leave(self) -> None:
        """Let go of all drafts; edits that were never saved are offered by the next session."""
        with self._lock:
            for kept in self._kept.values():
                leave_draft(kept.path)
            self._kept.clear()

    def _end(self, draft: Draft) -> None:
        self._ended.add(draft.path)
        drop_draft(draft.path)


def restored(draft: Draft, now: Snapshot) -> Snapshot:
    """State with the edits of a draft; what was changed in both is kept twice."""
    base, ours = draft.beside(now)
    return merge(base, ours, now).snapshot


def draft_words(draft: Draft, *, today: datetime | None = None) -> tuple[str, str]:
    """When unsaved work was done, and what it is: "today 12:40" and "3 ROIs, 11 events reviewed"."""
    day = (today or datetime.now().astimezone()).date()
    when = "today" if draft.at.date() == day else f"{draft.at:%Y-%m-%d}"
    return f"{when} {draft.at:%H:%M}", unsaved_words(draft.base, draft.ours)


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()[:32]
