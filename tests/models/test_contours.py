"""Outlines agree with the mask that pasting would show."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from pycocotools import mask as coco_mask
from shapely.geometry import Polygon
from torchvision.models.detection.roi_heads import paste_masks_in_image

from models.contours import SELF_IOU, isoline, outline, regions_area
from models.evaluate import regions_to_rle
from models.types import Region

SIDE = 28


def blob(x, y, radius, sharpness=1.0):
    """Probabilities of a disc, soft at its border."""
    rows, columns = np.mgrid[:SIDE, :SIDE] + 0.5
    away = np.hypot(columns - x, rows - y)
    return (1 / (1 + np.exp((away - radius) * sharpness))).astype(np.float32)


def pasted(mask, box, size):
    """The mask as torchvision pastes it: bool [H, W]."""
    probability = torch.from_numpy(mask)[None, None]
    image = paste_masks_in_image(probability, torch.tensor([box]), (size[1], size[0]))
    return image[0, 0].numpy() >= 0.5


def painted(regions, size):
    return coco_mask.decode(regions_to_rle(regions, size)).astype(bool)


def iou(one, other):
    return (one & other).sum() / max(1, (one | other).sum())


def polygons(regions):
    pairs = [
        (np.reshape(r.outer, (-1, 2)), [np.reshape(h, (-1, 2)) for h in r.holes]) for r in regions
    ]
    return [Polygon(outer, holes) for outer, holes in pairs]


discs = st.builds(blob, st.floats(6, 22), st.floats(6, 22), st.floats(5, 16), st.floats(0.5, 3))


@settings(max_examples=25, deadline=None)
@given(discs, st.integers(0, 60), st.integers(0, 40), st.integers(150, 230), st.integers(150, 230))
def test_an_outline_is_the_border_of_the_pasted_mask(mask, x, y, width, height):
    box, size = [float(x), float(y), float(x + width), float(y + height)], (300, 280)

    whole = pasted(mask, box, size)
    exact = [Region(tuple(np.ravel(p.exterior.coords[:-1]))) for p in isoline(mask, box)]

    assert iou(painted(exact, size), whole) >= 0.96
    assert iou(painted(outline(mask, box), size), whole) >= 0.93


@settings(max_examples=50, deadline=None)
@given(discs, st.floats(-20, 500), st.floats(-20, 500), st.floats(2, 900), st.floats(2, 900))
def test_an_outline_stays_in_its_box_and_keeps_itself(mask, x, y, width, height):
    box = (x, y, x + width, y + height)

    regions = outline(mask, box)

    exact = max(isoline(mask, box), key=lambda polygon: polygon.area)
    simple = polygons(regions)[0]
    assert simple.is_valid
    assert simple.intersection(exact).area / simple.union(exact).area >= SELF_IOU - 1e-6
    points = np.concatenate([np.reshape(region.outer, (-1, 2)) for region in regions])
    assert (points >= np.array(box[:2]) - 1e-6).all()
    assert (points <= np.array(box[2:]) + 1e-6).all()


@settings(max_examples=20, deadline=None)
@given(discs, st.floats(0.5, 20), st.floats(0, 100))
def test_outlines_scale_and_move_with_their_box(mask, factor, shift):
    plain = outline(mask, (0, 0, 28, 28))
    moved = outline(mask, (shift, shift, shift + 28 * factor, shift + 28 * factor))

    assert regions_area(moved) == pytest.approx(regions_area(plain) * factor**2, rel=1e-3)


def test_a_mask_below_one_half_has_no_outline():
    assert outline(np.full((SIDE, SIDE), 0.4, np.float32), (0, 0, 10, 10)) == ()


def test_a_full_mask_fills_its_box_with_few_handles():
    (region,) = outline(np.ones((SIDE, SIDE), np.float32), (10, 20, 110, 70))

    assert regions_area((region,)) == pytest.approx(5000, rel=0.03)
    assert len(region.outer) <= 16


def test_holes_and_parts_are_kept_largest_first():
    ring = np.minimum(blob(14, 14, 12, 3), 1 - blob(14, 14, 5, 3))
    ring[:3, :3] = 1

    first, second = outline(ring, (0, 0, 280, 280))

    assert len(first.holes) == 1
    assert second.holes == ()
    assert regions_area((first,)) > regions_area((second,)) > 300


def test_specks_finer_than_a_cell_are_dropped():
    mask = blob(14, 14, 8, 3)
    mask[1, 1] = 0.6

    assert len(outline(mask, (0, 0, 28, 28))) == 1


def test_a_speck_alone_stays():
    mask = np.zeros((SIDE, SIDE), np.float32)
    mask[5, 5] = 0.9

    assert len(outline(mask, (0, 0, 28, 28))) == 1
