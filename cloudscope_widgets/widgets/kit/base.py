"""What all widgets share: state goes down to the page, checked commands come up, nothing else gets in.

The page is not trusted: whoever sees a dashboard can send any message. No trait can be written from the page, every
command is checked for kind, type, size and range, and a refusal is answered with the true state.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, TypedDict
from weakref import ReferenceType, ref

import anywidget
import traitlets as T  # noqa: N812  (short name used by all of this package)

from cloudscope_widgets.core.errors import CloudScopeError
from cloudscope_widgets.core.package_log import package_logger
from cloudscope_widgets.io.paths import printable
from cloudscope_widgets.store.acquisition import Acquisition
from cloudscope_widgets.store.notices import named_notice
from cloudscope_widgets.store.session import Session
from cloudscope_widgets.store.snapshot_store import EDIT_WAS_MADE
from cloudscope_widgets.store.subscriptions import Subscriptions
from cloudscope_widgets.widgets.image.time_scale import release_time_scale
from cloudscope_widgets.widgets.kit.actions import ACTIONS, actions_of, session_id
from cloudscope_widgets.widgets.kit.closing import ClosesWhole
from cloudscope_widgets.widgets.kit.fields import Choice, Field, checked_fields
from cloudscope_widgets.widgets.kit.path_words import session_folders, shown_text
from cloudscope_widgets.widgets.kit.shell import answer_where_asked

_logger = package_logger(__name__)
_LONGEST_KIND = 40
_EXPECTED = (CloudScopeError, ValueError, TypeError, KeyError)
"""Errors whose sentence is meant for the user; any other is a fault of this program."""


class Message(TypedDict):
    """One sentence in the message line."""

    kind: Literal["info", "error"]
    text: str
    detail: str
    """What a developer needs to know; empty for what the user can mend."""


NO_MESSAGE: Message = {"kind": "info", "text": "", "detail": ""}


@dataclass(frozen=True, slots=True)
class Command:
    """One thing the page may ask for."""

    kind: str
    fields: Mapping[str, Field]
    method: str


def command(kind: str, **fields: Field) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a method the answer to one kind of command; its fields come as keyword arguments, already checked."""

    def mark(method: Callable[..., None]) -> Callable[..., None]:
        method.__dict__["cloudscope_command"] = kind, fields
        return method

    return mark


def state(annotation: Any, default: Any) -> Any:  # noqa: ANN401  (a type and a value of it)
    """Trait that the page can read and never write; the annotation becomes its type in the page."""
    return T.Any(default).tag(sync=True, annotation=annotation)


class SessionWidget(ClosesWhole, anywidget.AnyWidget):
    """Base of the widgets of a session."""

    commands: ClassVar[Mapping[str, Command]] = {}
    message = state(Message, NO_MESSAGE)
    """Last sentence for the user."""
    has_message_line = state(bool, default=True)
    """False where another widget shows the messages."""
    session_id = state(str, "")
    """Names the session in the page, whose widgets share their keys."""

    def __init_subclass__(cls, **kwargs: Any) -> None:  # noqa: ANN401  (those of any base)
        """Collect the commands of the class."""
        super().__init_subclass__(**kwargs)
        marked = {
            name: method.__dict__["cloudscope_command"]
            for base in reversed(cls.__mro__)
            for name, method in vars(base).items()
            if callable(method) and "cloudscope_command" in getattr(method, "__dict__", {})
        }
        cls.commands = {kind: Command(kind, fields, name) for name, (kind, fields) in marked.items()}

    def __init__(self, session: Session, **layout: Any) -> None:  # noqa: ANN401  (of ipywidgets.Layout)
        """Show a session; ``layout`` are keyword arguments of ``ipywidgets.Layout``."""
        super().__init__(layout=layout) if layout else super().__init__()
        self.remember_made()
        answer_where_asked(self.comm)
        self.session = session
        self.session_id = session_id(session)
        self.subscriptions = Subscriptions(session)
        self._draw_lock = threading.RLock()
        self._speaker: SessionWidget = self
        self._message_of: ReferenceType[Acquisition] | Session | None = None
        self.subscriptions.on(session, self._drop_message, "acquisition")
        self.on_msg(self._receive)

    def close(self) -> None:
        """Let go of the session and of the page."""
        self.subscriptions.close()
        super().close()
        release_time_scale(self.session)

    # ------------------------------------------------------------ messages
    def say(
        self,
        text: str,
        *,
        kind: Literal["info", "error"] = "info",
        detail: str = "",
        about: Acquisition | Session | None = None,
    ) -> None:
        """Show one sentence in the message line, until another one is said or another recording is opened.

        Parameters
        ----------
        text
            The sentence.
        kind
            Whether it is an error.
        detail
            What a developer needs to know.
        about
            Recording that it is about, the open one when it is None; a sentence about another one names it. One about
            the whole session stays whatever is opened.
        """
        shown = self.session.acquisition
        about = about or shown
        if isinstance(about, Acquisition) and about is not shown:
            text = named_notice(text, about.path)
        self._speaker.show_message({"kind": kind, "text": self.shown(text), "detail": self.shown(detail)}, about)

    def shown(self, text: str) -> str:
        """Text as the page may show it: without absolute paths, and what lies in the folder is named from there."""
        return shown_text(text, *session_folders(self.session))

    def show_message(self, message: Message, about: Acquisition | Session | None) -> None:
        """Show a message that belongs to a recording, to the session, or to the time before a recording is opened."""
        with self._draw_lock:
            self._message_of = ref(about) if isinstance(about, Acquisition) else about
            self.message = message

    def _drop_message(self) -> None:
        """Take a message away with the recording that it is about."""
        with self._draw_lock:
            of = self._message_of
            about = of() if isinstance(of, ReferenceType) else of
            if self.message["text"] and about is not self.session and about is not self.session.acquisition:
                self.message = NO_MESSAGE

    def speak_through(self, other: SessionWidget) -> None:
        """Show messages in the message line of another widget instead of an own one."""
        self._speaker = other
        self.has_message_line = False

    def fail(self, error: BaseException, doing: str, *, about: Acquisition | Session | None = None) -> None:
        """Tell the user of an error: its own sentence, or that something went wrong, with what a developer needs.

        ``about`` is that of ``say``.
        """
        was_made = EDIT_WAS_MADE in getattr(error, "__notes__", ())
        if isinstance(error, _EXPECTED) and not was_made:
            self.say(_sentence(error), kind="error", about=about)
            return
        _logger.error("%s failed", doing, exc_info=error)
        detail = f"{type(error).__name__}: {error}"
        what = "is done, but code that observes it failed" if was_made else "failed. Nothing was changed"
        self.say(f"{doing} {what}; the log has the details.", kind="error", detail=detail, about=about)

    # ------------------------------------------------------------ to the page
    def get_state(self, key: Any = None, drop_defaults: bool = False) -> Any:  # noqa: ANN401, FBT001, FBT002  (of ipywidgets)
        """State for the page, in text that can be sent."""
        return _sendable(super().get_state(key=key, drop_defaults=drop_defaults))

    def send(self, content: Any, buffers: Any = None) -> None:  # noqa: ANN401  (of ipywidgets)
        """Send a message to the page, in text that can be sent."""
        super().send(_sendable(content), buffers)

    # ------------------------------------------------------------ from the page
    def _receive(self, _widget: object, content: Any, _buffers: object) -> None:  # noqa: ANN401  (from the page)
        """Answer one message: ``done`` or ``refused`` with the number under which it came."""
        said = dict(content) if isinstance(content, dict) else {}
        number, kind = said.pop("request", None), said.pop("kind", None)
        request = number if isinstance(number, int) and not isinstance(number, bool) else None
        found = self.commands.get(kind) if isinstance(kind, str) and len(kind) <= _LONGEST_KIND else None
        try:
            if found is None:
                raise ValueError("the page sent a command that this program does not know")  # noqa: TRY301  (one border)
            getattr(self, found.method)(**_checked(found, said))
        except Exception as error:  # noqa: BLE001  (the border to the page: logged and shown)
            self.fail(error, found.kind.replace(".", " ").capitalize() if found else "A command")
            self.send({"kind": "refused", "request": request, "reason": self.shown(_sentence(error))})
        else:
            self.send({"kind": "done", "request": request})

    @command("ready")
    def _view_is_ready(self) -> None:
        """Take note that a view listens now; messages sent before were lost."""

    @command("act", action=Choice(ACTIONS))
    def _act(self, *, action: str) -> None:
        """Run what can be asked for anywhere in a session, for instance save or undo."""
        actions_of(self.session).run(action)


def _sendable(value: Any) -> Any:  # noqa: ANN401  (any state)
    """Value with text that is UTF-8: a file name or a note that is not would break the whole message."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {key: _sendable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_sendable(item) for item in value]
    return value


def _checked(found: Command, said: dict[str, Any]) -> dict[str, Any]:
    try:
        return checked_fields(found.fields, said)
    except ValueError as error:
        raise ValueError(f"The page sent {found.kind} in a form that is not understood: {error}.") from error


def _sentence(error: BaseException) -> str:
    """Text of an error as a sentence."""
    text = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
    if "." not in text.partition(" ")[0].rstrip(".:"):  # a file name is spelled as it is
        text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?")) else f"{text}."
