"""Sentences that the user of a session should see, each with the file that it is about."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from cloudscope_widgets.core.notice import notice_like


class NoticeBoard:
    """Notices of a session: those of no file, of the file that is shown, and of files that were shown before."""

    def __init__(self) -> None:
        """Begin without any."""
        self._general: dict[str, None] = {}
        self._of_files: dict[Path, tuple[str, ...]] = {}

    def add(self, sentences: Iterable[str]) -> None:
        """Add sentences that belong to no file."""
        self._general |= dict.fromkeys(sentences)

    def set_file(self, path: Path, sentences: Iterable[str]) -> None:
        """Take these sentences, and no others, as those of a file."""
        self._of_files[path] = tuple(sentences)

    def sentences(self, shown: Path | None) -> tuple[str, ...]:
        """All sentences, each once; those of a file that is not shown name it."""
        own = self._of_files.get(shown, ()) if shown else ()
        others = (
            named_notice(sentence, path)
            for path, sentences in self._of_files.items()
            if path != shown
            for sentence in sentences
        )
        return tuple(dict.fromkeys((*self._general, *own, *others)))

    def of_others(self, shown: Path | None) -> frozenset[str]:
        """Sentences about files that are not shown, as ``sentences`` has them, and about none that is."""
        own = {*self._general, *(self._of_files.get(shown, ()) if shown else ())}
        return frozenset(self.sentences(shown)) - own


def named_notice(sentence: str, path: Path) -> str:
    """Return the sentence about a file as it is shown beside another one; one about its folder names it already."""
    is_named = path.name in sentence or str(path.parent) in sentence
    return sentence if is_named else notice_like(f"{path.name}: {sentence}", sentence)
