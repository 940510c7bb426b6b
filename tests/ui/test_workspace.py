"""What is open and every change of it, on a real project."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from annotator.domain.errors import KnownError, RefusedError
from annotator.domain.model import (
    ImageState,
    Keypoint,
    Origin,
    Verdict,
)
from annotator.store.store import Store
from annotator.ui.settings import UserSettings
from annotator.ui.workspace import Workspace
from tests.ui.project_hand import BALL, PERSON, POSE, Hand, Heard, box_at, make_project, prediction

# --- objects -------------------------------------------------------------------------------


def test_adding_makes_a_new_image_one_in_progress_and_selects_the_object(
    workspace: Workspace, hand: Hand
) -> None:
    assert workspace.image is not None
    assert workspace.image.state == ImageState.NEW
    made = hand.draw()
    assert workspace.image.state == ImageState.IN_PROGRESS
    assert workspace.image.object_count == 1
    assert workspace.selected == (made,)
    assert hand.stored() == workspace.annotations == (made,)
    assert (made.origin, made.is_edited) == (Origin("Ada"), True)


def test_without_a_category_an_object_is_refused_in_words(workspace: Workspace, hand: Hand) -> None:
    for category in workspace.categories:
        workspace.delete_category(category.id)
    heard = Heard(workspace)
    assert workspace.add_object(box=box_at(1), text="Draw box") is None
    assert "category first" in heard.last.text
    assert hand.stored() == ()


def test_every_change_is_one_step(workspace: Workspace, hand: Hand) -> None:
    first, second = hand.draw(10), hand.draw(60)
    hand.move(first, 30)
    afters = [replace(a, is_crowd=True) for a in workspace.annotations]
    workspace.change_many(afters, text="Mark as crowd")
    workspace.delete([first.id, second.id])
    assert hand.steps() == [
        "Delete 2 objects", "Mark as crowd", "Move box", "Draw box", "Draw box",
    ]  # fmt: skip


def test_a_change_that_changes_nothing_is_no_step(workspace: Workspace, hand: Hand) -> None:
    made = hand.draw()
    workspace.change(made, text="Move box")
    workspace.change(replace(made, id=999), text="Move box")
    workspace.delete([999])
    assert hand.steps() == ["Draw box"]


def test_everything_can_be_undone_and_redone(workspace: Workspace, hand: Hand) -> None:
    first = hand.draw(10)
    hand.draw(60)
    hand.move(first, 30)
    workspace.delete([first.id])
    seen = [workspace.annotations]
    for _ in range(4):
        workspace.undo()
        seen.append(workspace.annotations)
    assert [len(row) for row in seen] == [1, 2, 2, 1, 0]
    assert workspace.image is not None
    assert workspace.image.state == ImageState.NEW
    for before in reversed(seen[:-1]):
        workspace.redo()
        assert workspace.annotations == before == hand.stored()


def test_undo_selects_what_came_back(workspace: Workspace, hand: Hand) -> None:
    made = hand.draw()
    workspace.delete([made.id])
    assert workspace.selected == ()
    workspace.undo()
    assert [a.id for a in workspace.selected] == [made.id]


def test_undo_and_redo_reach_back_past_a_reopening(workspace: Workspace, hand: Hand) -> None:
    made = hand.draw(10)
    hand.move(made, 40)
    hand.reopen()
    workspace.undo()
    hand.reopen()
    assert workspace.annotations[0].box == box_at(10)
    workspace.redo()
    assert workspace.annotations[0].box == box_at(40)


def test_nudges_of_one_gesture_are_undone_together(workspace: Workspace, hand: Hand) -> None:
    made = hand.draw(10)
    for x in (11, 12, 13):
        hand.move(workspace.annotations[0], x, gesture="nudge 1")
    workspace.undo()
    assert workspace.annotations == (made,)


def test_there_being_nothing_to_undo_or_redo_is_said(workspace: Workspace, heard: Heard) -> None:
    workspace.undo()
    assert heard.last.text == "There is nothing to undo on this image."
    workspace.redo()
    assert heard.last.text == "There is nothing to redo on this image."


def test_undo_belongs_to_the_image_in_view(workspace: Workspace, hand: Hand) -> None:
    hand.draw()
    hand.show(1)
    workspace.undo()
    assert len(hand.stored(0)) == 1


def test_a_view_that_asks_is_named_as_the_asker(
    workspace: Workspace, hand: Hand, heard: Heard
) -> None:
    view = object()
    made = workspace.add_object(box=box_at(5), text="Draw box", asker=view)
    assert made is not None
    workspace.change(replace(made, is_crowd=True), text="Mark", asker=view)
    workspace.delete([made.id], asker=view)
    assert [asker for _, asker in heard.edited] == [view] * 3
    workspace.undo()
    assert heard.edited[-1][1] is None


def test_correcting_what_another_made_keeps_who_made_it(workspace: Workspace, hand: Hand) -> None:
    made = hand.draw()
    hand.move(made, 20)
    assert workspace.annotations[0].origin == Origin("Ada")
    workspace.settings.change(person="Bea")
    hand.move(workspace.annotations[0], 30)
    assert workspace.annotations[0].origin == Origin("Ada", None, "Bea")


def test_objects_are_pasted_on_another_image_as_one_step(workspace: Workspace, hand: Hand) -> None:
    copied = [hand.draw(10), hand.draw(60)]
    hand.show(1)
    workspace.paste(copied)
    assert [a.box for a in workspace.annotations] == [a.box for a in copied]
    assert {a.id for a in workspace.annotations}.isdisjoint(a.id for a in copied)
    assert {a.image_id for a in workspace.annotations} == {workspace.images[1].id}
    assert len(workspace.selected) == 2
    workspace.undo()
    assert workspace.annotations == ()
    assert len(hand.stored(0)) == 2


def test_a_pasted_object_is_a_new_one_of_the_person(workspace: Workspace, hand: Hand) -> None:
    made = replace(hand.draw(), file_id="7", source='{"id": 7}', origin=Origin("file", None, "Bea"))
    workspace.paste([made])
    pasted = workspace.annotations[-1]
    assert (pasted.file_id, pasted.source, pasted.origin) == (None, None, Origin("Ada"))


def test_recategorising_the_selection_is_one_step_and_sets_the_category_of_new_objects(
    workspace: Workspace, hand: Hand
) -> None:
    ids = [hand.draw(10, BALL).id, hand.draw(60, BALL).id]
    workspace.select(ids)
    workspace.recategorise(PERSON.id)
    assert {a.category_id for a in workspace.annotations} == {PERSON.id}
    assert workspace.current_category == PERSON
    assert hand.steps()[0] == "Change category to person"
    workspace.undo()
    assert {a.category_id for a in workspace.annotations} == {BALL.id}


def test_joints_do_not_go_into_a_category_with_other_joints(
    workspace: Workspace, hand: Hand
) -> None:
    hand.draw(10, PERSON)
    workspace.recategorise(BALL.id)
    assert workspace.annotations[0].keypoints == ()
    hand.predict(prediction(60))
    workspace.select(prediction_id=workspace.predictions[0].id)
    workspace.recategorise(BALL.id)
    assert workspace.annotations[1].category_id == BALL.id
    assert workspace.annotations[1].keypoints == ()


def test_with_nothing_selected_a_category_is_for_new_objects(
    workspace: Workspace, hand: Hand
) -> None:
    workspace.recategorise(BALL.id)
    assert hand.draw(category=workspace.current_category or PERSON).category_id == BALL.id
    assert hand.steps() == ["Draw box"]


# --- predictions ---------------------------------------------------------------------------


def test_accepting_makes_an_object_of_the_prediction_and_undo_gives_it_back(
    workspace: Workspace, hand: Hand
) -> None:
    hand.predict(prediction(10))
    proposed = workspace.predictions[0]
    workspace.accept([proposed.id])
    made = workspace.annotations[0]
    assert (made.box, made.origin) == (proposed.box, Origin("Ada", proposed.version_id))
    assert [k.visibility for k in made.keypoints] == [2, 2]
    assert workspace.predictions == ()
    assert workspace.selected == (made,)
    assert workspace.image is not None
    decision = hand.store.predictions.decisions_of(workspace.image.id)[proposed.id]
    assert (decision.verdict, decision.annotation_id) == (Verdict.ACCEPTED, made.id)
    assert (workspace.image.object_count, workspace.image.prediction_count) == (1, 0)
    workspace.undo()
    assert workspace.annotations == ()
    assert workspace.predictions == (proposed,)
    assert hand.store.predictions.decisions_of(workspace.image.id) == {}


def test_joints_the_model_does_not_believe_in_are_not_placed(
    workspace: Workspace, hand: Hand
) -> None:
    hand.predict(prediction(10, joint_score=0.1))
    workspace.accept([workspace.predictions[0].id])
    assert workspace.annotations[0].keypoints == (Keypoint(0, 0, 0), Keypoint(0, 0, 0))


def test_a_rejected_prediction_is_not_shown_again(workspace: Workspace, hand: Hand) -> None:
    hand.predict(prediction(10), prediction(60, 0.8))
    first, second = workspace.predictions
    workspace.select(prediction_id=first.id)
    workspace.reject([first.id])
    assert workspace.predictions == (second,)
    assert workspace.selected_prediction is None
    hand.reopen()
    assert workspace.predictions == (second,)
    workspace.undo()
    assert workspace.predictions == (first, second)


def test_correcting_a_prediction_stores_the_persons_own_object(
    workspace: Workspace, hand: Hand
) -> None:
    hand.predict(prediction(10))
    proposed = workspace.predictions[0]
    after = replace(workspace.adopt(proposed), box=box_at(14))
    made = workspace.correct(proposed, after, text="Correct box")
    assert made is not None
    assert (made.box, made.origin) == (box_at(14), Origin("Ada", proposed.version_id, "Ada"))
    assert workspace.image is not None
    decision = hand.store.predictions.decisions_of(workspace.image.id)[proposed.id]
    assert (decision.verdict, decision.annotation_id) == (Verdict.CORRECTED, made.id)
    assert workspace.predictions == ()
    assert hand.steps() == ["Correct box"]


def test_adopting_stores_nothing(workspace: Workspace, hand: Hand) -> None:
    hand.predict(prediction(10))
    assert workspace.adopt(workspace.predictions[0]).id == 0
    assert hand.stored() == ()
    assert hand.steps() == []


def test_an_accepted_object_can_be_deleted_and_both_be_undone(
    workspace: Workspace, hand: Hand
) -> None:
    hand.predict(prediction(10))
    proposed = workspace.predictions[0]
    workspace.accept([proposed.id])
    workspace.delete([workspace.annotations[0].id])
    workspace.undo()
    workspace.undo()
    assert (workspace.annotations, workspace.predictions) == ((), (proposed,))


def test_a_prediction_of_what_is_drawn_already_is_hidden(workspace: Workspace, hand: Hand) -> None:
    drawn = hand.draw(10, PERSON)
    hand.predict(prediction(12), prediction(12, 0.8, BALL), prediction(60, 0.7))
    assert [(p.category_id, p.box.x) for p in workspace.predictions] == [
        (BALL.id, 12.0),
        (PERSON.id, 60.0),
    ]
    workspace.delete([drawn.id])
    assert len(workspace.predictions) == 3


def test_the_threshold_acts_at_once_and_is_remembered(
    qtbot: QtBot, workspace: Workspace, hand: Hand
) -> None:
    hand.predict(prediction(10, 0.9), prediction(60, 0.4))
    assert [p.score for p in workspace.predictions] == [0.9]
    with qtbot.waitSignal(workspace.predictions_changed, timeout=0):
        workspace.set_threshold(0.3)
    assert [p.score for p in workspace.predictions] == [0.9, 0.4]
    workspace.select(prediction_id=workspace.predictions[1].id)
    workspace.set_threshold(0.5)
    assert workspace.selected_prediction is None
    workspace.set_threshold(0.25)
    hand.reopen()
    assert workspace.threshold == 0.25


def test_scores_of_single_categories_are_remembered_and_accepting_follows_them(
    workspace: Workspace, hand: Hand
) -> None:
    hand.predict(prediction(0, 0.6), prediction(30, 0.6, BALL), prediction(60, 0.9, BALL))
    workspace.set_threshold(0.8, category_id=BALL.id)
    hand.reopen()
    assert (workspace.line.at(PERSON.id), workspace.line.at(BALL.id)) == (0.5, 0.8)
    assert [p.score for p in workspace.predictions] == [0.9, 0.6]
    workspace.accept_above(everywhere=True, category_id=BALL.id)
    assert [(a.category_id, a.box) for a in workspace.annotations] == [(BALL.id, box_at(60))]
    workspace.accept_above(everywhere=True)
    assert len(workspace.annotations) == 2
    workspace.set_threshold(None, category_id=BALL.id)
    assert workspace.line.own == {}
    assert [p.score for p in workspace.predictions] == [0.6]


def test_accepting_all_shown_takes_only_what_is_shown_in_one_step(
    workspace: Workspace, hand: Hand
) -> None:
    hand.predict(prediction(0, 0.9), prediction(30, 0.8, BALL), prediction(60, 0.4))
    workspace.set_category_hidden(BALL.id, True)
    workspace.accept_above(0.5)
    assert [a.box for a in workspace.annotations] == [box_at(0)]
    workspace.set_category_hidden(BALL.id, False)
    workspace.set_threshold(0.1)
    workspace.accept_above(0.1)
    assert len(workspace.annotations) == 3
    assert hand.steps() == ["Accept 2 predictions", "Accept person 0.90"]


def test_accepting_everywhere_is_one_step_that_its_notice_undoes(
    workspace: Workspace, hand: Hand, heard: Heard
) -> None:
    hand.predict(prediction(10), prediction(60), prediction(30, 0.2))
    hand.predict(prediction(10, 0.6), row=2)
    workspace.accept_above(0.5, everywhere=True)
    assert [i.object_count for i in workspace.images] == [2, 0, 1, 0, 0]
    assert [i.state for i in workspace.images][:3] == ["in_progress", "new", "in_progress"]
    assert heard.last.text == "Accepted 3 predictions from 0.50 on, on 2 images."
    assert heard.last.undo_step is not None
    workspace.undo_step(heard.last.undo_step)
    assert [i.object_count for i in workspace.images] == [0] * 5
    assert {i.state for i in workspace.images} == {ImageState.NEW}
    assert len(workspace.predictions) == 2
    assert heard.last.text.startswith("Undone: Accept 3 predictions")


def test_accepting_everywhere_leaves_out_what_is_not_shown(
    workspace: Workspace, hand: Hand
) -> None:
    hand.show(1)
    hand.draw(10, PERSON)
    hand.show(0)
    hand.predict(prediction(12), prediction(60), row=1)
    hand.predict(prediction(12, 0.9, BALL), row=2)
    workspace.set_category_hidden(BALL.id, True)
    workspace.accept_above(0.5, everywhere=True)
    assert [a.box for a in hand.stored(1)] == [box_at(10), box_at(60)]
    assert hand.stored(2) == ()


def test_accepting_everywhere_with_nothing_waiting_is_said(
    workspace: Workspace, heard: Heard
) -> None:
    workspace.accept_above(0.5, everywhere=True)
    assert heard.last.text == "No prediction from 0.50 on is waiting."


def test_undo_on_an_image_past_a_bulk_step_is_refused_with_the_way_to_do_it(
    workspace: Workspace, hand: Hand, heard: Heard
) -> None:
    hand.draw(60)
    hand.predict(prediction(10))
    hand.predict(prediction(10), row=1)
    workspace.accept_above(0.5, everywhere=True)
    workspace.undo()
    assert len(workspace.annotations) == 2
    assert heard.last.kind == "warning"
    assert "Accept 2 predictions" in heard.last.text
    assert "History" in heard.last.text


def test_what_changed_since_a_bulk_step_is_left_alone_and_counted(
    workspace: Workspace, hand: Hand, heard: Heard
) -> None:
    hand.predict(prediction(10))
    hand.predict(prediction(10), row=1)
    workspace.accept_above(0.5, everywhere=True)
    step = heard.last.undo_step
    assert step is not None
    hand.move(workspace.annotations[0], 50)
    workspace.undo_step(step)
    assert [i.object_count for i in workspace.images][:2] == [1, 0]
    assert "1 changed since were left alone" in heard.last.text


def test_undoing_a_step_twice_is_refused_in_words(
    workspace: Workspace, hand: Hand, heard: Heard
) -> None:
    hand.predict(prediction(10))
    hand.predict(prediction(10), row=1)
    workspace.accept_above(0.5, everywhere=True)
    step = heard.last.undo_step
    assert step is not None
    workspace.undo_step(step)
    workspace.undo_step(step)
    assert (heard.last.kind, heard.last.text.endswith("was undone already.")) == ("warning", True)


def test_clearing_takes_away_only_what_nobody_decided(workspace: Workspace, hand: Hand) -> None:
    hand.predict(prediction(10), prediction(60))
    hand.predict(prediction(10), row=1)
    workspace.accept([workspace.predictions[0].id])
    workspace.clear_predictions(everywhere=False)
    assert workspace.predictions == ()
    assert [i.prediction_count for i in workspace.images][:2] == [0, 1]
    workspace.clear_predictions(everywhere=True)
    assert workspace.images[1].prediction_count == 0
    assert len(workspace.annotations) == 1


def test_new_predictions_never_touch_what_a_person_owns(workspace: Workspace, hand: Hand) -> None:
    hand.draw(10)
    hand.predict(prediction(60))
    workspace.accept([workspace.predictions[0].id])
    owned = workspace.annotations
    hand.predict(prediction(30))
    assert workspace.annotations == owned == hand.stored()
    assert [p.box for p in workspace.predictions] == [box_at(30)]


# --- review --------------------------------------------------------------------------------


def test_reviewed_means_complete_unless_said_otherwise(workspace: Workspace, hand: Hand) -> None:
    workspace.mark_reviewed()
    assert workspace.image is not None
    assert (workspace.image.state, workspace.image.is_complete) == (ImageState.REVIEWED, True)
    workspace.mark_reviewed(complete=False)
    assert (workspace.image.state, workspace.image.is_complete) == (ImageState.REVIEWED, False)
    workspace.mark_unreviewed()
    assert (workspace.image.state, workspace.image.is_complete) == (ImageState.IN_PROGRESS, False)
    for _ in range(3):
        workspace.undo()
    assert (workspace.image.state, workspace.image.is_complete) == (ImageState.NEW, False)


def test_marking_reviewed_and_going_on_shows_the_next_unreviewed_image(
    workspace: Workspace, hand: Hand, heard: Heard
) -> None:
    hand.show(1)
    workspace.mark_reviewed()
    hand.show(0)
    workspace.mark_reviewed(go_on=True)
    assert workspace.image == workspace.images[2]
    for _ in range(3):
        workspace.mark_reviewed(go_on=True)
    assert {i.state for i in workspace.images} == {ImageState.REVIEWED}
    assert "Export" in heard.last.text


def test_no_objects_here_is_refused_where_there_are_objects(
    workspace: Workspace, hand: Hand, heard: Heard
) -> None:
    made = hand.draw()
    workspace.mark_no_objects()
    assert workspace.image is not None
    assert workspace.image.state == ImageState.IN_PROGRESS
    assert heard.last.text.startswith("This image has 1 object.")
    workspace.delete([made.id])
    workspace.mark_no_objects()
    assert (workspace.image.state, workspace.image.is_complete) == (ImageState.REVIEWED, True)


def test_labelled_images_are_marked_reviewed_all_at_once(workspace: Workspace, hand: Hand) -> None:
    for row in (0, 2, 3):
        hand.show(row)
        hand.draw()
    workspace.mark_reviewed()
    assert workspace.labelled_unreviewed() == [workspace.images[n].id for n in (0, 2)]
    workspace.mark_labelled_reviewed()
    assert workspace.labelled_unreviewed() == []
    assert [i.state == ImageState.REVIEWED for i in workspace.images] == [
        True, False, True, True, False,
    ]  # fmt: skip
    entries = hand.store.history.entries()
    assert (entries[0].text, entries[0].is_bulk) == ("Mark 2 labelled images reviewed", True)
    workspace.mark_labelled_reviewed()
    assert len(hand.store.history.entries()) == len(entries)


# --- categories ----------------------------------------------------------------------------


def test_a_category_is_created_current_and_last(workspace: Workspace) -> None:
    made = workspace.add_category("  crate ", joints=("corner",), supercategory="things")
    assert made is not None
    assert (made.name, made.joints, made.supercategory) == ("crate", ("corner",), "things")
    assert workspace.current_category == made == workspace.categories[-1]
    assert made.colour not in (PERSON.colour, BALL.colour)


@pytest.mark.parametrize(("name", "words"), [("Person ", "already"), ("  ", "needs a name")])
def test_a_name_that_is_taken_or_empty_is_refused(
    workspace: Workspace, heard: Heard, name: str, words: str
) -> None:
    assert workspace.add_category(name) is None
    assert words in heard.last.text
    workspace.change_category(replace(BALL, name=name))
    assert words in heard.last.text
    assert len(heard.notices) == 2
    assert workspace.categories == (PERSON, BALL)


def test_renaming_is_one_step_and_may_change_only_the_case(workspace: Workspace) -> None:
    workspace.change_category(replace(BALL, name="Ball"))
    assert [c.name for c in workspace.categories] == ["person", "Ball"]
    assert workspace.store is not None
    assert workspace.store.history.entries()[0].text == "Rename ball to Ball"


def test_changed_joints_keep_the_placed_ones_by_name(workspace: Workspace, hand: Hand) -> None:
    hand.draw()
    workspace.change_category(replace(PERSON, joints=("foot", "hand", "head")))
    absent = Keypoint(0, 0, 0)
    assert workspace.annotations[0].keypoints == (POSE[1], absent, POSE[0])
    assert hand.stored() == workspace.annotations
    assert workspace.category(PERSON.id).joints == ("foot", "hand", "head")


def test_a_change_of_a_category_is_told_once(
    workspace: Workspace, hand: Hand, heard: Heard
) -> None:
    hand.draw()
    heard.edited.clear()
    workspace.change_category(replace(PERSON, joints=("foot",)))
    assert len(heard.edited) == 1


def test_categories_keep_the_order_they_are_given(workspace: Workspace, hand: Hand) -> None:
    crate = workspace.add_category("crate")
    assert crate is not None
    workspace.move_category(crate.id, -1)
    assert [c.name for c in workspace.categories] == ["person", "crate", "ball"]
    workspace.move_category(PERSON.id, -1)
    workspace.move_category(BALL.id, 5)
    hand.reopen()
    assert [c.name for c in workspace.categories] == ["person", "crate", "ball"]


def test_a_deleted_category_takes_its_objects_along_and_brings_them_back(
    workspace: Workspace, hand: Hand, heard: Heard
) -> None:
    kept = hand.draw(60, BALL)
    hand.draw(10, PERSON)
    hand.show(1)
    hand.draw(10, PERSON)
    hand.predict(prediction(60))
    workspace.delete_category(PERSON.id)
    assert workspace.categories == (BALL,)
    assert workspace.current_category == BALL
    assert (workspace.annotations, workspace.predictions) == ((), ())
    assert hand.stored(0) == (kept,)
    assert heard.last.text == "Deleted category person and its 2 objects."
    assert heard.last.undo_step is not None
    workspace.undo_step(heard.last.undo_step)
    assert workspace.categories == (PERSON, BALL)
    assert len(workspace.annotations) == 1
    assert [i.object_count for i in workspace.images][:2] == [2, 1]


def test_hidden_categories_are_remembered_by_the_project(workspace: Workspace, hand: Hand) -> None:
    hand.predict(prediction(10, category=BALL))
    workspace.set_category_hidden(BALL.id, True)
    assert workspace.predictions == ()
    hand.reopen()
    assert workspace.hidden_categories == {BALL.id}
    workspace.set_category_hidden(BALL.id, False)
    assert len(workspace.predictions) == 1


def test_hidden_and_locked_objects_are_so_until_the_project_is_closed(
    workspace: Workspace, hand: Hand
) -> None:
    made = hand.draw()
    workspace.set_hidden([made.id], True)
    workspace.set_locked([made.id], True)
    assert (workspace.hidden, workspace.locked) == ({made.id}, {made.id})
    workspace.set_hidden([made.id], False)
    assert (workspace.hidden, workspace.locked) == (frozenset(), {made.id})
    hand.reopen()
    assert workspace.locked == frozenset()


# --- images, opening -----------------------------------------------------------------------


def test_walking_stops_at_both_ends_and_says_so(
    workspace: Workspace, hand: Hand, heard: Heard
) -> None:
    workspace.go(-1)
    assert heard.last.text == "This is the first image."
    workspace.go(4)
    assert workspace.image == workspace.images[4]
    workspace.go(1)
    assert heard.last.text == "This is the last image."
    assert workspace.image == workspace.images[4]


def test_walking_the_unreviewed_goes_round(workspace: Workspace, hand: Hand) -> None:
    hand.show(1)
    workspace.mark_reviewed()
    hand.show(0)
    workspace.go_unreviewed(1)
    assert workspace.image == workspace.images[2]
    workspace.go_unreviewed(-1)
    workspace.go_unreviewed(-1)
    assert workspace.image == workspace.images[4]


def test_the_queue_goes_from_the_least_sure_to_the_never_predicted(
    workspace: Workspace, hand: Hand, heard: Heard
) -> None:
    ids = [i.id for i in workspace.images]
    ranks = {ids[1]: (0.2, ""), ids[3]: (0.9, "left wrist 0.31"), ids[4]: (0.9, "")}
    hand.store.images.set_ranks(ranks)
    workspace.refresh_rows(ids)
    hand.show(3)
    seen = []
    for _ in range(4):
        workspace.go_queue(1)
        assert workspace.image is not None
        seen.append(ids.index(workspace.image.id))
    assert seen == [4, 1, 0, 2]
    workspace.go_queue(1)
    assert heard.last.text == "The queue ends here."
    workspace.go_queue(-1)
    assert workspace.image == workspace.images[0]


def test_a_project_opens_at_the_image_it_was_left_at(workspace: Workspace, hand: Hand) -> None:
    assert workspace.image == workspace.images[0]
    hand.show(3)
    hand.reopen()
    assert workspace.image == workspace.images[3]
    assert workspace.current_category == PERSON


def test_the_category_in_hand_is_remembered(workspace: Workspace, hand: Hand) -> None:
    workspace.set_current_category(BALL.id)
    hand.reopen()
    assert workspace.current_category == BALL


def test_images_taken_out_are_gone_and_their_files_stay(workspace: Workspace, hand: Hand) -> None:
    path, ids = workspace.image_path, [i.id for i in workspace.images]
    hand.draw()
    workspace.take_out(ids[:2])
    assert [i.id for i in workspace.images] == ids[2:]
    assert workspace.image == workspace.images[0]
    assert path is not None
    assert path.exists()
    hand.reopen()
    assert workspace.image == workspace.images[0]
    hand.show(2)
    workspace.take_out([ids[4]])
    assert workspace.image == workspace.images[1]
    hand.reopen()
    assert workspace.image == workspace.images[1]
    workspace.take_out([i.id for i in workspace.images])
    assert workspace.image is None
    assert workspace.annotations == ()


def test_a_project_without_images_or_categories_opens(
    closed_workspace: Workspace, tmp_path: Path
) -> None:
    Store.create(tmp_path / "empty").close()
    closed_workspace.open(tmp_path / "empty")
    assert closed_workspace.image is None
    assert closed_workspace.current_category is None
    for step in (1, -1):
        closed_workspace.go(step)
        closed_workspace.go_unreviewed(step)
        closed_workspace.go_queue(step)
    closed_workspace.undo()
    closed_workspace.mark_reviewed()
    closed_workspace.accept_above(0.5, everywhere=True)
    assert closed_workspace.image is None


def test_a_failed_opening_leaves_open_what_was(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(KnownError, match="no project"):
        workspace.open(tmp_path / "nowhere")
    assert workspace.store is not None
    assert len(workspace.images) == 5
    assert not (tmp_path / "nowhere").exists()


def test_opening_the_open_project_again_keeps_it_editable(workspace: Workspace, hand: Hand) -> None:
    hand.show(2)
    workspace.open(hand.store.folder)
    assert not workspace.is_read_only
    assert workspace.image == workspace.images[2]
    hand.draw()
    assert len(hand.stored()) == 1


def test_closing_leaves_nothing_open(qtbot: QtBot, workspace: Workspace, hand: Hand) -> None:
    hand.draw()
    with qtbot.waitSignals([workspace.project_changed, workspace.image_changed], timeout=0):
        workspace.close()
    assert (workspace.store, workspace.image, workspace.image_path) == (None, None, None)
    assert (workspace.annotations, workspace.categories, workspace.selected) == ((), (), ())
    assert workspace.add_object(box=box_at(1), category_id=1, text="Draw box") is None


def test_a_second_window_looks_only_and_says_why(workspace: Workspace, hand: Hand) -> None:
    made = hand.draw()
    hand.predict(prediction(60))
    second = Workspace(UserSettings())
    heard = Heard(second)
    second.open(hand.store.folder)
    assert second.is_read_only
    assert heard.last.kind == "warning"
    assert "Ada" in heard.last.text
    assert second.annotations == (made,)
    for change in (
        lambda: second.add_object(box=box_at(1), text="Draw box"),
        lambda: second.change(replace(made, is_crowd=True), text="Mark"),
        lambda: second.delete([made.id]),
        lambda: second.accept([second.predictions[0].id]),
        lambda: second.reject([second.predictions[0].id]),
        lambda: second.accept_above(0.1, everywhere=True),
        lambda: second.clear_predictions(everywhere=True),
        second.undo,
        second.mark_reviewed,
        lambda: second.add_category("crate"),
        lambda: second.change_category(replace(PERSON, joints=("foot",))),
        lambda: second.delete_category(BALL.id),
        lambda: second.move_category(BALL.id, -1),
        lambda: second.take_out([second.images[0].id]),
        lambda: second.paste([made]),
    ):
        heard.notices.clear()
        change()
        assert "looking only" in heard.last.text
    for look in (
        lambda: second.set_threshold(0.1),
        lambda: second.set_category_hidden(BALL.id, True),
        lambda: second.set_current_category(BALL.id),
        lambda: second.show_image(second.images[1].id),
    ):
        look()
    second.show_image(second.images[0].id)
    assert second.annotations == (made,)
    assert second.categories == (PERSON, BALL)
    second.close()
    assert (hand.stored(), len(workspace.predictions), hand.steps()) == ((made,), 1, ["Draw box"])


def test_a_closed_project_can_be_edited_by_the_next(workspace: Workspace, hand: Hand) -> None:
    folder = hand.store.folder
    workspace.close()
    second = Workspace(UserSettings())
    second.open(folder)
    assert not second.is_read_only
    second.close()


def test_another_project_brings_its_own_facts(
    workspace: Workspace, hand: Hand, tmp_path: Path
) -> None:
    workspace.set_threshold(0.9)
    workspace.set_category_hidden(BALL.id, True)
    workspace.set_hidden([hand.draw().id], True)
    workspace.open(make_project(tmp_path / "other"))
    assert workspace.threshold == workspace.settings.value.threshold
    assert (workspace.hidden_categories, workspace.hidden) == (frozenset(), frozenset())
    assert workspace.annotations == ()


def test_an_unknown_tool_is_a_bug_and_a_known_one_is_told_once(
    qtbot: QtBot, workspace: Workspace
) -> None:
    told: list[str] = []
    workspace.tool_changed.connect(told.append)
    workspace.set_tool("box")
    workspace.set_tool("box")
    assert told == ["box"]
    with pytest.raises(ValueError, match="no tool"):
        workspace.set_tool("hammer")


def test_objects_come_in_drawing_order(workspace: Workspace, hand: Hand) -> None:
    made = [hand.draw(x) for x in (60, 10, 30)]
    assert [a.id for a in workspace.annotations] == [a.id for a in made]
    top = replace(made[0], ordinal=99)
    workspace.change(top, text="Bring to front")
    assert [a.id for a in workspace.annotations] == [made[1].id, made[2].id, made[0].id]


def test_ids_past_32_bits_arrive_whole(workspace: Workspace, hand: Hand) -> None:
    changed: list[frozenset[int] | None] = []
    workspace.images_changed.connect(changed.append)
    workspace.images_changed.emit(frozenset({2**40}))
    assert changed == [frozenset({2**40})]


def test_a_disk_that_takes_no_more_is_told_and_changes_nothing(
    workspace: Workspace, hand: Hand, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = hand.draw()
    hand.predict(prediction(60))

    def refuse(*_args: object, **_more: object) -> None:
        raise RefusedError("project.sqlite could not be written: database or disk is full.")

    parts = ((hand.store.history, "apply"), (hand.store.settings, "set"))
    for part, name in (*parts, (hand.store.bulk, "begin")):
        monkeypatch.setattr(part, name, refuse)
    monkeypatch.setattr(hand.store.predictions, "clear", refuse)
    for ask in (
        lambda: workspace.add_object(box=box_at(30), text="Draw box"),
        lambda: hand.move(made, 40),
        lambda: workspace.delete([made.id]),
        lambda: workspace.accept([p.id for p in workspace.predictions]),
        lambda: workspace.accept_above(0.1, everywhere=True),
        lambda: workspace.clear_predictions(everywhere=True),
        workspace.mark_reviewed,
        lambda: workspace.add_category("car"),
        lambda: workspace.delete_category(PERSON.id),
    ):
        heard.notices.clear()
        assert ask() is None
        assert [n.kind for n in heard.notices] == ["error"]
    assert workspace.annotations == (made,)
    assert workspace.categories == (PERSON, BALL)
    workspace.show_image(workspace.images[1].id)  # only what is remembered of it is left out
    assert workspace.image == workspace.images[1]
