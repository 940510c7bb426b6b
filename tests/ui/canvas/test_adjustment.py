"""What an adjustment makes of values and pixels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from annotator.ui.canvas.adjustment import (
    Adjustment,
    Channel,
    Tone,
    from_json,
    span_of,
    table_of,
)

ADJUSTMENTS = st.builds(
    Adjustment,
    brightness=st.integers(-100, 100),
    contrast=st.integers(-100, 100),
    gamma=st.floats(0.2, 5.0),
    channel=st.sampled_from(Channel),
    is_inverted=st.booleans(),
    is_stretched=st.booleans(),
)
PICTURE = np.random.default_rng(0).integers(0, 2**24, (40, 30), np.uint32) | np.uint32(0xFF000000)


def grey(values: object) -> NDArray[np.uint32]:
    """An image of these values, 0xffRRGGBB each."""
    return np.asarray(values, np.uint32) * np.uint32(0x010101) + np.uint32(0xFF000000)


def test_nothing_changed_changes_nothing() -> None:
    assert Adjustment().is_neutral
    assert table_of(Adjustment()).tolist() == list(range(256))
    assert (Tone(table_of(Adjustment()), Channel.ALL).shown(PICTURE) == PICTURE).all()


@given(ADJUSTMENTS)
def test_brighter_stays_brighter_and_inverted_the_other_way_round(value: Adjustment) -> None:
    steps = np.diff(table_of(value).astype(int))
    assert (steps <= 0).all() if value.is_inverted else (steps >= 0).all()


@given(ADJUSTMENTS)
def test_what_is_kept_comes_back(value: Adjustment) -> None:
    assert from_json(value.to_json()) == value


@pytest.mark.parametrize(
    "odd", [None, [], "x", {"gamma": "wide"}, {"channel": "ultraviolet"}, {"brightness": None}]
)
def test_what_cannot_be_read_is_no_adjustment(odd: object) -> None:
    assert from_json(odd).is_neutral


def test_what_is_out_of_range_is_brought_into_it() -> None:
    assert from_json({"brightness": 900, "contrast": -900, "gamma": 99}) == Adjustment(
        100, -100, 5.0
    )


def test_each_control_does_what_its_name_says() -> None:
    plain = np.arange(256)
    bright, dark = table_of(Adjustment(brightness=40)), table_of(Adjustment(brightness=-40))
    assert (bright >= plain).all()
    assert (dark <= plain).all()
    assert bright[128] > 128 > dark[128]
    hard, soft = table_of(Adjustment(contrast=50)), table_of(Adjustment(contrast=-50))
    assert hard[64] < soft[64]
    assert hard[192] > soft[192]
    assert table_of(Adjustment(contrast=-100)).tolist() == [128] * 256
    assert set(table_of(Adjustment(contrast=100))[[0, 120, 135, 255]]) == {0, 255}
    lifted = table_of(Adjustment(gamma=2.2))
    assert lifted[60] > 110
    assert (lifted[0], lifted[255]) == (0, 255)
    assert table_of(Adjustment(is_inverted=True)).tolist() == list(range(255, -1, -1))


@given(st.sampled_from([Channel.RED, Channel.GREEN, Channel.BLUE]))
def test_a_channel_is_shown_as_grey(channel: Channel) -> None:
    place = {Channel.RED: 16, Channel.GREEN: 8, Channel.BLUE: 0}[channel]
    shown = Tone(table_of(Adjustment()), channel).shown(PICTURE)
    assert (shown == grey((PICTURE >> place) & 255)).all()


@given(ADJUSTMENTS)
def test_all_colours_go_through_the_table_one_by_one(value: Adjustment) -> None:
    table = table_of(value)
    shown = Tone(table, Channel.ALL).shown(PICTURE[::2, 1::3])
    for shift in (0, 8, 16):
        assert ((shown >> shift) & 255 == table[(PICTURE[::2, 1::3] >> shift) & 255]).all()
    assert (shown >> 24 == 255).all()


def test_auto_contrast_spans_from_the_half_to_the_last_half_percent() -> None:
    values = np.full((100, 100), 120)
    values.flat[:3000], values.flat[3000:6000] = 80, 160
    values.flat[:40], values.flat[-40:] = 0, 255  # specks and glints
    assert span_of(grey(values), Channel.ALL) == (80, 160)
    table = table_of(Adjustment(is_stretched=True), (80, 160))
    assert (table[80], table[120], table[160]) == (0, 128, 255)


def test_auto_contrast_of_one_channel_looks_at_that_one_alone() -> None:
    red = np.linspace(100, 140, 10_000).astype(np.uint32).reshape(100, 100)
    picture = (red << 16) | np.uint32(0xFF0000FF)
    low, high = span_of(picture, Channel.RED)
    assert (low, high) == (pytest.approx(100, abs=1), pytest.approx(140, abs=1))
    assert span_of(picture, Channel.ALL) == (0, 255)


def test_an_even_image_is_left_as_it_is() -> None:
    assert span_of(grey(np.full((20, 20), 77)), Channel.ALL) == (0, 255)
