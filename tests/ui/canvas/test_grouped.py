"""Groups under the mouse: a click takes all of a group, a second one the single object."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from annotator.domain.model import Annotation, Box, Prediction
from annotator.ui.canvas.view import Canvas
from annotator.ui.workspace import Workspace
from tests.ui import hands


@pytest.fixture(autouse=True)
def person(workspace: Workspace):
    return workspace.add_category("person")


def add(workspace: Workspace, x: float, y: float = 50, side: float = 50) -> Annotation:
    made = workspace.add_object(text="Draw box", box=Box(x, y, side, side))
    workspace.select()
    assert made is not None
    return made


@pytest.fixture
def group(workspace: Workspace) -> list[Annotation]:
    """Two objects in a group, at 50 and 150."""
    made = [add(workspace, 50), add(workspace, 150)]
    workspace.change_many([replace(a, group_id=1) for a in made], text="Group 2 objects")
    return made


@pytest.fixture
def single(workspace: Workspace) -> Annotation:
    """An object beside, at 250."""
    return add(workspace, 250)


def chosen(workspace: Workspace) -> set[int]:
    return {a.id for a in workspace.selected}


def test_a_click_takes_the_group_and_the_next_one_the_single(
    canvas: Canvas, workspace: Workspace, group: list[Annotation], single: Annotation
) -> None:
    first, second = group
    hands.select_object(canvas, 75, 75)
    assert chosen(workspace) == {first.id, second.id}
    hands.select_object(canvas, 75, 75)
    assert chosen(workspace) == {first.id}
    hands.select_object(canvas, 75, 75)
    assert chosen(workspace) == {first.id}
    hands.select_object(canvas, 175, 75)
    assert chosen(workspace) == {first.id, second.id}
    hands.select_object(canvas, 275, 75)
    assert chosen(workspace) == {single.id}
    hands.select_object(canvas, 10, 10)
    assert chosen(workspace) == set()


def test_a_double_click_picks_the_single_at_once(
    canvas: Canvas, workspace: Workspace, group: list[Annotation]
) -> None:
    hands.double_click_image(canvas, 175, 75)
    hands.click_image(canvas, 175, 75)
    assert chosen(workspace) == {group[1].id}


def test_shift_adds_a_group_and_takes_it_out(
    canvas: Canvas, workspace: Workspace, group: list[Annotation], single: Annotation
) -> None:
    hands.select_object(canvas, 275, 75)
    hands.select_object(canvas, 75, 75, keys=hands.SHIFT)
    assert chosen(workspace) == {group[0].id, group[1].id, single.id}
    hands.select_object(canvas, 175, 75, keys=hands.CTRL)
    assert chosen(workspace) == {single.id}


def test_a_drag_moves_the_group_as_one_step(
    canvas: Canvas, workspace: Workspace, group: list[Annotation]
) -> None:
    before = workspace.annotations
    hands.drag(canvas, (75, 75), (95, 105))
    moved = [a.box for a in workspace.annotations]
    assert [(b.x, b.y) for b in moved] == [
        pytest.approx((70, 80), abs=0.6), pytest.approx((170, 80), abs=0.6)]  # fmt: skip
    workspace.undo()
    assert workspace.annotations == before


def test_tab_still_takes_one(canvas: Canvas, workspace: Workspace, group: list[Annotation]) -> None:
    hands.hover(canvas, 75, 75)
    hands.press_key(canvas, Qt.Key.Key_Tab)
    assert chosen(workspace) == {group[0].id}


def test_hidden_members_are_not_taken_along(
    canvas: Canvas, workspace: Workspace, group: list[Annotation]
) -> None:
    workspace.set_hidden([group[1].id], True)
    hands.select_object(canvas, 75, 75)
    assert chosen(workspace) == {group[0].id}


def test_a_prediction_is_in_no_group(
    canvas: Canvas, workspace: Workspace, group: list[Annotation], predict, person
) -> None:
    predict(Prediction(0, 0, person.id, 0, 0.9, Box(300, 200, 40, 40)))
    hands.select_object(canvas, 320, 220)
    assert workspace.selected_prediction is not None
    hands.select_object(canvas, 320, 220)
    assert workspace.selected_prediction is not None


def test_of_two_objects_of_one_size_the_one_on_top_is_hit(
    canvas: Canvas, workspace: Workspace
) -> None:
    below, above = add(workspace, 50), add(workspace, 60)
    hands.select_object(canvas, 80, 80)
    assert chosen(workspace) == {above.id}
    front = max(a.ordinal for a in workspace.annotations) + 1
    lower = next(a for a in workspace.annotations if a.id == below.id)
    workspace.change(replace(lower, ordinal=front), text="Raise")
    workspace.select()
    hands.select_object(canvas, 80, 80)
    assert chosen(workspace) == {below.id}


def test_what_is_raised_is_painted_on_top(canvas: Canvas, workspace: Workspace) -> None:
    red = workspace.add_category("red", colour="#ff0000")
    blue = workspace.add_category("blue", colour="#0000ff")
    assert red is not None
    assert blue is not None
    made = [
        workspace.add_object(text="Draw box", box=Box(50, 50, 80, 80), category_id=c.id)
        for c in (red, blue)
    ]
    workspace.select()
    edge = hands.point(canvas, 50, 90)
    on_top = canvas.grab().toImage().pixelColor(edge)
    assert on_top.blue() > on_top.red()
    workspace.change(replace(made[0], ordinal=9), text="Raise")
    workspace.select()
    on_top = canvas.grab().toImage().pixelColor(edge)
    assert on_top.red() > on_top.blue()
