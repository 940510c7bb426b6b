"""A small project, and words for what tests do to it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from annotator.domain.edits import Edit, Step
from annotator.domain.model import Annotation, Box, Category, Part, Polygons
from annotator.services import bulk
from annotator.services.bulk_jobs import Undo
from annotator.store.images import FoundImage
from annotator.store.store import Store

SMALL = Box(1, 2, 3, 4)
TRIANGLE = Polygons((Part((0.0, 0.0, 10.0, 0.0, 10.0, 10.0), ((4.0, 2.0, 8.0, 2.0, 8.0, 6.0),)),))


class Hand:
    """A person at a project with two images and one category."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = Store.create(folder)
        root = self.store.roots.add(folder / "images")
        found = [FoundImage("a.jpg", 40, 30), FoundImage("sub/b.jpg", 40, 30)]
        self.first, self.second = self.store.images.add(root, found)
        self.category = Category(self.store.take_ids("category")[0], "cat", joints=("nose",))
        self.do("Add category", Edit(None, self.category))

    def do(
        self, text: str, *edits: Edit, image: int | None = None, gesture: str | None = None
    ) -> int:
        return self.store.history.apply(Step(text, edits, image, gesture), person="Ada")

    def draw(self, image: int, box: Box = SMALL, **fields: object) -> Annotation:
        key = self.store.take_ids("annotation")[0]
        drawn = Annotation(key, image, self.category.id, box, TRIANGLE, **fields)  # type: ignore[arg-type]
        self.do("Draw box", Edit(None, drawn), image=image)
        return drawn

    def move(self, value: Annotation, x: float, gesture: str | None = None) -> Annotation:
        assert value.box is not None
        after = replace(value, box=value.box._replace(x=x))
        self.do("Move box", Edit(value, after), image=value.image_id, gesture=gesture)
        return after

    def delete(self, value: Annotation) -> None:
        self.do("Delete object", Edit(value, None), image=value.image_id)

    def undo(self, image: int | None) -> object:
        return self.store.history.undo(image, person="Ada")

    def undo_step(self, step_id: int) -> str:
        return bulk.run(self.store, Undo("Ada", step_id)).text

    def redo(self, image: int | None) -> object:
        return self.store.history.redo(image, person="Ada")

    def on(self, image: int) -> tuple[Annotation, ...]:
        return self.store.annotations.of_image(image)

    def reopen(self) -> None:
        self.store.close()
        self.store = Store.open(self.folder)
