"""A small project, words for what tests do in it, and ears for what the workspace says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image as Pillow

from annotator.domain.edits import Edit, Step
from annotator.domain.model import (
    Annotation,
    Box,
    Category,
    Keypoint,
    ModelVersion,
    Prediction,
    ScoredJoint,
)
from annotator.services.folder import add_folder
from annotator.store.store import Store
from annotator.ui.notices import Notice
from annotator.ui.workspace import Workspace

SIDE = 96
PICTURES = 5
PERSON = Category(1, "person", joints=("head", "foot"), colour="#4477aa", ordinal=0)
BALL = Category(2, "ball", colour="#ee6677", ordinal=1)
POSE = (Keypoint(12, 12, 2), Keypoint(20, 30, 1))


def make_project(folder: Path, *, pictures: int = PICTURES) -> Path:
    """Pictures in a folder, and a project beside them."""
    images = folder / "pictures"
    images.mkdir(parents=True, exist_ok=True)
    for n in range(pictures):
        pixels = np.full((SIDE, SIDE, 3), 40 + 20 * n, np.uint8)
        Pillow.fromarray(pixels).save(images / f"{n}.png")
    with Store.create(folder / "project") as store:
        add_folder(store, images)
        store.take_ids("category", 2)
        edits = (Edit(None, PERSON), Edit(None, BALL))
        store.history.apply(Step("Create categories", edits), person="Ada")
    return folder / "project"


def box_at(x: float, y: float = 10.0) -> Box:
    """A box of 20 by 30."""
    return Box(x, y, 20.0, 30.0)


def prediction(
    x: float, score: float = 0.9, category: Category = PERSON, *, joint_score: float = 0.8
) -> Prediction:
    """A prediction of a box at that place."""
    box = box_at(x)
    joints = tuple(ScoredJoint(box.x + n, box.y + n, joint_score) for n in range(2))
    has_joints = bool(category.joints)
    return Prediction(0, 0, category.id, 0, score, box, joints=joints if has_joints else ())


def take_in(workspace: Workspace, **parts: Any) -> Annotation:
    """An object of the current category as a file may have brought it, sound or not."""
    assert workspace.store is not None
    assert workspace.image is not None
    assert workspace.current_category is not None
    image, category = workspace.image.id, workspace.current_category.id
    (key,) = workspace.store.take_ids("annotation")
    made = Annotation(key, image, category, **parts)
    step = Step("Import", (Edit(None, made),), image)
    workspace.store.history.apply(step, person="file")
    workspace.reload_image()
    return next(a for a in workspace.annotations if a.id == key)


class Hand:
    """What a person does in a workspace, in a word each."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    @property
    def store(self) -> Store:
        assert self.workspace.store is not None
        return self.workspace.store

    def draw(self, x: float = 10.0, category: Category = PERSON) -> Annotation:
        """Draw a box; persons get joints."""
        keypoints = POSE if category.joints else ()
        made = self.workspace.add_object(
            box=box_at(x), keypoints=keypoints, category_id=category.id, text="Draw box"
        )
        assert made is not None
        return made

    def move(self, value: Annotation, x: float, gesture: str | None = None) -> None:
        """Move an object to that place."""
        self.workspace.change(
            replace(value, box=box_at(x)), text="Move box", gesture=gesture, asker=None
        )

    def predict(self, *values: Prediction, row: int | None = None) -> None:
        """Store predictions on an image (the one in view), as the learner does."""
        image = self.workspace.image if row is None else self.workspace.images[row]
        assert image is not None
        known = self.store.versions.all()
        version = (
            known[0].id if known else self.store.versions.add(ModelVersion(0, "v1", "tiny", "v1"))
        )
        self.store.predictions.write(version, image.id, values)
        self.workspace.predictions_stored([image.id])

    def show(self, row: int) -> None:
        """Bring the image of that row into view."""
        self.workspace.show_image(self.workspace.images[row].id)

    def stored(self, row: int | None = None) -> tuple[Annotation, ...]:
        """The objects the store holds of an image (the one in view)."""
        image = self.workspace.image if row is None else self.workspace.images[row]
        assert image is not None
        return self.store.annotations.of_image(image.id)

    def steps(self) -> list[str]:
        """Texts of the history of the image in view, newest first."""
        assert self.workspace.image is not None
        return [e.text for e in self.store.history.entries(self.workspace.image.id)]

    def reopen(self) -> None:
        """Close the project and open it again."""
        folder = self.store.folder
        self.workspace.close()
        self.workspace.open(folder)


class Heard:
    """What a workspace said."""

    def __init__(self, workspace: Workspace) -> None:
        self.notices: list[Notice] = []
        self.edited: list[tuple[tuple[Edit, ...], object]] = []
        workspace.said.connect(self.notices.append)
        workspace.edited.connect(lambda edits, asker: self.edited.append((edits, asker)))

    @property
    def last(self) -> Notice:
        return self.notices[-1]
