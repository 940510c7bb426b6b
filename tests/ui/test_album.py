"""Ways through the images."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.model import Image, ImageState
from annotator.ui.album import Album

rows = st.lists(
    st.tuples(
        st.sampled_from(ImageState),
        st.one_of(st.none(), st.sampled_from((0.0, 0.3, 0.9))),
        st.booleans(),
    ),
    max_size=12,
).map(
    lambda values: [
        Image(10 * n + 7, 1, f"{n}.png", state=state, uncertainty=unsure, is_missing=missing)
        for n, (state, unsure, missing) in enumerate(values)
    ]
)


def test_an_empty_album_leads_nowhere() -> None:
    album = Album()
    for step in (1, -1):
        assert album.neighbour(None, step) is None
        assert album.unreviewed(None, step) is None
        assert album.in_queue(None, step) is None
    assert (album.get(1), album.queue()) == (None, [])


@given(rows, st.integers(-3, 3))
def test_a_neighbour_is_that_many_rows_away(images: list[Image], step: int) -> None:
    album = Album(images)
    for row, image in enumerate(images):
        found = album.neighbour(image.id, step)
        wanted = row + step
        assert found == (images[wanted] if 0 <= wanted < len(images) else None)


@given(rows)
def test_walking_on_meets_every_unreviewed_image_once_a_round(images: list[Image]) -> None:
    album = Album(images)
    waiting = [i for i in images if i.state != ImageState.REVIEWED]
    for step in (1, -1):
        ordered = waiting if step == 1 else waiting[::-1]
        seen: list[Image] = []
        at = None
        for _ in waiting:
            found = album.unreviewed(at, step)
            if found is None:
                break
            seen.append(found)
            at = found.id
        assert seen == ordered


@given(rows)
def test_an_image_is_never_its_own_next_unreviewed(images: list[Image]) -> None:
    album = Album(images)
    for image in images:
        others = [i for i in images if i is not image and i.state != ImageState.REVIEWED]
        for step in (1, -1):
            found = album.unreviewed(image.id, step)
            assert found in others if others else found is None


@given(rows)
def test_the_queue_holds_what_is_to_do_the_least_sure_first(images: list[Image]) -> None:
    album = Album(images)
    queue = album.queue()
    assert sorted(i.id for i in queue) == [
        i.id for i in images if i.state != ImageState.REVIEWED and not i.is_missing
    ]
    places = [(-1.0 if i.uncertainty is None else i.uncertainty) for i in queue]
    assert places == sorted(places, reverse=True)
    for first, second in pairwise(queue):
        if first.uncertainty == second.uncertainty:
            assert first.id < second.id
        assert album.in_queue(first.id, 1) == second
        assert album.in_queue(second.id, -1) == first
    if queue:
        assert album.in_queue(queue[-1].id, 1) is None
        assert album.in_queue(None, 1) == queue[0]


def test_from_outside_the_queue_its_first_comes() -> None:
    reviewed = Image(1, 1, "1.png", state=ImageState.REVIEWED)
    waiting = Image(2, 1, "2.png")
    assert Album([reviewed, waiting]).in_queue(1, 1) == waiting


def test_newer_rows_take_the_place_of_older_ones_and_strangers_are_left_out() -> None:
    images = [Image(1, 1, "1.png"), Image(2, 1, "2.png")]
    album = Album(images)
    newer = replace(images[1], object_count=3)
    album.put([newer, Image(9, 1, "9.png")])
    assert list(album.images) == [images[0], newer]
    assert album.get(2) == newer
    assert album.get(9) is None
