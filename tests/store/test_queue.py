"""What the store remembers of the queue."""

from __future__ import annotations

import numpy as np

from annotator.domain.queueing import STOP_IOU, Appearance, Outlook, Reason, in_words
from annotator.store import queue
from tests.store.project_hand import Hand


def rows(*values: tuple[float, ...]) -> np.ndarray:
    return np.array(values, np.float16)


def test_what_an_image_looks_like_comes_back_as_it_was(hand: Hand) -> None:
    own = Appearance(hand.first, 3, rows((0.5, 2.0))[0], 11, rows((1.0, 0.0), (0.0, -1.0)), (12,))
    hand.store.queue.set_appearance(own)
    bare = Appearance(hand.second, 3, rows((1.0, 1.0))[0])
    hand.store.queue.set_appearance(bare)
    found = hand.store.queue.appearances(3)
    assert list(found) == [hand.first, hand.second]
    np.testing.assert_array_equal(found[hand.first].scene, own.scene)
    np.testing.assert_array_equal(found[hand.first].traits_of(12), own.traits[1])
    assert found[hand.first].traits_of(13) is None
    assert found[hand.first].unconfirmed == (12,)
    assert found[hand.second].unconfirmed is None
    assert found[hand.second].traits_of(11) is None
    assert hand.store.queue.appearances(4) == {}


def test_a_newer_look_replaces_the_former(hand: Hand) -> None:
    hand.store.queue.set_appearance(Appearance(hand.first, 3, rows((1.0,))[0]))
    hand.store.queue.set_unconfirmed(hand.first, [5])
    assert hand.store.queue.appearances(3)[hand.first].unconfirmed == (5,)
    hand.store.queue.set_appearance(Appearance(hand.first, 4, rows((2.0,))[0]))
    assert hand.store.queue.appearances(3) == {}
    assert hand.store.queue.appearances(4)[hand.first].unconfirmed is None


def test_places_and_reasons_are_those_of_the_last_order(hand: Hand) -> None:
    why = Reason("cat 0.31: nose unsure", "joint", 7, 0)
    hand.store.queue.set_order([hand.second, hand.first], {hand.second: [why]})
    assert [i.place for i in hand.store.images.all()] == [1, 0]
    assert hand.store.queue.reasons_of(hand.second) == (why,)
    hand.store.queue.set_order([hand.first], {})
    assert [i.place for i in hand.store.images.all()] == [0, None]
    assert hand.store.queue.reasons_of(hand.second) == ()


def test_a_long_order_is_written_in_several_transactions(hand: Hand, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(queue, "AT_ONCE", 1)
    hand.store.queue.set_order([hand.second, hand.first], {})
    assert [i.place for i in hand.store.images.all()] == [1, 0]
    hand.store.queue.set_order([], {})
    assert [i.place for i in hand.store.images.all()] == [None, None]


def test_what_is_forgotten_has_no_place_no_reason_and_no_look(hand: Hand) -> None:
    hand.store.queue.set_appearance(Appearance(hand.first, 3, rows((1.0,))[0]))
    hand.store.queue.set_order([hand.first], {hand.first: [Reason("why", "sure")]})
    hand.store.queue.forget([hand.first])
    assert hand.store.images.get(hand.first).place is None
    assert hand.store.queue.reasons_of(hand.first) == ()
    assert hand.store.queue.appearances(3) == {}


def test_the_outlook_is_kept_and_says_when_to_stop(hand: Hand) -> None:
    assert hand.store.queue.outlook is None
    hand.store.queue.set_outlook(Outlook(20, 312.0, STOP_IOU))
    found = hand.store.queue.outlook
    assert found == Outlook(20, 312.0, 0.9)
    assert found.is_mostly_checking
    assert not Outlook(20, 312.0, 0.89).is_mostly_checking
    assert not Outlook(20).is_mostly_checking
    hand.store.queue.set_outlook(None)
    assert hand.store.queue.outlook is None


def test_reasons_in_words() -> None:
    assert in_words("joint", what="person 0.31", joint="left_wrist") == (
        "person 0.31: left wrist unsure"
    )
    assert in_words("joint", what="person 0.31") == "person 0.31: joints unsure"
    assert in_words("box", what="ball 0.90", side="left") == "ball 0.90: left edge unsure"
    assert in_words("box", what="ball 0.90") == "ball 0.90: box unsure"
    assert in_words("mask", what="ball 0.87") == "ball 0.87: outline unsure"
    assert in_words("category", what="ball 0.42") == "ball 0.42: may not be one"
    assert in_words("empty") == "the model found nothing here"
