"""One COCO file into a project: looked through first, then read again and written as it is read.

All that is written is one transaction. A cancelled import, one that fails and one whose process is
killed leave nothing behind.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from annotator.domain.model import ImageState
from annotator.formats.coco import ids, reader
from annotator.formats.coco.reader import Outline
from annotator.services.importing.categories import ArrivingCategories, receive_categories
from annotator.services.importing.images import ArrivingImages, ImageReceiver
from annotator.services.importing.notes import Notes
from annotator.services.importing.objects import ObjectReceiver
from annotator.services.importing.places import Finder, normalised
from annotator.store.arrivals import Arriving, OpaqueEntry
from annotator.store.store import Store

Progress = Callable[[int, int], None]

_TICKS = 500  # rows between two words about progress
_AT_ONCE = 10_000
"""Rows that are worked out before they are written."""


class Meter:
    """Counts rows and tells now and then how many of all are done."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self._total = total
        self._progress = progress
        self._done = 0

    def tick(self) -> None:
        """One more."""
        self._done += 1
        if self._progress is not None and (self._done % _TICKS == 0 or self._done == self._total):
            self._progress(self._done, self._total)


@dataclass(frozen=True, slots=True)
class Received:
    """What came.

    Attributes:
        images, annotations, categories: how many a canvas can show.
        missing: images without a file.
        united: annotations that joined an object that was here.
        opaque: rows newly put aside.
    """

    images: int
    annotations: int
    categories: int
    missing: int
    united: int
    opaque: int
    warnings: tuple[str, ...]


def receive(
    store: Store, file: Path, *, images: Path | None, person: str, progress: Progress | None
) -> Received:
    """Import a file and say what came.

    Raises:
        UnreadableFileError: the file cannot be read; nothing was changed.
    """
    looked = None if progress is None else lambda rows: progress(rows, 0)
    outline = reader.look(file, looked)
    sections = outline.sections
    meter = Meter(sections["images"].count + sections["annotations"].count, progress)
    with calm(), store.sources.arriving(name=file.name, person=person) as arriving:
        return _Import(store, outline, arriving, meter, images).run()


@contextmanager
def calm() -> Iterator[None]:
    """No garbage collection meanwhile: rows are lists within lists, none of which leads back."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Import:
    """One file on its way in."""

    def __init__(
        self,
        store: Store,
        outline: Outline,
        arriving: Arriving,
        meter: Meter,
        folder: Path | None,
    ) -> None:
        self._store, self._outline, self._arriving, self._meter = store, outline, arriving, meter
        self._folder = folder
        self._notes = Notes()
        self._has_new = False

    def run(self) -> Received:
        categories = receive_categories(
            self._outline.categories,
            self._store.categories.all(),
            take_ids=self._arriving.take_ids,
            notes=self._notes,
        )
        self._arriving.write_categories(categories.changed)
        images = self._take_images()
        objects = self._take_objects(images, categories)
        aside = self._unknown([*categories.opaque, *images.opaque])
        self._arriving.write_opaque(aside)
        count = len(aside) + objects.opaque_count
        self._finish(images, objects, count)
        return Received(
            images=len(images.taken),
            annotations=objects.new_count + objects.matched,
            categories=len({category.id for category in categories.by_key.values()}),
            missing=images.missing,
            united=objects.matched,
            opaque=count,
            warnings=self._notes.lines(),
        )

    def _take_images(self) -> ArrivingImages:
        records = self._store.sources.image_records()
        section = self._outline.sections["images"]
        names = [normalised(name) for name in self._outline.names]
        receiver = ImageReceiver(
            Finder(self._store, self._outline.path, names, images=self._folder),
            records,
            root_of=self._arriving.add_root,
            new_ids=self._arriving.take_ids("image", section.count),
            record_ids=self._arriving.take_ids("record", section.count),
            fresh=max(section.largest, ids.largest([record.file_id for record in records])),
            notes=self._notes,
        )
        found = receiver.found
        for row, text in self._outline.rows("images"):
            receiver.take(row, text)
            self._meter.tick()
            if len(found.records) >= _AT_ONCE:
                self._write_images(found)
        self._write_images(found)
        self._arriving.write_images((), found.changed.values())
        self._arriving.write_records((), found.changed_records)
        return found

    def _write_images(self, found: ArrivingImages) -> None:
        self._has_new = self._has_new or bool(found.records)
        self._arriving.write_images(found.new, ())
        self._arriving.write_records(found.records, {})
        found.new.clear()
        found.records.clear()

    def _take_objects(
        self, images: ArrivingImages, categories: ArrivingCategories
    ) -> ObjectReceiver:
        section = self._outline.sections["annotations"]
        receiver = ObjectReceiver(
            self._store,
            images,
            categories,
            new_ids=self._arriving.take_ids("annotation", section.count),
            largest=section.largest,
            notes=self._notes,
        )
        for row, text in self._outline.rows("annotations"):
            receiver.take(row, text)
            self._meter.tick()
            if receiver.waiting >= _AT_ONCE:
                receiver.write(self._arriving)
        receiver.write(self._arriving)
        return receiver

    def _unknown(self, entries: list[OpaqueEntry]) -> list[OpaqueEntry]:
        """Rows aside that are not here already: those of annotations were sifted as they came."""
        known = Counter((row.section, row.text) for row in self._store.sources.opaque())
        fresh = []
        for entry in entries:
            key = entry.section, entry.text
            if known[key]:
                known[key] -= 1
            else:
                fresh.append(entry)
        return fresh

    def _finish(self, images: ArrivingImages, objects: ObjectReceiver, aside: int) -> None:
        """A file that brings nothing is not listed twice."""
        head, name = ids.to_text(self._outline.head), self._outline.path.name
        brings = self._has_new or objects.new_count or aside
        is_known = not brings and any(s.head == head for s in self._store.sources.all())
        new = {image.id for image, _ in images.by_key.values() if image.state == ImageState.NEW}
        reviewed = new & objects.images
        self._arriving.finish(f"Import {name}", head, reviewed=reviewed, is_known=is_known)
