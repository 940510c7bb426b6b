"""The overlay's sheet: slices, shifts and redrawn parts show what one new drawing shows."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QObject, QPointF, Qt
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from annotator.domain.model import Annotation, Box, Part, Polygons, Prediction
from annotator.ui.canvas import overlay
from annotator.ui.canvas.authoring import Author
from annotator.ui.canvas.board import Board
from annotator.ui.canvas.overlay import Overlay
from annotator.ui.canvas.sheet import MARGIN
from annotator.ui.canvas.viewport import Viewport
from annotator.ui.workspace import Workspace

SIZE = (400, 300)
IMAGE = (2000, 1600)
FAR = 10_000
"""Vertices: everything is drawn at once."""


def are_alike(one: QImage, other: QImage) -> bool:
    """But for the rounding of Qt's strokes, which a pixel or two of a thousand shows."""
    first, second = (np.frombuffer(i.constBits(), np.uint8).astype(int) for i in (one, other))
    apart = np.abs(first - second).reshape(-1, 4).max(axis=1)
    return apart.max() <= 24 and np.count_nonzero(apart) <= len(apart) / 500


class Desk:
    """An overlay without a window, on a screen of any pixel ratio."""

    def __init__(self, workspace: Workspace, ratio: float) -> None:
        self.view = Viewport()
        self.view.resize(*SIZE, ratio)
        self.view.set_image_size(*IMAGE)
        self.view.look_at(1000, 800, 1.0)
        self.parent = QObject()
        self.repaints = 0
        self.board = Board(workspace, self.view, Author(workspace), self._on_repaint)
        self.overlay = self.another()

    def _on_repaint(self) -> None:
        self.repaints += 1

    def another(self) -> Overlay:
        """A second overlay of the same things, which has drawn nothing yet."""
        return Overlay(self.board, self._on_repaint, self.parent)

    def shot(self, shown: Overlay | None = None) -> QImage:
        """What an overlay shows."""
        ratio = self.view.ratio
        picture = QImage(
            *(round(side * ratio) for side in SIZE), QImage.Format.Format_ARGB32_Premultiplied
        )
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        (shown or self.overlay).paint(painter)
        painter.end()
        return picture


@pytest.fixture
def crowd(workspace: Workspace) -> list[Annotation]:
    """Overlapping objects of all sizes, some of them with a box of its own."""
    workspace.set_allows_outside(True)
    colours = ("#ff0000", "#00aa00", "#3366ff")
    categories = [workspace.add_category(name, colour=name) for name in colours]
    made = []
    for number in range(60):
        x, y = 600 + 97 * number % 800, 500 + 61 * number % 600
        radius = 3.25 + 5 * number % 90
        turns = np.linspace(0, 2 * math.pi, 24, endpoint=False)
        reach = radius * (1 + 0.25 * np.sin(5 * turns))
        ring = np.stack([x + reach * np.cos(turns), y + reach * np.sin(turns)], axis=1)
        ring = (ring * 4).round() / 4  # a shift is exact in binary then
        mask = Polygons((Part(tuple(ring.ravel().tolist())),)) if number % 5 else None
        box = Box(x - radius, y - radius, 2 * radius, 2 * radius) if number % 3 == 0 else None
        box = box if mask is not None else Box(x, y, radius, radius)
        category = categories[number % 3].id
        made.append(workspace.add_object(mask=mask, box=box, category_id=category, text="Add"))
    workspace.select()
    return made


@pytest.fixture
def proposals(workspace: Workspace, crowd: list[Annotation], predict: Callable[..., None]) -> None:
    """Predictions with hatch, dashes and score, some at the edge of what is seen."""
    category = workspace.categories[0].id
    predict(
        *(
            Prediction(0, 0, category, 0, 0.5 + n / 40, Box(740 + 61.25 * n, 600 + 43 * n, 80, 60))
            for n in range(9)
        )
    )


@pytest.fixture(params=[1.0, 1.5, 2.0], ids=lambda ratio: f"ratio {ratio}")
def desk(
    request: pytest.FixtureRequest, qtbot: QtBot, workspace: Workspace, proposals: None
) -> Iterator[Desk]:
    made = Desk(workspace, request.param)
    yield made
    made.parent.deleteLater()


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overlay, "AT_ONCE", FAR)
    monkeypatch.setattr(overlay, "SECONDS_AT_ONCE", 1e6)


@pytest.fixture
def in_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is drawn at once, and one shape a slice."""
    monkeypatch.setattr(overlay, "AT_ONCE", 0)
    monkeypatch.setattr(overlay, "SLICE_SECONDS", 0.0)
    monkeypatch.setattr(overlay, "MARGIN_SLICE_SECONDS", 0.0)


@pytest.mark.parametrize("zoom", [0.15, 0.5, 1.0, 2.6, 8.0])
def test_slices_show_what_drawing_at_once_shows(
    qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch, in_slices: None, zoom: float
) -> None:
    desk.view.look_at(1000, 800, zoom)
    desk.shot()
    assert not desk.overlay.is_sharp
    qtbot.waitUntil(lambda: desk.overlay.is_sharp)
    assert desk.repaints
    sliced = desk.shot()
    monkeypatch.setattr(overlay, "AT_ONCE", FAR)
    fresh = desk.another()
    assert desk.shot(fresh) == sliced
    assert fresh.is_sharp


@pytest.mark.parametrize("zoom", [0.25, 0.5, 1.0, 2.0])
def test_a_shifted_sheet_shows_what_a_new_drawing_shows(
    desk: Desk, at_once: None, zoom: float
) -> None:
    desk.view.look_at(1000, 800, zoom)
    desk.shot()
    for dx, dy in ((31, -14), (-90, 60), (200, 0), (-37, 41), (333, 222)):
        desk.view.pan(dx, dy)
        shifted = desk.shot()
        assert desk.overlay.is_sharp
        assert are_alike(shifted, desk.shot(desk.another())), (dx, dy)


def test_a_pan_within_the_margin_draws_nothing(
    qtbot: QtBot, desk: Desk, at_once: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.shot()
    qtbot.waitUntil(lambda: not desk.overlay._timer.isActive())
    before = desk.shot()
    drawn: list[object] = []
    monkeypatch.setattr(overlay, "Drawing", lambda *given: drawn.append(given))
    way = MARGIN / desk.view.ratio
    desk.view.pan(way / 2, -way)
    assert desk.shot() != before
    assert desk.overlay.is_sharp
    assert not drawn


def test_a_zoom_shows_the_old_sheet_scaled_until_the_sharp_one_is_there(
    qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch, at_once: None
) -> None:
    desk.shot()
    monkeypatch.setattr(overlay, "AT_ONCE", 0)
    desk.view.set_zoom(1.25)
    scaled = desk.shot()
    assert not desk.overlay.is_sharp
    seen = np.frombuffer(scaled.constBits(), np.uint8)
    assert np.count_nonzero(seen[3::4]) > 1000
    qtbot.waitUntil(lambda: desk.overlay.is_sharp)
    assert desk.shot() != scaled
    assert desk.overlay._stale is None


def test_a_zoom_during_a_zoom_keeps_showing_the_last_sharp_sheet(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, at_once: None
) -> None:
    desk.shot()
    sharp = desk.overlay._sheet
    monkeypatch.setattr(overlay, "AT_ONCE", 0)
    for _ in range(3):
        desk.view.set_zoom(desk.view.zoom * 1.25)
        desk.shot()
    assert desk.overlay._stale is sharp


@pytest.mark.parametrize("mode", ["few", "many"])
def test_an_edit_shows_what_a_new_drawing_shows(
    qtbot: QtBot,
    desk: Desk,
    workspace: Workspace,
    crowd: list[Annotation],
    monkeypatch: pytest.MonkeyPatch,
    at_once: None,
    mode: str,
) -> None:
    before = desk.shot()
    if mode == "many":
        monkeypatch.setattr(overlay, "AT_ONCE", 0)
    changed = [replace(a, box=Box(900 + 3 * a.id, 700, 50, 40), mask=None) for a in crowd[:7]]
    workspace.change_many(changed, text="Change")
    desk.board.invalidate()
    desk.shot()
    qtbot.waitUntil(lambda: desk.overlay.is_sharp)
    after = desk.shot()
    assert after != before
    monkeypatch.setattr(overlay, "AT_ONCE", FAR)
    assert after == desk.shot(desk.another())


def test_an_edit_while_slices_are_drawn_is_in_them(
    qtbot: QtBot, desk: Desk, workspace: Workspace, crowd: list[Annotation], in_slices: None
) -> None:
    desk.shot()
    qtbot.waitUntil(lambda: desk.overlay._drawing is not None)
    workspace.delete([a.id for a in crowd[::2]])
    desk.board.invalidate()
    desk.shot()
    qtbot.waitUntil(lambda: desk.overlay.is_sharp)
    assert desk.shot() == desk.shot(desk.overlay)
    fresh = desk.another()
    desk.shot(fresh)
    qtbot.waitUntil(lambda: fresh.is_sharp)
    assert desk.shot() == desk.shot(fresh)


def test_shapes_left_out_are_gone_and_come_back(
    desk: Desk, crowd: list[Annotation], at_once: None
) -> None:
    whole = desk.shot()
    desk.overlay.leave_out([("annotation", a.id) for a in crowd])
    assert desk.shot() != whole
    desk.overlay.leave_out([])
    assert desk.shot() == whole


def test_an_empty_image_is_sharp_at_once(qtbot: QtBot, workspace: Workspace) -> None:
    desk = Desk(workspace, 1.0)
    blank = desk.shot()
    assert desk.overlay.is_sharp
    assert not any(np.frombuffer(blank.constBits(), np.uint8))
    desk.view.set_zoom(0.02, QPointF(1, 1))
    desk.shot()
    assert desk.overlay.is_sharp
    desk.parent.deleteLater()


def test_a_few_shapes_are_drawn_at_once_however_busy_the_machine_is(
    desk: Desk, crowd: list[Annotation], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Waiting for a processor is no sign of a costly drawing."""
    clock = iter(range(1_000_000))
    monkeypatch.setattr(overlay, "perf_counter", lambda: float(next(clock)))
    desk.shot()
    assert desk.overlay.is_sharp
    desk.overlay.leave_out([("annotation", crowd[0].id)])
    assert desk.overlay.is_sharp
    desk.overlay.leave_out([])
    assert desk.overlay.is_sharp


def test_what_was_slow_to_draw_is_drawn_in_slices_the_next_time(
    qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(range(1_000_000))
    monkeypatch.setattr(overlay, "thread_time", lambda: float(next(clock)))
    desk.shot()
    assert desk.overlay.is_sharp, "nothing else can be shown yet"
    desk.view.set_zoom(1.25)
    desk.shot()
    assert not desk.overlay.is_sharp
    qtbot.waitUntil(lambda: desk.overlay.is_sharp)
