"""The annotations of a file: new objects, those of an earlier file again, rows without a place."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any, Final

from annotator.domain.model import Annotation, Category, Image
from annotator.formats.coco import ids
from annotator.formats.coco.rows import SaidObject, note_oddities, read_object, why_opaque
from annotator.services.importing.categories import ArrivingCategories
from annotator.services.importing.images import ArrivingImages
from annotator.services.importing.notes import Notes
from annotator.services.importing.rows import Row, united
from annotator.store.arrivals import Arriving, ObjectRow, OpaqueEntry
from annotator.store.codec import attributes_to_text
from annotator.store.store import Store

_PAGE: Final = 500  # images whose objects are in memory at once
_APART: Final = ("id", "image_id", "category_id")


class ObjectReceiver:
    """Takes the rows of ``annotations`` one by one; ``write`` writes what has gathered.

    Attributes:
        images: ours that got an object.
        new_count, matched, opaque_count: new objects, those that joined one that was here, rows
            newly put aside.
    """

    def __init__(
        self,
        store: Store,
        images: ArrivingImages,
        categories: ArrivingCategories,
        *,
        new_ids: range,
        largest: int,
        notes: Notes,
    ) -> None:
        """Prepare.

        Args:
            store: the project as it was before.
            images: of the same file.
            categories: of the same file.
            new_ids: one for each row.
            largest: the largest id of all rows.
            notes: takes what is odd.
        """
        self.images: set[int] = set()
        self.new_count = self.matched = self.opaque_count = 0
        self._store = store
        self._images = images.by_key
        self._categories = categories.by_key
        self._notes = notes
        self._ids = iter(new_ids)
        self._new: list[ObjectRow] = []
        self._aside: list[OpaqueEntry] = []
        self._known: dict[tuple[str, int, int], list[int]] = defaultdict(list)
        self._matches: dict[int, list[tuple[int, Row]]] = defaultdict(list)
        self._matching = 0
        self._all_categories = {c.id: c for c in store.categories.all()}
        self._all_categories |= {category.id: category for category in categories.changed}
        self._category_ids = {
            c.id: json.loads(c.file_id) for c in categories.by_key.values() if c.file_id is not None
        }
        self._seen: set[object] = set()
        keys = store.sources.object_keys()
        for key, image_id, category_id, file_id in keys:
            if (told := ids.key_of_text(file_id)) is not None:
                self._known[told, image_id, category_id].append(key)
        opaque = store.sources.opaque()
        self._opaque = _counted((row.section, row.text) for row in opaque)
        taken = [k[3] for k in keys] + [o.file_id for o in opaque if o.section == "annotations"]
        self._used = {ids.key_of_text(text) for text in taken} - {None}
        self._fresh = max(ids.largest(taken), largest)

    @property
    def waiting(self) -> int:
        """How many rows wait to be written."""
        return len(self._new) + len(self._aside) + self._matching

    def take(self, row: Any, text: str) -> None:
        """One row, whatever it is, and its text in the file."""
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
            self._matching += 1
            self.matched += 1
            return
        told = self._as_written(row, image_out, category)
        self.images.add(image.id)
        self.new_count += 1
        self._new.append(
            ObjectRow(
                next(self._ids), image.id, category.id, said.box, said.is_crowd,
                said.mask is not None, bool(said.keypoints), ids.text_of(told),
                ids.kept(row, text) if told is row else ids.to_text(told),
                attributes_to_text(said.attributes), said.note or None, said.group_id,
            )
        )  # fmt: skip

    def write(self, arriving: Arriving) -> None:
        """Write what has gathered."""
        arriving.write_objects(self._new)
        arriving.write_opaque(self._aside)
        arriving.write_united(self._united())
        self._new.clear()
        self._aside.clear()
        self._matches.clear()
        self._matching = 0

    def _earlier(self, row: Row, image: Image, category: Category) -> list[int]:
        """Objects of earlier files with that id on that image and of that category."""
        if not self._known or "id" not in row:
            return []
        return self._known.get((ids.key_of(row["id"]), image.id, category.id), [])

    def _note_id(self, row: Row) -> None:
        if "id" not in row:
            return
        told = row["id"]
        key = told if type(told) is int else ids.key_of(told)  # a number takes less than its text
        if isinstance(key, str) and key.lstrip("-").isdecimal():
            key = int(key)  # 5.0 is 5
        if key in self._seen:
            self._notes.add("annotations whose id another one has", told)
        self._seen.add(key)

    def _as_written(self, row: Row, image_out: Any, category: Category | None) -> Row:
        """The row with the ids that this project writes for it; itself where they are the same."""
        if self._used and "id" in row and ids.key_of(row["id"]) in self._used:
            self._fresh += 1
            self._notes.add("annotations with a new id, theirs being another one's", row["id"])
            row = row | {"id": self._fresh}
        if "image_id" in row and not ids.are_same(row["image_id"], image_out):
            row = row | {"image_id": image_out}
        if category is not None and category.file_id is not None:
            out = self._category_ids[category.id]
            if not ids.are_same(row["category_id"], out):
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
        self._aside.append(OpaqueEntry(*entry))
        self.opaque_count += 1

    def _united(self) -> list[Annotation]:
        """What has gathered for objects of earlier files, joined with them."""
        found: list[Annotation] = []
        left = iter(self._matches.items())
        while page := dict(islice(left, _PAGE)):
            for values in self._store.annotations.of_images(page).values():
                by_id = {value.id: value for value in values}
                for key, row in page[values[0].image_id] if values else ():
                    after = self._unite(by_id[key], row)
                    if after is not None:
                        found.append(after)
        return found

    def _unite(self, known: Annotation, row: Row) -> Annotation | None:
        """The known object with what the row adds; None where that is nothing."""
        before: Row = json.loads(known.source) if known.source is not None else {}
        whole, differing = united(before, row, apart=_APART)
        for key in differing:
            text = f"annotations whose “{key}” differs from the first file's, which is kept"
            self._notes.add(text, row.get("id"))
        joints = len(self._all_categories[known.category_id].joints)
        said = read_object(whole, joints)
        if whole == before and (known.is_edited or bool(said.keypoints) == bool(known.keypoints)):
            return None
        return replace(
            known,
            source=ids.to_text(whole),
            box=known.box or said.box,
            mask=known.mask or said.mask,
            keypoints=known.keypoints or said.keypoints,
            **_words_that_came(known, said, read_object(before, joints)),
        )


def _words_that_came(known: Annotation, now: SaidObject, before: SaidObject) -> dict[str, Any]:
    """Attributes, note and group that only the later file has; what a person took away stays so."""
    return {
        name: getattr(now, name)
        for name in ("attributes", "note", "group_id")
        if getattr(known, name) == getattr(before, name)
    }


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
