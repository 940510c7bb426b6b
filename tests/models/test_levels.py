"""Dim pictures are lit for the network; photographs stay as they are."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from models.images import load_image
from models.levels import WANTED, lit
from models.types import Sample


def ramp(low, high, side=64):
    """Every value from low to high about equally often: uint8 [side, side, 3]."""
    values = np.linspace(low, high, side * side).round().astype(np.uint8)
    return np.repeat(values.reshape(side, side, 1), 3, axis=2)


def test_a_picture_that_fills_the_scale_is_the_very_same():
    photograph = ramp(5, 250)
    assert lit(photograph) is photograph


def test_a_dark_picture_keeps_its_black():
    found = lit(ramp(0, 40))
    assert found.min() == 0
    assert found.max() == pytest.approx(WANTED, abs=5)


def test_a_light_picture_keeps_its_white():
    found = lit(ramp(215, 255))
    assert found.max() == 255
    assert found.min() == pytest.approx(255 - WANTED, abs=5)


def test_a_grey_picture_is_spread_around_its_middle():
    found = lit(ramp(118, 138))
    assert found.mean() == pytest.approx(128, abs=2)
    assert np.ptp(found) == pytest.approx(WANTED, abs=12)


def test_glints_do_not_keep_a_picture_dark():
    dark = ramp(0, 40)
    dark[0, :10] = 255
    assert np.median(lit(dark)) > 90


def test_noise_alone_is_not_blown_up_without_end():
    even = np.full((64, 64, 3), 20, np.uint8)
    even[::7, ::5] = 21
    assert np.ptp(lit(even)) <= 16
    assert np.ptp(lit(np.full((4, 4, 3), 7, np.uint8))) == 0


def test_colours_stay_what_they_are_to_each_other():
    tinted = ramp(0, 40)
    tinted[..., 1] //= 2
    found = lit(tinted).astype(int)
    bright = found[..., 0] > 100
    assert found[bright][:, 1] / found[bright][:, 0] == pytest.approx(0.5, abs=0.05)


@given(
    arrays(np.uint8, array_shapes(min_dims=3, max_dims=3, max_side=8), elements=st.integers(0, 255))
)
def test_what_is_lighter_stays_no_darker(pixels):
    found = lit(pixels)
    assert found.shape == pixels.shape
    assert found.dtype == np.uint8
    order = np.argsort(pixels, axis=None, kind="stable")
    assert (np.diff(found.ravel()[order].astype(int)) >= 0).all()


def test_the_network_sees_dim_pictures_lit():
    dim = Sample(1, (64, 64), lambda _: ramp(0, 40), ())
    assert int(load_image(dim, (64, 64), is_lit=False).max()) == 40
    assert int(load_image(dim, (64, 64), is_lit=True).max()) > 4 * 40
