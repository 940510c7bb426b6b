"""Placing joints one by one and all at once, with mouse and keys on the real canvas."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPointF, Qt

from annotator.domain.joint_sets import TEMPLATES
from annotator.domain.model import Annotation, Box, Category, Keypoint, Prediction, ScoredJoint
from annotator.ui.canvas.view import Canvas
from annotator.ui.workspace import Workspace
from tests.ui import hands

Q, S, W = Qt.Key.Key_Q, Qt.Key.Key_S, Qt.Key.Key_W
RETURN, BACKSPACE, ESCAPE = Qt.Key.Key_Return, Qt.Key.Key_Backspace, Qt.Key.Key_Escape
PLACES = [(100, 50), (60, 90), (140, 90), (90, 150), (120, 150)]


@pytest.fixture
def person(workspace: Workspace) -> Category:
    made = workspace.add_category(
        "person",
        joints=("nose", "left_wrist", "right_wrist", "left_ankle", "right_ankle"),
        skeleton=((0, 1), (0, 2), (0, 3), (0, 4)),
        pairs=((1, 2), (3, 4)),
    )
    assert made is not None
    return made


def only(workspace: Workspace) -> Annotation:
    (annotation,) = workspace.annotations
    return annotation


def seen(annotation: Annotation) -> list[int]:
    return [joint.visibility for joint in annotation.keypoints]


def steps(workspace: Workspace) -> list[str]:
    assert workspace.store is not None
    assert workspace.image is not None
    return [entry.text for entry in workspace.store.history.entries(workspace.image.id)]


def place(canvas: Canvas, *rows: int) -> None:
    for row in rows:
        hands.click_image(canvas, *PLACES[row])


def test_going_back_places_a_joint_anew_and_goes_on_where_one_was(
    canvas: Canvas, workspace: Workspace, person: Category
) -> None:
    workspace.set_tool("keypoints")
    place(canvas, 0, 1, 2)
    hands.press_key(canvas, W)
    hands.press_key(canvas, W)
    assert "belongs" in hands.hint(canvas)
    hands.click_image(canvas, 70, 95)
    assert "left ankle" in hands.hint(canvas)
    place(canvas, 3, 4)
    joints = only(workspace).keypoints
    assert joints[1][:2] == pytest.approx((70, 95), abs=0.5)
    for row in (0, 2, 3, 4):
        assert joints[row][:2] == pytest.approx(PLACES[row], abs=0.5)
    assert steps(workspace) == ["Place joints"]


def test_s_goes_forward_again_over_joints_that_stay(
    canvas: Canvas, workspace: Workspace, person: Category
) -> None:
    workspace.set_tool("keypoints")
    place(canvas, 0, 1)
    for key in (W, W, S, S):
        hands.press_key(canvas, key)
    place(canvas, 2)
    hands.press_key(canvas, RETURN)
    assert seen(only(workspace)) == [2, 2, 2, 0, 0]


def test_w_before_the_first_joint_does_nothing(
    canvas: Canvas, workspace: Workspace, person: Category
) -> None:
    workspace.set_tool("keypoints")
    hands.press_key(canvas, W)
    assert not canvas.is_drawing


def test_q_cycles_the_last_placed_joint_through_occluded_and_absent(
    canvas: Canvas, workspace: Workspace, person: Category
) -> None:
    workspace.set_tool("keypoints")
    hands.press_key(canvas, Q)
    place(canvas, 0)
    hands.press_key(canvas, Q)
    place(canvas, 1)
    hands.press_key(canvas, Q)
    hands.press_key(canvas, Q)
    place(canvas, 2)
    for _ in range(3):
        hands.press_key(canvas, Q)
    hands.press_key(canvas, RETURN)
    joints = only(workspace).keypoints
    assert [k.visibility for k in joints] == [1, 0, 2, 0, 0]
    assert joints[1] == Keypoint(0, 0, 0)
    assert joints[2][:2] == pytest.approx(PLACES[2], abs=0.5)


def test_a_held_button_takes_the_joint_along(
    canvas: Canvas, workspace: Workspace, person: Category
) -> None:
    workspace.set_tool("keypoints")
    place(canvas, 0)
    hands.drag(canvas, (60, 90), (75, 110))
    hands.press_key(canvas, RETURN)
    assert only(workspace).keypoints[1][:2] == pytest.approx((75, 110), abs=0.5)
    assert seen(only(workspace)) == [2, 2, 0, 0, 0]


def test_k_goes_on_with_the_first_absent_joint_of_the_selected_object(
    canvas: Canvas, workspace: Workspace, person: Category
) -> None:
    hands.place_joints(canvas, [PLACES[0], None, PLACES[2]])
    before = only(workspace)
    workspace.set_tool("select")
    workspace.set_tool("keypoints")
    assert "left wrist" in hands.hint(canvas)
    place(canvas, 1)
    assert "left ankle" in hands.hint(canvas)
    place(canvas, 3, 4)
    after = only(workspace)
    assert after.keypoints[0] == before.keypoints[0]
    assert seen(after) == [2, 2, 2, 2, 2]
    assert after.box == before.box
    workspace.undo()
    assert only(workspace) == before


def test_skipping_while_going_on_passes_over_what_is_placed(
    canvas: Canvas, workspace: Workspace, person: Category
) -> None:
    hands.place_joints(canvas, [PLACES[0], None, PLACES[2]])
    workspace.set_tool("select")
    workspace.set_tool("keypoints")
    hands.press_key(canvas, S)
    place(canvas, 3)
    hands.press_key(canvas, RETURN)
    assert seen(only(workspace)) == [2, 0, 2, 2, 0]


def test_esc_while_going_on_leaves_the_object_as_it_was(
    canvas: Canvas, workspace: Workspace, person: Category
) -> None:
    hands.place_joints(canvas, [PLACES[0]])
    before = only(workspace)
    workspace.set_tool("select")
    workspace.set_tool("keypoints")
    place(canvas, 1)
    hands.press_key(canvas, ESCAPE)
    assert only(workspace) == before
    assert not canvas.is_drawing


def test_what_undo_changes_in_the_middle_of_a_pose_stays_changed(
    canvas: Canvas, workspace: Workspace, person: Category, notices: list[str]
) -> None:
    hands.draw_box(canvas, 90, 40, 210, 260)
    before = only(workspace)
    workspace.change(replace(before, box=Box(80, 40, 100, 100)), text="Change box")
    workspace.set_tool("keypoints")
    place(canvas, 0)
    workspace.undo()
    place(canvas, 1)
    hands.press_key(canvas, RETURN)
    assert only(workspace).box == before.box
    assert seen(only(workspace)) == [2, 2, 0, 0, 0]
    workspace.undo()
    workspace.set_tool("select")
    workspace.set_tool("keypoints")
    place(canvas, 0)
    workspace.undo()
    hands.press_key(canvas, RETURN)
    assert not workspace.annotations
    assert "gone" in notices[-1]


def test_after_a_pose_that_was_ended_early_a_click_begins_the_next_object(
    canvas: Canvas, workspace: Workspace, person: Category
) -> None:
    hands.place_joints(canvas, [PLACES[0]])
    place(canvas, 1)
    hands.press_key(canvas, RETURN)
    assert [seen(a) for a in workspace.annotations] == [[2, 0, 0, 0, 0]] * 2


def test_backspace_after_the_last_joint_takes_that_back(
    canvas: Canvas, workspace: Workspace, person: Category
) -> None:
    hands.place_joints(canvas, PLACES)
    hands.press_key(canvas, BACKSPACE)
    assert canvas.is_drawing
    hands.click_image(canvas, 130, 140)
    assert only(workspace).keypoints[4][:2] == pytest.approx((130, 140), abs=0.5)
    assert only(workspace).keypoints[3][:2] == pytest.approx(PLACES[3], abs=0.5)
    workspace.undo()
    assert only(workspace).keypoints[4][:2] == pytest.approx(PLACES[4], abs=0.5)


def test_backspace_gives_back_the_place_a_joint_had(
    canvas: Canvas, workspace: Workspace, person: Category
) -> None:
    workspace.set_tool("keypoints")
    place(canvas, 0, 1)
    hands.press_key(canvas, W)
    hands.click_image(canvas, 200, 200)
    hands.press_key(canvas, BACKSPACE)
    hands.press_key(canvas, RETURN)
    assert only(workspace).keypoints[1][:2] == pytest.approx(PLACES[1], abs=0.5)


def test_a_finished_pose_is_mended_by_dragging_its_joints(
    canvas: Canvas, workspace: Workspace, person: Category
) -> None:
    hands.place_joints(canvas, PLACES)
    hands.drag(canvas, PLACES[1], (50, 80))
    assert only(workspace).keypoints[1][:2] == pytest.approx((50, 80), abs=0.6)
    hands.drag(canvas, PLACES[0], (110, 60), keys=hands.ALT)
    assert only(workspace).keypoints[0][:2] == pytest.approx((110, 60), abs=0.6)
    assert only(workspace).keypoints[1][:2] == pytest.approx((60, 90), abs=0.6)
    hands.hover(canvas, 110, 60)
    hands.press_key(canvas, Q)
    assert only(workspace).keypoints[0].visibility == 1
    assert steps(workspace)[:3] == ["Change joint visibility", "Move all joints", "Move joint"]


def test_a_drag_places_all_joints_of_a_new_object_in_its_box(
    canvas: Canvas, workspace: Workspace, person: Category
) -> None:
    workspace.set_tool("keypoints")
    hands.drag(canvas, (100, 50), (200, 250), drops=False)
    assert "Let go" in hands.hint(canvas)
    hands.let_go(canvas, 200, 250)
    made = only(workspace)
    assert made.box == pytest.approx(Box(100, 50, 100, 200), abs=1)
    assert seen(made) == [2] * 5
    for joint in made.keypoints:
        assert 100 <= joint.x <= 200
        assert 50 <= joint.y <= 250
    assert made.keypoints[1].x > made.keypoints[2].x, "people face the viewer"
    assert steps(workspace) == ["Place all joints"]
    assert "Drag each joint to where it belongs" in hands.hint(canvas)
    workspace.undo()
    assert not workspace.annotations


def test_a_drag_completes_the_selected_object_and_keeps_what_is_placed(
    canvas: Canvas, workspace: Workspace, person: Category
) -> None:
    hands.draw_box(canvas, 90, 40, 210, 260)
    hands.place_joints(canvas, [(130, 70)])
    before = only(workspace)
    workspace.set_tool("select")
    workspace.set_tool("keypoints")
    hands.drag(canvas, (100, 50), (200, 250))
    after = only(workspace)
    assert after.box == before.box
    assert after.keypoints[0] == before.keypoints[0]
    assert seen(after) == [2] * 5


def test_an_unsteady_click_is_no_box(
    canvas: Canvas, workspace: Workspace, person: Category
) -> None:
    workspace.set_tool("keypoints")
    hands.drag(canvas, (100, 50), (103, 52))
    assert canvas.is_drawing
    place(canvas, 1)
    hands.press_key(canvas, RETURN)
    assert seen(only(workspace)) == [2, 2, 0, 0, 0]


def test_esc_drops_the_box_of_all_joints(
    canvas: Canvas, workspace: Workspace, person: Category
) -> None:
    workspace.set_tool("keypoints")
    hands.drag(canvas, (100, 50), (200, 250), drops=False)
    hands.press_key(canvas, ESCAPE)
    hands.let_go(canvas, 200, 250)
    assert not workspace.annotations
    assert not canvas.is_drawing


def test_joints_nobody_knows_the_places_of_are_not_placed_at_once(
    canvas: Canvas, workspace: Workspace, notices: list[str]
) -> None:
    workspace.add_category("fish", joints=("mouth", "fin"))
    workspace.set_tool("keypoints")
    hands.drag(canvas, (100, 50), (200, 250))
    assert not workspace.annotations
    assert "fish" in notices[-1]
    assert "Categories" in notices[-1]


def test_three_labelled_objects_show_where_the_joints_of_the_next_one_are(
    canvas: Canvas, workspace: Workspace
) -> None:
    workspace.add_category("fish", joints=("mouth", "fin"))
    for x in (0, 50, 100):
        joints = (Keypoint(x, 10, 2), Keypoint(x + 10, 20, 2))
        workspace.add_object(box=Box(x, 0, 40, 20), keypoints=joints, text="Draw")
    workspace.select()
    workspace.set_tool("keypoints")
    hands.drag(canvas, (200, 100), (280, 140))
    made = workspace.annotations[-1]
    assert made.keypoints[0][:2] == pytest.approx((200, 120), abs=1)
    assert made.keypoints[1][:2] == pytest.approx((220, 140), abs=1)


def test_a_locked_object_is_given_no_joints(
    canvas: Canvas, workspace: Workspace, person: Category, notices: list[str]
) -> None:
    hands.draw_box(canvas, 90, 40, 210, 260)
    workspace.set_locked([only(workspace).id], True)
    workspace.set_tool("keypoints")
    hands.click_image(canvas, 150, 100)
    assert "locked" in notices[-1]
    hands.drag(canvas, (100, 50), (200, 250))
    assert only(workspace).keypoints == ()
    assert not canvas.is_drawing


def test_a_category_without_joints_gives_way_to_the_next_one_that_has_some(
    canvas: Canvas, workspace: Workspace, person: Category, notices: list[str]
) -> None:
    ball = workspace.add_category("ball")
    assert workspace.current_category == ball
    hands.place_joints(canvas, PLACES)
    assert "ball" in notices[-1]
    assert "person" in notices[-1]
    assert only(workspace).category_id == person.id
    assert workspace.current_category == ball


def test_a_hidden_category_is_not_placed_unasked(
    canvas: Canvas, workspace: Workspace, person: Category, notices: list[str]
) -> None:
    workspace.add_category("ball")
    workspace.set_category_hidden(person.id, True)
    workspace.set_tool("keypoints")
    assert "no joints" in notices[-1]
    place(canvas, 0)
    assert not canvas.is_drawing


def test_without_any_category_the_way_is_said(
    canvas: Canvas, workspace: Workspace, notices: list[str]
) -> None:
    workspace.set_tool("keypoints")
    assert "no category" in notices[-1]
    hands.drag(canvas, (100, 50), (200, 250))
    place(canvas, 0)
    hands.press_key(canvas, S)
    assert not canvas.is_drawing
    assert not workspace.annotations


def test_a_dragged_joint_of_a_prediction_makes_it_the_persons_own(
    canvas: Canvas, workspace: Workspace, person: Category, predict
) -> None:
    joints = tuple(ScoredJoint(x, y, 0.9) for x, y in PLACES)
    predict(Prediction(0, 0, person.id, 0, 0.9, Box(40, 40, 120, 130), joints=joints))
    workspace.select(prediction_id=workspace.predictions[0].id)
    workspace.set_tool("keypoints")
    hands.drag(canvas, PLACES[1], (50, 80))
    assert only(workspace).keypoints[1][:2] == pytest.approx((50, 80), abs=0.6)
    assert only(workspace).origin.corrected_by == workspace.person


def test_a_read_only_project_takes_no_joints(
    canvas: Canvas, workspace: Workspace, person: Category, notices: list[str]
) -> None:
    workspace.is_read_only = True
    hands.place_joints(canvas, PLACES)
    assert "looking only" in notices[-1]
    assert not workspace.annotations
    assert not canvas.is_drawing


def test_another_image_in_the_middle_of_a_pose_drops_it(
    canvas: Canvas, workspace: Workspace, person: Category
) -> None:
    workspace.set_tool("keypoints")
    place(canvas, 0, 1)
    workspace.go(1)
    assert not canvas.is_drawing
    assert not workspace.annotations


# The figure in the corner


def test_the_figure_fills_as_joints_are_placed_and_gives_way_to_the_cursor(
    canvas: Canvas, workspace: Workspace
) -> None:
    person = TEMPLATES[0]
    workspace.add_category("person", joints=person.joints, skeleton=person.bones)
    workspace.set_tool("keypoints")
    hands.hover(canvas, 200, 50)
    low = canvas.grab().toImage().copy(0, canvas.height() - 240, 120, 200)
    place(canvas, 0)
    hands.hover(canvas, 200, 50)
    filled = canvas.grab().toImage().copy(0, canvas.height() - 240, 120, 200)
    assert filled != low
    hands.move_screen(canvas, QPointF(60, canvas.height() - 100))
    shown = canvas.grab().toImage()
    high = shown.copy(12, 12, 60, 60)
    workspace.set_tool("select")
    hands.move_screen(canvas, QPointF(60, canvas.height() - 100))
    assert canvas.grab().toImage().copy(12, 12, 60, 60) != high


def test_joints_without_known_places_have_no_figure(canvas: Canvas, workspace: Workspace) -> None:
    workspace.add_category("fish", joints=("mouth", "fin"))
    workspace.set_tool("keypoints")
    hands.hover(canvas, 300, 50)
    corner = (0, canvas.height() - 240, 120, 200)
    with_tool = canvas.grab().toImage().copy(*corner)
    workspace.set_tool("select")
    hands.hover(canvas, 300, 50)
    assert canvas.grab().toImage().copy(*corner) == with_tool


def test_the_joints_of_an_older_shorter_pose_are_gone_on_with(
    canvas: Canvas, workspace: Workspace, person: Category
) -> None:
    """A file may bring fewer keypoints than its category has joints."""
    made = workspace.add_object(box=Box(50, 40, 100, 120), text="Draw")
    assert made is not None
    workspace.change(replace(made, keypoints=(Keypoint(100, 50, 2),)), text="Import")
    workspace.set_tool("keypoints")
    place(canvas, 1, 2, 3, 4)
    assert seen(only(workspace)) == [2] * 5
