"""Labelled images made smaller, labels and all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from models.types import ObjectTarget, Region, Rle, Sample

COCO_SIDE = 640
"""The longer side of COCO's images."""


def at_most(sample: Sample, long: int) -> Sample:
    """The same image with its longer side at most so long, and the labels where they belong.

    Raises:
        ValueError: a mask is run-length encoded; only outlines can be made smaller.
    """
    factor = long / max(sample.size)
    if factor >= 1:
        return sample
    size = round(sample.size[0] * factor), round(sample.size[1] * factor)
    scale = np.array([size[0] / sample.size[0], size[1] / sample.size[1]])
    whole = Image.fromarray(sample.read(min(sample.size)))
    pixels = np.asarray(whole.resize(size, Image.Resampling.LANCZOS))
    objects = tuple(_smaller(one, scale) for one in sample.objects)
    return replace(sample, size=size, read=lambda _: pixels, objects=objects)


def _smaller(one: ObjectTarget, scale: NDArray[np.float64]) -> ObjectTarget:
    if isinstance(one.mask, Rle):
        raise ValueError("a mask of run lengths cannot be made smaller")
    box = None if one.box is None else tuple(np.multiply(one.box, np.tile(scale, 2)).tolist())
    mask = one.mask and tuple(
        Region(_ring(r.outer, scale), tuple(_ring(hole, scale) for hole in r.holes))
        for r in one.mask
    )
    joints = one.joints
    if joints is not None:
        joints = joints * np.array([*scale, 1], np.float32)
    return replace(one, box=box, mask=mask, joints=joints)


def _ring(ring: tuple[float, ...], scale: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple((np.reshape(ring, (-1, 2)) * scale).ravel().tolist())
