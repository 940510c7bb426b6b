"""Nothing broken is stored, whichever way it comes: every writing call of the workspace."""

from __future__ import annotations

from dataclasses import replace

import pytest
import shapely

from annotator.domain import masks
from annotator.domain.model import Box, Keypoint, Part, Polygons, Prediction
from annotator.domain.polygons import shape_of
from annotator.ui.workspace import Workspace
from tests.ui.project_hand import BALL, PERSON, SIDE, Hand, Heard, box_at

BOW = Polygons((Part((10.0, 10.0, 50.0, 50.0, 50.0, 10.0, 10.0, 50.0)),))
"""Crosses itself: two triangles."""
FLAT = Polygons((Part((10.0, 10.0, 50.0, 10.0, 30.0, 10.0)),))
NAN = float("nan")


def is_sound(mask: object) -> bool:
    assert isinstance(mask, Polygons)
    return bool(shapely.is_valid(shape_of(mask)))


def test_a_new_mask_is_mended_or_refused(workspace: Workspace, hand: Hand, heard: Heard) -> None:
    made = workspace.add_object(mask=BOW, text="Draw")
    assert made is not None
    assert is_sound(made.mask)
    assert len(made.mask.parts) == 2
    assert workspace.add_object(mask=FLAT, text="Draw") is None
    assert heard.last.kind == "warning"
    assert "encloses nothing" in heard.last.text
    assert hand.stored() == (made,)


def test_a_changed_mask_is_mended_or_refused(
    workspace: Workspace, hand: Hand, heard: Heard
) -> None:
    made = hand.draw()
    workspace.change(replace(made, mask=BOW), text="Change")
    assert is_sound(hand.stored()[0].mask)
    before = hand.stored()
    workspace.change(replace(before[0], mask=FLAT), text="Change")
    assert hand.stored() == before
    assert "encloses nothing" in heard.last.text


@pytest.mark.parametrize(
    ("box", "words"),
    [
        (Box(10, 10, NAN, 5), "no place"),
        (Box(10, 10, 0, 5), "width and a height"),
        (Box(400, 10, 20, 20), "outside the image"),
    ],
)
def test_an_impossible_box_is_refused(
    workspace: Workspace, hand: Hand, heard: Heard, box: Box, words: str
) -> None:
    made = hand.draw()
    workspace.change(replace(made, box=box), text="Change")
    assert words in heard.last.text
    assert hand.stored() == (made,)


def test_boxes_and_joints_are_brought_into_the_image(workspace: Workspace, hand: Hand) -> None:
    joints = (Keypoint(-5, 20, 2), Keypoint(30, 400, 1))
    made = workspace.add_object(box=Box(-10, 50, 30, 80), keypoints=joints, text="Draw")
    assert made is not None
    assert made.box == Box(0, 50, 20, SIDE - 50)
    assert made.keypoints == (Keypoint(0, 20, 2), Keypoint(30, SIDE, 1))
    workspace.set_allows_outside(True)
    free = workspace.add_object(box=Box(-10, 50, 30, 80), keypoints=joints, text="Draw")
    assert free is not None
    assert (free.box, free.keypoints) == (Box(-10, 50, 30, 80), joints)


def test_pasted_objects_fit_the_image_or_are_counted(
    workspace: Workspace, hand: Hand, heard: Heard
) -> None:
    made = hand.draw()
    outside = replace(made, box=Box(200, 10, 20, 20))
    partly = replace(made, box=Box(80, 10, 40, 20), mask=BOW)
    workspace.paste([outside, partly])
    assert "1 object not pasted" in heard.last.text
    assert hand.steps()[0] == "Paste object"
    pasted = hand.stored()[-1]
    assert pasted.box == Box(80, 10, SIDE - 80, 20)
    assert is_sound(pasted.mask)
    workspace.paste([outside])
    assert len(hand.stored()) == 2
    assert hand.steps()[0] == "Paste object"


def test_run_lengths_of_a_larger_image_are_pasted_as_outlines(
    workspace: Workspace, hand: Hand
) -> None:
    made = hand.draw()
    wide = Polygons((Part((50.0, 10.0, 150.0, 10.0, 150.0, 40.0, 50.0, 40.0)),))
    workspace.paste([replace(made, mask=masks.to_rle(wide, (200, 200)))])
    mask = hand.stored()[-1].mask
    assert masks.bounds(mask) == Box(50, 10, SIDE - 50, 30)


def bad_prediction(mask: Polygons | None, box: Box) -> Prediction:
    return Prediction(0, 0, BALL.id, 0, 0.9, box, mask)


def test_an_accepted_prediction_is_mended_and_loses_a_mask_of_nothing(
    workspace: Workspace, hand: Hand
) -> None:
    hand.predict(
        bad_prediction(BOW, box_at(10)),
        bad_prediction(FLAT, box_at(60)),
    )
    workspace.accept([p.id for p in workspace.predictions])
    first, second = hand.stored()
    assert is_sound(first.mask)
    assert second.mask is None
    assert second.box == box_at(60)
    workspace.undo()
    assert len(workspace.predictions) == 2


def test_a_prediction_outside_the_image_cannot_be_accepted(
    workspace: Workspace, hand: Hand, heard: Heard
) -> None:
    hand.predict(bad_prediction(None, Box(200, 10, 20, 20)))
    workspace.accept([workspace.predictions[0].id])
    assert hand.stored() == ()
    assert "outside" in heard.last.text or "inside the image" in heard.last.text
    workspace.set_allows_outside(True)
    workspace.accept([workspace.predictions[0].id])
    assert hand.stored()[0].box == Box(200, 10, 20, 20)


def test_accepting_everywhere_leaves_out_what_lies_outside(
    workspace: Workspace, hand: Hand
) -> None:
    hand.predict(bad_prediction(None, box_at(10)), row=0)
    hand.predict(bad_prediction(None, Box(200, 10, 20, 20)), row=1)
    workspace.accept_above(0.5, everywhere=True)
    assert len(hand.stored(0)) == 1
    assert hand.stored(1) == ()


def test_a_corrected_prediction_is_mended(workspace: Workspace, hand: Hand) -> None:
    hand.predict(bad_prediction(None, box_at(10)))
    proposed = workspace.predictions[0]
    workspace.correct(proposed, replace(workspace.adopt(proposed), mask=BOW), text="Draw mask")
    assert is_sound(hand.stored()[0].mask)


def test_pieces_of_an_object_are_checked_too(
    workspace: Workspace, hand: Hand, heard: Heard
) -> None:
    made = hand.draw(category=PERSON)
    workspace.rework(
        changed=[replace(made, box=box_at(20))], made=[replace(made, mask=FLAT)], text="Slice"
    )
    assert hand.stored() == (made,)
    assert "encloses nothing" in heard.last.text
    workspace.rework(
        changed=[replace(made, mask=BOW)], made=[replace(made, mask=BOW)], text="Slice"
    )
    assert all(is_sound(one.mask) for one in hand.stored())
