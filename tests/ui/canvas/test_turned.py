"""The view turned by quarters: everything is where it is seen, and no coordinate changes."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from annotator.domain.model import Box, Category, Part, Polygons
from annotator.services.pixels import read_pixels
from annotator.ui.canvas.handles import box_points
from annotator.ui.canvas.tops import top_of
from annotator.ui.canvas.view import Canvas
from annotator.ui.panels.minimap import Minimap
from annotator.ui.workspace import Workspace
from tests.ui import hands
from tests.ui.canvas.conftest import SIZE
from tests.ui.shots import bare_pixels_of

TURNS = [0, 1, 2, 3]
CORNERS = [(0, 0), (400, 0), (400, 300), (0, 300)]
ELL = (100.0, 100.0, 200.0, 100.0, 200.0, 140.0, 140.0, 140.0, 140.0, 220.0, 100.0, 220.0)


@pytest.fixture(params=TURNS, ids=lambda turn: f"turn{turn}")
def turn(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def turned(canvas: Canvas, turn: int) -> Canvas:
    """The canvas turned, its picture at 200 % and in the middle."""
    canvas.look(lambda view: view.set_turn(turn))
    canvas.look(lambda view: view.look_at(200, 150, 2))
    return canvas


@pytest.fixture
def person(workspace: Workspace) -> Category:
    made = workspace.add_category("person", colour="#ff00ff", joints=("head", "foot"))
    assert made is not None
    return made


def on_screen(turn: int, dx: float, dy: float) -> tuple[float, float]:
    """A way on the image as it runs on the screen, written out."""
    return {0: (dx, dy), 1: (-dy, dx), 2: (-dx, -dy), 3: (dy, -dx)}[turn]


def test_the_image_is_seen_turned_pixel_by_pixel(canvas: Canvas, turn: int) -> None:
    canvas.look(lambda view: view.set_turn(turn))
    canvas.actual_size()
    path = canvas.workspace.image_path
    assert path is not None
    wanted = np.rot90(read_pixels(path), -turn)
    corners = [canvas.to_screen(*corner) for corner in CORNERS]
    x, y = round(min(c.x() for c in corners)), round(min(c.y() for c in corners))
    seen = bare_pixels_of(canvas)[y : y + wanted.shape[0], x : x + wanted.shape[1]]
    assert (seen == wanted).all()


def test_pixels_stay_sharp_squares_at_800_percent(canvas: Canvas, turn: int) -> None:
    canvas.look(lambda view: view.set_turn(turn))
    canvas.look(lambda view: view.look_at(200, 150, 8))
    shot = bare_pixels_of(canvas)
    for x, y in ((190, 140), (205, 160), (200, 150)):
        corner, end = canvas.to_screen(x, y), canvas.to_screen(x + 1, y + 1)
        left, top = round(min(corner.x(), end.x())), round(min(corner.y(), end.y()))
        square = shot[top : top + 8, left : left + 8].reshape(-1, 3)
        assert np.unique(square, axis=0).tolist() == [[x % 256, y % 256, (x + y) % 256]]


def test_a_fitted_image_is_fitted_in_every_turn(canvas: Canvas, turn: int) -> None:
    canvas.fit()
    canvas.look(lambda view: view.set_turn(turn))
    for corner in CORNERS:
        assert canvas.rect().contains(canvas.to_screen(*corner).toPoint())
    sides = SIZE[::-1] if turn % 2 else SIZE
    room = min(canvas.width() / sides[0], canvas.height() / sides[1])
    assert room * 0.9 < canvas.zoom <= room


def test_a_drawn_box_is_stored_where_it_lies_on_the_image(
    turned: Canvas, workspace: Workspace, person: Category
) -> None:
    hands.draw_box(turned, 150, 100, 250, 170)
    (made,) = workspace.annotations
    assert tuple(made.box) == pytest.approx((150, 100, 100, 70), abs=0.5)
    assert workspace.history_texts()[0] == "Draw box, person 1"
    workspace.undo()
    assert workspace.annotations == ()


def test_a_square_is_a_square_in_every_turn(
    turned: Canvas, workspace: Workspace, person: Category
) -> None:
    workspace.set_tool("box")
    hands.drag(turned, (150, 100), (210, 130), keys=hands.SHIFT)
    (made,) = workspace.annotations
    assert tuple(made.box) == pytest.approx((150, 100, 60, 60), abs=0.5)


def test_a_drawn_mask_and_joints_are_stored_where_they_lie(
    turned: Canvas, workspace: Workspace, person: Category
) -> None:
    hands.draw_polygon(turned, [(150, 100), (240, 110), (200, 200)])
    hands.place_joints(turned, [(170, 120), (210, 150)])
    (made,) = workspace.annotations
    assert made.mask.parts[0].outer == pytest.approx((150, 100, 240, 110, 200, 200), abs=0.5)
    assert [k[:2] for k in made.keypoints] == [
        pytest.approx((170, 120), abs=0.5),
        pytest.approx((210, 150), abs=0.5),
    ]


def test_what_is_drawn_is_seen_where_the_image_shows_it(
    turned: Canvas, workspace: Workspace, person: Category
) -> None:
    bare = bare_pixels_of(turned)
    workspace.add_object(mask=Polygons((Part(ELL),)), text="Add")
    workspace.select()
    changed = (bare_pixels_of(turned) != bare).any(axis=2)
    changed[-40:] = False  # the line that says what the hand can do now

    def is_filled(x: float, y: float) -> bool:
        at = turned.to_screen(x, y).toPoint()
        return bool(changed[at.y(), at.x()])

    assert is_filled(120, 200)
    assert is_filled(180, 120)
    assert not is_filled(180, 190)  # the notch of the L
    rows, columns = np.nonzero(changed)
    area = turned.view.to_screen_box(Box(100, 100, 100, 120))
    assert columns.min() == pytest.approx(area.left(), abs=3)
    assert rows.max() == pytest.approx(area.bottom(), abs=3)


def test_a_partly_redrawn_overlay_looks_like_a_fresh_one(
    turned: Canvas, workspace: Workspace, person: Category
) -> None:
    first = workspace.add_object(mask=Polygons((Part(ELL),)), text="Add")
    workspace.add_object(box=Box(150, 90, 80, 60), text="Add")
    assert first is not None
    workspace.select()
    turned.grab()
    workspace.select([first.id])
    hands.drag(turned, (120, 180), (130, 190))
    workspace.select()
    hands.hover(turned, 300, 250)
    partly = bare_pixels_of(turned)
    turned._overlay.forget()
    assert (bare_pixels_of(turned) == partly).all()


def test_an_object_is_hit_where_it_is_seen(
    turned: Canvas, workspace: Workspace, person: Category
) -> None:
    made = workspace.add_object(mask=Polygons((Part(ELL),)), text="Add")
    assert made is not None
    hands.select_object(turned, 180, 190)
    assert workspace.selected == ()
    hands.select_object(turned, 120, 200)
    assert [a.id for a in workspace.selected] == [made.id]


def test_a_rubber_band_takes_what_lies_in_it(
    turned: Canvas, workspace: Workspace, person: Category
) -> None:
    inside = workspace.add_object(box=Box(160, 120, 20, 20), text="Add")
    workspace.add_object(box=Box(260, 160, 20, 20), text="Add")
    assert inside is not None
    workspace.select()
    workspace.set_tool("select")
    hands.drag(turned, (150, 110), (240, 220))
    assert [a.id for a in workspace.selected] == [inside.id]


@pytest.mark.parametrize("index", range(8))
def test_a_box_handle_is_dragged_where_it_is_seen_and_its_cursor_says_which_way(
    turned: Canvas, workspace: Workspace, person: Category, turn: int, index: int
) -> None:
    workspace.add_object(box=Box(150, 100, 100, 80), text="Add")
    workspace.set_tool("select")
    x, y = box_points(Box(150, 100, 100, 80))[index]
    hands.hover(turned, x, y)
    away = on_screen(turn, x - 200, y - 140)  # from the middle of the box, on the screen
    if not away[0] or not away[1]:
        wanted = Qt.CursorShape.SizeVerCursor if away[1] else Qt.CursorShape.SizeHorCursor
    elif away[0] * away[1] > 0:
        wanted = Qt.CursorShape.SizeFDiagCursor
    else:
        wanted = Qt.CursorShape.SizeBDiagCursor
    assert turned.cursor().shape() == wanted
    hands.drag(turned, (x, y), (x + 10, y + 6))
    left, top, right, bottom = 150, 100, 250, 180
    left, right = (left + 10 * (x == 150), right + 10 * (x == 250))
    top, bottom = (top + 6 * (y == 100), bottom + 6 * (y == 180))
    box = workspace.annotations[0].box
    assert tuple(box) == pytest.approx((left, top, right - left, bottom - top), abs=0.6)


@pytest.mark.parametrize(
    ("key", "way"),
    [
        (Qt.Key.Key_Right, (1, 0)),
        (Qt.Key.Key_Left, (-1, 0)),
        (Qt.Key.Key_Down, (0, 1)),
        (Qt.Key.Key_Up, (0, -1)),
    ],
)
def test_arrows_nudge_as_they_point_on_the_screen(
    turned: Canvas, workspace: Workspace, person: Category, key: Qt.Key, way: tuple[int, int]
) -> None:
    workspace.add_object(box=Box(150, 100, 100, 80), text="Add")
    before = turned.to_screen(150, 100)
    hands.press_key(turned, key)
    hands.press_key(turned, key, keys=hands.SHIFT)
    box = workspace.annotations[0].box
    after = turned.to_screen(box.x, box.y)
    assert (after - before) == QPointF(*way) * 11 * turned.zoom
    workspace.undo()
    assert workspace.annotations[0].box == Box(150, 100, 100, 80)


def test_the_wheel_scrolls_as_the_screen_lies(turned: Canvas) -> None:
    turned.zoom_by(3)
    before = turned.to_screen(200, 150)
    hands.wheel(turned, 200, 150, notches=-1)
    moved = turned.to_screen(200, 150) - before
    assert (moved.x(), moved.y()) == (0, -60)
    before = turned.to_screen(200, 150)
    hands.wheel(turned, 200, 150, notches=-1, keys=hands.SHIFT)
    moved = turned.to_screen(200, 150) - before
    assert (moved.x(), moved.y()) == (-60, 0)
    before = turned.to_screen(210, 160)
    hands.wheel(turned, 210, 160, notches=2, keys=hands.CTRL)
    assert (turned.to_screen(210, 160) - before).manhattanLength() < 3


def test_panning_follows_the_hand(turned: Canvas) -> None:
    turned.zoom_by(3)
    before = turned.to_screen(200, 150)
    start = before.toPoint()
    QTest.mousePress(turned, hands.MIDDLE, pos=start)
    hands.move_screen(turned, QPointF(start + QPoint(40, 25)), held=hands.MIDDLE)
    QTest.mouseRelease(turned, hands.MIDDLE, pos=start + QPoint(40, 25))
    moved = turned.to_screen(200, 150) - before
    assert (moved.x(), moved.y()) == pytest.approx((40, 25), abs=1.5)


def test_the_crosshair_runs_along_the_screen(turned: Canvas, workspace: Workspace) -> None:
    bare = bare_pixels_of(turned)
    workspace.set_tool("box")
    hands.hover(turned, 230, 120)
    changed = (bare_pixels_of(turned) != bare).any(axis=2)
    at = turned.to_screen(230, 120).toPoint()
    assert changed[:, at.x() - 1 : at.x() + 3].any(axis=1).mean() > 0.95
    assert changed[at.y() - 1 : at.y() + 3].any(axis=0).mean() > 0.95
    assert changed.mean() < 0.02


def test_a_name_stands_at_the_highest_place_as_seen(
    turned: Canvas, workspace: Workspace, person: Category
) -> None:
    workspace.add_object(mask=Polygons((Part(ELL),)), text="Add")
    shape = next(iter(turned.board.shapes))
    top = turned.to_screen(*top_of(shape, turned.view.turn))
    others = [turned.to_screen(x, y) for x, y in zip(ELL[::2], ELL[1::2], strict=True)]
    assert top.y() == min(other.y() for other in others)
    (boxed,) = (workspace.add_object(box=Box(150, 100, 60, 30), text="Add"),)
    assert boxed is not None
    shape = turned.board.shapes.get(("annotation", boxed.id))
    assert shape is not None
    area = turned.view.to_screen_box(boxed.box or Box(0, 0, 0, 0))
    assert turned.to_screen(*top_of(shape, turned.view.turn)) == area.topLeft()


def test_the_question_for_a_category_stands_beside_the_drawn_box(turned: Canvas) -> None:
    hands.draw_box(turned, 180, 130, 220, 160)
    prompt = turned.findChild(type(turned._asking._prompt))
    area = turned.view.to_screen_box(Box(180, 130, 40, 30))
    assert prompt.x() == pytest.approx(area.right() + 10, abs=2)
    assert prompt.y() == pytest.approx(area.top(), abs=2)
    hands.press_key(turned, Qt.Key.Key_Escape)


def test_the_map_is_turned_too_and_a_click_looks_there(turned: Canvas, turn: int) -> None:
    minimap = Minimap(turned)
    turned.zoom_by(2)
    assert (minimap.height() > minimap.width()) == bool(turn % 2)
    turned.look(lambda view: view.look_at(100, 200, view.zoom))
    place = minimap.frame.center()
    turned.look(lambda view: view.look_at(300, 60, view.zoom))
    QTest.mouseClick(minimap, hands.LEFT, pos=place.toPoint())
    assert turned.view.centre == (pytest.approx(100, abs=3), pytest.approx(200, abs=3))
    shot = bare_pixels_of(minimap)[place.toPoint().y(), place.toPoint().x()].astype(int)
    assert shot[:2] == pytest.approx([100, 200], abs=8)


def test_the_grid_stands_on_the_pixels_of_the_turned_image(turned: Canvas) -> None:
    turned.look(lambda view: view.look_at(200, 150, 16))
    bare = bare_pixels_of(turned)
    turned.workspace.settings.change(grid=True)
    changed = (bare_pixels_of(turned) != bare).any(axis=2)
    inside = turned.view.to_screen_box(Box(200, 150, 1, 1)).adjusted(2, 2, -1, -1).toRect()
    part = changed[inside.top() : inside.bottom(), inside.left() : inside.right()]
    assert not part.any()
    edge = turned.to_screen(200, 150).toPoint()
    assert changed[edge.y() - 8 : edge.y() + 8, edge.x()].mean() > 0.8
    assert changed[edge.y(), edge.x() - 8 : edge.x() + 8].mean() > 0.8


def test_the_turn_goes_along_to_the_next_image_and_is_not_stored(
    qtbot: QtBot, canvas: Canvas, workspace: Workspace
) -> None:
    canvas.look(lambda view: view.set_turn(1))
    with qtbot.waitSignal(canvas.loaded):
        workspace.go(1)
    assert canvas.view.turn == 1
    assert canvas.view_state()["fit"]
    assert "turn" not in canvas.view_state()
