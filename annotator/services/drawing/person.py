"""The painting of a person made of limbs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from annotator.services.drawing.pose import JOINTS, Body
from annotator.services.drawing.render import (
    Array,
    Colour,
    Layer,
    Point,
    blend,
    capsule,
    polygon,
    smooth,
)

_BEHIND = -0.055
"""Joints farther back than this share of the height are behind the trunk, others beside it."""


@dataclass(frozen=True, slots=True)
class Clothes:
    """Colours and cuts."""

    skin: Colour
    hair: Colour
    shirt: Colour
    stripe: Colour | None
    trousers: Colour
    shoes: Colour
    has_long_sleeves: bool
    has_shorts: bool
    has_bun: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One limb's piece as it was painted.

    Attributes:
        joints: indices of the joints it ends in.
        alpha: float32 [H, W].
        is_trunk: it is the trunk.
    """

    joints: frozenset[int]
    alpha: Array
    is_trunk: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """One capsule: ends by name, radii as shares of the height, depth in pixels."""

    ends: tuple[str, str]
    radii: Point
    colour: Colour
    depth: float


def paint(layer: Layer, body: Body, clothes: Clothes) -> list[bool]:
    """Paint a person, far limbs first.

    Returns:
        For each joint, whether another limb of the same person hides it.
    """
    pieces = [
        *_arm(body, clothes, "right"),
        *_arm(body, clothes, "left"),
        *_leg(body, clothes, "right"),
        *_leg(body, clothes, "left"),
    ]
    painted: list[Part] = []
    order: list[tuple[float, Piece | str]] = [(0.0, "trunk"), (0.03 * body.height, "head")]
    order += [(piece.depth, piece) for piece in pieces]
    for _, piece in sorted(order, key=lambda item: item[0]):
        before = layer.alpha.copy()
        layer.alpha[:] = 0
        joints = _paint_piece(layer, body, clothes, piece)
        painted.append(Part(joints, layer.alpha.copy(), is_trunk=piece == "trunk"))
        layer.alpha[:] = painted[-1].alpha + before * (1 - painted[-1].alpha)
    return [_is_hidden(joint, body, painted) for joint in range(len(JOINTS))]


def _arm(body: Body, clothes: Clothes, side: str) -> list[Piece]:
    shoulder, elbow, wrist, hand = (f"{side}_{n}" for n in ("shoulder", "elbow", "wrist", "hand"))
    sleeve = clothes.shirt if clothes.has_long_sleeves else clothes.skin
    upper = (body.depth[shoulder] + body.depth[elbow]) / 2 + 0.012 * body.height
    lower = (body.depth[elbow] + body.depth[wrist]) / 2 + 0.02 * body.height
    return [
        Piece((wrist, hand), (0.021, 0.024), clothes.skin, lower - 0.001),
        Piece((elbow, wrist), (0.029, 0.022), sleeve, lower),
        Piece((shoulder, elbow), (0.040, 0.031), clothes.shirt, upper),
    ]


def _leg(body: Body, clothes: Clothes, side: str) -> list[Piece]:
    hip, knee, ankle, toe = (f"{side}_{n}" for n in ("hip", "knee", "ankle", "toe"))
    shin = clothes.skin if clothes.has_shorts else clothes.trousers
    behind = -0.02 * body.height
    upper = (body.depth[hip] + body.depth[knee]) / 2 + behind
    lower = (body.depth[knee] + body.depth[ankle]) / 2 + behind
    return [
        Piece((ankle, toe), (0.031, 0.024), clothes.shoes, lower + 0.002),
        Piece((knee, ankle), (0.041, 0.028), shin, lower),
        Piece((hip, knee), (0.056, 0.044), clothes.trousers, upper),
    ]


def _paint_piece(layer: Layer, body: Body, clothes: Clothes, piece: Piece | str) -> frozenset[int]:
    if piece == "trunk":
        _paint_trunk(layer, body, clothes)
        return frozenset(JOINTS.index(n) for n in ("right_hip", "left_hip", "neck"))
    if piece == "head":
        _paint_head(layer, body, clothes)
        return frozenset({JOINTS.index("neck"), JOINTS.index("head_top")})
    assert isinstance(piece, Piece)
    ends = body.points[piece.ends[0]], body.points[piece.ends[1]]
    radii = piece.radii[0] * body.height, piece.radii[1] * body.height
    window = layer.window(ends, max(radii))
    if window is not None:
        distance = capsule(window.grid, ends, radii)
        layer.paint(window, distance, piece.colour, thickness=max(radii))
    return frozenset(JOINTS.index(end) for end in piece.ends if end in JOINTS)


def _paint_trunk(layer: Layer, body: Body, clothes: Clothes) -> None:
    at, size = body.points, body.height
    hips = [at["right_hip"], at["left_hip"]]
    window = layer.window(hips, 0.07 * size)
    if window is not None:
        distance = capsule(window.grid, (hips[0], hips[1]), (0.058 * size, 0.058 * size))
        layer.paint(window, distance, clothes.trousers, thickness=0.07 * size)
    waist = [_between(at["left_hip"], at["left_shoulder"], 0.12)]
    waist.append(_between(at["right_hip"], at["right_shoulder"], 0.12))
    corners = [at["right_shoulder"], at["left_shoulder"], *waist]
    window = layer.window(corners, 0.06 * size)
    if window is not None:
        x, y = window.grid
        distance = polygon((x, y), corners, 0.048 * size)
        colour: Colour | Array = clothes.shirt
        if clothes.stripe is not None:
            wave = np.sin((y - at["neck"][1]) / size * 2 * np.pi / 0.055)
            share = smooth(wave.astype(np.float32), 0.35, 0.5)
            colour = blend(clothes.shirt, clothes.stripe, share)
        layer.paint(window, distance, colour, thickness=0.085 * size)


def _paint_head(layer: Layer, body: Body, clothes: Clothes) -> None:
    at, size = body.points, body.height
    radius = 0.076 * size
    top, neck = at["head_top"], at["neck"]
    length = max(np.hypot(neck[0] - top[0], neck[1] - top[1]), 1e-6)
    centre = _between(top, neck, radius / length)
    window = layer.window([centre, neck], 0.05 * size)
    if window is not None:
        distance = capsule(window.grid, (neck, centre), (0.036 * size, 0.034 * size))
        darker = clothes.skin[0] * 0.86, clothes.skin[1] * 0.84, clothes.skin[2] * 0.84
        layer.paint(window, distance, darker, thickness=0.04 * size)
    forward = np.array([np.sin(body.yaw), 0.08, np.cos(body.yaw)])
    if clothes.has_bun:
        bun = centre[0] - forward[0] * radius * 0.9, centre[1] - radius * 0.55
        plain = np.asarray(clothes.hair, np.float32)
        layer.paint_sphere(bun, radius * 0.42, lambda n: np.broadcast_to(plain, n.shape))
    layer.paint_sphere(centre, radius, lambda n: _face(n, body.yaw, clothes), gloss=0.06)


def _face(normals: Array, yaw: float, clothes: Clothes) -> Array:
    """Skin, hair, eyes and a mouth on a sphere that looks along ``yaw``."""
    forward = np.array([np.sin(yaw), 0.0, np.cos(yaw)], np.float32)
    side = np.array([np.cos(yaw), 0.0, -np.sin(yaw)], np.float32)
    ahead, across, down = normals @ forward, normals @ side, normals[..., 1]
    colour = blend(clothes.skin, clothes.skin, np.zeros(ahead.shape, np.float32))
    for eye in (-0.34, 0.34):
        spot = np.hypot((across - eye) / 0.85, down - 0.06)
        share = smooth(-spot, -0.115, 0.06) * (ahead > 0)
        colour = blend(colour, (0.10, 0.08, 0.08), share)
    smile = np.abs(np.hypot(across, down - 0.26) - 0.26)
    lips = smooth(-smile, -0.045, 0.04) * (down > 0.36) * (ahead > 0)
    colour = blend(colour, (0.55, 0.22, 0.2), lips.astype(np.float32) * 0.8)
    hairline = 0.80 * ahead + 0.62 * down
    return blend(colour, clothes.hair, smooth(-hairline, -0.26, 0.08))


def _is_hidden(joint: int, body: Body, painted: list[Part]) -> bool:
    """Whether a part that does not end in the joint was painted over its own parts."""
    x, y = body.points[JOINTS[joint]]
    own = max((i for i, part in enumerate(painted) if joint in part.joints), default=0)
    height, width = painted[0].alpha.shape
    column, row = int(np.floor(x)), int(np.floor(y))
    if not (0 <= column < width and 0 <= row < height):
        return False
    later = [part for part in painted[own + 1 :] if joint not in part.joints]
    if body.depth[JOINTS[joint]] > _BEHIND * body.height:
        later = [part for part in later if not part.is_trunk]
    return any(part.alpha[row, column] > 0.5 for part in later)


def _between(a: Point, b: Point, share: float) -> Point:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share
