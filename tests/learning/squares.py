"""Projects of a few small images, each with one labelled square."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw

from annotator.domain.edits import Edit, Step
from annotator.domain.model import (
    Annotation,
    Box,
    Category,
    Image,
    ImageState,
    Keypoint,
    Part,
    Polygons,
    Review,
)
from annotator.services.folder import add_folder
from annotator.store.store import Store

SIDE = 96


def make_squares(folder: Path, *, count: int = 2) -> Path:
    """All reviewed, with boxes; the project's folder."""
    images = _draw(folder / "images", count)
    with Store.create(folder / "project") as store:
        add_folder(store, images)
        key = store.take_ids("category")[0]
        category = Edit(None, Category(key, "square"))
        store.history.apply(Step("Create", (category,)), person="Ada")
        for n, image in enumerate(store.images.all()):
            drawn = Annotation(
                store.take_ids("annotation")[0], image.id, key, Box(20.0 + n, 24, 40, 46)
            )
            before = Review(image.id, image.state, image.is_complete)
            done = Edit(before, Review(image.id, ImageState.REVIEWED, True))
            step = Step("Draw", (Edit(None, drawn), done), image.id)
            store.history.apply(step, person="Ada")
    return folder / "project"


def make_labelled(folder: Path, *, count: int = 8, reviewed: int = 6) -> Store:
    """With box, mask and joints on the reviewed ones; the project, open."""
    images = _draw(folder / "images", count)
    made = Store.create(folder / "project")
    add_folder(made, images)
    category = Category(1, "square", joints=("left_top", "right_top"), pairs=((0, 1),))
    made.history.apply(Step("Create", (Edit(None, category),)), person="Ada")
    for n, image in enumerate(made.images.all()[:reviewed]):
        review(made, image, square(made, image, 20 + n))
    return made


def square(store: Store, image: Image, x: float) -> Annotation:
    """The red square of an image."""
    box = Box(x, 24, 40, 46)
    ring = (box.x, box.y, box.right, box.y, box.right, box.bottom, box.x, box.bottom)
    return Annotation(
        store.take_ids("annotation")[0],
        image.id,
        1,
        box=box,
        mask=Polygons((Part(ring),)),
        keypoints=(Keypoint(box.x, box.y, 2), Keypoint(box.right, box.y, 2)),
    )


def review(store: Store, image: Image, *drawn: Annotation) -> None:
    """Draw objects and call the image reviewed."""
    done = Edit(
        Review(image.id, image.state, image.is_complete),
        Review(image.id, ImageState.REVIEWED, True),
    )
    edits = (*(Edit(None, one) for one in drawn), done)
    store.history.apply(Step("Draw", edits, image.id), person="Ada")


def never() -> None:
    """Nobody asks a job to end."""


def _draw(images: Path, count: int) -> Path:
    images.mkdir(parents=True)
    for n in range(count):
        picture = Pillow.fromarray(np.full((SIDE, SIDE, 3), 40 + 10 * n, np.uint8))
        ImageDraw.Draw(picture).rectangle((20 + n, 24, 60 + n, 70), fill=(200, 60, 30))
        picture.save(images / f"{n}.png")
    return images
