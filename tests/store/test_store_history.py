"""Undo and redo are served from the project's history."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator.domain.edits import Edit
from annotator.domain.errors import RefusedError
from annotator.domain.model import Annotation, Box, Decision, ImageState, Review, Verdict
from tests.store.project_hand import Hand


def test_an_edit_is_stored_and_undone_and_redone(hand: Hand) -> None:
    drawn = hand.draw(hand.first)
    moved = hand.move(drawn, 9)
    assert hand.on(hand.first) == (moved,)
    undone = hand.store.history.undo(hand.first, person="Ada")
    assert undone is not None
    assert (undone.text, undone.edits) == ("Move box", (Edit(moved, drawn),))
    assert hand.on(hand.first) == (drawn,)
    hand.redo(hand.first)
    assert hand.on(hand.first) == (moved,)


def test_nothing_to_undo_or_redo_is_none(hand: Hand) -> None:
    assert hand.undo(hand.first) is None
    assert hand.redo(hand.first) is None
    assert hand.store.history.undo_text(hand.first) is None


def test_undo_belongs_to_the_image(hand: Hand) -> None:
    drawn = hand.draw(hand.first)
    hand.draw(hand.second)
    hand.undo(hand.first)
    assert hand.on(hand.first) == ()
    assert len(hand.on(hand.second)) == 1
    hand.redo(hand.first)
    assert hand.on(hand.first) == (drawn,)


def test_undo_and_redo_survive_a_restart(hand: Hand) -> None:
    drawn = hand.draw(hand.first)
    moved = hand.move(drawn, 9)
    hand.reopen()
    assert hand.store.history.undo_text(hand.first) == "Move box"
    hand.undo(hand.first)
    hand.reopen()
    assert hand.store.history.redo_text(hand.first) == "Move box"
    hand.redo(hand.first)
    assert hand.on(hand.first) == (moved,)


def test_a_new_edit_cuts_off_what_could_be_redone(hand: Hand) -> None:
    drawn = hand.draw(hand.first)
    hand.move(drawn, 9)
    hand.undo(hand.first)
    moved = hand.move(drawn, 5)
    assert hand.redo(hand.first) is None
    hand.undo(hand.first)
    assert hand.on(hand.first) == (drawn,)
    hand.redo(hand.first)
    assert hand.on(hand.first) == (moved,)
    assert hand.redo(hand.first) is None


def test_a_thousand_steps_are_undone_and_redone(hand: Hand) -> None:
    current = drawn = hand.draw(hand.first)
    for x in range(1000):
        current = hand.move(current, x + 2)
    for _ in range(1000):
        assert hand.undo(hand.first)
    assert hand.on(hand.first) == (drawn,)
    for _ in range(1000):
        assert hand.redo(hand.first)
    assert hand.on(hand.first) == (current,)


def test_steps_of_one_gesture_go_together(hand: Hand) -> None:
    drawn = hand.draw(hand.first)
    current = drawn
    for x in (2, 3, 4):
        current = hand.move(current, x, gesture="nudge-1")
    other = hand.move(current, 20, gesture="nudge-2")
    hand.undo(hand.first)
    assert hand.on(hand.first) == (current,)
    undone = hand.store.history.undo(hand.first, person="Ada")
    assert undone is not None
    assert len(undone.edits) == 3
    assert hand.on(hand.first) == (drawn,)
    hand.redo(hand.first)
    assert hand.on(hand.first) == (current,)
    hand.redo(hand.first)
    assert hand.on(hand.first) == (other,)


def test_a_gesture_interrupted_by_another_step_is_two(hand: Hand) -> None:
    drawn = hand.draw(hand.first)
    one = hand.move(drawn, 2, gesture="g")
    two = hand.move(one, 3)
    hand.move(two, 4, gesture="g")
    hand.undo(hand.first)
    assert hand.on(hand.first) == (two,)
    hand.undo(hand.first)
    assert hand.on(hand.first) == (one,)


def test_an_edit_whose_before_is_not_stored_is_refused(hand: Hand) -> None:
    drawn = hand.draw(hand.first)
    stale = replace(drawn, box=Box(7, 7, 7, 7))
    with pytest.raises(RefusedError, match="changed since"):
        hand.do("Move box", Edit(stale, drawn), image=hand.first)
    with pytest.raises(RefusedError):
        hand.do("Draw box", Edit(None, drawn), image=hand.first)
    assert hand.on(hand.first) == (drawn,)
    assert hand.store.history.undo_text(hand.first) == "Draw box"


def test_a_refused_step_changes_nothing_at_all(hand: Hand) -> None:
    drawn = hand.draw(hand.first)
    fresh = replace(drawn, id=hand.store.take_ids("annotation")[0])
    with pytest.raises(RefusedError):
        hand.do("Both", Edit(None, fresh), Edit(None, drawn), image=hand.first)
    assert hand.on(hand.first) == (drawn,)


def _accept_everywhere(hand: Hand) -> tuple[int, list[Annotation]]:
    made = [
        Annotation(key, image, hand.category.id, Box(0, 0, 5, 5))
        for key, image in zip(
            hand.store.take_ids("annotation", 2), (hand.first, hand.second), strict=True
        )
    ]
    decisions = [Decision(k, a.image_id, Verdict.ACCEPTED, a.id) for k, a in enumerate(made, 100)]
    edits = [Edit(None, value) for value in (*made, *decisions)]
    return hand.do("Accept 2 predictions", *edits), made


def test_undo_past_a_bulk_step_is_refused_and_says_where_to_undo_it(hand: Hand) -> None:
    hand.draw(hand.first)
    _accept_everywhere(hand)
    with pytest.raises(RefusedError, match=r"Accept 2 predictions.*Edit > History"):
        hand.undo(hand.first)
    assert len(hand.on(hand.first)) == 2


def test_a_bulk_step_is_undone_as_a_whole(hand: Hand) -> None:
    drawn = hand.draw(hand.first)
    step_id, _ = _accept_everywhere(hand)
    assert hand.undo_step(step_id) == "Undone: Accept 2 predictions."
    assert hand.on(hand.first) == (drawn,)
    assert hand.on(hand.second) == ()
    assert hand.store.predictions.decisions_of(hand.second) == {}
    with pytest.raises(RefusedError, match="undone already"):
        hand.undo_step(step_id)
    hand.undo(hand.first)
    assert hand.on(hand.first) == ()


def test_what_changed_since_a_bulk_step_is_left_alone_with_its_verdict(hand: Hand) -> None:
    step_id, made = _accept_everywhere(hand)
    moved = hand.move(made[0], 9)
    assert hand.undo_step(step_id).endswith("1 changed since were left alone.")
    assert hand.on(hand.first) == (moved,)
    assert list(hand.store.predictions.decisions_of(hand.first)) == [100]
    assert hand.on(hand.second) == ()
    assert hand.store.predictions.decisions_of(hand.second) == {}


def test_a_bulk_step_is_redone_where_steps_without_an_image_are(hand: Hand) -> None:
    step_id, _ = _accept_everywhere(hand)
    hand.undo_step(step_id)
    assert hand.redo(hand.first) is None
    hand.redo(None)
    assert len(hand.on(hand.first)) == len(hand.on(hand.second)) == 1


def test_categories_have_an_undo_of_their_own(hand: Hand) -> None:
    renamed = replace(hand.category, name="dog")
    hand.do("Rename category", Edit(hand.category, renamed))
    hand.draw(hand.first)
    hand.undo(None)
    assert hand.store.categories.all() == (hand.category,)
    hand.redo(None)
    assert hand.store.categories.get(hand.category.id) == renamed


def test_a_category_with_objects_cannot_hang_in_the_air(hand: Hand) -> None:
    drawn = hand.draw(hand.first)
    with pytest.raises(RefusedError, match="Nothing was changed"):
        hand.do("Delete category", Edit(hand.category, None))
    assert hand.store.categories.all() == (hand.category,)
    hand.do("Delete category", Edit(hand.category, None), Edit(drawn, None))
    assert hand.store.categories.all() == ()
    hand.undo(None)
    assert hand.on(hand.first) == (drawn,)


def test_a_review_is_an_edit(hand: Hand) -> None:
    before = Review(hand.first, ImageState.NEW, False)
    after = Review(hand.first, ImageState.REVIEWED, True)
    hand.do("Mark reviewed", Edit(before, after), image=hand.first)
    image = hand.store.images.get(hand.first)
    assert (image.state, image.is_complete) == (ImageState.REVIEWED, True)
    hand.undo(hand.first)
    assert hand.store.images.get(hand.first).state is ImageState.NEW


def test_an_import_is_listed_and_never_undone(hand: Hand) -> None:
    hand.draw(hand.first)
    hand.store.history.record("Import a.json", person="Ada")
    assert hand.store.history.undo_text(None) == "Add category"
    texts = [entry.text for entry in hand.store.history.entries()]
    assert texts == ["Import a.json", "Draw box", "Add category"]


def test_the_list_says_what_is_undone_and_what_is_bulk(hand: Hand) -> None:
    hand.draw(hand.first)
    hand.undo(hand.first)
    _accept_everywhere(hand)
    lines = hand.store.history.entries(hand.first)
    assert [(e.text, e.is_undone, e.is_bulk, e.person) for e in lines] == [
        ("Accept 2 predictions", False, True, "Ada"),
        ("Draw box", True, False, "Ada"),
    ]
    assert len(hand.store.history.entries(limit=1)) == 1


def test_what_the_file_said_comes_back_with_a_deleted_object(hand: Hand) -> None:
    source = '{"bbox":[1,2,3,4],"x":1}'
    told = hand.draw(hand.first, file_id="7", source=source)
    moved = hand.move(told, 5)
    hand.delete(moved)
    hand.undo(hand.first)
    assert hand.on(hand.first) == (moved,)
    hand.undo(hand.first)
    assert hand.on(hand.first) == (told,)


MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("draw"), st.integers(0, 1), st.integers(0, 50)),
        st.tuples(st.just("move"), st.integers(0, 5), st.integers(0, 50)),
        st.tuples(st.just("nudge"), st.integers(0, 5), st.integers(0, 50)),
        st.tuples(st.just("delete"), st.integers(0, 5), st.just(0)),
        st.tuples(st.just("undo"), st.integers(0, 1), st.just(0)),
        st.tuples(st.just("redo"), st.integers(0, 1), st.just(0)),
    ),
    max_size=25,
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(MOVES)
def test_any_walk_of_edits_undos_and_redos_equals_a_list_of_states(
    tmp_path_factory: pytest.TempPathFactory, moves: list[tuple[str, int, int]]
) -> None:
    hand = Hand(tmp_path_factory.mktemp("walk") / "p")
    images = (hand.first, hand.second)
    states: dict[int, list[dict[int, Annotation]]] = {image: [{}] for image in images}
    at = dict.fromkeys(images, 0)
    gestures: dict[int, list[str | None]] = {image: [None] for image in images}

    def came(image: int, state: dict[int, Annotation], gesture: str | None) -> None:
        del states[image][at[image] + 1 :], gestures[image][at[image] + 1 :]
        if gesture is not None and gestures[image][-1] == gesture:
            states[image][-1] = state
        else:
            states[image].append(state)
            gestures[image].append(gesture)
        at[image] = len(states[image]) - 1

    for name, which, x in moves:
        there = [a for image in images for a in states[image][at[image]].values()]
        if name == "draw":
            drawn = hand.draw(images[which], Box(x, 0, 5, 5))
            came(
                drawn.image_id, states[drawn.image_id][at[drawn.image_id]] | {drawn.id: drawn}, None
            )
        elif name in ("move", "nudge", "delete") and there:
            value = there[which % len(there)]
            image = value.image_id
            rest = {k: v for k, v in states[image][at[image]].items() if k != value.id}
            if name == "delete":
                hand.delete(value)
                came(image, rest, None)
            else:
                gesture = f"g{image}" if name == "nudge" else None
                moved = hand.move(value, x, gesture=gesture)
                came(image, rest | {moved.id: moved}, gesture)
        elif name == "undo":
            image = images[which]
            assert (hand.undo(image) is None) == (at[image] == 0)
            at[image] = max(at[image] - 1, 0)
        elif name == "redo":
            image = images[which]
            assert (hand.redo(image) is None) == (at[image] == len(states[image]) - 1)
            at[image] = min(at[image] + 1, len(states[image]) - 1)
        for image in images:
            assert {a.id: a for a in hand.on(image)} == states[image][at[image]]
    hand.store.close()
