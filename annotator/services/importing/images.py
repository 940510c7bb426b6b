"""The images of a file, matched with those of the project."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from annotator.domain.errors import UnreadableFileError
from annotator.domain.model import Image
from annotator.formats.coco import ids
from annotator.services.importing.notes import Notes
from annotator.services.importing.places import Finder, Place, normalised
from annotator.services.importing.rows import Row, united
from annotator.services.pixels import read_frame_size, read_size
from annotator.store.arrivals import OpaqueEntry, RecordRow
from annotator.store.sources import ImageRecord


@dataclass(slots=True)
class ArrivingImages:
    """What a file's images are here.

    Attributes:
        by_key: by the file's id: our image, and the id that is written for it from now on.
        new, changed: images to write; those written already may be taken out of ``new``.
        records: entries to keep, likewise; changed_records: entries with added keys, by their id.
        missing: how many have no file.
        taken: our ids of all of them.
    """

    by_key: dict[str, tuple[Image, Any]] = field(default_factory=dict)
    new: list[Image] = field(default_factory=list)
    changed: dict[int, Image] = field(default_factory=dict)
    records: list[RecordRow] = field(default_factory=list)
    changed_records: dict[int, str] = field(default_factory=dict)
    opaque: list[OpaqueEntry] = field(default_factory=list)
    missing: int = 0
    taken: set[int] = field(default_factory=set)


class ImageReceiver:
    """Takes the entries of ``images`` one by one."""

    def __init__(
        self,
        finder: Finder,
        known: list[ImageRecord],
        *,
        root_of: Callable[[Path], int],
        new_ids: range,
        record_ids: range,
        fresh: int,
        notes: Notes,
    ) -> None:
        """Prepare.

        Args:
            finder: finds files and known images.
            known: the entries of earlier files.
            root_of: the id of a folder as a root; asked only where an image needs it.
            new_ids: enough for every entry.
            record_ids: enough for every entry.
            fresh: the largest id in use, here and in the file.
            notes: takes what is odd.
        """
        self.found = ArrivingImages()
        self._finder = finder
        self._root_of = root_of
        self._roots: dict[Path, int] = {}
        self._new_ids = iter(new_ids)
        self._record_ids = iter(record_ids)
        self._fresh = fresh
        self._notes = notes
        self._used = {ids.key_of_text(record.file_id) for record in known} - {None}
        self._records: dict[int, list[ImageRecord]] = {}
        for record in known:
            self._records.setdefault(record.image_id, []).append(record)
        self._here: dict[str, Image] = {}

    def take(self, row: Any, text: str) -> None:
        """One entry, whatever it is, and its text in the file."""
        record_id = next(self._record_ids)
        if not isinstance(row, dict) or not isinstance(row.get("file_name"), str):
            told = ids.to_text(row)
            self.found.opaque.append(
                OpaqueEntry(record_id, "images", None, None, "it names no image file", told)
            )
            self._notes.add("entries of “images” that name no file", told[:40])
            return
        key, size = ids.key_of(row.get("id")), size_of(row)
        if 0 in size:
            self._notes.add("images without “width” or “height”", row.get("id"))
        place = self._finder.place(normalised(row["file_name"]), size)
        self.found.missing += not place.is_there
        image = self._image(place, size, row)
        self.found.taken.add(image.id)
        told = self._recorded(image, row, text, record_id)
        if key in self.found.by_key:
            self._notes.add("images whose id another one has", row.get("id"))
        else:
            self.found.by_key[key] = (image, told)

    def _image(self, place: Place, size: tuple[int, int], row: Row) -> Image:
        again = self._here.get(place.file_name)
        if again is not None and place.known is None:
            self._notes.add("images named twice", place.file_name)
            return again
        width, height, is_raw = self._measured(place, size, row)
        known = place.known
        fields: dict[str, Any] = {"is_from_file": True}
        if known is None or not known.object_count:
            fields |= {"width": width, "height": height, "is_raw": is_raw}
        if place.is_there and (known is None or known.is_missing):
            fields |= {"root_id": self._root_id(place.root), "file_name": place.file_name}
            fields |= {"is_missing": False}
        if known is None:
            root_id = self._root_id(place.root)
            image = Image(next(self._new_ids), root_id, place.file_name, is_missing=True)
            image = replace(image, **fields)
            self._here[place.file_name] = image
            self.found.new.append(image)
            return image
        image = replace(known, **fields)
        if image != known:
            self.found.changed[image.id] = image
        return image

    def _root_id(self, folder: Path) -> int:
        if folder not in self._roots:
            self._roots[folder] = self._root_of(folder)
        return self._roots[folder]

    def _measured(self, place: Place, size: tuple[int, int], row: Row) -> tuple[int, int, bool]:
        """The file's own sizes win; where they fit only the unrotated frame, that is shown."""
        have = self._real_size(place)
        if have is None or have == size:
            return (*size, False)
        if 0 in size:
            return (*have, False)
        path = place.path
        if have == size[::-1] and read_frame_size(path) == size:
            self._notes.add("images shown unrotated, as their sizes ask for", path.name)
            return (*size, True)
        self._notes.add("images of another size than the file says", row.get("id"))
        return (*size, False)

    def _real_size(self, place: Place) -> tuple[int, int] | None:
        if not place.is_there:
            known = place.known
            return (known.width, known.height) if known and known.width and known.height else None
        try:
            return read_size(place.path)
        except UnreadableFileError:
            self._notes.add("image files that cannot be read", place.file_name)
            return None

    def _recorded(self, image: Image, row: Row, text: str, record_id: int) -> Any:
        """Keep the entry; the id that is written for the image from now on."""
        earlier = self._records.get(image.id)
        if earlier:
            same = [r for r in earlier if ids.key_of_text(r.file_id) == ids.key_of(row.get("id"))]
            return self._join((same or earlier)[0], row)
        if "id" in row and ids.key_of(row["id"]) in self._used:
            self._fresh += 1
            self._notes.add("images with a new id, theirs being another image's", row["id"])
            row = row | {"id": self._fresh}
            text = ids.to_text(row)
        record = RecordRow(record_id, image.id, ids.text_of(row), ids.kept(row, text))
        self.found.records.append(record)
        return row.get("id")

    def _join(self, record: ImageRecord, row: Row) -> Any:
        before = json.loads(self.found.changed_records.get(record.id, record.text))
        whole, differing = united(before, row, apart=("id",))
        for key in differing:
            text = f"images whose “{key}” differs from the first file's, which is kept"
            self._notes.add(text, row.get("id"))
        if ids.key_of(before.get("id")) != ids.key_of(row.get("id")):
            self._notes.add(
                "images with another id than in the first file, which is kept", row["id"]
            )
        if whole != before:
            self.found.changed_records[record.id] = ids.to_text(whole)
        return before.get("id")


def size_of(row: Row) -> tuple[int, int]:
    """Width and height as the entry says, pixels; 0 where it says nothing that makes sense."""
    width, height = (_pixels(row.get(name)) for name in ("width", "height"))
    return width, height


def _pixels(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0
    return int(value) if 0 < value < 2**31 else 0
