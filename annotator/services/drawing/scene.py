"""Scenes of people, balls and crates, with everything that is true of each object."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from annotator.domain.model import Box, Keypoint, Visibility
from annotator.services.drawing.ground import draw_ground
from annotator.services.drawing.person import paint
from annotator.services.drawing.pose import JOINTS, Body
from annotator.services.drawing.render import Array, Colour, Layer, Light, Point
from annotator.services.drawing.things import paint_ball, paint_crate
from annotator.services.drawing.wardrobe import choose_clothes, choose_pose

CATEGORIES = ("person", "ball", "crate")

_SHADOW = 0.30
"""How long shadows are, as a share of the object's height."""
_SEEN_AT_LEAST = 0.3
"""Objects of which less than this share is seen are taken out of the scene."""
_SMALLEST = 0.0005
"""So are those that fill less than this share of the picture."""


@dataclass(frozen=True, slots=True)
class SceneObject:
    """One object and what can be seen of it.

    Attributes:
        category: one of ``CATEGORIES``.
        box: around the visible region, pixels.
        coverage: float32 [H, W], 0 to 1, how far each pixel shows the object.
        keypoints: the person's joints in the order of ``JOINTS``; empty for things.
    """

    category: str
    box: Box
    coverage: Array
    keypoints: tuple[Keypoint, ...] = ()

    @property
    def mask(self) -> NDArray[np.bool_]:
        """The visible region, bool [H, W]."""
        return self.coverage >= 0.5


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture, uint8 [H, W, 3], and its objects, farthest first."""

    pixels: NDArray[np.uint8]
    objects: tuple[SceneObject, ...]


@dataclass(slots=True)
class _Actor:
    """An object before it is known what hides it."""

    category: str
    base: Point
    layer: Layer
    joints: list[Point]
    hidden: list[bool]


def draw_scene(rng: Generator, size: tuple[int, int] = (640, 480)) -> Scene:
    """Draw one scene.

    Args:
        rng: everything that varies comes from here.
        size: width, height in pixels.
    """
    height = size[1]
    light = _light(rng)
    horizon = height * rng.uniform(0.2, 0.38)
    actors = [
        _actor(rng, category, base, size=size, horizon=horizon, light=light)
        for category, base in _places(rng, size, horizon)
    ]
    actors = _well_seen(sorted(actors, key=lambda actor: actor.base[1]))
    picture = draw_ground(rng, size, horizon) * np.asarray(light.tint, np.float32)
    for actor in actors:
        picture *= _shadow(actor, light)[..., None]
    for actor in actors:
        picture = actor.layer.colour + picture * (1 - actor.layer.alpha[..., None])
    seen = _seen(actors)
    objects = tuple(_object(actor, alpha) for actor, alpha in zip(actors, seen, strict=True))
    return Scene(_developed(rng, picture), objects)


def _light(rng: Generator) -> Light:
    direction = np.array([rng.uniform(-0.75, 0.75), rng.uniform(-0.95, -0.5), 0.75])
    direction /= np.linalg.norm(direction)
    tints: tuple[Colour, ...] = (
        (1.0, 1.0, 1.0),
        (1.05, 0.99, 0.90),
        (0.94, 0.99, 1.05),
        (1.06, 0.94, 0.84),
    )
    tint = tints[rng.integers(len(tints))]
    level = rng.uniform(0.96, 1.16)
    x, y, z = (float(value) for value in direction)
    return Light(
        (x, y, z),
        float(rng.uniform(0.40, 0.56)),
        (tint[0] * level, tint[1] * level, tint[2] * level),
    )


def _places(rng: Generator, size: tuple[int, int], horizon: float) -> list[tuple[str, Point]]:
    """What stands where: loose groups, so that objects overlap."""
    width, height = size
    places: list[tuple[str, Point]] = []
    for _ in range(int(rng.integers(2, 5))):
        centre = rng.uniform(0.12, 0.88) * width, rng.uniform(0.25, 1.0)
        for _ in range(int(rng.integers(1, 4))):
            category = CATEGORIES[rng.choice(3, p=(0.44, 0.34, 0.22))]
            x = centre[0] + rng.normal(0, 0.12) * width
            near = float(np.clip(centre[1] + rng.normal(0, 0.16), 0.12, 1.1))
            y = horizon + (height - horizon) * near
            places.append((category, (float(x), float(y))))
    if not any(category == "person" for category, _ in places):
        x, y = rng.uniform(0.2, 0.8) * width, horizon + (height - horizon) * rng.uniform(0.5, 0.95)
        places.append(("person", (float(x), float(y))))
    return places


def _actor(
    rng: Generator,
    category: str,
    base: Point,
    *,
    size: tuple[int, int],
    horizon: float,
    light: Light,
) -> _Actor:
    layer = Layer(size, light)
    nearness = (base[1] - horizon) / (size[1] - horizon)
    scale = size[1] * (0.30 + 0.48 * nearness)
    joints: list[Point] = []
    hidden: list[bool] = []
    if category == "person":
        yaw = rng.normal(0, 0.7) + (np.pi if rng.random() < 0.25 else 0.0)
        height = scale * float(rng.uniform(0.86, 1.08))
        body = Body(choose_pose(rng), base=base, height=height, yaw=float(yaw))
        hidden = paint(layer, body, choose_clothes(rng))
        joints = body.joint_points()
    elif category == "ball":
        paint_ball(layer, rng, base=base, size=scale * float(rng.uniform(0.17, 0.28)))
    else:
        paint_crate(layer, rng, base=base, size=scale * float(rng.uniform(0.34, 0.52)))
    return _Actor(category, base, layer, joints, hidden)


def _seen(actors: list[_Actor]) -> list[Array]:
    """For each object, farthest first, how far each pixel shows it."""
    rest = np.ones_like(actors[0].layer.alpha) if actors else np.zeros((0, 0), np.float32)
    seen: list[Array] = []
    for actor in reversed(actors):
        seen.append(actor.layer.alpha * rest)
        rest = rest * (1 - actor.layer.alpha)
    return seen[::-1]


def _well_seen(actors: list[_Actor]) -> list[_Actor]:
    """The objects without those that hardly show, one by one, since each may uncover another."""
    while actors:
        shares = [
            float((alpha >= 0.5).sum()) / max(1.0, float(actor.layer.alpha.sum()))
            if alpha.sum() > _SMALLEST * alpha.size
            else 0.0
            for actor, alpha in zip(actors, _seen(actors), strict=True)
        ]
        least = int(np.argmin(shares))
        if shares[least] >= _SEEN_AT_LEAST:
            break
        actors = [*actors[:least], *actors[least + 1 :]]
    return actors


def _shadow(actor: _Actor, light: Light) -> Array:
    """How much light is left on the ground, float32 [H, W].

    The object's outline, laid flat away from the light and blurred, and the dusk right below it.
    """
    alpha = actor.layer.alpha
    base_y = actor.base[1]
    outline = Image.fromarray((alpha * 255).astype(np.uint8))
    lean, squash = light.direction[0] / light.direction[2] * 0.8 / _SHADOW, _SHADOW
    # Pillow asks where each pixel of the result comes from: x, y -> x + lean (y - base), ...
    matrix = (1.0, lean, -lean * base_y, 0.0, 1 / squash, base_y * (1 - 1 / squash))
    flat = outline.transform(
        outline.size, Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR
    )
    cast = np.asarray(flat.filter(ImageFilter.GaussianBlur(3.5)), np.float32) / 255
    rows, columns = np.nonzero(alpha > 0.5)
    if rows.size == 0:
        return np.asarray(1 - 0.45 * cast, np.float32)
    feet = columns[rows >= rows.max() - 0.22 * (rows.max() - rows.min())]
    middle, reach = (feet.max() + feet.min()) / 2, (feet.max() - feet.min()) / 2 + 8
    y, x = np.mgrid[0 : alpha.shape[0], 0 : alpha.shape[1]].astype(np.float32)
    away = np.hypot((x - middle) / reach, (y - base_y + 0.16 * reach) / (0.36 * reach))
    below = np.clip(1.15 - away, 0, 1)
    return np.asarray((1 - 0.45 * cast) * (1 - 0.4 * below), np.float32)


def _object(actor: _Actor, seen: Array) -> SceneObject:
    rows, columns = np.nonzero(seen >= 0.5)
    left, top = float(columns.min()), float(rows.min())
    box = Box(left, top, float(columns.max()) + 1 - left, float(rows.max()) + 1 - top)
    keypoints = tuple(
        _keypoint(point, is_hidden, seen, actor.layer.alpha)
        for point, is_hidden in zip(actor.joints, actor.hidden, strict=True)
    )
    assert len(keypoints) in (0, len(JOINTS))
    return SceneObject(actor.category, box, seen, keypoints)


def _keypoint(point: Point, is_hidden: bool, seen: Array, alpha: Array) -> Keypoint:
    """A joint: absent outside the image, occluded behind a limb or another object."""
    height, width = seen.shape
    x, y = point
    if not (0 <= x < width and 0 <= y < height):
        return Keypoint(0.0, 0.0, Visibility.ABSENT)
    at = int(y), int(x)
    is_covered = is_hidden or (alpha[at] > 0.25 and seen[at] < 0.5 * alpha[at])
    return Keypoint(
        round(x, 2), round(y, 2), Visibility.OCCLUDED if is_covered else Visibility.VISIBLE
    )


def _developed(rng: Generator, picture: Array) -> NDArray[np.uint8]:
    """The picture as a camera would give it: darker corners, a little grain."""
    height, width = picture.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    away = ((x / width - 0.5) ** 2 + (y / height - 0.5) ** 2) * 2
    picture = picture * (1 - 0.22 * away[..., None])
    picture = picture + rng.normal(0, 0.012, (height, width, 1)).astype(np.float32)
    return np.asarray(np.rint(np.clip(picture, 0, 1) * 255), np.uint8)
