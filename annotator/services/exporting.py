"""A project as one COCO file: what files said word for word, what people did beside it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from heapq import merge
from operator import itemgetter
from pathlib import Path
from typing import Any

from annotator.domain.lines import Line
from annotator.domain.model import Category, Image, ImageState, Prediction
from annotator.formats.coco import compose, ids, writer
from annotator.formats.coco.rows import read_object
from annotator.services.steps import JOINT_FLOOR
from annotator.store.sources import OpaqueRow, Source, ToldObject
from annotator.store.store import Store

Progress = Callable[[int, int], None]
Placed = tuple[int, str]  # where it stands among its section, and its JSON text

_NEW_HEAD: dict[str, Any] = {
    "info": {"description": "Made with Annotator"},
    "licenses": [],
    "images": [],
    "annotations": [],
    "categories": [],
}


class Export:
    """One export: the ids it gives and the rows it writes.

    New rows get ids beyond the largest whole number that files use: that number plus our own id, so
    that they stay the same from one export to the next.
    """

    def __init__(
        self,
        store: Store,
        *,
        is_reviewed_only: bool,
        predictions_above: float | None,
        is_all_images: bool,
        is_filled: bool,
    ) -> None:
        self._store = store
        self._is_reviewed_only = is_reviewed_only
        self._is_filled = is_filled
        self._records = store.sources.image_records()
        self._opaque = store.sources.opaque()
        self._sources = store.sources.all()
        self._heads: dict[int, dict[str, Any]] = {
            source.id: json.loads(source.head) for source in self._sources
        }
        self._predictions = (
            []
            if predictions_above is None
            else store.predictions.undecided_above(Line(predictions_above))
        )
        self._proposed = {prediction.image_id for prediction in self._predictions}
        every = store.images.all()
        self._new_names = _names_apart(store, every)
        self.images = {i.id: i for i in every if self._is_wanted(i, is_all=is_all_images)}
        self._categories = {category.id: category for category in store.categories.all()}
        self._image_ids = self._given_image_ids(every)
        self._category_ids = self._given_category_ids()
        self._total, last, longest = store.sources.object_span()
        self._first_annotation = ids.largest([*longest, *self._opaque_ids("annotations")])
        self._first_prediction = self._first_annotation + last

    def write(self, file: Path, progress: Progress | None) -> int:
        """Write everything; how many annotations there are in the file."""
        head = united_head(self._sources) if self._sources else _NEW_HEAD
        self._written = 0
        rows = {
            "images": _texts(self._image_rows()),
            "categories": _texts(self._category_rows()),
            "annotations": self._counted(progress),
        }
        writer.write(file, head, rows)
        return self._written

    def _counted(self, progress: Progress | None) -> Iterator[str]:
        for text in _texts(self._annotation_rows()):
            self._written += 1
            if progress is not None and self._written % 500 == 0:
                progress(min(self._written, self._total), self._total)
            yield text
        if progress is not None:
            progress(self._total, self._total)

    def _is_wanted(self, image: Image, *, is_all: bool) -> bool:
        is_reviewed = image.state is ImageState.REVIEWED
        if self._is_reviewed_only:
            return is_reviewed
        is_drawn = bool(image.object_count) or image.id in self._proposed
        return is_all or image.is_from_file or is_reviewed or is_drawn

    def _opaque_ids(self, section: str) -> list[str | None]:
        return [row.file_id for row in self._opaque if row.section == section]

    def _given_image_ids(self, images: Iterable[Image]) -> dict[int, Any]:
        first = ids.largest([record.file_id for record in self._records])
        given: dict[int, Any] = {image.id: first + image.id for image in images}
        for record in reversed(self._records):
            if record.file_id is not None:
                given[record.image_id] = json.loads(record.file_id)
        return given

    def _given_category_ids(self) -> dict[int, Any]:
        first = ids.largest([category.file_id for category in self._categories.values()])
        return {
            key: first + key if category.file_id is None else json.loads(category.file_id)
            for key, category in self._categories.items()
        }

    def _image_rows(self) -> Iterator[Placed]:
        wanted = self.images
        told = [(r.id, r.text) for r in self._records if r.image_id in wanted]
        yield from sorted(told + list(self._aside("images")))
        recorded = {record.image_id for record in self._records}
        for image in wanted.values():
            if image.id not in recorded:
                name = self._new_names.get(image.id, image.file_name)
                row = compose.image_row(image, file_id=self._image_ids[image.id], file_name=name)
                yield image.id, ids.to_text(row)

    def _category_rows(self) -> Iterator[Placed]:
        own = [(c.ordinal, self._category_text(c)) for c in self._categories.values()]
        yield from merge(own, self._aside("categories"), key=itemgetter(0))

    def _category_text(self, category: Category) -> str:
        row = compose.category_row(category, file_id=self._category_ids[category.id])
        return ids.to_text(row)

    def _annotation_rows(self) -> Iterator[Placed]:
        objects = (
            (told.place, self._object_text(told))
            for told in self._store.sources.objects()
            if told.image_id in self.images
        )
        yield from merge(objects, self._aside("annotations"), key=itemgetter(0))
        for value in self._predictions:
            if value.image_id in self.images:
                yield value.id, ids.to_text(self._prediction_row(value))

    def _object_text(self, told: ToldObject) -> str:
        if told.text is not None and not self._is_filled:
            return told.text
        category = self._categories[told.category_id]
        if told.value is None:
            row = json.loads(told.text or "{}")
        else:
            row = compose.annotation_row(
                told.value,
                file_id=self._first_annotation + told.id,
                image_id=self._image_ids[told.image_id],
                category=category,
                category_id=self._category_ids[category.id],
                size=self._size(told.image_id),
            )
        if self._is_filled:
            row = compose.filled(row, read_object(row, len(category.joints)))
        return ids.to_text(row)

    def _prediction_row(self, value: Prediction) -> compose.Row:
        return compose.prediction_row(
            value,
            file_id=self._first_prediction + value.id,
            image_id=self._image_ids[value.image_id],
            category_id=self._category_ids[value.category_id],
            size=self._size(value.image_id),
            joint_floor=JOINT_FLOOR,
        )

    def _size(self, image_id: int) -> tuple[int, int]:
        image = self.images[image_id]
        return image.height, image.width

    def _aside(self, section: str) -> Iterator[Placed]:
        """Rows without a place on a canvas, of the images that are written."""
        for row in self._opaque:
            is_here = row.image_id in self.images if row.image_id else not self._is_reviewed_only
            if row.section == section and is_here:
                yield row.place, self._loadable(row)

    def _loadable(self, row: OpaqueRow) -> str:
        """As it came; beside other files' rows with the keys that pycocotools cannot do without."""
        is_alone = len(self._sources) == 1 and (
            not self._categories or "categories" in self._heads[row.source_id]
        )
        if row.section != "annotations" or is_alone:
            return row.text
        whole = json.loads(row.text)
        if not isinstance(whole, dict):
            return row.text
        missing = {"image_id": None, "category_id": None, "id": self._first_annotation + row.place}
        return ids.to_text(whole | {k: v for k, v in missing.items() if k not in whole})


def united_head(sources: list[Source]) -> dict[str, Any]:
    """The first file's top level and the keys that only later ones have; licences are gathered."""
    head: dict[str, Any] = {}
    for source in sources:
        for key, value in json.loads(source.head).items():
            if key not in head:
                head[key] = value
            elif key == "licenses" and isinstance(value, list) and isinstance(head[key], list):
                head[key] = head[key] + [item for item in value if item not in head[key]]
    return head


def _names_apart(store: Store, images: list[Image]) -> dict[int, str]:
    """Names with their folder in front, for images of two roots that share one in no file."""
    counts: dict[str, int] = {}
    for image in images:
        counts[image.file_name] = counts.get(image.file_name, 0) + 1
    twice = [i for i in images if counts[i.file_name] > 1 and not i.is_from_file]
    roots = {root.id: root.path.name for root in store.roots.all()} if twice else {}
    return {image.id: f"{roots[image.root_id]}/{image.file_name}" for image in twice}


def _texts(rows: Iterable[Placed]) -> Iterator[str]:
    return (text for _, text in rows)
