"""Bulk steps on images: predictions accepted, states set; and any of them taken back or redone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from annotator.domain.calibration import Calibration, Curve
from annotator.domain.edits import Edit
from annotator.domain.lines import Line
from annotator.domain.model import (
    Category,
    Decision,
    Image,
    ImageState,
    Prediction,
    Review,
    Verdict,
)
from annotator.domain.proposing import unconfirmed, with_sure_mask
from annotator.domain.soundness import Frame, salvaged
from annotator.services.bulk_jobs import Accept, Mark, Redo, Undo
from annotator.services.bulk_writing import Outcome, Writing, turn
from annotator.services.steps import adopted, begun, size_of
from annotator.store.bulk import Part

AT_ONCE: Final = 400
"""Predictions, or images, that are worked out at once."""


def accept(writing: Writing, job: Accept) -> Outcome:
    """Predictions that are sure enough become objects."""
    line = Line(job.line, dict(job.own))
    waiting = writing.store.predictions.waiting_by_image(
        line, image_ids=job.image_ids, category_id=job.category_id, hidden=job.hidden
    )
    score = line.general if job.category_id is None else line.at(job.category_id)
    nothing = f"No {job.noun}prediction from {score:.2f} on is waiting."
    if not waiting:
        return Outcome(nothing)
    total = sum(count for _, count in waiting)
    text = f"Accept {job.noun}predictions from {score:.2f} on"
    writing.begin(text, person=job.person, total=total)
    accepting = _Accepting(writing, job, line)
    objects = images = 0
    for group, count in _groups(waiting):
        units = accepting.units(group)
        objects += writing.add(units)
        images += len({unit[0].image_id for unit in units})
        writing.count(count - len(units))  # those that an object confirms already
    if not objects:
        writing.give_up()
        return Outcome(nothing)
    found = f"{objects:,} {job.noun}predictions from {score:.2f} on, on {images:,} images"
    text = f"Accept {found}"
    writing.finish(text)
    return Outcome(_done(text, "Accept", "Accepted"), writing.step_id, "undo")


class _Accepting:
    """Works out what becomes of the predictions of some images."""

    def __init__(self, writing: Writing, job: Accept, line: Line) -> None:
        self._store, self._job, self._line = writing.store, job, line
        self._categories = {c.id: c for c in self._store.categories.all()}
        self._calibration = _calibration(job)
        self._is_open = bool(self._store.settings.get("allow_outside"))

    def units(self, image_ids: Sequence[int]) -> list[list[Edit]]:
        """For each prediction its edits: a new object, the verdict, perhaps the image's state."""
        store, hidden = self._store, set(self._job.hidden)
        found: dict[int, list[Prediction]] = {}
        for one in store.predictions.undecided_above(
            self._line, image_ids=image_ids, category_id=self._job.category_id
        ):
            if one.category_id not in hidden and one.category_id in self._categories:
                drawn = with_sure_mask(self._calibration.applied(one), self._job.mask_from)
                found.setdefault(one.image_id, []).append(drawn)
        own = store.annotations.boxes_of_images(found)
        chosen = {key: unconfirmed(some, own.get(key, ())) for key, some in found.items()}
        ids = iter(store.take_ids("annotation", sum(map(len, chosen.values()))))
        units: list[list[Edit]] = []
        for image in store.images.many(list(found)):
            units += self._of_image(image, chosen[image.id], ids)
        return units

    def _of_image(
        self, image: Image, chosen: Sequence[Prediction], ids: Iterator[int]
    ) -> list[list[Edit]]:
        frame = Frame(size_of(image), self._is_open)
        units = []
        for one in chosen:
            unit = self._accepted(one, self._categories[one.category_id], frame, next(ids))
            if unit:
                units.append(unit)
        if units:
            units[0] += begun(image)
        return units

    def _accepted(
        self, one: Prediction, category: Category, frame: Frame, annotation_id: int
    ) -> list[Edit]:
        whole = adopted(one, category, annotation_id=annotation_id, person=self._job.person)
        made = salvaged(whole, frame)
        if made is None:
            return []
        decision = Decision(one.id, one.image_id, Verdict.ACCEPTED, annotation_id)
        return [Edit(None, made), Edit(None, decision)]


def _calibration(job: Accept) -> Calibration:
    curves = {key: Curve(pairs, said, found) for key, pairs, said, found in job.curves}
    whole = curves.pop(0, None)
    return Calibration(whole=whole, own=curves)


def mark(writing: Writing, job: Mark) -> Outcome:
    """Images get a state, those that have another one."""
    state = ImageState(job.state)
    ids = iter(job.image_ids)
    writing.begin(job.text, person=job.person, total=len(job.image_ids))
    is_any = False
    while some := list(islice(ids, 4 * AT_ONCE)):
        before = writing.store.images.reviews(some)
        edits = [
            [Edit(one, after)]
            for one in before
            if (after := Review(one.image_id, state, job.is_complete)) != one
        ]
        is_any = is_any or bool(edits)
        writing.add(edits)
        writing.count(len(some) - len(edits))
    if not is_any:
        writing.give_up()
        return Outcome("")
    writing.finish(job.text)
    return Outcome(_done(job.text, "Mark", "Marked"), writing.step_id, "undo")


def undo(writing: Writing, job: Undo) -> Outcome:
    """A step is taken back, but for what has changed since."""
    text = writing.store.bulk.find_done(job.step_id)
    _begin(writing, text, person=job.person, plain_id=job.step_id, reverts_id=job.step_id)
    left = _revert(writing)
    turn(writing.store, writing.step_id, writing.pace, count=writing.count_lightly)
    writing.finish(text)
    return Outcome(f"Undone: {text}.{_kept(left)}", job.step_id, "redo")


def redo(writing: Writing, job: Redo) -> Outcome:
    """A step that was undone is made again, but for what has changed since."""
    text, undo_id = writing.store.bulk.find_undo(job.step_id)
    _begin(writing, text, person=job.person, plain_id=job.step_id, reverts_id=undo_id)
    turn(writing.store, writing.step_id, writing.pace, count=writing.count_lightly)
    left = _revert(writing)
    writing.finish(text)
    return Outcome(f"Redone: {text}.{_kept(left)}", job.step_id, "undo")


def _begin(writing: Writing, text: str, *, person: str, plain_id: int, reverts_id: int) -> None:
    sizes = writing.store.bulk.size(reverts_id), writing.store.bulk.size(plain_id)
    writing.begin(text, person=person, total=sizes[0] + sizes[1] // 4, reverts_id=reverts_id)


def _revert(writing: Writing) -> int:
    """Take all items back; how many objects had changed since."""
    below = left = 0
    while True:
        place = below
        part: Part = writing.pace.do(
            lambda n: writing.store.bulk.revert(writing.step_id, below=place, count=n)  # noqa: B023
        )
        left += part.left_alone
        writing.count(part.done)
        below = part.below
        if not below:
            return left


def _groups(waiting: Sequence[tuple[int, int]]) -> Iterator[tuple[list[int], int]]:
    """Images with about ``AT_ONCE`` predictions together, and how many they have."""
    group: list[int] = []
    count = 0
    for image_id, own in waiting:
        group.append(image_id)
        count += own
        if count >= AT_ONCE:
            yield group, count
            group, count = [], 0
    if group:
        yield group, count


def _done(text: str, verb: str, past: str) -> str:
    return f"{text.replace(verb, past, 1)}."


def _kept(left: int) -> str:
    return f" {left:,} changed since were left alone." if left else ""
