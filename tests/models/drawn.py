"""Drawn images with exact labels, and the sizes of a network that trains in seconds."""

import numpy as np

from models.presets import Preset
from models.types import CategorySpec, ObjectTarget, Region, Sample

TINY = Preset(
    name="tiny",
    trunk="squeezenet1_0",
    hub="SqueezeNet1_0_Weights.IMAGENET1K_V1",
    levels=(("5", 256), ("10", 512), ("12", 512)),
    frozen=("0", "3", "4", "5"),
    short_side=96,
    long_side=160,
    channels=16,
    box_width=32,
    mask_layers=1,
    joint_layers=1,
    proposal_levels=("1", "2", "pool"),
    anchors=((12, 20), (32, 48), (64, 96)),
    train_proposals=60,
    test_proposals=30,
    rois=32,
)

BOX = CategorySpec("box")
FACE = CategorySpec("face", ("left_eye", "right_eye", "chin"), ((0, 1),))


def square(x: float, y: float, side: float) -> tuple[Region, ...]:
    return (Region((x, y, x + side, y, x + side, y + side, x, y + side)),)


def make_sample(key: int, kind: str = "mixed", size: tuple[int, int] = (128, 96)) -> Sample:
    """An image with a red square, and a blue face whose joints are known.

    Kinds: none, box, mask, joints, mixed.
    """
    random = np.random.default_rng(key)
    pixels = random.integers(90, 110, (size[1], size[0], 3)).astype(np.uint8)
    x, y = int(random.integers(4, 20)), int(random.integers(4, 40))
    u, v = int(random.integers(64, 80)), int(random.integers(4, 40))
    pixels[y : y + 40, x : x + 40] = (220, 30, 30)
    pixels[v : v + 40, u : u + 40] = (30, 30, 220)
    joints = np.array([[u + 10, v + 10, 2], [u + 30, v + 10, 2], [u + 20, v + 35, 1]], np.float32)
    red, blue = (x, y, x + 40, y + 40), (u, v, u + 40, v + 40)
    objects = {
        "none": (),
        "box": (ObjectTarget(1, red, None, None), ObjectTarget(2, blue, None, None)),
        "mask": (
            ObjectTarget(1, None, square(x, y, 40), None),
            ObjectTarget(2, None, square(u, v, 40), None),
        ),
        "joints": (ObjectTarget(2, None, None, joints),),
        "mixed": (
            ObjectTarget(1, red, square(x, y, 40), None),
            ObjectTarget(2, blue, None, joints),
        ),
    }[kind]
    return Sample(key, size, lambda short_side: pixels, objects)
