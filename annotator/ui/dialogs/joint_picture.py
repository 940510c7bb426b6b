"""Pictures to draw joints on: a labelled object cut out of its image, or the image in view."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PySide6.QtGui import QImage

from annotator.domain.geometry import box_area, clip_box
from annotator.domain.model import Annotation, Box, Category, Image, Keypoint
from annotator.services.pixels import read_pixels
from annotator.ui.workspace import Workspace

MOST = 6
"""Labelled objects that are offered."""
SMALLEST = 24.0
"""Pixels of a side below which nothing can be seen in an object."""
SIDE = 720
"""Pixels of the longer side that are decoded at least, as far as the file has them."""


@dataclass(frozen=True, slots=True)
class Backdrop:
    """One picture to choose.

    Attributes:
        title: for the person.
        image: where it comes from.
        path: the image's file.
        box: the part of the image that is shown; None for all of it.
        joints: those of the object, if they are of the category that is edited.
    """

    title: str
    image: Image
    path: Path
    box: Box | None = None
    joints: tuple[Keypoint, ...] = ()

    @property
    def is_object(self) -> bool:
        """Whether its frame is an object's box."""
        return self.box is not None

    @property
    def aspect(self) -> float:
        """Width by height."""
        if self.box is not None:
            return self.box.width / self.box.height
        return self.image.width / self.image.height


def backdrops(workspace: Workspace, category: Category | None) -> list[Backdrop]:
    """What is selected, then the largest objects of the category, then the whole image.

    Args:
        workspace: what is open.
        category: None for a new one.
    """
    store, image = workspace.store, workspace.image
    if store is None:
        return []
    found: list[Annotation] = list(workspace.selected)
    if category is not None:
        found = [a for a in found if a.category_id == category.id]
        others = [a for a in workspace.annotations if a.category_id == category.id]
        others += store.annotations.newest_of_category(category.id, limit=4 * MOST)
        found += sorted(others, key=_size, reverse=True)
    images = {i.id: i for i in store.images.many({a.image_id for a in found})}
    made: dict[int, Backdrop] = {}
    for one in found:
        cut = _cut_out(workspace, one, images.get(one.image_id), category)
        if cut is not None and len(made) < MOST:
            made.setdefault(one.id, cut)
    if image is None or image.is_missing or not (image.width and image.height):
        return list(made.values())
    return [*made.values(), _whole(workspace, image)]


def load(backdrop: Backdrop) -> QImage:
    """Read a picture; may be called in any thread.

    Raises:
        UnreadableFileError: the file is none of an image.
    """
    image, box = backdrop.image, backdrop.box
    share = 1.0 if box is None else max(box.width / image.width, box.height / image.height)
    short = min(image.width, image.height) / max(image.width, image.height)
    side = round(SIDE * short / max(share, 1e-6))
    pixels = read_pixels(backdrop.path, short_side=side, is_raw=image.is_raw)
    if box is not None:
        fx, fy = pixels.shape[1] / image.width, pixels.shape[0] / image.height
        rows = slice(int(box.y * fy), max(int(box.bottom * fy), int(box.y * fy) + 1))
        columns = slice(int(box.x * fx), max(int(box.right * fx), int(box.x * fx) + 1))
        pixels = np.ascontiguousarray(pixels[rows, columns])
    height, width = pixels.shape[:2]
    return QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def _cut_out(
    workspace: Workspace, one: Annotation, image: Image | None, category: Category | None
) -> Backdrop | None:
    """An object with enough to see of it."""
    if image is None or image.is_missing or one.box is None or not image.width:
        return None
    box = clip_box(one.box, width=image.width, height=image.height)
    if min(box.width, box.height) < SMALLEST:
        return None
    joints = one.keypoints if category is not None and one.category_id == category.id else ()
    name = workspace.category(one.category_id).name
    size = f"{box.width:.0f} × {box.height:.0f}"
    title = f"{name}, {size}, on {Path(image.file_name).name}"
    return Backdrop(title, image, _path(workspace, image), box, joints)


def _size(one: Annotation) -> float:
    return 0.0 if one.box is None else box_area(one.box)


def _whole(workspace: Workspace, image: Image) -> Backdrop:
    title = f"{Path(image.file_name).name}, the image in view"
    return Backdrop(title, image, _path(workspace, image))


def _path(workspace: Workspace, image: Image) -> Path:
    assert workspace.store is not None
    return workspace.store.images.path(image)
