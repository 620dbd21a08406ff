"""The rows of the list of files: what is shown of each recording, and what the page knows of it already."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypedDict

from cloudscope_widgets.core.snapshot import Review
from cloudscope_widgets.io.catalog.folder import FileEntry
from cloudscope_widgets.io.catalog.summary import FileFacts, Problem
from cloudscope_widgets.io.paths import printable

MOST_BYTES = 200_000
"""Of the rows in one message; the front end of some hosts relays larger ones badly."""


class FileRow(TypedDict):
    """One recording in the list."""

    token: str
    """Names the recording; the page never learns where it is."""
    folder: str
    """Folder from the root of the session, with slashes."""
    name: str
    review: Review
    is_dirty: bool
    duration_s: float | None
    regions: int | None
    results: str
    stale: str
    unknown: str
    condition: str
    problem: Problem


class FileRows:
    """Rows by token, as the page knows them; a recording keeps its token when the folder is read again."""

    def __init__(self) -> None:
        """Begin with an empty list."""
        self.version = 0
        """Grows whenever the list begins anew instead of growing at its end."""
        self.entries: tuple[FileEntry, ...] = ()
        self._tokens: dict[Path, str] = {}
        self._by_token: dict[str, FileEntry] = {}
        self._facts: dict[Path, FileFacts] = {}
        self._dirty: set[Path] = set()
        self._told: dict[str, FileRow] = {}

    @property
    def tokens(self) -> list[str]:
        """Tokens of all recordings, in the order of the list."""
        return list(self._by_token)

    def token_of(self, path: Path) -> str:
        """Token of a recording, empty when it is not in the list."""
        token = self._tokens.get(path, "")
        return token if token in self._by_token else ""

    def entry(self, token: str) -> FileEntry:
        """Recording of a token; ValueError when it is not in the list."""
        if token not in self._by_token:
            raise ValueError("this recording is no longer in the list; read the folder again")
        return self._by_token[token]

    def row(self, token: str) -> FileRow:
        """Row of a recording as the page knows it."""
        return self._told[token]

    def all(self) -> list[FileRow]:
        """Rows of the whole list, as the page knows them."""
        return list(self._told.values())

    def take_entries(self, entries: Sequence[FileEntry]) -> list[FileRow]:
        """Take what the session has found by now; returns the rows that are new, all of them in a new version."""
        if entries[: len(self.entries)] != self.entries:
            self.version += 1
            self._by_token, self._told, self.entries = {}, {}, ()
        new = entries[len(self.entries) :]
        self.entries = tuple(entries)
        for entry in new:
            self._by_token[self._tokens.setdefault(entry.path, secrets.token_hex(8))] = entry
        return list(self._retold(entry.path for entry in new))

    def take_facts(self, path: Path, facts: FileFacts, *, is_dirty: bool) -> list[FileRow]:
        """Take the facts of a recording; returns its row when it has changed."""
        self._facts[path] = facts
        (self._dirty.add if is_dirty else self._dirty.discard)(path)
        return list(self._retold([path]))

    def _retold(self, paths: Iterable[Path]) -> Iterator[FileRow]:
        """Rows that the page does not know yet."""
        for path in paths:
            token = self.token_of(path)
            row = self._made(token, path) if token else None
            if row is not None and self._told.get(token) != row:
                self._told[token] = row
                yield row

    def _made(self, token: str, path: Path) -> FileRow:
        entry, facts = self._by_token[token], self._facts.get(path, FileFacts())
        return {
            "token": token,
            "folder": printable(entry.relative.rpartition("/")[0]),
            "name": printable(entry.name),
            "review": facts.review,
            "is_dirty": path in self._dirty,
            "duration_s": facts.duration_s,
            "regions": facts.regions,
            "results": facts.results,
            "stale": facts.stale,
            "unknown": facts.unknown,
            "condition": facts.condition,
            "problem": facts.problem,
        }


def in_chunks(rows: Iterable[FileRow]) -> Iterator[list[FileRow]]:
    """Cut rows into pieces that each fit into one message."""
    chunk: list[FileRow] = []
    size = 0
    for row in rows:
        row_size = len(json.dumps(row))
        if chunk and size + row_size > MOST_BYTES:
            yield chunk
            chunk, size = [], 0
        chunk.append(row)
        size += row_size
    if chunk:
        yield chunk
