"""Keys pressed in a widget are the widget's: each does the same wherever the focus is, and the notebook sees none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from cloudscope_widgets import synthetic
from cloudscope_widgets.widgets.kit.key_map import KEY_GROUPS
from tests.browser.harness.explorer import ExplorerPage
from tests.browser.harness.host import Host
from tests.browser.harness.jupyterlab import JupyterLab
from tests.browser.harness.keys import NOTEBOOK_KEYS
from tests.browser.harness.waiting import wait_until

CELLS = ("from tests.browser.probes.keys import Keys", "Keys()", "1 + 1")
LINES, COLUMNS = 4000, 40
_LISTEN = """() => {
  window.escaped_ = [];
  addEventListener("keydown", event => escaped_.push(event.key));
}"""
_SET_UP = """
acq = session.select("a.tif")
for roi in tuple(acq.rois):
    acq.delete_roi(roi.roi_id)
one, two = (acq.add_rect(row_start=start, row_stop=start + 400, col_start=5, col_stop=30) for start in (1000, 2000))
acq.review = "unreviewed"
before = acq.analyze("radon_velocity", roi_id=one.roi_id).run_id
session.selection.roi_id = one.roi_id
session.view.show(time=(0.0, acq.header.duration_s))
explorer.image_viewer.wait(20)

def shown():
    return (session.acquisition or session.unreadable).path.name
"""
_START = "[acq.rois.by_id(one.roi_id).row_start, acq.rois.by_id(one.roi_id).col_stop]"
_VIEW = "[session.view.time_start, session.view.time_stop]"
_WHOLE = "abs(session.view.time_start) + abs(session.view.time_stop - acq.header.duration_s) < 1e-3"


@dataclass(frozen=True)
class Place:
    """Where the focus is, and which keys belong to what is there."""

    name: str
    take: Callable[[ExplorerPage], Any]
    own: frozenset[str] = frozenset()


_WALK = frozenset({"ArrowLeft", "ArrowRight", "PageUp", "PageDown", "Home", "End", "Space"})


def _click(selector: str, **at: Any) -> Callable[[ExplorerPage], None]:  # noqa: ANN401  (of Playwright)
    return lambda explorer: explorer.page.locator(f"{selector}:visible").first.click(**at)


PLACES = (
    Place("list", lambda explorer: explorer.row("a.tif").click()),
    Place("image", _click(".cs-plot", position={"x": 70, "y": 8})),
    Place("trace", _click(".cs-trace")),
    Place("quality line", _click(".cs-quality-title b")),
    Place("select box", lambda explorer: explorer.page.get_by_label("ROI", exact=True).focus(), _WALK),
    Place("button", lambda explorer: explorer.button("Defaults").focus(), frozenset({"Space"})),
    Place("empty ground", _click(".cs-area-side .cs-head h3")),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two recordings, and between them a file that cannot be read."""
    for name in ("a.tif", "c.tif"):
        synthetic.kymograph(LINES, COLUMNS).write(tmp_path / name)
    (tmp_path / "b.tif").write_bytes(b"II*\x00 cut short")
    return tmp_path


class Keys:
    """Presses keys at one place after another."""

    def __init__(self, explorer: ExplorerPage) -> None:
        self.explorer = explorer
        self.page: Page = explorer.page
        self.kernel = explorer.host.kernel
        self.place = PLACES[0]
        self.pressed: set[str] = set()

    def begin(self, place: Place) -> None:
        """Begin with two regions at the first recording, and give the focus to a place."""
        self.place = place
        self.kernel.run(_SET_UP)
        self.see_regions(2)
        self.explorer.plot.wait_for()
        place.take(self.explorer)
        self.kernel.run("session.selection.roi_id = None")
        self.see_selected(0)

    def press(self, key: str) -> bool:
        """Press a key; False where it belongs to what has the focus."""
        if key in self.place.own:
            return False
        self.pressed.add(key)
        self.page.keyboard.press(key)
        return True

    def check(self, key: str, expression: str) -> None:
        """Press a key, and wait until Python says that it has done what it should."""
        if self.press(key):
            wait_until(lambda: self.kernel.eval(f"bool({expression})"), f"{key} at {self.place.name}: {expression}")

    def see_regions(self, count: int) -> None:
        """Wait until the page shows so many regions."""
        expect(self.page.locator(".cs-overview .cs-extent")).to_have_count(count)

    def see_selected(self, count: int) -> None:
        """Wait until the page shows one region as selected, or none."""
        expect(self.page.locator(".cs-overview .cs-extent.cs-selected")).to_have_count(count)

    # ------------------------------------------------------------ what keys do
    def select_and_move(self) -> None:
        """Arrows act on the selected region."""
        self.check("]", "session.selection.roi_id == one.roi_id")
        self.see_selected(1)
        row = 1000
        for key, by in (("ArrowRight", 1), ("Shift+ArrowRight", 10)):
            row += by if key not in self.place.own else 0
            self.check(key, f"{_START}[0] == {row}")
        self.check("Alt+ArrowUp", f"{_START}[1] == 31")
        self.check("Shift+F", "0.5 < session.view.time_start < 1.1 and session.view.time_stop < 1.6")
        self.check("Escape", "session.selection.roi_id is None")
        self.see_selected(0)

    def look_around(self) -> None:
        """Zoom, pan, history of views and contrast."""
        self.check("f", _WHOLE)
        self.check("Alt+ArrowLeft", "session.view.time_stop < 1.6")
        self.check("Alt+ArrowRight", _WHOLE)
        self.check("+", "session.view.time_stop - session.view.time_start < 3")
        self.check("+", "session.view.time_stop - session.view.time_start < 2")
        for key in ("ArrowRight", "PageDown", "ArrowLeft", "PageUp"):
            before = self.kernel.eval(_VIEW)
            self.check(key, f"(session.view.time_start > {before[0]}) is {key in {'PageDown', 'ArrowRight'}}")
        self.check("End", "abs(session.view.time_stop - acq.header.duration_s) < 1e-3")
        self.check("Home", "abs(session.view.time_start) < 1e-3")
        before = self.kernel.eval(_VIEW)
        self.check("-", f"session.view.time_stop - session.view.time_start > {before[1] - before[0]}")
        self.kernel.run("acq.set_contrast(0, value_min=0, value_max=1)")
        self.check("c", "acq.contrast.get(0).value_max > 1")

    def take_tools(self) -> None:
        """Letters take tools, Space holds one."""
        tools = {
            "h": "Pan",
            "z": "Zoom to a box",
            "r": "Rectangle ROI",
            "l": "Line, measures a speed",
            "t": "Time range ROI",
        }
        for key, tool in (*tools.items(), ("v", "Select and move"), ("h", "Pan"), ("Escape", "Select and move")):
            self.press(key)
            expect(self.explorer.button(tool)).to_have_attribute("aria-pressed", "true")
        if "Space" not in self.place.own:
            self.pressed.add("Space")
            self.page.keyboard.down("Space")
            expect(self.page.locator(".cs-plot:visible")).to_have_css("cursor", "grab")
            self.page.keyboard.up("Space")

    def draw_and_undo(self) -> None:
        """Make regions, delete them, take both back."""
        counts = (("w", 3), ("d", 4), ("Delete", 3), ("Control+z", 4), ("Control+Shift+z", 3), ("Control+z", 4))
        for key, count in counts:
            self.check(key, f"len(acq.rois) == {count}")
            self.see_regions(count)
            if key == "w":
                self.see_selected(1)
        self.check("]", "session.selection.roi_id is not None")
        self.check("[", "session.selection.roi_id is not None")

    def judge_and_save(self) -> None:
        """Verdict, save and run."""
        self.check("a", "acq.review == 'accepted'")
        self.check("Shift+A", "acq.review == 'rejected'")
        self.check("s", "not acq.dirty")
        self.check("Shift+A", "acq.review == 'unreviewed'")
        expect(self.explorer.button("Save")).to_be_enabled()
        self.check("Shift+S", "not acq.dirty")
        self.kernel.run("session.selection.roi_id = one.roi_id; acq.update_roi(one.roi_id, row_stop=2500)")
        self.check("g", "acq.record('radon_velocity', roi_id=one.roi_id).run_id != before")

    def walk_files(self) -> None:
        """Go from one recording to the next, also over what cannot be read."""
        empty = self.page.locator(".cs-image_viewer .cs-empty")
        self.check("j", "session.acquisition is None and shown() == 'b.tif'")
        expect(empty).to_contain_text("b.tif cannot be read")
        self.check("w", "session.acquisition is None")
        self.check("j", "shown() == 'c.tif'")
        expect(empty).to_be_hidden()
        self.check("k", "shown() == 'b.tif'")
        self.check("k", "session.acquisition is acq")
        self.check("Shift+N", "shown() == 'c.tif'")

    def find(self) -> None:
        """The list of keys, and the search."""
        listed, search = self.page.get_by_role("region", name="All keys"), self.page.get_by_label("Search files")
        self.press("?")
        expect(listed).to_be_visible()
        self.press("Escape")
        expect(listed).to_be_hidden()
        self.press("/")
        expect(search).to_be_focused()


def keys_of_the_guide() -> set[str]:
    """All keys of the table, as Playwright calls them."""
    names = {"Mod+z": "Control+z", "Mod+Shift+z": "Control+Shift+z", "Shift+f": "Shift+F", "Shift+a": "Shift+A"}
    names |= {"Shift+n": "Shift+N", "Shift+s": "Shift+S"}
    keys = {key for group in KEY_GROUPS for line in group.lines for key in line.commands}
    return {names.get(key, key) for key in keys}


def test_every_key_does_the_same_from_eight_places(host: Host, folder: Path) -> None:
    explorer = ExplorerPage(host, folder)
    page, keys = explorer.page, Keys(explorer)
    PLACES[0].take(explorer)
    page.evaluate(_LISTEN)
    before = host.notebook(page)
    for place in PLACES:
        keys.begin(place)
        keys.select_and_move()
        keys.look_around()
        keys.take_tools()
        keys.draw_and_undo()
        keys.judge_and_save()
        keys.walk_files()
        place.take(explorer)
        keys.find()
        assert page.evaluate("() => escaped_") == [], place.name
    assert keys_of_the_guide() - keys.pressed <= {"ArrowUp", "ArrowDown"}

    type_into_search(keys)
    lose_the_focus(keys)
    leave(keys)
    assert page.evaluate("() => escaped_") == []
    after = host.notebook(page)
    assert (after.get("cells"), after.get("active"), after.get("x"), after.get("y")) == (
        *(before.get("cells"), before.get("active"), before.get("x"), before.get("y")),
    )
    if isinstance(host, JupyterLab):
        save_the_notebook(explorer)


def type_into_search(keys: Keys) -> None:
    """In a field letters are text, and only Escape is a key: it clears the field, then leaves it."""
    search = keys.page.get_by_label("Search files")
    search.focus()
    regions = keys.kernel.eval("len(acq.rois)")
    for key in ("w", "d", "?", "j"):
        keys.page.keyboard.press(key)
    expect(search).to_have_value("wd?j")
    keys.page.keyboard.press("Escape")
    expect(search).to_have_value("")
    keys.page.keyboard.press("Escape")
    expect(search).not_to_be_focused()
    assert keys.kernel.eval("[len(acq.rois), session.acquisition.path.name]") == [regions, "c.tif"]


def lose_the_focus(keys: Keys) -> None:
    """A button that is switched off by its own press leaves the keys inside."""
    keys.kernel.run("session.acquisition.add_rect()")
    save = keys.explorer.button("Save")
    save.click()
    expect(save).to_be_disabled()
    wait_until(lambda: keys.page.evaluate("() => document.activeElement !== document.body"), "focus inside")
    regions = keys.kernel.eval("len(session.acquisition.rois)")
    keys.place = PLACES[0]
    keys.check("w", f"len(session.acquisition.rois) == {regions} + 1")
    keys.see_selected(1)


def leave(keys: Keys) -> None:
    """With nothing to give up, Escape leaves, and what is pressed then does nothing to the cells."""
    keys.kernel.run("session.selection.roi_id = None")
    keys.see_selected(0)
    keys.page.keyboard.press("Escape")
    wait_until(lambda: keys.page.evaluate("() => document.activeElement === document.body"), "focus outside")


def save_the_notebook(explorer: ExplorerPage) -> None:
    """Ctrl S stays the notebook's, also in a field."""
    dirty = "jupyterapp.shell.currentWidget.context.model.dirty"
    field: Locator = explorer.page.get_by_label("Search files")
    for take in (_click(".cs-trace"), lambda _: field.focus()):
        explorer.page.evaluate(f"() => void ({dirty} = true)")
        take(explorer)
        explorer.page.keyboard.press("Control+s")
        explorer.page.wait_for_function(f"() => !{dirty}")


def test_keys_in_a_widget_never_reach_the_notebook(host: Host) -> None:
    page = host.open(*CELLS)
    probe = page.locator(".probe")
    probe.click()
    page.evaluate(_LISTEN)
    before = host.notebook(page)
    for key in NOTEBOOK_KEYS:
        page.keyboard.press(key)
    assert (probe.get_attribute("data-pressed") or "").endswith("Shift Enter m y r x c v z d d")
    assert page.evaluate("() => escaped_") == []
    assert host.notebook(page) == before
