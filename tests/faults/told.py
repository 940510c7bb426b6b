"""What a project holds, as one value that two processes can compare."""

from __future__ import annotations

import hashlib
from typing import TypedDict

from annotator.store.copies import mark_of
from annotator.store.store import FILE_NAME, Store


class Told(TypedDict):
    """The number of the next step, and a digest of every object and of how far each image is."""

    next_step: int
    state: str


def told_of(store: Store) -> Told:
    """What the project holds now."""
    digest = hashlib.sha256()
    for image in store.images.all():
        digest.update(f"{image.id} {image.state} {image.is_complete}".encode())
        digest.update(repr(store.annotations.of_image(image.id)).encode())
    numbers = dict(mark_of(store.folder / FILE_NAME))
    return Told(next_step=int(numbers.get("step", 1)), state=digest.hexdigest())
