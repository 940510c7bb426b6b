"""The categories of a file, matched with those of the project by name."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from annotator.domain.colours import category_colour
from annotator.domain.model import Category
from annotator.formats.coco import ids
from annotator.formats.coco.rows import SaidCategory, read_category
from annotator.formats.coco.sides import pairs_of
from annotator.services.importing.notes import Notes
from annotator.services.importing.rows import Row, united
from annotator.store.arrivals import OpaqueEntry


@dataclass(slots=True)
class ArrivingCategories:
    """What a file's categories are here.

    Attributes:
        by_key: by the file's id.
        changed: those to write, new ones too.
        added: how many are new.
    """

    by_key: dict[str, Category] = field(default_factory=dict)
    changed: list[Category] = field(default_factory=list)
    opaque: list[OpaqueEntry] = field(default_factory=list)
    added: int = 0


class CategoryReceiver:
    """Takes the entries of ``categories`` one by one."""

    def __init__(
        self, rows: list[Any], known: tuple[Category, ...], *, new_ids: range, notes: Notes
    ) -> None:
        self.found = ArrivingCategories()
        self._notes = notes
        self._free = list(known)
        self._new_ids = iter(new_ids)
        self._used = {ids.key_of_text(category.file_id) for category in known} - {None}
        told = [ids.text_of(row) for row in rows if isinstance(row, dict)]
        self._fresh = ids.largest([category.file_id for category in known] + told)
        self._ordinal = max((category.ordinal for category in known), default=-1)

    def take(self, row: Any) -> None:
        """One entry, whatever it is."""
        self._ordinal += 1
        if not isinstance(row, dict):
            text = ids.to_text(row)
            entry = (self._ordinal, "categories", None, None, "being no categories", text)
            self.found.opaque.append(OpaqueEntry(*entry))
            self._notes.add("entries of “categories” that are none", text[:40])
            return
        key, said = ids.key_of(row.get("id")), read_category(row)
        known = self._known(said.name, key)
        told = row
        if (known is None or known.file_id is None) and key in self._used:
            self._fresh += 1
            told = row | {"id": self._fresh}
            text = "categories with a new id, theirs being another category's"
            self._notes.add(text, row.get("id"))
        if known is None:
            category = _new(next(self._new_ids), told, said, self._ordinal)
            self.found.added += 1
        else:
            category = _joined(known, told, said, self._notes)
        if category != known:
            self.found.changed.append(category)
        if key in self.found.by_key:
            self._notes.add("categories whose id another one has", row.get("id"))
        elif key == "0":
            self._notes.add("categories with the id 0", said.name)
        self.found.by_key.setdefault(key, category)

    def _known(self, name: str, key: str) -> Category | None:
        """A category of that name that no entry has claimed, the one with the same id first."""
        named = [category for category in self._free if category.name == name]
        same = [category for category in named if ids.key_of_text(category.file_id) == key]
        for category in (*same, *named):
            self._free.remove(category)
            return category
        return None


def receive_categories(
    rows: list[Any],
    known: tuple[Category, ...],
    *,
    take_ids: Callable[[str, int], range],
    notes: Notes,
) -> ArrivingCategories:
    """All entries of ``categories``, in order, matched by name; the others are new.

    A category that brings an id which an earlier file gave to another one gets a new id.
    """
    new_ids = take_ids("category", len(rows))
    receiver = CategoryReceiver(rows, known, new_ids=new_ids, notes=notes)
    for row in rows:
        receiver.take(row)
    return receiver.found


def _new(category_id: int, row: Row, said: SaidCategory, ordinal: int) -> Category:
    return Category(
        id=category_id,
        name=said.name,
        supercategory=said.supercategory,
        joints=said.joints,
        skeleton=said.skeleton,
        pairs=pairs_of(said.joints),
        colour=_colour(row) or category_colour(ordinal),
        ordinal=ordinal,
        file_id=ids.text_of(row),
        source=ids.to_text(row),
    )


def _colour(row: Row) -> str:
    """The colour a tool wrote, as "#rrggbb"; "" where it wrote none that can be read."""
    value = row.get("color")
    if isinstance(value, list) and len(value) == 3 and all(type(v) is int for v in value):
        return "#" + "".join(f"{v:02x}" for v in value) if all(0 <= v < 256 for v in value) else ""
    if isinstance(value, str) and len(value) == 7 and value[0] == "#":
        digits = value[1:].lower()
        return "#" + digits if all(d in "0123456789abcdef" for d in digits) else ""
    return ""


def _joined(known: Category, row: Row, said: SaidCategory, notes: Notes) -> Category:
    """The known category with what the row adds; what a person changed here stays."""
    if known.source is None:
        fields = _taken(known, SaidCategory(known.name, "", (), ()), said)
        return replace(known, file_id=ids.text_of(row), source=ids.to_text(row), **fields)
    before = json.loads(known.source)
    whole, differing = united(before, row, apart=("id",))
    for key in differing:
        notes.add(
            f"categories whose “{key}” differs from the first file's, which is kept", known.name
        )
    if ids.key_of(before.get("id")) != ids.key_of(row.get("id")):
        notes.add("categories with another id than in the first file, which is kept", known.name)
    if whole == before:
        return known
    fields = _taken(known, read_category(before), read_category(whole))
    return replace(known, source=ids.to_text(whole), **fields)


def _taken(known: Category, before: SaidCategory, after: SaidCategory) -> dict[str, Any]:
    """The fields that say what the file said before, as the file says them now."""
    names = ("supercategory", "joints", "skeleton")
    fields = {n: getattr(after, n) for n in names if getattr(known, n) == getattr(before, n)}
    if "joints" in fields and not known.pairs:
        fields["pairs"] = pairs_of(fields["joints"])
    return fields
