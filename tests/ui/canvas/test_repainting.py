"""Hovering and dragging repaint what changed and nothing else; nothing stays behind."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QRect
from PySide6.QtGui import QImage, QPaintEvent, QRegion

from annotator.domain.model import Annotation, Box, Category, Keypoint, Part, Polygons
from annotator.ui.canvas.view import Canvas
from annotator.ui.workspace import Workspace
from tests.ui import hands


class Watcher(QObject):
    """Adds up what is repainted of a widget."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self.region = QRegion()
        canvas.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.region += event.region()
        return False

    def take(self) -> QRegion:
        """What was repainted since the last time, everything that waits included."""
        QCoreApplication.sendPostedEvents()
        region, self.region = self.region, QRegion()
        return region


@pytest.fixture
def ball(workspace: Workspace) -> Category:
    return workspace.add_category("ball", colour="#ff00ff")


@pytest.fixture
def objects(workspace: Workspace, ball: Category) -> list[Annotation]:
    """A square with a mask on the left, a box on the right."""
    square = Polygons((Part((40.0, 60.0, 120.0, 60.0, 120.0, 140.0, 40.0, 140.0)),))
    made = [
        workspace.add_object(mask=square, box=Box(40, 60, 80, 80), text="Add"),
        workspace.add_object(box=Box(280, 200, 60, 50), text="Add"),
    ]
    workspace.select()
    return made


@pytest.fixture
def watcher(canvas: Canvas, objects: list[Annotation]) -> Iterator[Watcher]:
    hands.hover(canvas, 200, 20)
    made = Watcher(canvas)
    made.take()
    yield made
    canvas.removeEventFilter(made)


def screen(canvas: Canvas) -> QImage:
    """What stands on the screen; nothing is painted for it."""
    if canvas.devicePixelRatioF() != 1:
        pytest.skip("the off-screen platform cannot grab a window of another pixel ratio")
    QCoreApplication.sendPostedEvents()
    window = canvas.window()
    whole = window.screen().grabWindow(window.winId()).toImage()
    corner = canvas.mapTo(window, QPoint(0, 0)) * whole.devicePixelRatio()
    size = canvas.size() * whole.devicePixelRatio()
    return whole.copy(QRect(corner, size)).convertToFormat(QImage.Format.Format_RGB32)


def is_right(canvas: Canvas) -> bool:
    """Whether the screen shows what painting everything anew would show."""
    shown = screen(canvas)
    anew = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = [np.frombuffer(i.constBits(), np.uint8).reshape(-1, 4)[:, :3] for i in (shown, anew)]
    apart = np.abs(pixels[0].astype(int) - pixels[1])
    return int(apart.max()) <= 4  # Qt scales a part of an image a trifle differently


def place_of(canvas: Canvas, x: float, y: float) -> QRect:
    at = canvas.to_screen(x, y).toPoint()
    return QRect(at - QPoint(2, 2), at + QPoint(2, 2))


def test_hovering_repaints_the_object_and_nothing_far_from_it(
    canvas: Canvas, watcher: Watcher
) -> None:
    before = screen(canvas)
    hands.hover(canvas, 80, 100)
    region = watcher.take()
    assert region.contains(place_of(canvas, 80, 100))
    assert not region.intersects(place_of(canvas, 310, 225))
    assert not region.intersects(place_of(canvas, 200, 250))
    assert screen(canvas) != before
    assert is_right(canvas)


def test_leaving_an_object_for_another_repaints_both(canvas: Canvas, watcher: Watcher) -> None:
    hands.hover(canvas, 80, 100)
    watcher.take()
    hands.hover(canvas, 310, 225)
    region = watcher.take()
    assert region.contains(place_of(canvas, 80, 100))
    assert region.contains(place_of(canvas, 310, 225))
    assert not region.intersects(place_of(canvas, 200, 250))
    assert is_right(canvas)


def test_moving_within_an_object_or_beside_all_repaints_nothing(
    canvas: Canvas, watcher: Watcher
) -> None:
    hands.hover(canvas, 80, 100)
    watcher.take()
    hands.hover(canvas, 85, 105)
    assert watcher.take().isEmpty()
    hands.hover(canvas, 200, 30)
    watcher.take()
    hands.hover(canvas, 210, 40)
    assert watcher.take().isEmpty()


def test_what_was_hovered_before_a_pan_is_repainted_where_it_is_now(
    canvas: Canvas, watcher: Watcher
) -> None:
    hands.hover(canvas, 80, 100)
    hands.wheel(canvas, 80, 100, notches=-1)
    watcher.take()
    hands.hover(canvas, 200, 250)
    assert is_right(canvas)


def test_a_dragged_vertex_repaints_its_object_as_it_was_and_is(
    canvas: Canvas, workspace: Workspace, objects: list[Annotation], watcher: Watcher
) -> None:
    workspace.select([objects[0].id])
    watcher.take()
    hands.drag(canvas, (120, 140), (130, 150), drops=False)
    watcher.take()
    hands.move_screen(canvas, canvas.to_screen(170, 190), held=hands.LEFT)
    region = watcher.take()
    assert region.contains(place_of(canvas, 120, 140))
    assert region.contains(place_of(canvas, 168, 188))
    assert not region.intersects(place_of(canvas, 310, 225))
    assert is_right(canvas)
    hands.press_key(canvas, hands.Qt.Key.Key_Escape)
    assert is_right(canvas)


def test_a_rubber_band_leaves_nothing_behind(canvas: Canvas, watcher: Watcher) -> None:
    hands.drag(canvas, (20, 180), (250, 280))
    assert is_right(canvas)


def test_the_name_of_a_joint_follows_the_cursor_within_its_object(
    canvas: Canvas, workspace: Workspace
) -> None:
    person = workspace.add_category("person", joints=("left_hand", "right_hand"))
    joints = (Keypoint(100, 100, 2), Keypoint(180, 150, 2))
    workspace.add_object(
        box=Box(60, 60, 160, 140), keypoints=joints, category_id=person.id, text="Add"
    )
    workspace.select()
    hands.hover(canvas, 140, 180)
    nothing = screen(canvas)
    hands.hover(canvas, 100, 100)
    left = screen(canvas)
    assert left != nothing
    assert is_right(canvas)
    hands.hover(canvas, 180, 150)
    assert screen(canvas) not in (nothing, left)
    assert is_right(canvas)
    hands.hover(canvas, 140, 180)
    assert is_right(canvas)


def test_a_name_at_the_edge_is_repainted_where_it_was_pushed_to(
    canvas: Canvas, workspace: Workspace, ball: Category
) -> None:
    workspace.add_category("a category with quite a long name", colour="#00ff00")
    workspace.add_object(box=Box(370, 2, 28, 40), text="Add")
    workspace.select()
    hands.hover(canvas, 200, 150)
    hands.hover(canvas, 385, 20)
    assert is_right(canvas)
    hands.hover(canvas, 200, 150)
    assert is_right(canvas)


def test_with_another_tool_in_hand_its_marks_leave_nothing_behind(
    canvas: Canvas, workspace: Workspace, objects: list[Annotation]
) -> None:
    workspace.set_tool("box")
    hands.hover(canvas, 80, 100)
    hands.hover(canvas, 310, 225)
    assert is_right(canvas)
