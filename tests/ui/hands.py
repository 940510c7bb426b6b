"""What a person does on the canvas, for tests: places are pixels of the image."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QListWidget

from annotator.ui.canvas.nib import SIZES
from annotator.ui.canvas.view import Canvas

Place = tuple[float, float]
LEFT, RIGHT, MIDDLE = (
    Qt.MouseButton.LeftButton,
    Qt.MouseButton.RightButton,
    Qt.MouseButton.MiddleButton,
)
NONE = Qt.KeyboardModifier.NoModifier
SHIFT, CTRL, ALT = (
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)


def point(canvas: Canvas, x: float, y: float) -> QPoint:
    """The place of the canvas where a pixel of the image is seen."""
    return canvas.to_screen(x, y).toPoint()


def hover(canvas: Canvas, x: float, y: float) -> None:
    """Move the mouse over a place, no button held."""
    move_screen(canvas, QPointF(point(canvas, x, y)))


def move_screen(
    canvas: Canvas, at: QPointF, *, held: Qt.MouseButton = Qt.MouseButton.NoButton, keys=NONE
) -> None:
    """Move the mouse to a place of the canvas."""
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        at,
        QPointF(canvas.mapToGlobal(at.toPoint())),
        Qt.MouseButton.NoButton,
        held,
        keys,
    )
    QApplication.sendEvent(canvas, event)


def click_image(canvas: Canvas, x: float, y: float, *, button=LEFT, keys=NONE) -> None:
    """Click a place of the image."""
    hover(canvas, x, y)
    QTest.mouseClick(canvas, button, keys, point(canvas, x, y))


def double_click_image(canvas: Canvas, x: float, y: float) -> None:
    """Double-click a place of the image, with the single click that comes before."""
    click_image(canvas, x, y)
    QTest.mouseDClick(canvas, LEFT, NONE, point(canvas, x, y))


def drag(
    canvas: Canvas,
    *places: Place,
    button: Qt.MouseButton = LEFT,
    keys: Qt.KeyboardModifier = NONE,
    drops: bool = True,
) -> None:
    """Press at the first place, move through the others, let go at the last."""
    start, *rest = [QPointF(point(canvas, *place)) for place in places]
    move_screen(canvas, start)
    QTest.mousePress(canvas, button, keys, start.toPoint())
    here = start
    for there in rest:
        for share in (0.25, 0.5, 0.75, 1.0):
            move_screen(canvas, here + (there - here) * share, held=button, keys=keys)
        here = there
    if drops:
        QTest.mouseRelease(canvas, button, keys, here.toPoint())


def let_go(canvas: Canvas, x: float, y: float, *, button=LEFT, keys=NONE) -> None:
    """Let go of a button that a drag without a drop still holds."""
    QTest.mouseRelease(canvas, button, keys, point(canvas, x, y))


def hint(canvas: Canvas) -> str:
    """The line at the bottom of the canvas: what the hand can do now."""
    return canvas.commands.tool.hint()


def wheel(canvas: Canvas, x: float, y: float, *, notches: int, keys=NONE) -> None:
    """Turn the wheel over a place of the image."""
    at = QPointF(point(canvas, x, y))
    event = QWheelEvent(
        at,
        QPointF(canvas.mapToGlobal(at.toPoint())),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        keys,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas, event)


def press_key(canvas: Canvas, key: Qt.Key, *, keys: Qt.KeyboardModifier = NONE) -> None:
    """Press and let go a key on the canvas."""
    QTest.keyClick(canvas, key, keys)


def hold_key(canvas: Canvas, key: Qt.Key) -> None:
    """Press a key and keep it down."""
    QTest.keyPress(canvas, key)


def release_key(canvas: Canvas, key: Qt.Key) -> None:
    """Release a key that was held."""
    QTest.keyRelease(canvas, key)


def tap_while_held(canvas: Canvas, key: Qt.Key, *, keys: Qt.KeyboardModifier) -> None:
    """Press and let go a key while others stay down, which ``press_key`` would let go too."""
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(canvas, QKeyEvent(kind, key, keys))


def draw_box(canvas: Canvas, x: float, y: float, right: float, bottom: float) -> None:
    """Drag a box with the box tool."""
    canvas.workspace.set_tool("box")
    drag(canvas, (x, y), (right, bottom))


def draw_polygon(canvas: Canvas, places: Sequence[Place]) -> None:
    """Click the corners with the polygon tool and close on the first."""
    canvas.workspace.set_tool("polygon")
    for x, y in (*places, places[0]):
        click_image(canvas, x, y)


def place_joints(canvas: Canvas, places: Sequence[Place | None]) -> None:
    """Place joints in order with the keypoints tool; None skips one. Enter if some are left."""
    canvas.workspace.set_tool("keypoints")
    for place in places:
        if place is None:
            press_key(canvas, Qt.Key.Key_S)
        else:
            click_image(canvas, *place)
    if canvas.is_drawing:
        press_key(canvas, Qt.Key.Key_Return)


def paint(canvas: Canvas, *places: Place, keys: Qt.KeyboardModifier = NONE) -> None:
    """Drag the brush through places; a single place is a dab."""
    canvas.workspace.set_tool("brush")
    drag(canvas, *places, keys=keys)


def erase(canvas: Canvas, *places: Place, keys: Qt.KeyboardModifier = NONE) -> None:
    """Drag the eraser through places; a single place is a dab."""
    canvas.workspace.set_tool("eraser")
    drag(canvas, *places, keys=keys)


def size_brush(canvas: Canvas, size: int) -> None:
    """Give brush and eraser a diameter, in pixels of the image, by [ and ]."""
    if canvas.workspace.tool not in {"brush", "eraser"}:
        canvas.workspace.set_tool("brush")
    rows = [SIZES.index(size), SIZES.index(canvas.commands.tool.size)]
    for _ in range(abs(rows[0] - rows[1])):
        canvas.commands.resize_brush(1 if rows[0] > rows[1] else -1)


def retrace(canvas: Canvas, *places: Place) -> None:
    """With the select tool, Shift+click the outline, click the new course, end on the outline."""
    start, *rest = places
    canvas.workspace.set_tool("select")
    click_image(canvas, *start, keys=SHIFT)
    for place in rest:
        click_image(canvas, *place)


def draw_into_mask(canvas: Canvas, places: Sequence[Place], *, keys: Qt.KeyboardModifier) -> None:
    """Draw an outline for the selected object: Shift adds a part, Alt cuts a hole."""
    canvas.workspace.set_tool("polygon")
    click_image(canvas, *places[0], keys=keys)
    for x, y in (*places[1:], places[0]):
        click_image(canvas, x, y)


def band_vertices(canvas: Canvas, start: Place, end: Place) -> None:
    """Select the vertices of the selected object inside a rubber band."""
    canvas.workspace.set_tool("select")
    drag(canvas, start, end, keys=CTRL)


def slice_along(canvas: Canvas, *places: Place) -> None:
    """Slice the selected object along a clicked line."""
    canvas.workspace.set_tool("slice")
    for x, y in places:
        click_image(canvas, x, y)


def select_object(canvas: Canvas, x: float, y: float, *, keys: Qt.KeyboardModifier = NONE) -> None:
    """Click a place with the select tool."""
    canvas.workspace.set_tool("select")
    click_image(canvas, x, y, keys=keys)


def name_category(canvas: Canvas, name: str) -> None:
    """Answer the question for the first object's category by typing."""
    line = canvas.findChild(QLineEdit, "category_name")
    QTest.keyClicks(line, name)
    QTest.keyClick(line, Qt.Key.Key_Return)


def offered_categories(canvas: Canvas) -> list[str]:
    """What the question offers."""
    rows = canvas.findChild(QListWidget, "category_matches")
    return [rows.item(n).text() for n in range(rows.count())]


def type_into(field: QLineEdit, text: str, *, enter: bool = True) -> None:
    """Write a text into a line in place of what is there, and press Enter."""
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    if enter:
        QTest.keyClick(field, Qt.Key.Key_Return)
