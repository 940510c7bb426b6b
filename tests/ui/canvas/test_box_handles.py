"""Box handles in proportion, around the centre, and at the border of the image."""

from __future__ import annotations

import pytest

from annotator.domain.model import Annotation, Box, Category
from annotator.ui.canvas.view import Canvas
from annotator.ui.workspace import Workspace
from tests.ui import hands
from tests.ui.canvas.objects import add, now, steps

BOX = Box(100, 100, 80, 40)
SHIFT_ALT = hands.SHIFT | hands.ALT


@pytest.fixture(autouse=True)
def ball(workspace: Workspace) -> Category:
    return workspace.add_category("ball")


@pytest.fixture
def made(workspace: Workspace) -> Annotation:
    return add(workspace, box=BOX)


@pytest.mark.parametrize(
    ("keys", "start", "end", "expected"),
    [
        (hands.SHIFT, (180, 140), (220, 145), Box(100, 100, 120, 60)),
        (hands.SHIFT, (100, 100), (90, 60), Box(20, 60, 160, 80)),
        (hands.ALT, (180, 140), (190, 150), Box(90, 90, 100, 60)),
        (hands.ALT, (180, 120), (200, 120), Box(80, 100, 120, 40)),
        (SHIFT_ALT, (180, 140), (200, 142), Box(80, 90, 120, 60)),
    ],
    ids=["corner", "other corner", "centre", "side and centre", "both"],
)
def test_shift_keeps_the_proportions_and_alt_the_centre(
    canvas: Canvas, workspace: Workspace, made: Annotation, keys, start, end, expected: Box
) -> None:
    hands.drag(canvas, start, end, keys=keys)
    assert now(workspace, made).box == pytest.approx(expected, abs=1.1)
    assert steps(workspace)[:2] == ["Resize box", "Add"]
    workspace.undo()
    assert now(workspace, made) == made


def test_in_proportion_a_box_stops_at_the_border(
    canvas: Canvas, workspace: Workspace, made: Annotation
) -> None:
    hands.drag(canvas, (180, 140), (399, 299), keys=hands.SHIFT)
    box = now(workspace, made).box
    assert box == pytest.approx(Box(100, 100, 300, 150), abs=0.1)
    hands.drag(canvas, (400, 250), (399, 299), keys=SHIFT_ALT)
    assert now(workspace, made).box == pytest.approx(box, abs=0.6)


def test_a_key_pressed_during_the_drag_acts_at_once(
    canvas: Canvas, workspace: Workspace, made: Annotation
) -> None:
    hands.drag(canvas, (180, 140), (220, 145), drops=False)
    hands.hold_key(canvas, hands.Qt.Key.Key_Shift)
    (live,) = canvas.board.live.values()
    assert live.value.box == pytest.approx(Box(100, 100, 120, 60), abs=1.1)
    hands.release_key(canvas, hands.Qt.Key.Key_Shift)
    (live,) = canvas.board.live.values()
    assert live.value.box == pytest.approx(Box(100, 100, 120, 45), abs=1.1)
    hands.press_key(canvas, hands.Qt.Key.Key_Escape)


def test_a_side_dragged_to_the_border_lies_exactly_on_it(
    canvas: Canvas, workspace: Workspace, made: Annotation
) -> None:
    hands.drag(canvas, (180, 120), (420, 120))
    assert now(workspace, made).box == Box(100, 100, 300, 40)
    hands.drag(canvas, (100, 100), (-20, -20))
    assert now(workspace, made).box == Box(0, 0, 400, 140)


def test_a_locked_object_without_a_box_gets_none(
    canvas: Canvas, workspace: Workspace, notices: list[str]
) -> None:
    bare = workspace.add_object(text="Add")
    workspace.set_locked([bare.id], True)
    hands.draw_box(canvas, 20, 20, 60, 60)
    assert now(workspace, bare).box is None
    assert "locked" in notices[-1]


def test_the_hint_always_says_what_the_hand_can_do(
    canvas: Canvas, workspace: Workspace, made: Annotation
) -> None:
    said = set()
    for tool in ("select", "box", "polygon", "slice"):
        workspace.set_tool(tool)
        said.add(hands.hint(canvas))
    workspace.set_tool("select")
    for place in ((180, 140), (140, 120), (300, 200)):
        hands.hover(canvas, *place)
        said.add(hands.hint(canvas))
    workspace.select()
    said.add(hands.hint(canvas))
    assert all(said)
    assert len(said) == 7
