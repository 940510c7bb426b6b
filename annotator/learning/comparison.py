"""Two model versions on the same held-out images: which is better, at what, and where they differ.

The result is a dictionary, so that it can travel: ``images`` and ``reviewed`` are counts,
``left_out`` counts held-out images that one of the two learned from; ``first`` and ``second`` are
metrics as in a model version; ``categories`` has a row for each category that both know, with
``name``, ``objects``, ``first`` and ``second``; ``differing`` has the images on which their mean
AP50 differs most, with ``image_id``, ``first`` and ``second``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from annotator.domain.errors import RefusedError, UnreadableFileError
from annotator.domain.model import Category, Image, ImageState, ModelVersion, Split
from annotator.learning.material import is_usable
from annotator.learning.protocol import Compare, Compared, Event, Finished, Progress
from annotator.learning.samples import category_specs, joint_orders, make_sample
from annotator.store.store import Store

if TYPE_CHECKING:
    import torch

    from models.mask_rcnn import Network
    from models.types import CategorySpec, Sample

Json = dict[str, Any]
Emit = Callable[[Event], None]

MOST_DIFFERING = 12
"""Images that are listed because the two differ on them."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """One of the two; the category and the joints of each of its labels, as it learned them."""

    version: ModelVersion
    network: Network
    category_ids: tuple[int, ...]
    joints: tuple[tuple[str, ...], ...]


def compare(
    store: Store, request: Compare, emit: Emit, should_stop: Callable[[], bool]
) -> Json | None:
    """Test both, tell the result and return it; None when it was stopped.

    Raises:
        RefusedError: a version is not there, or there is nothing to compare on.
        UnreadableFileError: a checkpoint cannot be read.
    """
    from annotator.learning.jobs import find_device  # noqa: PLC0415

    device = find_device(request.device)
    versions = [store.versions.get(key) for key in (request.first_id, request.second_id)]
    images, left_out = _held_out(store, versions)
    pair = [_load(store, version, device) for version in versions]
    alive = store.categories.all()
    common = [c for c in alive if all(c.id in one.category_ids for one in pair)]
    if not common:
        raise RefusedError("The two versions have no category in common.")
    samples = _samples(store, images, common)
    specs = category_specs(common)
    found: list[list[Json]] = []
    for turn, one in enumerate(pair):
        done = _detect(one, common, samples, turn, emit, should_stop)
        if done is None:
            emit(Finished("compare", "The comparison was stopped."))
            return None
        found.append(done)
    result = _result(common, specs, samples, found)
    reviewed = sum(i.state == ImageState.REVIEWED for i in store.images.all())
    result |= {"images": len(images), "reviewed": reviewed, "left_out": left_out}
    emit(Compared(request.first_id, request.second_id, result))
    names = " and ".join(version.name for version in versions)
    emit(Finished("compare", f"{names} were tested on the same images."))
    return result


def _held_out(store: Store, versions: Sequence[ModelVersion]) -> tuple[list[Image], int]:
    """Images that neither learned from, and how many held-out ones one of them did."""
    learned: set[int] = set()
    for version in versions:
        learned |= {int(key) for key in json.loads(version.receipt).get("train", {})}
    kept = [i for i in store.images.all() if i.split == Split.HELD_OUT and is_usable(i)]
    fair = [image for image in kept if image.id not in learned]
    if not fair:
        raise RefusedError(
            "There is no held-out image to compare them on. With five or more reviewed images a "
            "training keeps some back."
        )
    return fair, len(kept) - len(fair)


def _load(store: Store, version: ModelVersion, device: torch.device) -> _Candidate:
    from models import checkpoint  # noqa: PLC0415
    from models.errors import CheckpointError  # noqa: PLC0415

    place = store.checkpoints / version.checkpoint
    try:
        card = checkpoint.read_card(place)
        network = checkpoint.load(place).to(device)
    except CheckpointError as error:
        raise UnreadableFileError(f"{version.name} cannot be used: {error}") from error
    joints = tuple(category.joints for category in network.categories)
    return _Candidate(version, network, tuple(card["extra"]["category_ids"]), joints)


def _samples(store: Store, images: Sequence[Image], common: Sequence[Category]) -> list[Sample]:
    labels = {category.id: n for n, category in enumerate(common, start=1)}
    objects = store.annotations.of_images([i.id for i in images])
    return [make_sample(store, i, objects.get(i.id, ()), labels) for i in images]


def _detect(
    one: _Candidate,
    common: Sequence[Category],
    samples: Sequence[Sample],
    turn: int,
    emit: Emit,
    should_stop: Callable[[], bool],
) -> list[Json] | None:
    """Detections as COCO results, labelled as in the common categories; None when stopped."""
    from models.evaluate import detecting  # noqa: PLC0415

    steps = detecting(one.network, samples)
    total = 2 * len(samples)
    while True:
        try:
            done = next(steps)
        except StopIteration as end:
            rows: list[Json] = end.value
            break
        text = f"Testing {one.version.name}"
        emit(Progress("compare", turn * len(samples) + done, total, text=text))
        if should_stop():
            return None
    return _relabelled(rows, one, common)


def _relabelled(rows: Sequence[Json], one: _Candidate, common: Sequence[Category]) -> list[Json]:
    """Results with the labels of the common categories, and joints in their order of now."""
    places = {category.id: n for n, category in enumerate(common)}
    label_of = {n: key for n, key in enumerate(one.category_ids, start=1) if key in places}
    trained = {label: common[places[key]] for label, key in label_of.items()}
    orders = joint_orders(one.joints, trained)
    found = []
    for row in rows:
        label = row["category_id"]
        if label not in label_of:
            continue
        told = row | {"category_id": places[label_of[label]] + 1}
        points = told.pop("keypoints", [])
        if points and len(points) == 3 * len(trained[label].joints):
            order = orders.get(label, range(len(points) // 3))
            told["keypoints"] = [value for n in order for value in points[3 * n : 3 * n + 3]]
        found.append(told)
    return found


def _result(
    common: Sequence[Category],
    specs: Sequence[CategorySpec],
    samples: Sequence[Sample],
    found: Sequence[Sequence[Json]],
) -> Json:
    from models.evaluate import score  # noqa: PLC0415

    first, second = (score(specs, samples, rows).to_json() for rows in found)
    categories = []
    for label, category in enumerate(common, start=1):
        own = [_only(sample, label) for sample in samples]
        count = sum(len(sample.objects) for sample in own)
        if not count:
            continue
        scores = [
            score(specs, own, [r for r in rows if r["category_id"] == label]).to_json()
            for rows in found
        ]
        row = {"name": category.name, "objects": count, "first": scores[0], "second": scores[1]}
        categories.append(row)
    differing = [_on_image(specs, sample, found) for sample in samples if sample.objects]
    differing.sort(key=lambda row: -abs(row["second"] - row["first"]))
    told = [row for row in differing if row["first"] != row["second"]][:MOST_DIFFERING]
    return {"first": first, "second": second, "categories": categories, "differing": told}


def _on_image(
    specs: Sequence[CategorySpec], sample: Sample, found: Sequence[Sequence[Json]]
) -> Json:
    from models.evaluate import score  # noqa: PLC0415

    first, second = (
        score(specs, [sample], [r for r in rows if r["image_id"] == sample.key]).mean_ap50()
        for rows in found
    )
    return {"image_id": sample.key, "first": first, "second": second}


def _only(sample: Sample, label: int) -> Sample:
    """The sample with the objects of one category."""
    return replace(sample, objects=tuple(o for o in sample.objects if o.label == label))
