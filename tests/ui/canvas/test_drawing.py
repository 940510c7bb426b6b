"""Drawing boxes, polygons and joints with mouse and keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from annotator.domain.model import Annotation, Box, Category, Polygons
from annotator.domain.polygons import polygons_area
from annotator.ui.canvas.view import Canvas
from annotator.ui.workspace import Workspace
from tests.ui import hands

TRIANGLE = [(50, 50), (150, 50), (100, 120)]


@pytest.fixture
def ball(workspace: Workspace) -> Category:
    return workspace.add_category("ball")


@pytest.fixture
def person(workspace: Workspace) -> Category:
    return workspace.add_category(
        "person",
        joints=("nose", "left hand", "right hand"),
        skeleton=((0, 1), (0, 2)),
        pairs=((1, 2),),
    )


def only(workspace: Workspace) -> Annotation:
    (annotation,) = workspace.annotations
    return annotation


# Boxes


def test_a_dragged_box_is_one_object_of_the_current_category(
    canvas: Canvas, workspace: Workspace, ball: Category
) -> None:
    hands.draw_box(canvas, 40, 30, 140, 110)
    made = only(workspace)
    assert made.box == pytest.approx(Box(40, 30, 100, 80), abs=0.5)
    assert made.mask is None
    assert made.category_id == ball.id
    assert workspace.selected == (made,)


def test_two_clicks_draw_a_box_too(canvas: Canvas, workspace: Workspace, ball: Category) -> None:
    workspace.set_tool("box")
    hands.click_image(canvas, 140, 110)
    assert canvas.is_drawing
    assert not workspace.annotations
    hands.click_image(canvas, 40, 30)
    assert only(workspace).box == pytest.approx(Box(40, 30, 100, 80), abs=0.5)


def test_shift_draws_a_square(canvas: Canvas, workspace: Workspace, ball: Category) -> None:
    workspace.set_tool("box")
    hands.drag(canvas, (40, 30), (140, 80), keys=hands.SHIFT)
    box = only(workspace).box
    assert box.width == pytest.approx(100, abs=0.5)
    assert box.width == box.height


def test_a_box_stays_inside_the_image(canvas: Canvas, workspace: Workspace, ball: Category) -> None:
    hands.draw_box(canvas, 350, 250, 440, 340)
    assert only(workspace).box == pytest.approx(Box(350, 250, 50, 50), abs=0.5)
    assert only(workspace).box.right == 400


def test_esc_drops_an_unfinished_box(canvas: Canvas, workspace: Workspace, ball: Category) -> None:
    workspace.set_tool("box")
    hands.click_image(canvas, 40, 30)
    hands.press_key(canvas, Qt.Key.Key_Escape)
    assert not canvas.is_drawing
    hands.drag(canvas, (40, 30), (140, 110), drops=False)
    hands.press_key(canvas, Qt.Key.Key_Escape)
    hands.hover(canvas, 100, 100)
    assert not workspace.annotations


def test_a_box_of_no_size_is_refused_in_words(
    canvas: Canvas, workspace: Workspace, ball: Category, notices: list[str]
) -> None:
    workspace.set_tool("box")
    hands.click_image(canvas, 40, 30)
    hands.click_image(canvas, 140, 30)
    assert not workspace.annotations
    assert "2 pixels" in notices[-1]


def test_a_selected_object_without_a_box_gets_it(
    canvas: Canvas, workspace: Workspace, ball: Category
) -> None:
    made = workspace.add_object(keypoints=(), mask=None, box=None, text="Add")
    hands.draw_box(canvas, 40, 30, 140, 110)
    assert only(workspace).id == made.id
    assert only(workspace).box == pytest.approx(Box(40, 30, 100, 80), abs=0.5)


def test_panning_goes_on_while_a_box_is_drawn(
    canvas: Canvas, workspace: Workspace, ball: Category
) -> None:
    canvas.zoom_by(3)
    workspace.set_tool("box")
    hands.click_image(canvas, 180, 130)
    hands.drag(canvas, (200, 150), (170, 120), button=hands.MIDDLE)
    assert canvas.is_drawing
    hands.click_image(canvas, 260, 190)
    assert only(workspace).box == pytest.approx(Box(180, 130, 80, 60), abs=0.5)


def test_a_box_is_let_go_of_in_the_middle_of_a_pan(
    canvas: Canvas, workspace: Workspace, ball: Category
) -> None:
    canvas.zoom_by(3)
    workspace.set_tool("box")
    hands.drag(canvas, (180, 130), (260, 190), drops=False)
    hands.drag(canvas, (260, 190), (240, 180), button=hands.MIDDLE, drops=False)
    hands.let_go(canvas, 260, 190)
    hands.let_go(canvas, 260, 190, button=hands.MIDDLE)
    assert only(workspace).box == pytest.approx(Box(180, 130, 80, 60), abs=1)
    assert not canvas.is_drawing


# Polygons


def test_a_clicked_polygon_is_closed_on_its_first_corner(
    canvas: Canvas, workspace: Workspace, ball: Category
) -> None:
    hands.draw_polygon(canvas, TRIANGLE)
    made = only(workspace)
    assert isinstance(made.mask, Polygons)
    assert len(made.mask.parts[0].outer) == 6
    assert polygons_area(made.mask) == pytest.approx(3500, rel=0.02)
    assert made.box == pytest.approx(Box(50, 50, 100, 70), abs=0.5)


def test_enter_closes_a_polygon(canvas: Canvas, workspace: Workspace, ball: Category) -> None:
    workspace.set_tool("polygon")
    for place in TRIANGLE:
        hands.click_image(canvas, *place)
    hands.press_key(canvas, Qt.Key.Key_Return)
    assert len(only(workspace).mask.parts[0].outer) == 6


def test_a_double_click_sets_the_last_corner_and_closes(
    canvas: Canvas, workspace: Workspace, ball: Category
) -> None:
    workspace.set_tool("polygon")
    for place in TRIANGLE[:2]:
        hands.click_image(canvas, *place)
    hands.double_click_image(canvas, *TRIANGLE[2])
    assert len(only(workspace).mask.parts[0].outer) == 6


def test_backspace_takes_the_last_corner_back(
    canvas: Canvas, workspace: Workspace, ball: Category
) -> None:
    workspace.set_tool("polygon")
    for place in (*TRIANGLE, (300, 200)):
        hands.click_image(canvas, *place)
    hands.press_key(canvas, Qt.Key.Key_Backspace)
    hands.press_key(canvas, Qt.Key.Key_Return)
    assert only(workspace).box == pytest.approx(Box(50, 50, 100, 70), abs=0.5)


def test_backspace_during_a_freehand_drag_is_left_alone(
    canvas: Canvas, workspace: Workspace, ball: Category
) -> None:
    workspace.set_tool("polygon")
    hands.drag(canvas, (50, 50), (150, 50), (150, 100), drops=False)
    for _ in range(40):
        hands.press_key(canvas, Qt.Key.Key_Backspace)
    hands.move_screen(canvas, canvas.to_screen(50, 100), held=hands.LEFT)
    assert canvas.is_drawing


def test_a_double_click_on_the_first_corner_closes_and_begins_nothing(
    canvas: Canvas, workspace: Workspace, ball: Category
) -> None:
    workspace.set_tool("polygon")
    for place in TRIANGLE:
        hands.click_image(canvas, *place)
    hands.double_click_image(canvas, *TRIANGLE[0])
    assert len(only(workspace).mask.parts[0].outer) == 6
    assert not canvas.is_drawing


def test_esc_drops_a_polygon_and_another_tool_too(
    canvas: Canvas, workspace: Workspace, ball: Category
) -> None:
    workspace.set_tool("polygon")
    hands.click_image(canvas, 50, 50)
    hands.press_key(canvas, Qt.Key.Key_Escape)
    assert not canvas.is_drawing
    hands.click_image(canvas, 50, 50)
    workspace.set_tool("select")
    workspace.set_tool("polygon")
    assert not canvas.is_drawing
    assert not workspace.annotations


def test_a_freehand_drag_draws_a_polygon(
    canvas: Canvas, workspace: Workspace, ball: Category
) -> None:
    workspace.set_tool("polygon")
    hands.drag(canvas, (50, 50), (150, 50), (150, 100), (50, 100), (50, 51))
    made = only(workspace)
    assert polygons_area(made.mask) == pytest.approx(5000, rel=0.05)
    assert len(made.mask.parts[0].outer) < 20


def test_a_polygon_that_crosses_itself_is_mended(
    canvas: Canvas, workspace: Workspace, ball: Category
) -> None:
    hands.draw_polygon(canvas, [(50, 50), (150, 150), (150, 50), (50, 150)])
    mask = only(workspace).mask
    assert len(mask.parts) == 2
    assert polygons_area(mask) == pytest.approx(5000, rel=0.05)


def test_a_flat_polygon_is_refused_in_words(
    canvas: Canvas, workspace: Workspace, ball: Category, notices: list[str]
) -> None:
    workspace.set_tool("polygon")
    for place in ((50, 50), (100, 50), (150, 50)):
        hands.click_image(canvas, *place)
    hands.press_key(canvas, Qt.Key.Key_Return)
    assert not workspace.annotations
    assert "encloses nothing" in notices[-1]


def test_two_corners_are_no_polygon_yet(
    canvas: Canvas, workspace: Workspace, ball: Category, notices: list[str]
) -> None:
    workspace.set_tool("polygon")
    hands.click_image(canvas, 50, 50)
    hands.click_image(canvas, 150, 50)
    hands.press_key(canvas, Qt.Key.Key_Return)
    assert canvas.is_drawing
    assert "three corners" in notices[-1]


def test_a_mask_goes_onto_the_selected_object_and_leaves_its_box(
    canvas: Canvas, workspace: Workspace, ball: Category
) -> None:
    hands.draw_box(canvas, 40, 30, 160, 130)
    box = only(workspace).box
    hands.draw_polygon(canvas, TRIANGLE)
    assert only(workspace).box == box
    assert only(workspace).mask is not None


# Joints


def test_joints_are_placed_in_order_on_a_new_object(
    canvas: Canvas, workspace: Workspace, person: Category
) -> None:
    hands.place_joints(canvas, [(100, 50), (60, 90), (140, 90)])
    made = only(workspace)
    assert [k.visibility for k in made.keypoints] == [2, 2, 2]
    assert made.keypoints[1][:2] == pytest.approx((60, 90), abs=0.5)
    assert made.box.x < 60
    assert made.box.right > 140
    assert not canvas.is_drawing


def test_s_skips_a_joint_w_goes_back_and_right_click_is_occluded(
    canvas: Canvas, workspace: Workspace, person: Category
) -> None:
    workspace.set_tool("keypoints")
    hands.press_key(canvas, Qt.Key.Key_S)
    hands.click_image(canvas, 60, 90)
    hands.press_key(canvas, Qt.Key.Key_W)
    hands.click_image(canvas, 62, 92, button=hands.RIGHT)
    hands.press_key(canvas, Qt.Key.Key_Return)
    joints = only(workspace).keypoints
    assert [k.visibility for k in joints] == [0, 1, 0]
    assert joints[1][:2] == pytest.approx((62, 92), abs=0.5)
    assert joints[0][:2] == (0, 0)


def test_backspace_takes_a_joint_back_and_esc_drops_all(
    canvas: Canvas, workspace: Workspace, person: Category
) -> None:
    workspace.set_tool("keypoints")
    hands.click_image(canvas, 100, 50)
    hands.click_image(canvas, 60, 90)
    hands.press_key(canvas, Qt.Key.Key_Backspace)
    hands.click_image(canvas, 70, 95)
    hands.press_key(canvas, Qt.Key.Key_Return)
    assert only(workspace).keypoints[1][:2] == pytest.approx((70, 95), abs=0.5)
    workspace.select()
    hands.click_image(canvas, 100, 50)
    hands.press_key(canvas, Qt.Key.Key_Escape)
    assert len(workspace.annotations) == 1


def test_joints_go_onto_the_selected_object_of_their_category(
    canvas: Canvas, workspace: Workspace, person: Category
) -> None:
    hands.draw_box(canvas, 40, 30, 160, 130)
    box = only(workspace).box
    hands.place_joints(canvas, [(100, 50), None, (140, 90)])
    assert only(workspace).box == box
    assert [k.visibility for k in only(workspace).keypoints] == [2, 0, 2]


def test_a_second_pose_is_a_second_object(
    canvas: Canvas, workspace: Workspace, person: Category
) -> None:
    hands.place_joints(canvas, [(100, 50), (60, 90), (140, 90)])
    hands.place_joints(canvas, [(300, 50), (260, 90), (340, 90)])
    assert len(workspace.annotations) == 2


def test_box_mask_and_joints_are_one_object(
    canvas: Canvas, workspace: Workspace, person: Category
) -> None:
    hands.draw_box(canvas, 40, 30, 160, 130)
    hands.draw_polygon(canvas, TRIANGLE)
    hands.place_joints(canvas, [(100, 60), (80, 70), (120, 70)])
    made = only(workspace)
    assert made.box
    assert made.mask
    assert made.has_keypoints


def test_without_joints_in_the_category_the_way_to_add_them_is_said(
    canvas: Canvas, workspace: Workspace, ball: Category, notices: list[str]
) -> None:
    workspace.set_tool("keypoints")
    assert "ball" in notices[-1]
    assert "joints" in notices[-1]
    hands.click_image(canvas, 100, 50)
    assert not canvas.is_drawing


# The first object


def test_the_first_object_asks_for_its_category_in_place(
    canvas: Canvas, workspace: Workspace
) -> None:
    hands.draw_box(canvas, 40, 30, 140, 110)
    assert not workspace.annotations
    assert canvas.is_drawing
    hands.name_category(canvas, "crate")
    assert [c.name for c in workspace.categories] == ["crate"]
    assert only(workspace).category_id == workspace.categories[0].id
    assert only(workspace).box == pytest.approx(Box(40, 30, 100, 80), abs=0.5)
    assert canvas.hasFocus()


def test_esc_in_the_question_drops_the_object(canvas: Canvas, workspace: Workspace) -> None:
    hands.draw_polygon(canvas, TRIANGLE)
    prompt = canvas.window().focusWidget()
    hands.QTest.keyClick(prompt, Qt.Key.Key_Escape)
    assert not workspace.annotations
    assert not workspace.categories
    assert not canvas.is_drawing


def test_a_click_beside_the_question_draws_nothing(canvas: Canvas, workspace: Workspace) -> None:
    hands.draw_box(canvas, 40, 30, 140, 110)
    hands.click_image(canvas, 300, 200)
    hands.name_category(canvas, "crate")
    assert len(workspace.annotations) == 1


def test_typing_filters_and_offers_a_new_one(canvas: Canvas, workspace: Workspace) -> None:
    for name in ("person", "ball"):
        workspace.add_category(name)
    canvas._asking.ask(canvas._screen.draft or _draft())
    assert hands.offered_categories(canvas) == ["person", "ball"]
    line = canvas.window().focusWidget()
    hands.QTest.keyClicks(line, "pe")
    assert hands.offered_categories(canvas) == ["person", "Create “pe”"]
    hands.QTest.keyClick(line, Qt.Key.Key_Down)
    hands.QTest.keyClick(line, Qt.Key.Key_Return)
    assert [c.name for c in workspace.categories] == ["person", "ball", "pe"]


def _draft():
    from annotator.ui.canvas.authoring import Draft  # noqa: PLC0415

    return Draft("Draw box", box=Box(10, 10, 50, 50))


def test_another_image_drops_what_is_unfinished(canvas: Canvas, workspace: Workspace) -> None:
    hands.draw_box(canvas, 40, 30, 140, 110)
    workspace.go(1)
    assert not canvas.is_drawing
    assert not workspace.annotations


def test_a_read_only_project_refuses_in_words(
    canvas: Canvas, workspace: Workspace, ball: Category, notices: list[str]
) -> None:
    workspace.is_read_only = True
    hands.draw_box(canvas, 40, 30, 140, 110)
    assert not workspace.annotations
    assert notices
