"""What a training learns from and is judged by: reviewed images with their objects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from annotator.domain.errors import RefusedError
from annotator.domain.model import Annotation, Category, Image, ImageState, Split
from annotator.learning.samples import make_sample
from annotator.learning.splits import choose_held_out
from annotator.store.store import Store

if TYPE_CHECKING:
    from models.types import Sample

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Material:
    """Images with their objects, and which of them only test.

    Attributes:
        category_ids, category_names: in label order.
        joints: names of the joints of each, as the network knows them.
        images: in the order they are learned from.
        objects: by image id.
        held_out: ids of the images that test.
    """

    category_ids: tuple[int, ...]
    category_names: tuple[str, ...]
    joints: tuple[tuple[str, ...], ...]
    images: tuple[Image, ...]
    objects: Mapping[int, Sequence[Annotation]]
    held_out: frozenset[int]

    def samples(self, store: Store) -> tuple[list[Sample], list[Sample]]:
        """Those to learn from and those to be judged by."""
        labels = {key: n for n, key in enumerate(self.category_ids, start=1)}
        known = dict(zip(self.category_ids, self.joints, strict=True))
        now = {c.id: c.joints for c in store.categories.all()}
        made = {}
        for image in self.images:
            objects = self.objects.get(image.id, ())
            arranged = [
                in_order(a, now[a.category_id], known[a.category_id])
                for a in objects
                if a.category_id in known and a.category_id in now
            ]
            made[image.id] = make_sample(store, image, arranged, labels)
        learn = [sample for key, sample in made.items() if key not in self.held_out]
        return learn, [sample for key, sample in made.items() if key in self.held_out]

    def listed(self) -> Json:
        """Exactly what went in, for the receipt: categories, images, objects by their ids."""

        def rows(is_held_out: bool) -> dict[str, list[int]]:
            chosen = [i.id for i in self.images if (i.id in self.held_out) is is_held_out]
            known = {key: self.objects.get(key, ()) for key in chosen}
            return {
                str(key): [a.id for a in objects if a.category_id in self.category_ids]
                for key, objects in known.items()
            }

        return {
            "categories": list(self.category_names),
            "category_ids": list(self.category_ids),
            "joints": [list(names) for names in self.joints],
            "train": rows(False),
            "held_out": rows(True),
        }


def gather(store: Store, categories: Sequence[Category]) -> Material:
    """Everything that was reviewed; the held-out images are chosen, and stay so in the store.

    Raises:
        RefusedError: there is nothing to learn from.
    """
    images = [i for i in store.images.all() if is_usable(i)]
    objects = store.annotations.of_images([i.id for i in images])
    if not any(objects.values()):
        raise RefusedError(
            "There is nothing to learn from yet: no reviewed image has a labelled object. "
            "Label about ten images and mark each reviewed (Ctrl+Enter), then retrain."
        )
    held_out = _split(store, images, objects)
    ids, names = tuple(c.id for c in categories), tuple(c.name for c in categories)
    joints = tuple(c.joints for c in categories)
    return Material(ids, names, joints, tuple(images), objects, held_out)


def recall(store: Store, listed: Mapping[str, Any]) -> Material:
    """What a former training listed, as it is labelled now.

    Images that are gone, or are no longer called reviewed, are left out, and so are categories
    that came later.
    """
    wanted = [int(key) for rows in ("train", "held_out") for key in listed[rows]]
    known = {i.id: i for i in store.images.many(wanted) if is_usable(i)}
    images = [known[key] for key in wanted if key in known]
    held_out = frozenset(int(key) for key in listed["held_out"])
    objects = store.annotations.of_images([i.id for i in images])
    ids, names = tuple(listed["category_ids"]), tuple(listed["categories"])
    joints = tuple(tuple(row) for row in listed["joints"])
    return Material(ids, names, joints, tuple(images), objects, held_out & set(known))


def is_usable(image: Image) -> bool:
    """Whether an image may teach or test: a person stands by its labels, and it can be read."""
    is_there = not image.is_missing and image.width > 0 and image.height > 0
    return image.state == ImageState.REVIEWED and is_there


def in_order(annotation: Annotation, now: Sequence[str], wanted: Sequence[str]) -> Annotation:
    """The object with its joints in another order than its category has now.

    Renamed joints keep their places. Where there are more or fewer of them now, which is which
    cannot be known, and the object has none.
    """
    points = annotation.keypoints
    if not points or tuple(now) == tuple(wanted):
        return annotation
    if len(now) != len(wanted) or len(points) != len(now):
        return replace(annotation, keypoints=())
    if sorted(now) != sorted(wanted):
        return annotation
    places = {name: place for place, name in enumerate(now)}
    return replace(annotation, keypoints=tuple(points[places[name]] for name in wanted))


def _split(
    store: Store, images: Sequence[Image], objects: Mapping[int, Sequence[Annotation]]
) -> frozenset[int]:
    contents = {i.id: Counter(a.category_id for a in objects.get(i.id, ())) for i in images}
    held_out = choose_held_out(
        contents,
        held_out={i.id for i in images if i.split == Split.HELD_OUT},
        free={i.id for i in images if i.split == Split.NONE},
    )
    chosen = {i.id: Split.HELD_OUT if i.id in held_out else Split.TRAIN for i in images}
    store.images.set_split(chosen)
    return held_out
