"""Objects that look like examples: found by template, told apart by what the network says."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw

from models import alike
from models.alike import MOST, Candidates
from models.assist import Gaze
from models.images import load_image
from models.likeness import Looks, known_likeness, looks_of, plain_likeness
from models.mask_rcnn import Network
from models.seen import glance, proposals
from models.templates import matches, template_of
from models.types import Box, Sample

SIZE = (160, 120)
FIRST, *OTHERS = [
    (8.0, 10.0, 36.0, 38.0),
    (60.0, 14.0, 88.0, 42.0),
    (112.0, 70.0, 140.0, 98.0),
]
"""Discs of one look."""
BAR = (16.0, 80.0, 80.0, 92.0)
"""Another thing."""


def picture(*discs: Box, bar: Box | None = BAR, size: tuple[int, int] = SIZE) -> np.ndarray:
    made = Image.new("RGB", size, (60, 90, 60))
    brush = ImageDraw.Draw(made)
    for one in discs:
        brush.ellipse(one, fill=(210, 120, 40))
    if bar is not None:
        brush.rectangle(bar, fill=(40, 40, 160))
    noise = np.random.default_rng(0).normal(0, 3, (*size[::-1], 3))
    return (np.asarray(made) + noise).clip(0, 255).astype(np.uint8)


def sample(pixels: np.ndarray, key: int = 1) -> Sample:
    return Sample(key, (pixels.shape[1], pixels.shape[0]), lambda _short_side: pixels)


@pytest.fixture
def gaze(tiny: Network) -> Gaze:
    """With a network that learned nothing."""
    return Gaze(tiny, sample(picture(FIRST, *OTHERS)))


@pytest.fixture
def _shows_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alike, "KNOWN", alike.Line(0.0, 0.0))
    monkeypatch.setattr(alike, "PLAIN", alike.Line(0.0, 0.0))


def iou(a: Box, b: Box) -> float:
    across = max(0.0, min(a[2], b[2]) - max(a[0], b[0]))
    down = max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    shared = across * down
    areas = [(x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in (a, b)]
    return shared / (sum(areas) - shared)


@pytest.mark.usefixtures("_shows_all")
def test_what_looks_like_the_example_comes_first_though_nothing_was_learned(gaze: Gaze) -> None:
    found = gaze.alike([gaze.example(FIRST)], None, [FIRST])
    best = [one.box for one in found[:2]]
    assert all(max(iou(box, other) for other in OTHERS) >= 0.5 for box in best)
    assert [one.likeness for one in found] == sorted((o.likeness for o in found), reverse=True)
    assert all(0 <= one.likeness <= 1 for one in found)
    assert len(found) <= MOST


@pytest.mark.usefixtures("_shows_all")
def test_an_example_of_one_image_finds_its_like_on_another(tiny: Network, gaze: Gaze) -> None:
    other = Gaze(tiny, sample(picture(OTHERS[0]), 2))
    found = other.alike([gaze.example(FIRST)], None, [])
    assert iou(found[0].box, OTHERS[0]) >= 0.5


@pytest.mark.usefixtures("_shows_all")
def test_where_something_stands_nothing_is_proposed(gaze: Gaze) -> None:
    taken = [FIRST, *OTHERS]
    found = gaze.alike([gaze.example(FIRST)], None, taken)
    assert all(iou(one.box, box) < 0.41 for one in found for box in taken)


@pytest.mark.usefixtures("_shows_all")
def within(part: Box, whole: Box) -> float:
    """The share of one box that lies within another."""
    width = min(part[2], whole[2]) - max(part[0], whole[0])
    height = min(part[3], whole[3]) - max(part[1], whole[1])
    area = (part[2] - part[0]) * (part[3] - part[1])
    return max(width, 0.0) * max(height, 0.0) / area


def test_no_part_of_what_stands_there_is_proposed(gaze: Gaze) -> None:
    larger = (0.0, 0.0, float(SIZE[0]), SIZE[1] / 2)
    all_found = gaze.alike([gaze.example(FIRST)], None, [FIRST])
    assert any(within(one.box, larger) >= 0.75 for one in all_found)
    found = gaze.alike([gaze.example(FIRST)], None, [FIRST, larger])
    assert found
    assert all(within(one.box, larger) < 0.751 for one in found)


def test_proposals_lie_apart_and_inside_the_image(gaze: Gaze) -> None:
    found = gaze.alike([gaze.example(FIRST), gaze.example(OTHERS[0])], 1, [])
    boxes = [one.box for one in found]
    assert all(iou(a, b) <= 0.51 for n, a in enumerate(boxes) for b in boxes[:n])
    assert all(0 <= x0 < x1 <= SIZE[0] and 0 <= y0 < y1 <= SIZE[1] for x0, y0, x1, y1 in boxes)


def test_a_likeness_below_the_line_is_not_proposed(
    gaze: Gaze, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alike, "PLAIN", alike.Line(1.01, 0.0))
    assert gaze.alike([gaze.example(FIRST)], None, []) == []


def test_the_line_lies_below_the_best_by_a_share_and_nowhere_below_the_least(
    gaze: Gaze, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert alike.Line(0.5, 0.8).start(0.9) == pytest.approx(0.72)
    assert alike.Line(0.5, 0.8).start(0.3) == 0.5
    monkeypatch.setattr(alike, "PLAIN", alike.Line(0.0, 1.0))
    best = gaze.alike([gaze.example(FIRST)], None, [FIRST])
    assert len({one.likeness for one in best}) == 1


def test_candidates_are_worked_out_once(gaze: Gaze, monkeypatch: pytest.MonkeyPatch) -> None:
    gaze.alike([gaze.example(FIRST)], None, [])
    monkeypatch.setattr("models.assist.Candidates", None)
    gaze.alike([gaze.example(OTHERS[0])], None, [])


def test_a_tiny_and_a_huge_example_are_looked_for_too(tiny: Network) -> None:
    gaze = Gaze(tiny, sample(picture(FIRST)))
    for box in ((3.0, 3.0, 4.0, 4.0), (0.0, 0.0, 160.0, 120.0), (-9.0, -9.0, 999.0, 999.0)):
        gaze.alike([gaze.example(box)], None, [])


def test_on_a_plain_picture_nothing_breaks(tiny: Network, gaze: Gaze) -> None:
    plain = np.full((40, 60, 3), 90, np.uint8)
    found = Gaze(tiny, sample(plain, 3)).alike([gaze.example(FIRST)], None, [])
    assert all(0 <= one.likeness <= 1 for one in found)


def test_a_template_is_found_where_it_was_cut_out(tiny: Network) -> None:
    own = sample(picture(FIRST, *OTHERS))
    seen = glance(tiny.eval(), load_image(own, SIZE, is_lit=True))
    box = torch.tensor(FIRST)
    found = matches(seen, [template_of(seen, box)])
    overlaps = [iou(FIRST, tuple(one)) for one in found.tolist()]  # type: ignore[arg-type]
    assert max(overlaps[:3]) > 0.6
    assert len(matches(seen, [])) == 0


def test_a_region_is_as_alike_as_can_be_to_itself(tiny: Network) -> None:
    seen = glance(tiny.eval(), load_image(sample(picture(FIRST, *OTHERS)), SIZE, is_lit=True))
    boxes = torch.tensor([FIRST, *OTHERS, BAR])
    looks, offsets = looks_of(tiny, seen, boxes)
    assert offsets.shape == (4, 4 * 3)
    assert len(looks) == 4
    for measure in (known_likeness, plain_likeness):
        table = measure(looks, looks)
        assert table.shape == (4, 4)
        assert ((table >= 0) & (table <= 1 + 1e-5)).all()
        assert (table.argmax(1) == torch.arange(4)).all()
    assert plain_likeness(looks, looks).diagonal().numpy() == pytest.approx(1.0, abs=1e-4)
    nothing = looks.only(torch.zeros(0, dtype=torch.long))
    assert plain_likeness(nothing, looks).shape == (0, 4)
    assert len(Looks.joined([looks, nothing])) == 4


def test_candidates_are_proposals_and_the_same_refined(tiny: Network) -> None:
    seen = glance(tiny.eval(), load_image(sample(picture(FIRST)), SIZE, is_lit=True))
    first = proposals(tiny, seen)
    both = Candidates(tiny, seen)
    assert len(both.boxes) == len(both.looks) == 2 * len(first)
    torch.testing.assert_close(both.boxes[: len(first)], first)
