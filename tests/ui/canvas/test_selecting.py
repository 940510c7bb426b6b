"""Picking, moving, resizing, vertices, joints, nudges: all with mouse and keys."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from annotator.domain import masks
from annotator.domain.model import (
    Annotation,
    Box,
    Category,
    Keypoint,
    Part,
    Polygons,
    Prediction,
    ScoredJoint,
)
from annotator.domain.polygons import box_of_polygons, polygons_area
from annotator.ui.canvas.view import Canvas
from annotator.ui.workspace import Workspace
from tests.ui import hands

SQUARE = Polygons((Part((100.0, 100.0, 200.0, 100.0, 200.0, 200.0, 100.0, 200.0)),))


@pytest.fixture(autouse=True)
def person(workspace: Workspace) -> Category:
    return workspace.add_category(
        "person",
        joints=("nose", "left hand", "right hand"),
        skeleton=((0, 1), (0, 2)),
        pairs=((1, 2),),
    )


def add(workspace: Workspace, **parts: object) -> Annotation:
    made = workspace.add_object(text="Add", **parts)
    workspace.select()
    return made


def now(workspace: Workspace, annotation: Annotation) -> Annotation:
    return next(a for a in workspace.annotations if a.id == annotation.id)


def test_a_click_selects_the_smallest_object(canvas: Canvas, workspace: Workspace) -> None:
    small = add(workspace, box=Box(100, 100, 50, 50))
    large = add(workspace, box=Box(50, 50, 200, 200))
    hands.select_object(canvas, 120, 120)
    assert [a.id for a in workspace.selected] == [small.id]
    hands.select_object(canvas, 60, 60)
    assert [a.id for a in workspace.selected] == [large.id]
    hands.select_object(canvas, 10, 10)
    assert not workspace.selected


def test_a_click_inside_the_selected_one_picks_the_smaller_one(
    canvas: Canvas, workspace: Workspace
) -> None:
    small = add(workspace, box=Box(100, 100, 50, 50))
    large = add(workspace, box=Box(50, 50, 200, 200))
    workspace.select([large.id])
    hands.select_object(canvas, 120, 120)
    assert [a.id for a in workspace.selected] == [small.id]


def test_a_hole_is_not_the_object(canvas: Canvas, workspace: Workspace) -> None:
    hole = (130.0, 130.0, 170.0, 130.0, 170.0, 170.0, 130.0, 170.0)
    ring = add(workspace, mask=Polygons((Part(SQUARE.parts[0].outer, (hole,)),)))
    hands.select_object(canvas, 150, 150)
    assert not workspace.selected
    hands.select_object(canvas, 115, 150)
    assert [a.id for a in workspace.selected] == [ring.id]


def test_shift_and_ctrl_add_and_take_out(canvas: Canvas, workspace: Workspace) -> None:
    first = add(workspace, box=Box(10, 10, 50, 50))
    second = add(workspace, box=Box(100, 10, 50, 50))
    hands.select_object(canvas, 30, 30)
    hands.select_object(canvas, 120, 30, keys=hands.SHIFT)
    assert {a.id for a in workspace.selected} == {first.id, second.id}
    hands.select_object(canvas, 30, 30, keys=hands.CTRL)
    assert [a.id for a in workspace.selected] == [second.id]


def test_a_drag_moves_box_mask_and_joints_as_one_step(canvas: Canvas, workspace: Workspace) -> None:
    joints = (Keypoint(150, 120, 2), Keypoint(120, 150, 1), Keypoint(0, 0, 0))
    made = add(workspace, box=Box(100, 100, 100, 100), mask=SQUARE, keypoints=joints)
    hands.drag(canvas, (170, 170), (190, 180))
    moved = now(workspace, made)
    assert moved.box == pytest.approx(Box(120, 110, 100, 100), abs=0.6)
    assert moved.mask.parts[0].outer[:2] == pytest.approx((120, 110), abs=0.6)
    assert moved.keypoints[0][:2] == pytest.approx((170, 130), abs=0.6)
    assert moved.keypoints[2] == Keypoint(0, 0, 0)
    workspace.undo()
    assert now(workspace, made).box == made.box
    assert now(workspace, made).mask == made.mask


def test_an_object_is_not_moved_out_of_the_image(canvas: Canvas, workspace: Workspace) -> None:
    made = add(workspace, box=Box(300, 200, 50, 50))
    hands.drag(canvas, (325, 225), (399, 299))
    assert now(workspace, made).box == Box(350, 250, 50, 50)


def test_a_small_slip_of_the_hand_moves_nothing(canvas: Canvas, workspace: Workspace) -> None:
    made = add(workspace, box=Box(100, 100, 100, 100))
    hands.drag(canvas, (150, 150), (151, 150))
    assert now(workspace, made) == made
    assert [a.id for a in workspace.selected] == [made.id]


def test_a_locked_object_is_not_moved(
    canvas: Canvas, workspace: Workspace, notices: list[str]
) -> None:
    made = add(workspace, box=Box(100, 100, 100, 100))
    workspace.set_locked([made.id], True)
    hands.drag(canvas, (150, 150), (180, 180))
    assert now(workspace, made).box == made.box
    assert "locked" in notices[-1]


def test_hidden_objects_are_not_hit(canvas: Canvas, workspace: Workspace) -> None:
    made = add(workspace, box=Box(100, 100, 100, 100))
    workspace.set_hidden([made.id], True)
    hands.select_object(canvas, 150, 150)
    assert not workspace.selected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ((100, 100), (80, 90), Box(80, 90, 120, 110)),
        ((150, 100), (150, 80), Box(100, 80, 100, 120)),
        ((200, 150), (230, 150), Box(100, 100, 130, 100)),
        ((200, 200), (90, 90), Box(90, 90, 10, 10)),
    ],
)
def test_box_handles_resize(
    canvas: Canvas,
    workspace: Workspace,
    start: tuple[int, int],
    end: tuple[int, int],
    expected: Box,
) -> None:
    made = add(workspace, box=Box(100, 100, 100, 100))
    workspace.select([made.id])
    hands.drag(canvas, start, end)
    assert now(workspace, made).box == pytest.approx(expected, abs=0.6)


def test_esc_during_a_drag_puts_everything_back(canvas: Canvas, workspace: Workspace) -> None:
    made = add(workspace, box=Box(100, 100, 100, 100))
    hands.drag(canvas, (150, 150), (180, 180), drops=False)
    hands.press_key(canvas, Qt.Key.Key_Escape)
    assert now(workspace, made) == made
    assert [a.id for a in workspace.selected] == [made.id]


def test_a_vertex_is_dragged_and_the_derived_box_follows(
    canvas: Canvas, workspace: Workspace
) -> None:
    made = add(workspace, box=Box(100, 100, 100, 100), mask=SQUARE)
    workspace.select([made.id])
    hands.drag(canvas, (200, 200), (240, 220))
    after = now(workspace, made)
    assert after.mask.parts[0].outer[4:6] == pytest.approx((240, 220), abs=0.6)
    assert after.box == box_of_polygons(after.mask)


def test_an_independent_box_does_not_follow_the_mask(canvas: Canvas, workspace: Workspace) -> None:
    box = Box(90, 90, 130, 130)
    made = add(workspace, box=box, mask=SQUARE)
    workspace.select([made.id])
    hands.drag(canvas, (200, 200), (210, 190))
    assert now(workspace, made).box == box
    assert now(workspace, made).mask != SQUARE


def test_a_double_click_on_an_edge_inserts_a_vertex(canvas: Canvas, workspace: Workspace) -> None:
    made = add(workspace, mask=SQUARE)
    workspace.select([made.id])
    hands.double_click_image(canvas, 125, 100)
    ring = now(workspace, made).mask.parts[0].outer
    assert len(ring) == 10
    assert ring[2:4] == pytest.approx((125, 100), abs=0.6)


def test_a_click_on_the_middle_of_an_edge_inserts_a_vertex(
    canvas: Canvas, workspace: Workspace
) -> None:
    made = add(workspace, mask=SQUARE)
    workspace.select([made.id])
    hands.click_image(canvas, 150, 100)
    assert len(now(workspace, made).mask.parts[0].outer) == 10


def test_backspace_and_alt_click_delete_a_vertex_but_not_the_third_last(
    canvas: Canvas, workspace: Workspace, notices: list[str]
) -> None:
    pentagon = Polygons((Part((*SQUARE.parts[0].outer, 60.0, 150.0)),))
    made = add(workspace, mask=pentagon)
    workspace.select([made.id])
    hands.hover(canvas, 60, 150)
    hands.press_key(canvas, Qt.Key.Key_Backspace)
    assert now(workspace, made).mask == SQUARE
    hands.click_image(canvas, 200, 200, keys=hands.ALT)
    assert len(now(workspace, made).mask.parts[0].outer) == 6
    hands.click_image(canvas, 100, 200, keys=hands.ALT)
    assert len(now(workspace, made).mask.parts[0].outer) == 6
    assert "three corners" in notices[-1]


def test_a_vertex_dragged_across_the_outline_is_mended(
    canvas: Canvas, workspace: Workspace
) -> None:
    made = add(workspace, mask=SQUARE)
    workspace.select([made.id])
    hands.drag(canvas, (200, 200), (50, 150))
    mask = now(workspace, made).mask
    assert len(mask.parts) == 2
    assert polygons_area(mask) > 0


def test_joints_are_dragged_cycled_and_removed(canvas: Canvas, workspace: Workspace) -> None:
    joints = (Keypoint(150, 120, 2), Keypoint(120, 150, 2), Keypoint(180, 150, 2))
    made = add(workspace, box=Box(100, 100, 100, 100), keypoints=joints)
    workspace.select([made.id])
    hands.drag(canvas, (150, 120), (160, 110))
    assert now(workspace, made).keypoints[0][:2] == pytest.approx((160, 110), abs=0.6)
    assert now(workspace, made).box == made.box
    hands.click_image(canvas, 120, 150, button=hands.RIGHT)
    assert now(workspace, made).keypoints[1].visibility == 1
    hands.hover(canvas, 120, 150)
    hands.press_key(canvas, Qt.Key.Key_Q)
    assert now(workspace, made).keypoints[1] == Keypoint(0, 0, 0)
    hands.hover(canvas, 180, 150)
    hands.press_key(canvas, Qt.Key.Key_Backspace)
    assert now(workspace, made).keypoints[2].visibility == 0


def test_arrows_nudge_and_are_undone_together(canvas: Canvas, workspace: Workspace) -> None:
    made = add(workspace, box=Box(100, 100, 100, 100))
    workspace.select([made.id])
    for _ in range(3):
        hands.press_key(canvas, Qt.Key.Key_Right)
    hands.press_key(canvas, Qt.Key.Key_Down, keys=hands.SHIFT)
    assert now(workspace, made).box == Box(103, 110, 100, 100)
    workspace.undo()
    assert now(workspace, made).box == made.box


def test_delete_deletes_and_undo_brings_back(canvas: Canvas, workspace: Workspace) -> None:
    made = add(workspace, box=Box(100, 100, 100, 100), mask=SQUARE)
    hands.select_object(canvas, 150, 150)
    hands.press_key(canvas, Qt.Key.Key_Delete)
    assert not workspace.annotations
    workspace.undo()
    assert workspace.annotations == (made,)


def test_a_rubber_band_selects_what_lies_inside(canvas: Canvas, workspace: Workspace) -> None:
    first = add(workspace, box=Box(20, 20, 50, 50))
    second = add(workspace, box=Box(100, 20, 50, 50))
    add(workspace, box=Box(100, 120, 150, 50))
    hands.drag(canvas, (10, 10), (180, 140))
    assert {a.id for a in workspace.selected} == {first.id, second.id}
    hands.drag(canvas, (170, 170), (180, 180))


def test_several_selected_objects_move_together(canvas: Canvas, workspace: Workspace) -> None:
    first = add(workspace, box=Box(20, 20, 50, 50))
    second = add(workspace, box=Box(100, 20, 50, 50))
    workspace.select([first.id, second.id])
    hands.drag(canvas, (45, 45), (55, 65))
    assert now(workspace, first).box == pytest.approx(Box(30, 40, 50, 50), abs=0.6)
    assert now(workspace, second).box == pytest.approx(Box(110, 40, 50, 50), abs=0.6)
    workspace.undo()
    assert now(workspace, second).box == second.box


def test_tab_walks_through_what_is_under_the_cursor(canvas: Canvas, workspace: Workspace) -> None:
    small = add(workspace, box=Box(100, 100, 50, 50))
    large = add(workspace, box=Box(50, 50, 200, 200))
    hands.hover(canvas, 120, 120)
    ids = []
    for _ in range(3):
        hands.press_key(canvas, Qt.Key.Key_Tab)
        ids.append(workspace.selected[0].id)
    assert ids == [small.id, large.id, small.id]


def test_run_lengths_are_shown_hit_and_edited(canvas: Canvas, workspace: Workspace) -> None:
    made = add(workspace, mask=masks.to_rle(SQUARE, (300, 400)), box=Box(100, 100, 100, 100))
    hands.select_object(canvas, 150, 150)
    assert [a.id for a in workspace.selected] == [made.id]
    hands.drag(canvas, (200, 200), (220, 220))
    after = now(workspace, made)
    assert isinstance(after.mask, Polygons)
    assert after.box == pytest.approx(Box(100, 100, 120, 120), abs=0.6)


# Predictions


@pytest.fixture
def proposal(workspace: Workspace, person: Category, predict) -> Prediction:
    joints = (ScoredJoint(150, 120, 0.9), ScoredJoint(120, 150, 0.8), ScoredJoint(180, 150, 0.01))
    predict(
        Prediction(0, 0, person.id, 0, 0.8, Box(100, 100, 100, 100), SQUARE, joints),
        Prediction(0, 0, person.id, 0, 0.7, Box(300, 100, 50, 50)),
    )
    return workspace.predictions[0]


def test_enter_accepts_only_a_selected_prediction(
    canvas: Canvas, workspace: Workspace, proposal: Prediction
) -> None:
    hands.press_key(canvas, Qt.Key.Key_Return)
    assert not workspace.annotations
    hands.select_object(canvas, 150, 160)
    assert workspace.selected_prediction == proposal
    hands.press_key(canvas, Qt.Key.Key_Return)
    (made,) = workspace.annotations
    assert made.mask == SQUARE
    assert proposal not in workspace.predictions


def test_esc_rejects_only_a_selected_prediction(
    canvas: Canvas, workspace: Workspace, proposal: Prediction
) -> None:
    hands.press_key(canvas, Qt.Key.Key_Escape)
    assert len(workspace.predictions) == 2
    hands.select_object(canvas, 150, 160)
    hands.press_key(canvas, Qt.Key.Key_Escape)
    assert len(workspace.predictions) == 1
    assert not workspace.annotations


def test_tab_walks_through_the_predictions(
    canvas: Canvas, workspace: Workspace, proposal: Prediction
) -> None:
    hands.hover(canvas, 10, 10)
    scores = []
    for _ in range(3):
        hands.press_key(canvas, Qt.Key.Key_Tab)
        scores.append(workspace.selected_prediction.score)
    assert scores == pytest.approx([0.8, 0.7, 0.8])


def test_a_prediction_replaced_during_a_drag_is_not_corrected(
    canvas: Canvas,
    workspace: Workspace,
    proposal: Prediction,
    predict: Callable[..., None],
    notices: list[str],
) -> None:
    hands.select_object(canvas, 150, 160)
    hands.drag(canvas, (200, 200), (210, 215), drops=False)
    predict(Prediction(0, 0, proposal.category_id, 0, 0.9, Box(10, 10, 50, 50)))
    QTest.mouseRelease(canvas, hands.LEFT, hands.NONE, hands.point(canvas, 210, 215))
    assert not workspace.annotations
    assert "Newer predictions" in notices[-1]


@pytest.mark.parametrize(
    ("start", "end"),
    [((200, 200), (210, 215)), ((150, 120), (155, 125)), ((130, 180), (140, 190))],
    ids=["vertex", "joint", "move"],
)
def test_editing_a_prediction_makes_it_the_persons_own(
    canvas: Canvas,
    workspace: Workspace,
    proposal: Prediction,
    start: tuple[int, int],
    end: tuple[int, int],
) -> None:
    hands.select_object(canvas, 150, 160)
    hands.drag(canvas, start, end)
    (made,) = workspace.annotations
    assert made.origin.version_id == proposal.version_id
    assert made.origin.corrected_by == workspace.person
    assert proposal not in workspace.predictions
    assert workspace.selected == (made,)
    workspace.undo()
    assert proposal in workspace.predictions
    assert not workspace.annotations
