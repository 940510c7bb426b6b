"""What people wear, and how they happen to stand."""

from __future__ import annotations

from numpy.random import Generator

from annotator.services.drawing.person import Clothes
from annotator.services.drawing.pose import POSES, Limb, Pose
from annotator.services.drawing.render import Colour

_SKINS: tuple[Colour, ...] = (
    (0.95, 0.78, 0.66), (0.88, 0.68, 0.53), (0.74, 0.53, 0.38), (0.55, 0.37, 0.26),
    (0.40, 0.26, 0.19),
)  # fmt: skip
_HAIRS: tuple[Colour, ...] = (
    (0.13, 0.10, 0.09), (0.30, 0.19, 0.12), (0.55, 0.36, 0.18), (0.82, 0.66, 0.38),
    (0.62, 0.26, 0.14), (0.66, 0.65, 0.64),
)  # fmt: skip
_FABRICS: tuple[Colour, ...] = (
    (0.84, 0.25, 0.25), (0.95, 0.62, 0.20), (0.96, 0.83, 0.36), (0.28, 0.60, 0.42),
    (0.20, 0.55, 0.66), (0.23, 0.38, 0.68), (0.50, 0.36, 0.62), (0.90, 0.50, 0.58),
    (0.93, 0.92, 0.88), (0.24, 0.26, 0.30),
)  # fmt: skip
_TROUSERS: tuple[Colour, ...] = (
    (0.22, 0.28, 0.42), (0.28, 0.28, 0.30), (0.52, 0.44, 0.34), (0.36, 0.44, 0.52),
    (0.30, 0.36, 0.28), (0.48, 0.28, 0.28),
)  # fmt: skip
_HAIR_STANDS_OUT = 0.45
"""Least difference of skin and hair, summed over red, green and blue."""


def choose_pose(rng: Generator) -> Pose:
    """One of the poses, mirrored half the time, every angle a little off."""
    pose = POSES[rng.integers(len(POSES))]
    arms, legs = pose.arms, pose.legs
    if rng.random() < 0.5:
        arms, legs = (arms[1], arms[0]), (legs[1], legs[0])

    def loose(limb: Limb, spread: float) -> Limb:
        off = rng.normal(0, spread, 3)
        return Limb(
            limb.swing + off[0], limb.spread + off[1] * 0.6, max(0.0, limb.bend + off[2]), limb.turn
        )

    return Pose(
        (loose(arms[0], 9), loose(arms[1], 9)),
        (loose(legs[0], 4), loose(legs[1], 4)),
        pose.lean + float(rng.normal(0, 3)),
    )


def choose_clothes(rng: Generator) -> Clothes:
    """Colours and cuts at random."""

    def pick(colours: tuple[Colour, ...]) -> Colour:
        return colours[rng.integers(len(colours))]

    skin, hair, shirt = pick(_SKINS), pick(_HAIRS), pick(_FABRICS)
    while abs(sum(skin) - sum(hair)) < _HAIR_STANDS_OUT:
        hair = pick(_HAIRS)
    other = pick(_FABRICS)
    return Clothes(
        skin=skin,
        hair=hair,
        shirt=shirt,
        stripe=other if rng.random() < 0.3 and other != shirt else None,
        trousers=pick(_TROUSERS),
        shoes=pick(((0.16, 0.16, 0.18), (0.92, 0.91, 0.88), (0.70, 0.22, 0.20))),
        has_long_sleeves=bool(rng.random() < 0.4),
        has_shorts=bool(rng.random() < 0.35),
        has_bun=bool(rng.random() < 0.3),
    )
