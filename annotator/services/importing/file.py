"""One COCO file into a project: worked out first, written in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from annotator.domain.model import ImageState
from annotator.formats.coco import ids, reader
from annotator.services.importing.categories import ArrivingCategories, receive_categories
from annotator.services.importing.images import ArrivingImages, receive_images
from annotator.services.importing.notes import Notes
from annotator.services.importing.objects import ArrivingObjects, receive_objects
from annotator.services.importing.places import Finder, normalised
from annotator.store.arrivals import Arrival
from annotator.store.store import Store

Progress = Callable[[int, int], None]

_TICKS = 500  # rows between two words about progress


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


def receive(
    store: Store, file: Path, *, images: Path | None, person: str, progress: Progress | None
) -> tuple[ArrivingImages, ArrivingCategories, ArrivingObjects, Notes, int]:
    """Import a file and say what came, and how many rows were put aside.

    Raises:
        UnreadableFileError: the file cannot be read; nothing was changed.
    """
    coco = reader.read(file)
    notes, meter = Notes(), Meter(len(coco.images) + len(coco.annotations), progress)
    categories = receive_categories(
        coco.categories, store.categories.all(), take_ids=store.take_ids, notes=notes
    )
    records = store.sources.image_records()
    finder = Finder(store, file, _names(coco.images), images=images)
    told = [ids.text_of(row) for row in coco.images if isinstance(row, dict)]
    arriving = receive_images(
        coco.images,
        finder,
        records,
        root_of=store.roots.add,
        take_ids=store.take_ids,
        fresh=ids.largest(told + [record.file_id for record in records]),
        notes=notes,
        tick=meter.tick,
    )
    objects = receive_objects(
        store, coco.annotations, arriving, categories, notes=notes, tick=meter.tick
    )
    arrival = _arrival(coco, arriving, categories, objects)
    arrival.person = person
    _leave_out_known(store, arrival)
    store.sources.receive(arrival)
    return arriving, categories, objects, notes, len(arrival.opaque)


def _arrival(
    coco: reader.CocoFile,
    images: ArrivingImages,
    categories: ArrivingCategories,
    objects: ArrivingObjects,
) -> Arrival:
    states = {image.id: image.state for image, _ in images.by_key.values()}
    return Arrival(
        name=coco.path.name,
        person="",
        text=f"Import {coco.path.name}",
        head=ids.to_text(coco.head),
        new_images=images.new,
        changed_images=list(images.changed.values()),
        records=images.records,
        changed_records=images.changed_records,
        categories=categories.changed,
        objects=objects.new,
        united=objects.united,
        opaque=[*categories.opaque, *images.opaque, *objects.opaque],
        reviewed={key for key in objects.images if states.get(key) == ImageState.NEW},
    )


def _leave_out_known(store: Store, arrival: Arrival) -> None:
    """Rows aside that are here already are not kept twice, nor is a file that brings nothing."""
    known = Counter((row.section, row.text) for row in store.sources.opaque())
    fresh = []
    for entry in arrival.opaque:
        key = entry.section, entry.text
        if entry.section != "annotations" and known[key]:
            known[key] -= 1
        else:
            fresh.append(entry)
    arrival.opaque = fresh
    brings = arrival.records or arrival.objects or arrival.opaque
    arrival.is_known_file = not brings and any(
        source.head == arrival.head for source in store.sources.all()
    )


def _names(rows: list[Any]) -> list[str]:
    named = (row.get("file_name") for row in rows if isinstance(row, dict))
    return [normalised(name) for name in named if isinstance(name, str)]
