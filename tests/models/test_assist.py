"""Mask and joints of a drawn box, and their correction by clicks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw
from shapely.geometry import Point, Polygon
from shapely.geometry import box as rectangle
from shapely.ops import unary_union

from models.assist import Click, Gaze
from models.mask_rcnn import Network
from models.types import Region, Sample

SIZE = (160, 120)
LEFT, RIGHT = (30.0, 30.0, 70.0, 90.0), (90.0, 30.0, 130.0, 90.0)
"""Two ellipses of one colour on a plain ground."""


def drawn(*boxes: tuple[float, float, float, float]) -> np.ndarray:
    picture = Image.new("RGB", SIZE, (60, 90, 60))
    for one in boxes:
        ImageDraw.Draw(picture).ellipse(one, fill=(210, 120, 40))
    noise = np.random.default_rng(0).normal(0, 6, (*SIZE[::-1], 3))
    return (np.asarray(picture) + noise).clip(0, 255).astype(np.uint8)


def gaze_at(network: Network, pixels: np.ndarray) -> Gaze:
    return Gaze(network, Sample(1, SIZE, lambda _short_side: pixels))


@pytest.fixture
def gaze(tiny: Network) -> Gaze:
    """With a network that learned nothing: whatever is right comes from box, pixels and clicks."""
    return gaze_at(tiny, drawn(LEFT, RIGHT))


def shape_of(regions: tuple[Region, ...]) -> Polygon:
    parts = [Polygon(np.reshape(r.outer, (-1, 2)), [np.reshape(h, (-1, 2)) for h in r.holes])
             for r in regions]  # fmt: skip
    return unary_union([part.buffer(0) for part in parts])


def ellipse(x0: float, y0: float, x1: float, y1: float) -> Polygon:
    angles = np.linspace(0, 2 * np.pi, 80, endpoint=False)
    middle, half = np.array([x0 + x1, y0 + y1]) / 2, np.array([x1 - x0, y1 - y0]) / 2
    return Polygon(middle + half * np.stack([np.cos(angles), np.sin(angles)], 1))


def iou(first: Polygon, second: Polygon) -> float:
    return first.intersection(second).area / first.union(second).area


def test_an_object_never_learned_is_found_in_its_box(gaze: Gaze) -> None:
    found = gaze.object_in(LEFT, None)
    assert found.box == LEFT
    assert iou(shape_of(found.regions), ellipse(*LEFT)) > 0.9
    assert found.joints is None
    assert found.doubt.joints == ()


def test_joints_come_with_a_label_that_has_them_and_lie_in_the_image(gaze: Gaze) -> None:
    found = gaze.object_in(LEFT, 2)
    assert found.label == 2
    assert found.joints is not None
    assert found.joints.shape == (3, 3)
    assert (found.joints[:, :2] >= 0).all()
    assert (found.joints[:, :2] <= SIZE).all()
    assert len(found.doubt.joints) == 3


def test_the_trunk_runs_once_however_often_is_asked(
    tiny: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[torch.Tensor] = []
    tiny.backbone.body.register_forward_hook(lambda *args: seen.append(args[1][0]))
    gaze = gaze_at(tiny, drawn(LEFT))
    for n in range(3):
        gaze.object_in((30.0 + n, 30.0, 70.0, 90.0), 1)
    gaze.corrected(LEFT, 1, (), [Click(50, 60, True)])
    assert len(seen) == 1


def test_a_network_without_masks_still_finds_an_object(tiny: Network) -> None:
    tiny.mask_channel[1:] = -1
    found = gaze_at(tiny, drawn(LEFT)).object_in(LEFT, 1)
    assert iou(shape_of(found.regions), ellipse(*LEFT)) > 0.9
    assert found.doubt.mask == 1.0


def test_a_click_outside_takes_away_and_one_inside_adds(gaze: Gaze) -> None:
    both = (LEFT[0], LEFT[1], RIGHT[2], RIGHT[3])
    only_left = gaze.corrected(both, None, (), [Click(110, 60, False), Click(50, 60, True)])
    assert shape_of(only_left).contains(Point(50, 60))
    assert not shape_of(only_left).contains(Point(110, 60))
    added = gaze.corrected(LEFT, None, (), [Click(110, 60, True)])
    assert shape_of(added).contains(Point(110, 60))
    assert shape_of(added).contains(Point(50, 60))


def test_clicks_change_a_drawn_mask_only_near_them(gaze: Gaze) -> None:
    square = Region((20.0, 20.0, 140.0, 20.0, 140.0, 100.0, 20.0, 100.0))
    after = shape_of(gaze.corrected((20, 20, 140, 100), None, (square,), [Click(136, 96, False)]))
    far = rectangle(20, 20, 90, 70)
    assert not after.contains(Point(136, 96))
    assert after.intersection(far).area > 0.97 * far.area


def test_taking_a_click_back_is_as_if_it_had_never_been(gaze: Gaze) -> None:
    clicks = [Click(50, 60, True), Click(66, 60, False), Click(50, 34, True)]
    once = gaze.corrected(LEFT, None, (), clicks[:2])
    gaze.corrected(LEFT, None, (), clicks)
    assert gaze.corrected(LEFT, None, (), clicks[:2]) == once
    assert gaze.corrected(LEFT, None, (), [clicks[0], clicks[2]]) != once


def test_a_mask_found_here_is_gone_on_with_as_if_it_were_not_drawn(gaze: Gaze) -> None:
    found = gaze.object_in(LEFT, None)
    click = [Click(66, 60, False)]
    gone_on, anew = (gaze.corrected(LEFT, None, r, click) for r in (found.regions, ()))
    assert iou(shape_of(gone_on), shape_of(anew)) > 0.95


@pytest.mark.parametrize(
    "odd", [(-50.0, -50.0, 300.0, 300.0), (159.9, 119.9, 160.0, 120.0), (40.0, 40.0, 40.0, 40.0)]
)
def test_odd_boxes_are_asked_about_inside_the_image(
    gaze: Gaze, odd: tuple[float, float, float, float]
) -> None:
    found = gaze.object_in(odd, 1)
    for region in found.regions:
        points = np.reshape(region.outer, (-1, 2))
        assert (points >= 0).all()
        assert (points <= SIZE).all()


def test_an_empty_answer_is_no_failure(gaze: Gaze) -> None:
    clicks = [Click(x, y, False) for x in range(30, 71, 5) for y in range(30, 91, 5)]
    assert shape_of(gaze.corrected(LEFT, None, (), clicks)).area < 400


def test_large_pictures_are_read_reduced(tiny: Network) -> None:
    asked: list[int] = []
    pixels = drawn(LEFT)

    def read(short_side: int) -> np.ndarray:
        asked.append(short_side)
        return pixels

    sample = Sample(1, (SIZE[0] * 50, SIZE[1] * 50), read)
    found = Gaze(tiny, sample).object_in(tuple(50 * v for v in LEFT), None)  # type: ignore[arg-type]
    assert max(asked) == 1600
    grown = shape_of(tuple(replace(r, holes=()) for r in found.regions))
    assert iou(grown, ellipse(*(50 * v for v in LEFT))) > 0.9
