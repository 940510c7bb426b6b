"""Outlines agree with the mask that pasting would show."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from pycocotools import mask as coco_mask
from shapely.geometry import Polygon
from torchvision.models.detection.roi_heads import paste_masks_in_image

from models.contours import SELF_IOU, isoline, outline, outlines
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


def regions_area(regions):
    return sum(polygon.area for polygon in polygons(regions))


discs = st.builds(blob, st.floats(6, 22), st.floats(6, 22), st.floats(5, 16), st.floats(0.5, 3))
large_discs = st.builds(
    blob, st.floats(6, 22), st.floats(6, 22), st.floats(8, 16), st.floats(0.5, 3)
)
"""torchvision pastes into whole pixels, up to 0.7 beside: an IoU of 0.953 for discs of 5."""


@settings(max_examples=25, deadline=None)
@given(
    *(large_discs, st.integers(0, 60), st.integers(0, 40)),
    *(st.integers(150, 230), st.integers(150, 230)),
)
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


def test_many_masks_at_once_are_outlined_as_one_by_one():
    masks = [blob(10, 14, 5), np.zeros((SIDE, SIDE), np.float32), blob(20, 9, 9, 3), blob(2, 2, 6)]
    boxes = [(0, 0, 90, 40), (3, 3, 9, 9), (500, 20, 540, 800), (7, 7, 35, 35)]

    together = outlines(np.stack(masks), np.asarray(boxes, np.float32))

    for regions, mask, box in zip(together, masks, boxes, strict=True):
        assert [list(r.outer) for r in regions] == [
            pytest.approx(r.outer, abs=1e-6) for r in outline(mask, box)
        ]
    assert together[1] == ()


def test_no_masks_have_no_outlines():
    assert outlines(np.zeros((0, SIDE, SIDE), np.float32), np.zeros((0, 4), np.float32)) == []


def test_a_small_hole_in_a_large_part_is_not_simplified_away():
    mask = np.ones((SIDE, SIDE), np.float32)
    mask[12:14, 12:14] = 0

    (region,) = outline(mask, (0, 0, 280, 280))

    assert len(region.holes) == 1


def test_exact_outlines_agree_with_pasted_masks_to_a_hundredth():
    """The figure the outlines are made for: the median of many shapes at two megapixels."""
    random = np.random.default_rng(0)
    values = []
    for _ in range(30):
        mask = blob(*random.uniform(9, 19, 2), random.uniform(6, 12), random.uniform(0.6, 2))
        side = random.uniform(120, 500, 2)
        box = [*random.uniform(0, 700, 2), 0, 0]
        box[2:] = [box[0] + side[0], box[1] + side[1]]
        exact = [
            Region(tuple(np.ravel(p.exterior.coords[:-1])))
            for p in isoline(mask, [float(v) for v in box])
        ]
        size = (1632, 1224)
        values.append(iou(painted(exact, size), pasted(mask, [float(v) for v in box], size)))
    assert np.median(values) >= 0.99
