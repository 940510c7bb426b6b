"""Levels adjusted and turned: the right pixels in the right place, made where they are seen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image as Pillow
from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QImage

from annotator.ui.canvas import developing
from annotator.ui.canvas.adjustment import Adjustment, Channel
from annotator.ui.canvas.decode import image_of
from annotator.ui.canvas.developing import Developer
from annotator.ui.canvas.picture import Picture, picture_of
from annotator.ui.canvas.viewport import turned_rect
from tests.ui.shots import pixels_of

WIDTH, HEIGHT = 700, 400


def noise() -> NDArray[np.uint8]:
    return np.random.default_rng(1).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)


PIXELS = noise()


@pytest.fixture
def picture() -> Picture:
    return picture_of(image_of(Pillow.fromarray(PIXELS)), width=WIDTH, height=HEIGHT)


def cut(image: QImage, part: QRectF) -> NDArray[np.uint8]:
    place = part.toRect()
    assert QRectF(place) == part
    return pixels_of(image.copy(place))


def test_without_any_wish_the_level_itself_is_given(picture: Picture) -> None:
    part = QRect(3, 4, 50, 60)
    image, place = Developer().develop(picture.levels, 0, part, 0)
    assert image.cacheKey() == picture.levels[0].cacheKey()
    assert place == QRectF(part)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 3), st.integers(0, 600), st.integers(0, 350), st.integers(1, 100),
    st.integers(1, 50), st.booleans(),
)  # fmt: skip
def test_a_part_is_what_turning_and_inverting_the_whole_would_give(
    turn: int, x: int, y: int, across: int, down: int, inverts: bool
) -> None:
    picture = picture_of(image_of(Pillow.fromarray(PIXELS)), width=WIDTH, height=HEIGHT)
    developer = Developer()
    developer.adjustment = Adjustment(is_inverted=inverts)
    image, place = developer.develop(picture.levels, 0, QRect(x, y, across, down), turn)
    wanted = PIXELS[y : y + down, x : x + across]
    wanted = np.rot90(255 - wanted if inverts else wanted, -turn)
    assert (cut(image, place) == wanted).all()


def test_another_wish_makes_everything_anew(picture: Picture) -> None:
    developer = Developer()
    whole = picture.levels[0].rect()
    developer.adjustment = Adjustment(channel=Channel.RED)
    developer.develop(picture.levels, 0, whole, 0)
    developer.adjustment = Adjustment(channel=Channel.BLUE)
    image, place = developer.develop(picture.levels, 0, whole, 0)
    assert (cut(image, place)[..., 1] == PIXELS[..., 2]).all()
    other = picture_of(image_of(Pillow.fromarray(255 - PIXELS)), width=WIDTH, height=HEIGHT)
    image, place = developer.develop(other.levels, 0, whole, 0)
    assert (cut(image, place)[..., 1] == 255 - PIXELS[..., 2]).all()


def test_what_was_made_is_kept_while_the_view_moves(
    picture: Picture, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[tuple[int, ...]] = []
    shown = developing.Tone.shown

    def watched(self: developing.Tone, pixels: NDArray[np.uint32]) -> NDArray[np.uint32]:
        made.append(pixels.shape)
        return shown(self, pixels)

    monkeypatch.setattr(developing.Tone, "shown", watched)
    developer = Developer()
    developer.adjustment = Adjustment(brightness=5)
    developer.develop(picture.levels, 0, QRect(0, 0, 200, 200), 0)
    assert made == [(256, 256)]
    developer.develop(picture.levels, 0, QRect(30, 20, 200, 200), 0)
    assert len(made) == 1
    developer.develop(picture.levels, 0, QRect(200, 20, 200, 200), 0)
    assert len(made) == 2


@pytest.mark.parametrize("turn", [0, 1, 2, 3])
def test_where_much_is_missing_a_coarser_level_stands_in_until_the_fine_one_is_made(
    picture: Picture, monkeypatch: pytest.MonkeyPatch, turn: int
) -> None:
    monkeypatch.setattr(developing, "AT_ONCE", 100_000)
    monkeypatch.setattr(developing, "SLICE_SECONDS", 0.0)
    developer = Developer()
    developer.adjustment = Adjustment(is_inverted=True)
    part = QRect(100, 40, 500, 340)
    image, place = developer.develop(picture.levels, 0, part, turn)
    assert developer.is_behind
    assert place.width() * place.height() < 100_000
    rough = pixels_of(image.copy(place.toAlignedRect())).astype(int)
    wanted = 255 - np.rot90(PIXELS[40:380, 100:600], -turn).astype(int)
    assert rough.mean() == pytest.approx(wanted.mean(), abs=2)
    for _ in range(20):
        image, place = developer.develop(picture.levels, 0, part, turn)
        if not developer.is_behind:
            break
    assert (cut(image, place) == wanted).all()


def test_a_small_level_is_made_whole_for_the_map(picture: Picture) -> None:
    developer = Developer()
    developer.adjustment = Adjustment(is_inverted=True)
    number = len(picture.levels) - 1
    image = developer.whole(picture.levels, number, 1)
    assert (pixels_of(image) == 255 - np.rot90(pixels_of(picture.levels[number]), -1)).all()


@given(st.integers(0, 3), st.integers(0, 20), st.integers(0, 20))
def test_a_part_turned_there_and_back_is_where_it_was(turn: int, x: int, y: int) -> None:
    part = QRectF(x, y, 7, 5)
    size = (30.0, 40.0) if turn % 2 == 0 else (40.0, 30.0)
    assert turned_rect(turned_rect(part, 30, 40, turn), *size, -turn) == part
