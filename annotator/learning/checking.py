"""Labels that may be wrong: reviewed images are predicted by networks that never saw them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from annotator.domain.checking import Compared, Known, find_suspects
from annotator.domain.errors import KnownError, RefusedError
from annotator.domain.model import Prediction
from annotator.domain.suspects import Suspect
from annotator.learning.building import build_network
from annotator.learning.folds import folds_of
from annotator.learning.material import Material, is_usable
from annotator.learning.prelabelling import converter
from annotator.learning.protocol import Check, Checked, Event, Finished, Progress
from annotator.learning.samples import make_sample, to_predictions
from annotator.services.calibrating import Calibrator
from annotator.store.settings import ANY_DIRECTION
from annotator.store.store import Store

if TYPE_CHECKING:
    import torch

Emit = Callable[[Event], None]
ShouldStop = Callable[[], bool]
Proposals = dict[int, list[Prediction]]

FEWEST_A_FOLD = 2
"""Images a part must have, so that there is something to learn and something to judge."""


@dataclass(slots=True)
class _Course:
    """How far it is: one step of a training, or one image predicted, at a time."""

    emit: Emit
    total: int
    done: int = 0
    began: float = field(default_factory=time.monotonic)

    def advance(self, text: str) -> None:
        """One more is done."""
        self.done += 1
        pace = (time.monotonic() - self.began) / self.done
        left = pace * max(0, self.total - self.done)
        self.emit(Progress("check", min(self.done, self.total), self.total, left, text))


def check(store: Store, request: Check, emit: Emit, should_stop: ShouldStop) -> list[Suspect]:
    """Compare, and store what may be wrong. Stopped, it keeps what whole parts have told.

    Raises:
        RefusedError: too few reviewed images, or no model version where one is needed.
        KnownError: training or prediction failed in a way the person can act on.
    """
    from models.errors import ModelError  # noqa: PLC0415

    emit(Progress("check", 0, 0, text="Preparing"))
    try:
        found = propose(store, request, emit, should_stop)
    except ModelError as error:
        raise KnownError(str(error)) from error
    suspects = judge(store, found)
    store.suspects.replace(found, suspects)
    emit(Checked(tuple(found)))
    emit(Finished("check", _summary(len(found), len(suspects))))
    return suspects


def propose(store: Store, request: Check, emit: Emit, should_stop: ShouldStop) -> Proposals:
    """What networks that did not learn from them say of reviewed images, by image id.

    Raises:
        RefusedError: too few reviewed images, or no model version where one is needed.
    """
    from annotator.learning.jobs import find_device  # noqa: PLC0415

    device = find_device(request.device)
    if request.folds:
        return _out_of_fold(store, request, device, emit, should_stop)
    return _unseen(store, device, emit, should_stop)


def judge(store: Store, found: Mapping[int, Sequence[Prediction]]) -> list[Suspect]:
    """What may be wrong with the labels of these images, worst first; nothing is stored."""
    from models.joints import sigmas_for  # noqa: PLC0415

    categories = {c.id: c for c in store.categories.all()}
    sigmas = {key: sigmas_for(c.joints) for key, c in categories.items()}
    objects = store.annotations.of_images(found)
    trust = Calibrator(store).fit()
    images = [
        Compared(key, objects[key], [trust.applied(one) for one in said])
        for key, said in found.items()
    ]
    return find_suspects(images, Known(categories, sigmas))


def _out_of_fold(
    store: Store, request: Check, device: torch.device, emit: Emit, should_stop: ShouldStop
) -> Proposals:
    """Each part is predicted by a network that learned from the others."""
    from models.schedule import default_steps  # noqa: PLC0415

    material = _everything(store)
    fewest, there = FEWEST_A_FOLD * request.folds, len(material.images)
    if there < fewest or not any(material.objects.values()):
        raise RefusedError(
            f"Checking labels needs {fewest} reviewed images, with objects on them; there are "
            f"{there}. Label and review more first."
        )
    counts = {i.id: len(material.objects.get(i.id, ())) for i in material.images}
    parts = folds_of(counts, request.folds, seed=request.seed)
    sizes = [len(material.images) - len(part) for part in parts]
    steps = [request.steps or default_steps(size) for size in sizes]
    course = _Course(emit, sum(steps) + len(material.images))
    found: Proposals = {}
    for number, (part, count) in enumerate(zip(parts, steps, strict=True), start=1):
        job = replace(request, steps=count, seed=request.seed + number)
        held = replace(material, held_out=frozenset(part))
        where = f"part {number} of {len(parts)}"
        said = dict(_one_fold(store, job, held, device, course, where, should_stop))
        if len(said) == len(part):
            found |= said
        if should_stop():
            break
    return found


def _one_fold(
    store: Store,
    request: Check,
    material: Material,
    device: torch.device,
    course: _Course,
    where: str,
    should_stop: ShouldStop,
) -> Iterator[tuple[int, list[Prediction]]]:
    """Predictions of the part that is held out; fewer, or none, when it is stopped."""
    from models.augment import Augmentation  # noqa: PLC0415
    from models.predict import predict  # noqa: PLC0415
    from models.train import StepDone, TrainSettings, train  # noqa: PLC0415

    learn, judged = material.samples(store)
    by_id = {c.id: c for c in store.categories.all()}
    chosen = [by_id[key] for key in material.category_ids]
    network, _ = build_network(request, chosen, device, course.emit)
    turns = Augmentation(turns=bool(store.settings.get(ANY_DIRECTION, False)))
    settings = TrainSettings(steps=request.steps, seed=request.seed, augmentation=turns)
    for event in train(network, learn, (), settings):
        if isinstance(event, StepDone):
            course.advance(f"Learning without {where}")
        if should_stop():
            return
    labels = dict(enumerate(material.category_ids, start=1))
    for one in predict(network, judged):
        course.advance(f"Looking at {where}")
        yield one.key, to_predictions(one, labels, 0)
        if should_stop():
            return


def _everything(store: Store) -> Material:
    """All that is reviewed, to learn from."""
    images = tuple(i for i in store.images.all() if is_usable(i))
    objects = store.annotations.of_images([i.id for i in images])
    categories = store.categories.all()
    ids, names = tuple(c.id for c in categories), tuple(c.name for c in categories)
    joints = tuple(c.joints for c in categories)
    return Material(ids, names, joints, images, objects, frozenset())


def _unseen(store: Store, device: torch.device, emit: Emit, should_stop: ShouldStop) -> Proposals:
    """What the version in use says of reviewed images it did not learn from."""
    from annotator.learning.jobs import load_network  # noqa: PLC0415
    from models.predict import predict  # noqa: PLC0415

    version = store.versions.active()
    if version is None:
        raise RefusedError("There is no model yet. Retrain first, or check labels in parts.")
    seen = {int(key) for key in json.loads(version.receipt).get("train", {})}
    images = [i for i in store.images.all() if is_usable(i) and i.id not in seen]
    if not images:
        raise RefusedError(
            f"{version.name} learned from every reviewed image, so it cannot judge them. "
            "Check labels in parts instead."
        )
    network, convert = load_network(store, version, device), converter(store, version)
    course = _Course(emit, len(images))
    found: Proposals = {}
    samples = [make_sample(store, image) for image in images]
    for one in predict(network, samples):
        course.advance(f"Looking with {version.name}")
        found[one.key] = [prediction for prediction, _ in convert(one)]
        if should_stop():
            break
    return found


def _summary(images: int, suspects: int) -> str:
    if not images:
        return "The check was stopped before anything could be compared."
    noun = "image" if images == 1 else "images"
    if not suspects:
        return f"Compared the labels of {images:,} {noun}: nothing looks wrong."
    labels = "label" if suspects == 1 else "labels"
    return f"Compared {images:,} {noun}: {suspects:,} {labels} worth a look, the worst first."
