"""The annotations of a file: new objects, those of an earlier file again, rows without a place."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Final

from annotator.domain.model import Annotation, Category, Image
from annotator.formats.coco import ids
from annotator.formats.coco.rows import SaidObject, note_oddities, read_object, why_opaque
from annotator.services.importing.categories import ArrivingCategories
from annotator.services.importing.images import ArrivingImages
from annotator.services.importing.notes import Notes
from annotator.services.importing.rows import Row, united
from annotator.store.arrivals import ObjectRow, OpaqueEntry
from annotator.store.codec import attributes_to_text
from annotator.store.store import Store

_PAGE: Final = 500  # images whose objects are in memory at once
_APART: Final = ("id", "image_id", "category_id")


@dataclass(slots=True)
class ArrivingObjects:
    """What a file's annotations are here."""

    new: list[ObjectRow] = field(default_factory=list)
    united: list[Annotation] = field(default_factory=list)
    opaque: list[OpaqueEntry] = field(default_factory=list)
    images: set[int] = field(default_factory=set)
    matched: int = 0


class ObjectReceiver:
    """Takes the rows of ``annotations`` one by one; ``found`` is complete after ``unite``."""

    def __init__(
        self,
        store: Store,
        images: ArrivingImages,
        categories: ArrivingCategories,
        *,
        rows: list[Any],
        notes: Notes,
    ) -> None:
        """Prepare.

        Args:
            store: the project; nothing is written to it.
            images: of the same file.
            categories: of the same file.
            rows: all that will be taken.
            notes: takes what is odd.
        """
        self.found = ArrivingObjects()
        self._store = store
        self._images = images.by_key
        self._categories = categories.by_key
        self._notes = notes
        self._ids = iter(store.take_ids("annotation", len(rows)))
        self._known: dict[tuple[str, int, int], list[int]] = defaultdict(list)
        self._matches: dict[int, list[tuple[int, Row]]] = defaultdict(list)
        self._changed = {category.id: category for category in categories.changed}
        self._seen: set[str] = set()
        keys = store.sources.object_keys()
        for key, image_id, category_id, file_id in keys:
            if (told := ids.key_of_text(file_id)) is not None:
                self._known[told, image_id, category_id].append(key)
        opaque = store.sources.opaque()
        self._opaque = _counted((row.section, row.text) for row in opaque)
        taken = [k[3] for k in keys] + [o.file_id for o in opaque if o.section == "annotations"]
        self._used = {ids.key_of_text(text) for text in taken} - {None}
        told_here = [ids.text_of(row) for row in rows if isinstance(row, dict)]
        self._fresh = ids.largest(taken + told_here)

    def take(self, row: Any) -> None:
        """One row, whatever it is."""
        if not isinstance(row, dict):
            self._put_aside(row, None, "being no objects")
            return
        image, image_out = self._images.get(ids.key_of(row.get("image_id")), (None, None))
        if image is None or "image_id" not in row:
            self._put_aside(row, image, "their image is not in the file")
            return
        if reason := _kind_of(row):
            self._put_aside(row, image, reason)
            return
        category = self._categories.get(ids.key_of(row.get("category_id")))
        if category is None or "category_id" not in row:
            self._put_aside(row, image, "their category is not in the file")
            return
        said = read_object(row, len(category.joints))
        if reason := why_opaque(row, said):
            self._put_aside(row, image, reason)
            return
        self._note_id(row)
        note_oddities(row, said, (image.width, image.height), self._notes.add)
        if earlier := self._earlier(row, image, category):
            self._matches[image.id].append((earlier.pop(0), row))
            self.found.matched += 1
            return
        told = self._as_written(row, image_out, category)
        self.found.images.add(image.id)
        self.found.new.append(
            ObjectRow(
                next(self._ids), image.id, category.id, said.box, said.is_crowd,
                said.mask is not None, bool(said.keypoints), ids.text_of(told), ids.to_text(told),
                attributes_to_text(said.attributes), said.note or None, said.group_id,
            )
        )  # fmt: skip

    def _earlier(self, row: Row, image: Image, category: Category) -> list[int]:
        """Objects of earlier files with that id on that image and of that category."""
        if "id" not in row:
            return []
        return self._known.get((ids.key_of(row["id"]), image.id, category.id), [])

    def _note_id(self, row: Row) -> None:
        if "id" not in row:
            return
        key = ids.key_of(row["id"])
        if key in self._seen:
            self._notes.add("annotations whose id another one has", row["id"])
        self._seen.add(key)

    def _as_written(self, row: Row, image_out: Any, category: Category | None) -> Row:
        """The row with the ids that this project writes for it; itself where they are the same."""
        if "id" in row and ids.key_of(row["id"]) in self._used:
            self._fresh += 1
            self._notes.add("annotations with a new id, theirs being another one's", row["id"])
            row = row | {"id": self._fresh}
        if "image_id" in row and ids.key_of(row["image_id"]) != ids.key_of(image_out):
            row = row | {"image_id": image_out}
        if category is not None and category.file_id is not None:
            out = json.loads(category.file_id)
            if ids.key_of(row["category_id"]) != ids.key_of(out):
                row = row | {"category_id": out}
        return row

    def _put_aside(self, row: Any, image: Image | None, reason: str) -> None:
        """Keep a row that has no place on a canvas; one that is here already is not kept twice."""
        told = row
        image_id = None if image is None else image.id
        key = next(self._ids)
        known = "annotations", ids.to_text(row)
        if self._opaque.get(known):
            self._opaque[known] -= 1
            return
        self._notes.add(f"rows kept aside, {reason}", _name_of(row))
        if isinstance(row, dict):
            out = self._images.get(ids.key_of(row.get("image_id")), (None, row.get("image_id")))[1]
            told = self._as_written(row, out, None)
        file_id = ids.text_of(told) if isinstance(told, dict) else None
        entry = (key, "annotations", image_id, file_id, reason, ids.to_text(told))
        self.found.opaque.append(OpaqueEntry(*entry))

    def unite(self) -> None:
        """Join what arrived with the objects known from earlier files."""
        left = iter(self._matches.items())
        categories = {c.id: c for c in self._store.categories.all()} | self._changed
        while page := dict(islice(left, _PAGE)):
            for values in self._store.annotations.of_images(page).values():
                by_id = {value.id: value for value in values}
                for key, row in page[values[0].image_id] if values else ():
                    self._unite(by_id[key], row, categories)

    def _unite(self, known: Annotation, row: Row, categories: dict[int, Category]) -> None:
        before: Row = json.loads(known.source) if known.source is not None else {}
        whole, differing = united(before, row, apart=_APART)
        for key in differing:
            text = f"annotations whose “{key}” differs from the first file's, which is kept"
            self._notes.add(text, row.get("id"))
        joints = len(categories[known.category_id].joints)
        said = read_object(whole, joints)
        if whole == before and (known.is_edited or bool(said.keypoints) == bool(known.keypoints)):
            return
        after = replace(
            known,
            source=ids.to_text(whole),
            box=known.box or said.box,
            mask=known.mask or said.mask,
            keypoints=known.keypoints or said.keypoints,
            **_words_that_came(known, said, read_object(before, joints)),
        )
        self.found.united.append(after)


def _words_that_came(known: Annotation, now: SaidObject, before: SaidObject) -> dict[str, Any]:
    """Attributes, note and group that only the later file has; what a person took away stays so."""
    return {
        name: getattr(now, name)
        for name in ("attributes", "note", "group_id")
        if getattr(known, name) == getattr(before, name)
    }


def receive_objects(
    store: Store,
    rows: list[Any],
    images: ArrivingImages,
    categories: ArrivingCategories,
    *,
    notes: Notes,
    tick: Callable[[], None],
) -> ArrivingObjects:
    """All rows of ``annotations``, in order; ``tick`` is called after each."""
    receiver = ObjectReceiver(store, images, categories, rows=rows, notes=notes)
    for row in rows:
        receiver.take(row)
        tick()
    receiver.unite()
    return receiver.found


def _counted(keys: Iterator[tuple[str, str]]) -> dict[tuple[str, str], int]:
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for key in keys:
        counts[key] += 1
    return counts


def _kind_of(row: Row) -> str:
    """What a row is that COCO keeps among objects although it is none; "" for an object."""
    if "segments_info" in row:
        return "being panoptic segmentations"
    return "being captions" if "caption" in row else ""


def _name_of(row: Any) -> str:
    return ids.to_text(row.get("id")) if isinstance(row, dict) else ids.to_text(row)[:40]
