"""A cell that is run again replaces what its earlier run displayed, and nothing else."""

from __future__ import annotations

import gc
import itertools
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from weakref import ref

import ipywidgets
import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

import cloudscope_widgets as cs
from cloudscope_widgets.store.session import Session
from cloudscope_widgets.synthetic import kymograph
from cloudscope_widgets.widgets.kit.closing import open_widgets

README = "explorer = cs.Explorer(cs.Session(folder))\nexplorer"


class Notebook:
    """A shell that knows which cell it runs, as that of a notebook does."""

    def __init__(self, shell: InteractiveShell) -> None:
        self.shell, self.names, self.runs = shell, shell.user_ns, itertools.count(1)
        self.parent: dict[str, Any] = {}
        shell.get_parent = lambda: self.parent  # type: ignore[attr-defined]  # of the shell of a kernel

    def run(self, code: str, cell: str | None = "other") -> None:
        """Run a cell; None for a host that does not name its cells."""
        header = {"msg_type": "execute_request", "msg_id": f"run {next(self.runs)}"}
        self.parent = {"header": header, "metadata": {} if cell is None else {"cellId": cell}}
        self.shell.run_cell(code, store_history=True)  # type: ignore[no-untyped-call]  # IPython brings no types


@pytest.fixture
def notebook(tmp_path: Path) -> Iterator[Notebook]:
    main, hook = sys.modules["__main__"], sys.excepthook
    shell = InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    notebook = Notebook(shell)
    kymograph(200, 40).write(tmp_path / "cell.tif")
    shell.user_ns |= {"cs": cs, "folder": tmp_path, "widgets": ipywidgets, "kept": []}
    yield notebook
    for session in {widget.session for widget in open_widgets() if hasattr(widget, "session")}:
        session.close()
    InteractiveShell.clear_instance()
    sys.modules["__main__"], sys.excepthook = main, hook


def explorers() -> int:
    return sum(isinstance(widget, cs.Explorer) for widget in open_widgets())


def viewers() -> int:
    return sum(isinstance(widget, cs.ImageViewer) for widget in open_widgets())


def test_the_cell_of_the_readme_runs_again_and_again_without_growing(notebook: Notebook) -> None:
    notebook.run(README, "a")
    first, session = len(open_widgets()), notebook.names["explorer"].session
    for _ in range(4):
        notebook.run(README, "a")
    assert (len(open_widgets()), explorers(), session.is_closed) == (first, 1, True)
    assert not any(isinstance(value, cs.Explorer) and value.comm is None for value in notebook.names["_oh"].values())


def test_unsaved_work_of_what_was_replaced_is_offered_at_once(notebook: Notebook) -> None:
    code = "session = cs.Session(folder); acq = session.select('cell.tif')\nexplorer = cs.Explorer(session)\nexplorer"
    notebook.run(code, "a")
    notebook.names["acq"].add_rect(name="unsaved")
    notebook.run(code, "a")
    (draft,) = notebook.names["acq"].drafts
    assert [roi.name for roi in draft.ours.rois] == ["unsaved"]


def test_several_widgets_of_one_run_all_stay_until_the_next(notebook: Notebook) -> None:
    notebook.run("for _ in range(3):\n    display(cs.ImageViewer(cs.Session(folder)))", "a")
    assert viewers() == 3
    notebook.run("for _ in range(2):\n    display(cs.ImageViewer(cs.Session(folder)))", "a")
    assert viewers() == 2


def test_without_cell_ids_nothing_is_closed(notebook: Notebook) -> None:
    for _ in range(3):
        notebook.run(README, None)
    assert explorers() == 3


def test_a_widget_shown_by_two_cells_goes_with_the_second(notebook: Notebook) -> None:
    notebook.run(README, "a")
    notebook.run("explorer", "b")
    notebook.run(README, "a")
    assert explorers() == 2
    notebook.run("explorer", "b")
    assert explorers() == 1


@pytest.mark.parametrize(
    "hold",
    [
        "kept.append(explorer)",
        "table = {'first': [explorer]}",
        "_mine = explorer",
        "import functools; press = functools.partial(print, explorer)",
        "def make(held):\n    return lambda: held\nshow = make(explorer)",
        "bound = explorer.close",
        "class Holder:\n    pass\nholder = Holder(); holder.own = explorer",
        "class Holder:\n    own = explorer",
        "part = explorer.image_viewer",
        "import state_of_mine; state_of_mine.shown = explorer",
        "button = widgets.Button(); button.on_click(lambda _b, held=explorer: held)",
        "box = widgets.VBox([explorer])",
        "steps = (x for x in [explorer])",
    ],
)
def test_what_a_name_leads_to_stays(
    notebook: Notebook, hold: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "state_of_mine.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "state_of_mine", raising=False)
    notebook.run(README, "a")
    first = notebook.names["explorer"]
    notebook.run(hold, "b")
    notebook.run(README, "a")
    notebook.run("1", "c")
    assert (explorers(), first.comm is None, first.session.is_closed) == (2, False, False)


def test_it_goes_when_its_last_name_does(notebook: Notebook) -> None:
    notebook.run(README, "a")
    notebook.run("other = explorer", "b")
    notebook.run(README, "a")
    assert explorers() == 2
    notebook.run("del other", "c")
    assert explorers() == 1


def test_a_run_that_fails_before_it_shows_anything_loses_nothing(notebook: Notebook) -> None:
    notebook.run(README, "a")
    notebook.run("1 / 0", "a")
    assert explorers() == 1
    notebook.run(README, "a")
    assert explorers() == 1


def test_a_session_that_something_still_uses_stays_open(notebook: Notebook) -> None:
    notebook.run("session = cs.Session(folder)\ncs.ImageViewer(session)", "a")
    session: Session = notebook.names["session"]
    notebook.run("cs.ImageViewer(session)", "a")
    assert (viewers(), session.is_closed) == (1, False)
    notebook.run("acq = session.select('cell.tif')", "b")
    notebook.run("session = cs.Session(folder)\ncs.ImageViewer(session)", "a")
    assert (viewers(), session.is_closed) == (1, False)
    notebook.run("del acq", "b")
    assert session.is_closed


def test_what_is_shown_in_another_way_is_never_closed(notebook: Notebook) -> None:
    notebook.run("display(widgets.VBox([cs.ImageViewer(cs.Session(folder))]))", "a")
    notebook.run("1", "a")
    assert viewers() == 1
    notebook.run("out = widgets.Output()\nviewer = cs.ImageViewer(cs.Session(folder))", "b")
    notebook.names["out"].msg_id = f"run {next(notebook.runs) + 1}"
    notebook.run("display(viewer); del viewer", "c")
    notebook.names["out"].msg_id = ""
    notebook.run("1", "c")
    assert viewers() == 2
    code = "out.append_display_data(cs.ImageViewer(cs.Session(folder)))"
    notebook.run(code, "d")
    notebook.run("1", "d")
    assert viewers() == 3


def test_what_a_callback_or_a_thread_shows_belongs_to_no_cell(notebook: Notebook) -> None:
    notebook.run("viewer = cs.ImageViewer(cs.Session(folder))", "a")
    thread = threading.Thread(target=notebook.names["viewer"]._repr_mimebundle_)
    thread.start()
    thread.join()
    notebook.parent = {"header": {"msg_type": "comm_msg", "msg_id": "press"}, "metadata": {}}
    cs.ImageViewer(notebook.names["viewer"].session)._repr_mimebundle_()
    notebook.run("del viewer", "a")
    assert viewers() == 2


def test_a_big_table_of_the_user_costs_nothing(notebook: Notebook) -> None:
    notebook.names["numbers"] = list(range(300_000))
    notebook.run(README, "a")
    notebook.run(README, "a")
    assert explorers() == 1


def test_a_recording_that_was_given_stays_as_it_is(notebook: Notebook) -> None:
    notebook.run("session = cs.Session(folder); acq = session.select('cell.tif')", "a")
    notebook.run("seen = []; acq.observe(seen.append, 'rois')", "b")
    for _ in range(2):
        notebook.run("cs.ImageViewer(acq)", "c")
    notebook.run("acq.add_rect()", "d")
    assert (viewers(), len(notebook.names["seen"])) == (1, 1)
    notebook.run("del session, acq, seen", "d")
    notebook.run("1", "c")
    assert viewers() == 0


def test_the_history_lets_go_of_what_the_user_has_closed(notebook: Notebook) -> None:
    notebook.run(README, "a")
    held = ref(notebook.names["explorer"])
    notebook.run("explorer.close(); explorer.session.close()", "b")
    notebook.run(README, "c")
    gc.collect()
    assert held() is None


def test_the_history_keeps_a_closed_widget_that_alone_leads_to_an_open_session(notebook: Notebook) -> None:
    notebook.run("cs.ImageViewer(cs.Session(folder))", "a")
    viewer = ref(next(value for value in notebook.names["_oh"].values()))
    found = viewer()
    assert found is not None
    found.close()
    del found
    notebook.run("1", "b")
    gc.collect()
    assert viewer() is not None
