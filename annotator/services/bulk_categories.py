"""Bulk steps on categories: deleted, merged, changed, with all their objects and predictions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from annotator.domain.edits import Edit
from annotator.domain.errors import RefusedError
from annotator.domain.model import Annotation, Category
from annotator.services.bulk_edits import AT_ONCE
from annotator.services.bulk_jobs import ChangeCategory, DeleteCategory, MergeCategories
from annotator.services.bulk_writing import Outcome, Writing
from annotator.services.merging import origins_in
from annotator.services.steps import is_reordered, rejointed
from annotator.store.codec import subject_of


def delete(writing: Writing, job: DeleteCategory) -> Outcome:
    """A category goes with its objects and predictions; all of them come back with an undo."""
    category = _category(writing, job.category_id)
    objects = writing.store.annotations.count_by_category().get(category.id, 0)
    noun = "object" if objects == 1 else "objects"
    text = f"Delete category {category.name} and its {objects} {noun}"
    _begin(writing, text, job.person, [category])
    _take_away(writing, "prediction", category.id)
    _take_away(writing, "annotation", category.id)
    writing.add([[Edit(category, None)]])
    writing.finish(text)
    return Outcome(f"{text.replace('Delete', 'Deleted', 1)}.", writing.step_id, "undo")


def merge(writing: Writing, job: MergeCategories) -> Outcome:
    """Objects of categories become those of another one; predictions of the former go."""
    target = _category(writing, job.target_id)
    sources = [_category(writing, key) for key in job.source_ids if key != target.id]
    if not sources:
        raise RefusedError("Choose two categories to merge.")
    counts = writing.store.annotations.count_by_category()
    count = sum(counts.get(source.id, 0) for source in sources)
    noun, names = "object" if count == 1 else "objects", ", ".join(s.name for s in sources)
    text = f"Merge {names} into {target.name}, {count} {noun}"
    _begin(writing, text, job.person, sources)
    for source in sources:
        origins = origins_in(source, target)

        def merged(one: Annotation, origins: Sequence[int | None] = origins) -> Annotation:
            own = rejointed(one, origins) if one.keypoints else one
            return replace(own, category_id=target.id, is_edited=True)

        _take_away(writing, "prediction", source.id)
        _change_objects(writing, source.id, merged)
    writing.add([[Edit(source, None)] for source in sources])
    writing.finish(text)
    return Outcome(f"{text.replace('Merge', 'Merged', 1)}.", writing.step_id, "undo")


def change(writing: Writing, job: ChangeCategory) -> Outcome:
    """A category changes; where its joints do, objects keep the points of those that stay.

    Predictions know their joints by their places alone: where these change, undecided ones go.
    """
    after = subject_of("category", job.after)
    assert isinstance(after, Category)
    before = _category(writing, after.id)
    text = f"Rename {before.name} to {after.name}" if before.name != after.name else ""
    text = text or f"Change category {after.name}"
    _begin(writing, text, job.person, [before])
    writing.add([[Edit(before, after)]])
    if is_reordered(before, after, job.origins):
        _take_away(writing, "prediction", before.id, waiting=True)
    if before.joints != after.joints:
        place = {name: n for n, name in enumerate(before.joints)}
        origins = job.origins
        known = [place.get(name) for name in after.joints] if origins is None else origins
        _change_objects(writing, before.id, lambda a: rejointed(a, known) if a.keypoints else a)
    writing.finish(text)
    return Outcome("", writing.step_id, "undo")


def _category(writing: Writing, category_id: int) -> Category:
    found = (c for c in writing.store.categories.all() if c.id == category_id)
    category = next(found, None)
    if category is None:
        raise RefusedError("That category is gone.")
    return category


def _begin(writing: Writing, text: str, person: str, categories: Sequence[Category]) -> None:
    store = writing.store
    objects = store.annotations.count_by_category()
    total = sum(objects.get(c.id, 0) for c in categories)
    total += sum(store.predictions.count(limit=2**40, category_id=c.id) for c in categories)
    writing.begin(text, person=person, total=total + len(categories))


def _take_away(writing: Writing, kind: str, category_id: int, *, waiting: bool = False) -> None:
    bulk, step_id = writing.store.bulk, writing.step_id
    gone = 1
    while gone:
        gone = writing.pace.do(
            lambda n: bulk.take_away(step_id, kind, category_id, count=n, waiting=waiting)
        )
        writing.count(gone)


def _change_objects(
    writing: Writing, category_id: int, changed: Callable[[Annotation], Annotation]
) -> None:
    above = 0
    while some := writing.store.annotations.some_of_category(
        category_id, above=above, limit=AT_ONCE
    ):
        above = some[-1].id
        edits = [[Edit(one, after)] for one in some if (after := changed(one)) != one]
        writing.add(edits)
        writing.count(len(some) - len(edits))
