"""Several objects made into others: what changes, what is new and what goes are one step."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from annotator.domain.arrange import is_only_moved
from annotator.domain.edits import Edit
from annotator.domain.model import Annotation
from annotator.domain.soundness import sound
from annotator.ui.past import Past
from annotator.ui.stage import told


class Reworking(Past):
    """An editor that joins and splits objects; signals as those of ``Stage``."""

    @told
    def rework(
        self,
        *,
        changed: Sequence[Annotation] = (),
        made: Sequence[Annotation] = (),
        gone: Collection[int] = (),
        text: str,
        asker: object = None,
    ) -> tuple[Annotation, ...] | None:
        """Change, add and delete objects of the image in view in one step, and select what is left.

        Args:
            changed: objects in another form, found by their ids.
            made: new objects, drawn on top; image, id and order are given here.
            gone: ids of objects to delete.
            text: of the step.
            asker: the view that asks.

        Returns:
            The changed and the new objects; None when nothing was written.
        """
        if self.image is None or self.store is None or not self._may_change():
            return None
        edits = [Edit(a, None) for a in self.annotations if a.id in gone]
        for after in changed:
            before = self._scene.annotation(after.id)
            if before is not None and before != after:
                checked = sound(after, self.frame, before=before)
                edits.append(Edit(before, self._owned(before, checked)))
        edits += [Edit(None, one) for one in self._numbered(made)]
        if not edits or self._is_held(edits) or not self._apply(text, edits, asker=asker):
            return None
        left = tuple(e.after for e in edits if isinstance(e.after, Annotation))
        self.select(one.id for one in left)
        return left

    def _numbered(self, drafts: Sequence[Annotation]) -> list[Annotation]:
        """New objects with their ids, above all others."""
        if self.image is None or self.store is None or not drafts:
            return []
        top = 1 + max((a.ordinal for a in self.annotations), default=-1)
        checked = [sound(draft, self.frame) for draft in drafts]
        ids = self.store.take_ids("annotation", len(drafts))
        image_id = self.image.id
        own = [replace(self._owned(one, one), file_id=None, source=None) for one in checked]
        return [
            replace(one, id=key, image_id=image_id, ordinal=top + n)
            for n, (key, one) in enumerate(zip(ids, own, strict=True))
        ]

    def _owned(self, before: Annotation, after: Annotation) -> Annotation:
        """The object as it is after a person changed it."""
        if is_only_moved(before, after):
            return after
        origin = after.origin
        if before.origin.version_id is not None or before.origin.made_by != self.person:
            origin = replace(origin, corrected_by=self.person)
        return replace(after, is_edited=True, origin=origin)
