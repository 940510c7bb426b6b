"""A project of a few small images, each with one labelled square, all reviewed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw

from annotator.domain.edits import Edit, Step
from annotator.domain.model import Annotation, Box, Category, ImageState, Review
from annotator.services.folder import add_folder
from annotator.store.store import Store

SIDE = 96


def make_squares(folder: Path, *, count: int = 2) -> Path:
    """Draw them; the project's folder."""
    images = folder / "images"
    images.mkdir(parents=True)
    for n in range(count):
        picture = Pillow.fromarray(np.full((SIDE, SIDE, 3), 40 + 10 * n, np.uint8))
        ImageDraw.Draw(picture).rectangle((20 + n, 24, 60 + n, 70), fill=(200, 60, 30))
        picture.save(images / f"{n}.png")
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
