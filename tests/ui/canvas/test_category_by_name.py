"""The category of what is selected, or of new objects, by typing its name."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from annotator.domain.model import Box, Category, Prediction
from annotator.ui.canvas.category_prompt import CategoryPrompt
from annotator.ui.canvas.view import Canvas
from annotator.ui.workspace import Workspace
from tests.ui import hands

NAMES = [f"thing {n}" for n in range(1, 13)]


@pytest.fixture(autouse=True)
def categories(workspace: Workspace) -> list[Category]:
    made = [workspace.add_category(name) for name in NAMES]
    workspace.set_current_category(made[0].id)
    return made


def add(workspace: Workspace, x: float = 50) -> None:
    workspace.add_object(text="Draw box", box=Box(x, 50, 50, 50))


def prompt(canvas: Canvas) -> CategoryPrompt:
    found = canvas.findChild(CategoryPrompt)
    assert found is not None
    return found


def names(workspace: Workspace) -> list[str]:
    return [workspace.category(a.category_id).name for a in workspace.annotations]


def test_typing_a_name_changes_all_selected_objects_in_one_step(
    canvas: Canvas, workspace: Workspace
) -> None:
    add(workspace)
    add(workspace, 150)
    workspace.select(a.id for a in workspace.annotations)
    canvas.choose_category()
    hands.name_category(canvas, "12")
    assert names(workspace) == ["thing 12", "thing 12"]
    assert workspace.current_category.name == "thing 12"
    assert not prompt(canvas).isVisible()
    workspace.undo()
    assert names(workspace) == ["thing 1", "thing 1"]


def test_the_question_stands_beside_what_it_is_about(canvas: Canvas, workspace: Workspace) -> None:
    add(workspace)
    canvas.choose_category()
    corner = prompt(canvas).geometry().topLeft()
    assert (corner - hands.point(canvas, 100, 50)).manhattanLength() < 20


def test_with_nothing_selected_it_is_for_new_objects(canvas: Canvas, workspace: Workspace) -> None:
    canvas.choose_category()
    line = canvas.findChild(QLineEdit, "category_name")
    assert "new objects" in line.placeholderText()
    hands.name_category(canvas, "thing 11")
    assert workspace.current_category.name == "thing 11"
    add(workspace)
    assert names(workspace) == ["thing 11"]


def test_a_name_that_is_new_makes_a_category(canvas: Canvas, workspace: Workspace) -> None:
    add(workspace)
    canvas.choose_category()
    hands.name_category(canvas, "crate")
    assert names(workspace) == ["crate"]
    assert len(workspace.categories) == len(NAMES) + 1


def test_a_prediction_becomes_the_persons_own_with_that_category(
    canvas: Canvas, workspace: Workspace, predict, categories: list[Category]
) -> None:
    predict(Prediction(0, 0, categories[0].id, 0, 0.9, Box(100, 100, 40, 40)))
    workspace.select(prediction_id=workspace.predictions[0].id)
    canvas.choose_category()
    hands.name_category(canvas, "thing 5")
    assert names(workspace) == ["thing 5"]
    assert workspace.predictions == ()


def test_esc_a_click_beside_and_another_selection_leave_it(
    canvas: Canvas, workspace: Workspace
) -> None:
    add(workspace)
    for leave in (
        lambda: QTest.keyClick(canvas.findChild(QLineEdit, "category_name"), Qt.Key.Key_Escape),
        lambda: hands.click_image(canvas, 390, 290),
        lambda: workspace.select(a.id for a in workspace.annotations),
    ):
        canvas.choose_category()
        assert prompt(canvas).isVisible()
        leave()
        assert not prompt(canvas).isVisible()
    assert names(workspace) == ["thing 1"]


def test_it_does_not_come_up_in_the_middle_of_a_drawing(
    canvas: Canvas, workspace: Workspace
) -> None:
    workspace.set_tool("polygon")
    hands.click_image(canvas, 50, 50)
    canvas.choose_category()
    assert not prompt(canvas).isVisible()
    assert canvas.is_drawing


def test_a_drawn_object_that_waits_for_its_first_category_keeps_its_question(
    canvas: Canvas, workspace: Workspace
) -> None:
    for category in workspace.categories:
        workspace.delete_category(category.id)
    hands.draw_box(canvas, 50, 50, 100, 100)
    canvas.choose_category()
    assert prompt(canvas).isVisible()
    hands.name_category(canvas, "crate")
    assert names(workspace) == ["crate"]


def test_a_read_only_project_changes_nothing(
    canvas: Canvas, workspace: Workspace, notices: list[str]
) -> None:
    add(workspace)
    workspace.is_read_only = True
    canvas.choose_category()
    hands.name_category(canvas, "thing 3")
    assert names(workspace) == ["thing 1"]
    assert "looking only" in notices[-1]
    canvas.choose_category()
    hands.name_category(canvas, "crate")
    assert len(workspace.categories) == len(NAMES)
