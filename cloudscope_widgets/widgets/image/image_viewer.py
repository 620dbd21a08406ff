"""Shows the open recording as an image, time to the right and position upwards, with its regions of interest."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import partial
from typing import Any, get_args
from weakref import WeakKeyDictionary

import anywidget
import bqplot
import traitlets as T  # noqa: N812  (short name used by all of this package)

from cloudscope_widgets.core.layout import Layout
from cloudscope_widgets.core.twins import originals, records_of
from cloudscope_widgets.store.acquisition import Acquisition
from cloudscope_widgets.widgets.analysis.event_marks import EventMark, event_marks
from cloudscope_widgets.widgets.analysis.measurement_site import listed_id
from cloudscope_widgets.widgets.analysis.view import Overlay
from cloudscope_widgets.widgets.contrast.contrast_state import (
    IS_AUTOMATIC,
    NO_CONTRAST,
    ShownContrast,
    count_pixels_of,
    shown_channel,
    shown_contrast,
    uncounted_channels,
)
from cloudscope_widgets.widgets.image.first_tiles import FirstTiles
from cloudscope_widgets.widgets.image.image_state import ImageProblem, ImageState, image_state
from cloudscope_widgets.widgets.image.raw_value import raw_value
from cloudscope_widgets.widgets.image.result_overlays import OverlayState, overlay_states, shown_overlays
from cloudscope_widgets.widgets.image.tile_reading import Pick, ReadTile, WantedTile, read_tile
from cloudscope_widgets.widgets.image.tile_traffic import TileTraffic
from cloudscope_widgets.widgets.image.tiles import TileGrid, tile_grid
from cloudscope_widgets.widgets.image.time_scale import known_time_scale, time_scale
from cloudscope_widgets.widgets.image.value_offset import value_offset
from cloudscope_widgets.widgets.kit.actions import actions_of
from cloudscope_widgets.widgets.kit.alone import session_of
from cloudscope_widgets.widgets.kit.base import SessionWidget, command, state
from cloudscope_widgets.widgets.kit.bundle import bundle
from cloudscope_widgets.widgets.kit.fields import LARGEST_WHOLE, Choice, ListOf, Number, Optional, Text, Whole
from cloudscope_widgets.widgets.kit.latest_request_queue import Errands
from cloudscope_widgets.widgets.roi.roi_state import RoiState, changeable, locked_reason, results_of, roi_state

_ANYWHERE = Whole(-LARGEST_WHOLE)
"""A bound of a region as a gesture gives it; the store moves it into the image."""
_BOUNDS = {"row_start": _ANYWHERE, "row_stop": _ANYWHERE, "col_start": _ANYWHERE, "col_stop": _ANYWHERE}
_ENDS = {"row0": _ANYWHERE, "col0": _ANYWHERE, "row1": _ANYWHERE, "col1": _ANYWHERE}
_MOST_TILES = 64
"""Most tiles that a page may ask for at once; a screen shows about five."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a page shows of a recording, and under which name."""

    acquisition: Acquisition
    grid: TileGrid
    token: str
    channel: int


class ImageViewer(SessionWidget):
    """The open recording of a session as an image; pan, zoom and contrast never wait for Python."""

    _esm = bundle("image_viewer")
    time_axis = anywidget.WidgetTrait().tag(sync=True, annotation=str | None)
    """Time axis of the session, shared with its traces; None until something else needs it, since a page loads bqplot
    for it, which takes as long as all the rest of a first picture."""
    time_view = state(tuple[float, float], (0.0, 1.0))
    """Visible range of times; a page follows the time axis instead as soon as there is one."""
    tiles_id = state(str, "")
    """Names the tiles that all views of this widget share."""
    image = state(ImageState | None, None)
    problem = state(ImageProblem | None, None)
    """Shown in the place of the image."""
    channel = state(int, 0)
    contrast = state(ShownContrast, NO_CONTRAST)
    rois = state(list[RoiState], [])
    selected_roi = state(int | None, None)
    events = state(list[EventMark], [])
    """Events of the selected region, or of all regions where none is selected."""
    selected_event = state(int | None, None)
    position_view = state(tuple[float, float], (0.0, 1.0))
    """Visible range of positions, lower edge first."""
    overlays = state(list[OverlayState], [])
    """What the results that are shown draw on the image."""
    has_time_labels = state(bool, default=True)
    """False where a trace below writes the times."""

    drawn_analyses = T.Instance(tuple, allow_none=True)
    """Names of the analyses whose results are drawn on the image; None for all."""
    shows_alone = True

    def __init__(
        self,
        session: Any,  # noqa: ANN401  (see below)
        *,
        seconds_per_line: float | None = None,
        um_per_pixel: float | None = None,
        **layout: Any,  # noqa: ANN401  (of ipywidgets.Layout)
    ) -> None:
        """Show a session, or a recording or an array alone.

        Parameters
        ----------
        session
            Session, open recording, or lines (time) by columns (position): an array, a DataFrame or nested lists.
        seconds_per_line
            Time between two lines of an array; without it lines are counted.
        um_per_pixel
            Size of a pixel of an array along the line; without it pixels are counted.
        **layout
            Arguments of ``ipywidgets.Layout``, for instance ``height="360px"``.
        """
        shared = session_of(session, seconds_per_line=seconds_per_line, um_per_pixel=um_per_pixel)
        self._tokens: WeakKeyDictionary[Acquisition, tuple[Layout, str]] = WeakKeyDictionary()
        self._offsets: WeakKeyDictionary[Acquisition, dict[tuple[str, int], float]] = WeakKeyDictionary()
        self._traffic = TileTraffic()
        self._first_tiles = FirstTiles()
        self._errands = Errands(self._say_unreadable)
        self._counting = Errands(self._say_unreadable)
        self._drawing = Errands(self._say_not_drawn)
        self._overlaid: tuple[object, list[tuple[Overlay, bool]]] = None, []
        super().__init__(shared, **layout)
        self.tiles_id = secrets.token_hex(8)
        self.time_axis = known_time_scale(shared)
        self.subscriptions.on_acquisition(self._draw, "header", "rois", "contrast", "records")
        self.subscriptions.on(shared, self._draw, "unreadable")
        self.subscriptions.on(shared.selection, self._draw, "roi_id", "channel", "event_id")
        self.subscriptions.on(shared.display, self._draw, *shared.display.trait_names())
        self.subscriptions.on(shared.view, self._draw, "position_start", "position_stop")
        self.subscriptions.on(shared.view, self._show_time, "time_start", "time_stop")
        self.subscriptions.on(self, self._draw, "drawn_analyses")
        self._offer_actions()

    def close(self) -> None:
        """Let go of the session and of the page."""
        if not hasattr(self, "session"):
            return  # what it was given cannot be shown
        for run in (self._select_previous, self._select_next, self._undo, self._redo):
            actions_of(self.session).withdraw(run)
        self._errands.close()
        self._counting.close()
        self._drawing.close()
        super().close()

    @property
    def scale(self) -> bqplot.LinearScale:
        """Time axis of the session (s), for plots beside the image."""
        self._link_time()
        return self.time_axis

    def wait(self, timeout_s: float | None = None) -> None:
        """Wait until the pixels that the picture needs are counted and sent; TimeoutError when that takes longer."""
        self._counting.wait(timeout_s)
        self._errands.wait(timeout_s)
        self._drawing.wait(timeout_s)

    # ------------------------------------------------------------ state, downwards
    def _draw(self) -> None:
        """Bring all that the page shows to the state of the session, as one message."""
        with self._draw_lock, self.hold_sync():
            acquisition, selection, view = self.session.acquisition, self.session.selection, self.session.view
            self.channel = shown_channel(acquisition, selection.channel)
            self.position_view = (view.position_start, view.position_stop)
            self.image = None if acquisition is None else image_state(acquisition, self._token(acquisition))
            unreadable = self.session.unreadable
            self.problem = unreadable and {"name": unreadable.path.name, "reason": unreadable.reason}
            self.rois = [] if acquisition is None else [roi_state(roi) for roi in originals(acquisition.rois)]
            self.selected_roi = listed_id(acquisition, selection.roi_id) if self._has_roi(selection.roi_id) else None
            self.events = event_marks(acquisition, channel=self.channel, roi_id=self.selected_roi)
            self.selected_event = None if self.selected_roi is None else selection.event_id
            self.contrast = shown_contrast(self.session)
            channels = uncounted_channels(self.session, has_histogram=False)
            if acquisition is not None and channels:
                self._counting.want("contrast", [count_pixels_of(acquisition, channels, self._draw)])
            if acquisition is not None:
                self._read_ahead(self._shown(acquisition, self.channel))
            self._drawing.want("overlays", [self._draw_overlays])

    def _show_time(self) -> None:
        view = self.session.view
        with self._draw_lock:
            self.time_view = (view.time_start, view.time_stop)
            if self.overlays:
                self._drawing.want("overlays", [self._draw_overlays])

    def _draw_overlays(self) -> None:
        """Bring what results draw to the present state; the results are read again only where one has changed."""
        acquisition, selection, view = self.session.acquisition, self.session.selection, self.session.view
        drawn = self.drawn_analyses
        state = None if acquisition is None else (acquisition.snapshot, selection.roi_id, selection.channel, drawn)
        if self._overlaid[0] != state:
            self._overlaid = state, shown_overlays(self.session, drawn)
        line_s = 1.0 if acquisition is None else acquisition.header.seconds_per_line
        found = overlay_states(self._overlaid[1], (view.time_start / line_s, view.time_stop / line_s))
        with self._draw_lock:
            self.overlays = found

    def _has_roi(self, roi_id: int | None) -> bool:
        acquisition = self.session.acquisition
        return acquisition is not None and roi_id in acquisition.rois.ids

    def _say_not_drawn(self, error: Exception) -> None:
        self.fail(error, "Drawing a result on the image")

    def _say_unreadable(self, error: Exception) -> None:
        self.fail(error, "Reading the image")

    # ------------------------------------------------------------ time
    @command("time.link")
    def _link_time(self) -> None:
        """Let the time axis be that of all plots of the session; a page asks for it once it shows an image."""
        with self._draw_lock:
            self.time_axis = time_scale(self.session)

    # ------------------------------------------------------------ pixels
    @command(
        "tiles.want",
        client=Text(40),
        token=Text(40),
        channel=Whole(0, 10_000),
        received=Optional(Whole()),
        pick=Choice(get_args(Pick)),
        tiles=ListOf(ListOf(Whole(0, 2**40), 3), _MOST_TILES),
    )
    def _want_tiles(  # noqa: PLR0913  (fields of one command)
        self, *, client: str, token: str, channel: int, received: int | None, pick: Pick, tiles: list[list[int]]
    ) -> None:
        """Send the tiles that a page needs now, most urgent first, instead of those it needed before.

        Each is named by level and index, and by 1 where the page has rough values of it already. ``received`` is the
        number of the last tile that has arrived there, None when the page takes all that is under way for lost.
        ``pick`` says whether a row is the mean of its lines, or their largest value.
        """
        acquisition = self.session.acquisition
        if acquisition is None or self._tokens.get(acquisition) != (acquisition.layout, token):
            return  # the page has not heard yet that another image is shown
        if channel >= acquisition.header.channels:
            raise ValueError(f"there is no channel {channel} of this image")
        shown = self._shown(acquisition, channel)
        under_way = self._traffic.arrived(client, received)
        wanted = [(shown.token, channel, _existing_tile(shown.grid, tile, pick)) for tile in tiles]
        errands = [partial(self._send_tile, shown, client, name) for name in wanted if name not in under_way]
        self._errands.want("first tiles", [])
        self._errands.want(f"tiles {client}", errands)

    def _token(self, acquisition: Acquisition) -> str:
        with self._draw_lock:
            layout = acquisition.layout
            known, token = self._tokens.get(acquisition, ("", ""))
            if known != layout:  # to ask for chance takes a millisecond on some machines
                token = secrets.token_hex(8)
                self._tokens[acquisition] = layout, token
            return token

    def _shown(self, acquisition: Acquisition, channel: int) -> _Shown:
        grid = tile_grid(acquisition.header.shape, acquisition.header.dtype)
        return _Shown(acquisition, grid, self._token(acquisition), channel)

    def _read_ahead(self, shown: _Shown) -> None:
        """Read what a page asks for first, the whole recording, until it asks."""
        image, grid = (shown.token, shown.channel), shown.grid
        if not self._first_tiles.begin(image):
            return
        top = grid.levels - 1
        tiles = [WantedTile(top, index, care="quick") for index in range(grid.tiles(top))]
        keep = partial(self._first_tiles.keep, image)
        self._errands.want(
            "first tiles", [partial(keep, (*image, tile), partial(self._read, shown, tile)) for tile in tiles]
        )

    def _send_tile(self, shown: _Shown, client: str, name: tuple[str, int, WantedTile]) -> None:
        token, channel, tile = name
        if self._tokens.get(shown.acquisition) != (shown.acquisition.layout, token):
            return  # it has been turned or joined meanwhile
        values, is_rough = self._first_tiles.take(name) or self._read(shown, tile)
        content = {
            "kind": "tile",
            "client": client,
            "number": self._traffic.leaves(client, name),
            "token": token,
            "channel": channel,
            "pick": tile.pick,
            "level": tile.level,
            "index": tile.index,
            "rows": values.shape[0],
            "is_rough": is_rough,
            "offset": self._offset(shown),
        }
        self.send(content, [values.tobytes()])

    def _read(self, shown: _Shown, tile: WantedTile) -> ReadTile:
        lines = shown.acquisition.lines(shown.channel)
        return read_tile(lines, shown.grid, tile, self._offset(shown))

    def _offset(self, shown: _Shown) -> float:
        """Return the number that is taken from the values of a channel, found once."""
        known = self._offsets.setdefault(shown.acquisition, {})
        name = shown.token, shown.channel
        if name not in known:
            known[name] = value_offset(shown.acquisition.lines(shown.channel))
        return known[name]

    @command(
        "pixel.read", client=Text(40), token=Text(40), channel=Whole(0, 10_000), line=Whole(0, 2**40), column=Whole()
    )
    def _want_pixel(self, *, client: str, token: str, channel: int, line: int, column: int) -> None:
        """Send the value of one pixel as it is in the file; a newer wish of the same page replaces this one."""
        acquisition = self.session.acquisition
        if acquisition is None or self._tokens.get(acquisition) != (acquisition.layout, token):
            return  # the page has not heard yet that another image is shown
        lines, columns = acquisition.header.shape
        if channel >= acquisition.header.channels or line >= lines or column >= columns:
            raise ValueError(f"there is no pixel {column} of line {line} in channel {channel} of this image")
        name = {"token": token, "channel": channel, "line": line, "column": column}
        self._errands.want(f"pixel {client}", [partial(self._send_pixel, acquisition, name)])

    def _send_pixel(self, acquisition: Acquisition, name: dict[str, Any]) -> None:
        value = raw_value(acquisition.lines(name["channel"]), name["line"], name["column"])
        self.send({"kind": "pixel", **name, "value": value})

    # ------------------------------------------------------------ commands
    @command("view.position", start=Number(), stop=Number())
    def _show_position(self, *, start: float, stop: float) -> None:
        header = self._open().header
        low, high = max(start, 0.0), min(stop, header.shape[1] * header.um_per_pixel)
        if not low < high:
            raise ValueError("the positions to show lie outside the image")
        self.session.view.show(position=(low, high))

    @command("selection.set", roi_id=Optional(Whole()))
    def _select(self, *, roi_id: int | None) -> None:
        if roi_id is not None:
            self._open().rois.by_id(roi_id)
        self.session.selection.roi_id = roi_id

    @command("event.select", roi_id=Whole(), event_id=Whole())
    def _select_event(self, *, roi_id: int, event_id: int) -> None:
        """Select an event, and with it the region in which it was found."""
        shown = event_marks(self._open(), channel=self.channel, roi_id=roi_id)
        if event_id not in {mark["event_id"] for mark in shown}:
            raise ValueError(f"there is no event {event_id} of ROI {roi_id} any more")
        self.session.selection.roi_id = roi_id
        self.session.selection.event_id = event_id

    @command("channel.set", channel=Whole())
    def _set_channel(self, *, channel: int) -> None:
        channels = self._open().header.channels
        if channel >= channels:
            raise ValueError(f"there is no channel {channel}; this recording has {channels}, the first is 0")
        self.session.selection.channel = channel

    @command("contrast.auto")
    def _set_auto_contrast(self) -> None:
        """Give the shown channel the limits that show most of its pixels, as one step to undo."""
        if not self.session.display.set_automatic(self._open(), self.channel):
            self.say(IS_AUTOMATIC)

    @command("roi.add", **_BOUNDS)
    def _add_roi(self, *, row_start: int, row_stop: int, col_start: int, col_stop: int) -> None:
        roi = self._open().add_rect(row_start=row_start, row_stop=row_stop, col_start=col_start, col_stop=col_stop)
        self.session.selection.roi_id = roi.roi_id

    @command("line.add", **_ENDS)
    def _add_line(self, *, row0: int, col0: int, row1: int, col1: int) -> None:
        line = self._open().add_line(row0=row0, col0=col0, row1=row1, col1=col1)
        self.session.selection.roi_id = line.roi_id

    @command("roi.update", roi_id=Whole(), **_BOUNDS)
    def _update_roi(self, *, roi_id: int, **bounds: int) -> None:
        acquisition = self._open()
        roi = changeable(acquisition, roi_id)
        is_same_size = bounds["row_stop"] - bounds["row_start"] == roi.row_stop - roi.row_start and (
            bounds["col_stop"] - bounds["col_start"] == roi.col_stop - roi.col_start
        )
        with acquisition.edit(f"{'Move' if is_same_size else 'Resize'} ROI {roi_id}"):
            acquisition.update_roi(roi_id, **bounds)

    @command("roi.delete", roi_id=Whole())
    def _delete_roi(self, *, roi_id: int) -> None:
        acquisition = self._open()
        if acquisition.rois.by_id(roi_id).is_locked:
            raise ValueError(locked_reason(roi_id))
        results = results_of(records_of(acquisition.rois, acquisition.records, roi_id))
        acquisition.delete_roi(roi_id)
        if self.session.selection.roi_id == roi_id:
            self.session.selection.roi_id = None
        with_results = f", with its {results}" if results else ""
        self.say(f"ROI {roi_id} deleted{with_results}. Undo brings it back.")

    def _open(self) -> Acquisition:
        """Return the open recording; ValueError when there is none."""
        if self.session.acquisition is None:
            raise ValueError("no recording is open; choose one first")
        return self.session.acquisition

    # ------------------------------------------------------------ actions
    def _offer_actions(self) -> None:
        actions = actions_of(self.session)
        actions.offer("previous_roi", self._select_previous)
        actions.offer("next_roi", self._select_next)
        actions.offer("undo", self._undo, is_spare=True)  # a save bar also says what was undone
        actions.offer("redo", self._redo, is_spare=True)

    def _select_previous(self) -> None:
        self._select_by(-1)

    def _select_next(self) -> None:
        self._select_by(1)

    def _select_by(self, step: int) -> None:
        """Select the region before or after the selected one; past the end comes the first."""
        ids = [roi.roi_id for roi in originals(self._open().rois)]
        if not ids:
            return
        selected = self.selected_roi
        at = ids.index(selected) + step if selected in ids else (0 if step > 0 else -1)
        self.session.selection.roi_id = ids[at % len(ids)]

    def _undo(self) -> None:
        self._open().undo()

    def _redo(self) -> None:
        self._open().redo()


def _existing_tile(grid: TileGrid, tile: list[int], pick: Pick) -> WantedTile:
    """Tile that a page has named; ValueError when there is no such tile."""
    if len(tile) != 3:  # noqa: PLR2004  (as below)
        raise ValueError("a tile is named by its level, its index, and whether it is here in rough already")
    level, index, is_here = tile
    grid.span(level, index)
    return WantedTile(level, index, pick, "best" if is_here else "quick")
