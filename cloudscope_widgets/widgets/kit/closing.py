"""Closing a widget together with all that was made for it, so that no open widget refers to a closed one.

A closed widget has no name that the page knows. An open one that refers to it cannot tell its state any more, and then
no widget of the notebook can: export and reload of the page fail.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

import ipywidgets
from ipywidgets.widgets import widget as _ipywidgets_widget

from cloudscope_widgets.widgets.kit.arguments import check_arguments
from cloudscope_widgets.widgets.kit.displayed import note_display
from cloudscope_widgets.widgets.kit.page_border import answer, guard, nothing, write_allowed


class ClosesWhole(ipywidgets.DOMWidget):
    """A widget that closes, with itself, the widgets that were made for it.

    Where its cell is run again, and nothing leads to it any more, it is closed and replaced by the new one.
    """

    shows_alone: ClassVar[bool] = False
    """Whether the widget shows a recording or an array, too, and not only a session."""
    made: tuple[ipywidgets.Widget, ...] = ()
    """Widgets that are closed with this one, outermost first."""

    def __new__(cls, *args: Any, **arguments: Any) -> Any:  # noqa: ANN401  (those of the class)
        """Refuse wrong arguments before there is a widget that would have to be closed."""
        check_arguments(cls, args, arguments, takes_source=cls.shows_alone)
        return super().__new__(cls, *args, **arguments)

    def remember_made(self, *others: ipywidgets.Widget, keep: Iterable[ipywidgets.Widget] = ()) -> None:
        """Take all that this widget, and ``others``, refer to now for made for it; called when everything is made.

        Parameters
        ----------
        *others
            Widgets made for it to which it does not refer.
        keep
            Widgets to which it refers, and that stay open.
        """
        self.made = tuple(widget for widget in widgets_below(*others, self, keep=keep) if widget is not self)
        for widget in self.made:
            if not isinstance(widget, ClosesWhole):
                guard(widget)

    def close(self) -> None:
        """Close the widget and all that was made for it; may be called twice."""
        if self.comm is None:
            return
        _leave_boxes(self)
        super().close()
        _close_made(self.made)

    def __del__(self) -> None:
        """Do nothing for a closed widget: garbage is collected at any moment, also while this thread holds a lock."""
        if self.comm is not None:
            self.close()

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Refuse what the page tries to write, and answer with the true state."""
        write_allowed(self, sync_data, nothing, super().set_state)

    def _handle_msg(self, msg: Any) -> None:  # noqa: ANN401  (of ipywidgets)
        """Answer a message of the page."""
        answer(self, msg, self._handle_custom_msg)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:  # noqa: ANN401  (of IPython)
        """Show the widget, and take note of the cell that shows it."""
        note_display(self)
        return super()._repr_mimebundle_(**kwargs)


def open_widgets() -> list[ipywidgets.Widget]:
    """All widgets that are open in this kernel; ipywidgets has no public list of them."""
    return list(_ipywidgets_widget._instances.values())  # noqa: SLF001


def widgets_below(*roots: ipywidgets.Widget, keep: Iterable[ipywidgets.Widget] = ()) -> list[ipywidgets.Widget]:
    """Open widgets to which ``roots`` lead through what a page knows of them, each before those that it refers to.

    Parameters
    ----------
    *roots
        Where to begin; they are part of what is found.
    keep
        Widgets that are left out, with what only they lead to.
    """
    seen = {id(widget) for widget in keep}
    inmost_first: list[ipywidgets.Widget] = []

    def visit(widget: ipywidgets.Widget) -> None:
        if id(widget) in seen or widget.comm is None:
            return
        seen.add(id(widget))
        for other in referred(widget):
            visit(other)
        inmost_first.append(widget)

    for root in reversed(roots):
        visit(root)
    return inmost_first[::-1]


def referred(widget: ipywidgets.Widget) -> Iterator[ipywidgets.Widget]:
    """Widgets to which one refers in what a page knows of it."""
    for name in widget.keys:
        yield from _widgets_in(widget._trait_values.get(name))  # noqa: SLF001  (reading the trait would make what nobody has asked for yet)


def is_shown_elsewhere(widget: ipywidgets.Widget, own: Iterable[ipywidgets.Widget]) -> bool:
    """Whether an open widget that is not one of ``own`` refers to this one, as a box of the user's does."""
    inside = {id(other) for other in own} | {id(widget)}
    return any(other is widget for outer in open_widgets() if id(outer) not in inside for other in referred(outer))


def _widgets_in(value: Any) -> Iterator[ipywidgets.Widget]:  # noqa: ANN401  (value of any trait)
    if isinstance(value, ipywidgets.Widget):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _widgets_in(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _widgets_in(item)


def _leave_boxes(widget: ipywidgets.Widget) -> None:
    """Take a widget out of the boxes that hold it."""
    for box in open_widgets():
        if isinstance(box, ipywidgets.Box) and any(child is widget for child in box.children):
            box.children = tuple(child for child in box.children if child is not widget)


def _close_made(made: tuple[ipywidgets.Widget, ...]) -> None:
    """Close widgets in this order; what the user shows elsewhere too, such as a layout, stays with all it refers to."""
    closing = {id(widget) for widget in made}
    others = [widget for widget in open_widgets() if id(widget) not in closing]
    used = {id(widget) for other in others for widget in referred(other)}
    shared = [widget for widget in made if id(widget) in used and not isinstance(widget, ClosesWhole)]
    kept = {id(widget) for widget in widgets_below(*shared)}
    for widget in made:
        if id(widget) not in kept:
            widget.close()
