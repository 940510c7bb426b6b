"""A closer look: small objects of large images are found, once each, in the image's own pixels."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from models.describe import Facts
from models.detections import Kept, RawDetections
from models.isolines import isolines
from models.predict import predict
from models.tiles import CLOSER, OVERLAP, Tile, closer_size, is_cut, merged, tiles_of
from models.types import Sample
from models.zoo import build
from tests.models.drawn import BOX, FACE, TINY

SMALLEST = 6  # pixels of a side that the network of these tests can see


def raw(*boxes, scores=None, labels=None):
    count = len(boxes)
    kept = Kept(
        torch.tensor(boxes, dtype=torch.float32).reshape(-1, 4),
        torch.tensor(labels or [1] * count, dtype=torch.int64),
        torch.tensor(scores or [0.9] * count),
        *(torch.zeros(count), torch.zeros(count, dtype=torch.int64), torch.arange(count)),
    )
    looks = torch.ones(count, 8), torch.ones(8)
    return RawDetections(kept, torch.ones(count, 28, 28), torch.zeros(count, 3, 56, 56), *looks)


def see_red(network, images, *, floor):
    """A network that finds red things, if they are not too small, and nothing else."""
    return [raw(*_red_boxes(image)) for image in images]


def _red_boxes(image):
    red = ((image[0] > 150) & (image[2] < 110)).numpy().astype(np.float32)
    rings = isolines(red[None])
    pieces = np.split(rings.points, np.cumsum(rings.lengths)[:-1]) if len(rings.lengths) else []
    boxes = [(*piece.min(0), *piece.max(0)) for piece in pieces]
    return [box for box in boxes if min(box[2] - box[0], box[3] - box[1]) >= SMALLEST]


def picture(size, boxes):
    pixels = np.full((size[1], size[0], 3), 100, np.uint8)
    for x0, y0, x1, y1 in boxes:
        pixels[y0:y1, x0:x1] = (220, 30, 30)
    return Sample(1, size, lambda short_side: pixels)


@pytest.fixture
def eyes(tiny, monkeypatch):
    monkeypatch.setattr(type(tiny), "detect", see_red)
    return tiny


TINY_THINGS = [(10, 12, 22, 24), (200, 150, 212, 162), (310, 5, 322, 17), (100, 250, 112, 262)]
LARGE_THING = (350, 120, 470, 260)


def test_tiny_objects_of_a_large_image_are_missed_whole_and_found_in_tiles(eyes):
    """512 x 384 is seen at 128 x 96: twelve pixels become three, and nine in a tile."""
    sample = picture((512, 384), TINY_THINGS)

    (plain,) = predict(eyes, [sample])
    (closely,) = predict(eyes, [sample], tiles=True)

    assert plain.detections == ()
    found = sorted(d.box for d in closely.detections)
    assert len(found) == len(TINY_THINGS)
    for box, truth in zip(found, sorted(TINY_THINGS), strict=True):
        assert box == pytest.approx(truth, abs=1.5)


def test_an_object_larger_than_a_tile_comes_once_and_whole(eyes):
    sample = picture((512, 384), [*TINY_THINGS, LARGE_THING])

    (closely,) = predict(eyes, [sample], tiles=True)

    large = [d for d in closely.detections if d.box[2] - d.box[0] > 30]
    assert [d.box for d in large] == [pytest.approx(LARGE_THING, abs=4)]
    assert len(closely.detections) == len(TINY_THINGS) + 1


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 480), st.integers(0, 350), st.integers(10, 30))
def test_wherever_a_small_object_lies_it_is_found_once(x, y, side):
    network = build(TINY, [BOX, FACE])
    network.detect = lambda images, *, floor: see_red(network, images, floor=floor)
    truth = (x, y, min(x + side, 512), min(y + side, 384))

    (closely,) = predict(network, [picture((512, 384), [truth])], tiles=True)

    assert [d.box for d in closely.detections] == [pytest.approx(truth, abs=2.5)]
    outline = closely.detections[0].regions[0].outer
    assert min(outline[::2]) == pytest.approx(truth[0], abs=3.5)


def test_an_image_of_the_training_size_is_looked_at_once(eyes, monkeypatch):
    looks = []
    monkeypatch.setattr(
        type(eyes),
        "detect",
        lambda self, images, *, floor: looks.append(len(images)) or [raw()] * len(images),
    )

    list(predict(eyes, [picture((128, 96), [])], tiles=True))

    assert looks == [1]


def test_a_closer_look_reads_more_of_the_file_but_not_all(eyes):
    asked = []
    pixels = np.zeros((960, 1280, 3), np.uint8)
    sample = Sample(1, (1280, 960), lambda short_side: (asked.append(short_side), pixels)[1])

    list(predict(eyes, [sample]))
    list(predict(eyes, [sample], tiles=True))

    assert asked == [96, 96 * CLOSER]


def test_tiles_come_no_closer_than_the_pixels_of_the_image():
    assert closer_size((400, 300), (800, 600)) == (800, 600)
    assert closer_size((400, 300), (4000, 3000)) == (1200, 900)
    assert closer_size((400, 300), (440, 330)) is None
    assert closer_size((400, 300), (200, 150)) is None


@settings(max_examples=60, deadline=None)
@given(st.integers(40, 200), st.integers(40, 200), st.floats(1, 4), st.floats(1, 4))
def test_tiles_cover_the_image_and_share_a_quarter_with_their_neighbours(width, height, x, y):
    size = round(width * x), round(height * y)
    covered = np.zeros((size[1], size[0]), int)

    tiles = tiles_of(size, (width, height))

    for tile in tiles:
        assert (tile.width, tile.height) == (width, height)
        covered[tile.top : tile.top + height, tile.left : tile.left + width] += 1
        assert tile.left + width <= size[0]
        assert tile.top + height <= size[1]
    assert covered.min() >= 1
    lefts = sorted({tile.left for tile in tiles})
    shared = [left + width - after for left, after in pairwise(lefts)]
    assert all(share >= OVERLAP * width - 1.5 for share in shared)


def test_only_edges_beyond_which_the_image_goes_on_cut_objects():
    tile = Tile(0, 30, 100, 80, (False, True, True, False))
    boxes = torch.tensor(
        [[0.0, 20, 50, 60], [20, 1, 50, 60], [60, 20, 99, 60], [20, 40, 60, 80], [9, 9, 60, 60]]
    )

    assert is_cut(boxes, tile).tolist() == [False, True, True, False, False]


def facts(*boxes, scores=None, labels=None, cut=False):
    """What is known of detections with such boxes."""
    count, said = len(boxes), raw(*boxes, scores=scores, labels=labels)
    return Facts(
        said.kept.boxes,
        said.kept.labels,
        said.kept.scores,
        torch.zeros(count, 3),
        torch.ones(count, dtype=torch.bool),
        said.masks,
        torch.zeros(count, 3, 3),
        torch.full((count,), cut),
        said.kept.sides,
        said.traits,
    )


def test_the_same_object_in_two_tiles_is_one_the_better_one():
    one, other = facts((0, 0, 40, 40), scores=[0.6]), facts((1, 1, 41, 41), scores=[0.8])

    found = merged([one, other])

    assert found.boxes.tolist() == [[1, 1, 41, 41]]
    assert found.masks.shape == (1, 28, 28)


def test_objects_of_two_categories_in_one_place_are_two():
    assert len(merged([facts((0, 0, 40, 40)), facts((0, 0, 40, 40), labels=[2])]).labels) == 2


def test_a_piece_loses_to_the_whole_even_with_a_higher_score():
    piece = facts((0, 0, 40, 40), scores=[0.99], cut=True)
    whole = facts((0, 0, 40, 200), scores=[0.3])

    assert merged([piece, whole]).boxes.tolist() == [[0, 0, 40, 200]]


def test_a_small_object_on_a_large_one_is_no_piece_of_it():
    small, large = facts((10, 10, 30, 30), scores=[0.5]), facts((0, 0, 200, 200), scores=[0.9])

    assert merged([small, large]).scores.tolist() == pytest.approx([0.9, 0.5])


def test_a_piece_whose_whole_nobody_saw_stays():
    assert len(merged([facts((0, 0, 40, 40), cut=True), facts()]).labels) == 1


def test_nothing_anywhere_is_nothing():
    assert len(merged([facts(), facts()]).labels) == 0
