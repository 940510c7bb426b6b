"""Any state of an image can be walked to, step by step, as undo and redo would go."""

from __future__ import annotations

import pytest

from annotator.domain.edits import Edit, Step
from annotator.domain.errors import RefusedError
from annotator.domain.model import Annotation, Box, Decision, Verdict
from annotator.store.history import Walked
from tests.store.project_hand import Hand


def walk(hand: Hand, step_id: int, *, seconds: float = 60) -> Walked:
    return hand.store.history.walk(hand.first, step_id, person="Ada", seconds=seconds)


@pytest.fixture
def states(hand: Hand) -> dict[int, tuple[Annotation, ...]]:
    """The states after some steps, by step; 0 for the one before all."""
    seen: dict[int, tuple[Annotation, ...]] = {0: ()}

    def look() -> None:
        seen[hand.store.history.entries(hand.first, 1)[0].id] = hand.on(hand.first)

    current = hand.draw(hand.first)
    look()
    for x in (2, 3):
        current = hand.move(current, x)
        look()
    for x in (7, 8, 9):
        current = hand.move(current, x, gesture="nudges")
    look()
    other = hand.draw(hand.first, Box(20, 1, 5, 5))
    look()
    hand.delete(other)
    look()
    return seen


def test_every_state_can_be_walked_to_from_every_other(
    hand: Hand, states: dict[int, tuple[Annotation, ...]]
) -> None:
    for start in states:
        for end, there in states.items():
            walk(hand, start)
            assert walk(hand, end).is_there
            assert hand.on(hand.first) == there


def test_a_walk_is_written_as_the_undos_and_redos_it_is_made_of(
    hand: Hand, states: dict[int, tuple[Annotation, ...]]
) -> None:
    first = min(key for key in states if key)
    before = hand.on(hand.first)
    walk(hand, first)
    texts = []
    while hand.store.history.redo(hand.first, person="Ada"):
        texts.append(hand.store.history.undo_text(hand.first))
    assert texts == ["Move box", "Move box", "Move box", "Draw box", "Delete object"]
    assert hand.on(hand.first) == before


def test_a_gesture_is_walked_as_a_whole(hand: Hand, states: dict[int, object]) -> None:
    inside = [e.id for e in hand.store.history.entries(hand.first) if e.gesture == "nudges"]
    walk(hand, inside[1])
    assert hand.on(hand.first)[0].box == Box(9, 2, 3, 4)
    walk(hand, 0)
    walk(hand, inside[1])
    assert hand.on(hand.first)[0].box == Box(9, 2, 3, 4)


def test_a_walk_can_be_taken_in_pieces(hand: Hand, states: dict[int, object]) -> None:
    pieces = 0
    while not walk(hand, 0, seconds=0).is_there:
        pieces += 1
    assert pieces == 5
    assert hand.on(hand.first) == ()
    assert walk(hand, 0) == Walked((), True)


def test_what_was_undone_and_replaced_cannot_be_walked_to(hand: Hand) -> None:
    drawn = hand.draw(hand.first)
    hand.move(drawn, 9)
    hand.undo(hand.first)
    hand.move(drawn, 5)
    gone = next(e for e in hand.store.history.entries(hand.first) if e.is_undone)
    assert not gone.can_redo
    with pytest.raises(RefusedError, match="others were made in its place"):
        walk(hand, gone.id)
    with pytest.raises(RefusedError):
        walk(hand, 10**6)


def test_a_step_over_many_images_stands_in_the_way_and_nothing_is_done(hand: Hand) -> None:
    drawn = hand.draw(hand.first)
    start = hand.store.history.entries(hand.first)[0].id
    made = Annotation(hand.store.take_ids("annotation")[0], hand.first, hand.category.id)
    edits = Edit(None, made), Edit(None, Decision(5, hand.first, Verdict.ACCEPTED, made.id))
    hand.do("Accept 1 prediction", *edits)
    moved = hand.move(drawn, 9)
    with pytest.raises(RefusedError, match=r"Accept 1 prediction.*Edit > History"):
        walk(hand, start)
    assert moved in hand.on(hand.first)


def test_the_list_says_what_can_be_redone_and_comes_in_pages(hand: Hand) -> None:
    current = hand.draw(hand.first)
    for x in range(2, 8):
        current = hand.move(current, x)
    for _ in range(3):
        hand.undo(hand.first)
    hand.draw(hand.second)
    history = hand.store.history
    lines = history.entries(hand.first)
    assert [e.can_redo for e in lines] == [True] * 3 + [False] * 4
    pages = [*history.entries(hand.first, 3)]
    while page := history.entries(hand.first, 3, before=pages[-1].id):
        pages += page
    assert pages == lines
    newest = history.entries(limit=2)
    assert newest + history.entries(before=newest[-1].id) == history.entries()


def test_a_step_says_what_it_was_about(hand: Hand) -> None:
    drawn = hand.draw(hand.first)
    text, about = "Move box", "cat 1"
    edit = Edit(drawn, hand.move(drawn, 4)).inverse()
    hand.store.history.apply(Step(text, (edit,), hand.first, None, about), person="Ada")
    assert hand.store.history.entries(hand.first)[0].about == about
    assert hand.store.history.undo_text(hand.first) == "Move box, cat 1"
    hand.undo(hand.first)
    assert hand.store.history.redo_text(hand.first) == "Move box, cat 1"
    assert hand.store.history.entries(hand.first)[1].about == ""
