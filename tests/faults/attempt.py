"""One try to open a recording with a changed file, which may be refused but never in another way."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from cloudscope_widgets.core.errors import ImageReadError
from cloudscope_widgets.core.header import Header
from cloudscope_widgets.io.catalog.summary import facts_of, read_facts
from cloudscope_widgets.io.commit.file_state import file_stamps
from cloudscope_widgets.io.format.bundle import Bundle, bundle_bytes, read_bundle
from cloudscope_widgets.io.images.recording import open_recording
from cloudscope_widgets.store.acquisition import Acquisition
from cloudscope_widgets.store.disk.stable_read import Settled
from tests.faults.good_bundle import IMAGE


class Bench:
    """A folder in which one file after another is tried; all others stay as they are."""

    def __init__(self, folder: Path, good: Mapping[str, bytes]) -> None:
        """Write the good files into ``folder``."""
        self._folder, self._good = folder, good
        for name, raw in good.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(raw)

    def __repr__(self) -> str:
        """Name the folder; the files are long."""
        return f"Bench({str(self._folder)!r})"

    def tried(self, file: str, raw: bytes) -> str:
        """Open the recording with one file changed: ``shown``, ``refused`` or ``blocked``.

        What is shown must also be writable again, and the file must stay as it is. Any other error comes through.
        """
        image, path = self._folder / IMAGE, self._folder / file
        path.write_bytes(raw)
        try:
            answer = _answer(image, raw)
            assert path.read_bytes() == raw
        finally:
            self._put_back(file)
        return answer

    def _put_back(self, file: str) -> None:
        if file in self._good:
            (self._folder / file).write_bytes(self._good[file])
        else:
            (self._folder / file).unlink(missing_ok=True)


def _answer(image: Path, raw: bytes) -> str:
    if len(raw) % 4 == 0:  # the list of files reads by another way; a quarter of the tries is enough
        read_facts(image)
    try:
        recording = open_recording(image)
        found = read_bundle(image, recording.header)
        settled = Settled(found, file_stamps(image))
        acq = Acquisition(recording.path, found.snapshot, recording=recording, found=settled)
        for channel in range(min(acq.header.channels, 3)):
            acq.pixels(channel)[:1].sum()
    except ImageReadError:
        return "refused"
    facts_of(acq)
    if acq.damage:
        assert acq.save_state == "blocked"
        return "blocked"
    _write_again(acq, recording.header, found)
    return "shown"


def _write_again(acq: Acquisition, image_header: Header, found: Bundle) -> None:
    """What was read can be written, and is JSON without anything odd."""
    assert found.snapshot == acq.snapshot
    if acq.importable is not None:
        acq.import_kymflow()
    shown = acq.snapshot
    limits = dict.fromkeys(shown.contrast, (0.0, 1.0))
    files = bundle_bytes(acq.path, shown, image_header=image_header, found=found, limits=limits)
    for path, raw in files.items():
        if raw is not None and path.suffix == ".json":
            json.loads(raw.decode("utf-8"), parse_constant=_refuse)


def _refuse(name: str) -> None:
    raise AssertionError(f"a bare {name} would be written")
