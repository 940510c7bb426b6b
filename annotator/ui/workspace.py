"""What is open now, and the only thing that changes it: objects and predictions of an image.

Views listen to its signals and call its methods. ``Stage`` holds what is open, ``Session`` how
one goes about, ``Editor`` how a change is written, ``Past`` how it is taken back, ``Reworking``
how several objects become others, ``Categorising`` what categories have beyond that,
``Deciding`` what becomes of predictions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from annotator.domain.arrange import apart
from annotator.domain.edits import Edit
from annotator.domain.model import (
    Annotation,
    Box,
    Category,
    Keypoint,
    Mask,
    Origin,
)
from annotator.domain.soundness import sift, sound
from annotator.ui.deciding import Deciding
from annotator.ui.stage import told
from annotator.ui.words import counted


class Workspace(Deciding):
    """What is open, and every change of it; signals as those of ``Stage``."""

    # --- objects ---------------------------------------------------------------------------

    @told
    def add_object(
        self,
        *,
        box: Box | None = None,
        mask: Mask | None = None,
        keypoints: tuple[Keypoint, ...] = (),
        category_id: int | None = None,
        text: str,
        gesture: str | None = None,
        asker: object = None,
    ) -> Annotation | None:
        """Add an object to the image in view and select it.

        Args:
            box: pixels of the image.
            mask: pixels of the image.
            keypoints: one a joint of its category.
            category_id: None for the current category.
            text: of the step.
            gesture: steps of one gesture are undone together.
            asker: the view that asks.

        Returns:
            The object; None when nothing may be changed here.
        """
        category = category_id or (self.current_category.id if self.current_category else None)
        if category is None:
            self.say("Create a category first: Object > Categories, or press R and draw.")
            return None
        draft = Annotation(
            id=0,
            image_id=0,
            category_id=category,
            box=box,
            mask=mask,
            keypoints=keypoints,
            origin=Origin(made_by=self.person),
        )
        return self._add([draft], text=text, gesture=gesture, asker=asker)

    @told
    def paste(self, annotations: Sequence[Annotation]) -> None:
        """Add copies of objects to the image in view, as one step, and select them."""
        own = Origin(made_by=self.person)
        drafts = [replace(a, file_id=None, source=None, origin=own) for a in annotations]
        fitting, refusals = sift(apart(drafts, self.annotations), self.frame)
        noun = "object" if len(fitting) == 1 else f"{len(fitting)} objects"
        self._add(fitting, text=f"Paste {noun}", asker=None)
        if refusals:
            self.say(f"{counted(len(refusals), 'object')} not pasted. {refusals[0]}", "warning")

    def change(
        self,
        after: Annotation,
        *,
        text: str,
        gesture: str | None = None,
        asker: object = None,
    ) -> None:
        """Change one object; what it was is looked up by its id."""
        self.change_many([after], text=text, gesture=gesture, asker=asker)

    @told
    def change_many(
        self,
        afters: Sequence[Annotation],
        *,
        text: str,
        gesture: str | None = None,
        asker: object = None,
    ) -> None:
        """Change objects in one step."""
        edits = []
        for after in afters:
            before = self._scene.annotation(after.id)
            if before is not None and before != after:
                checked = sound(after, self.frame, before=before)
                edits.append(Edit(before, self._owned(before, checked)))
        if edits:
            self._apply(text, self._free(edits), gesture=gesture, asker=asker)

    @told
    def delete(self, annotation_ids: Sequence[int], *, asker: object = None) -> None:
        """Delete objects in one step."""
        chosen = set(annotation_ids)
        gone = self._free([Edit(a, None) for a in self.annotations if a.id in chosen])
        if gone:
            noun = "object" if len(gone) == 1 else f"{len(gone)} objects"
            self._apply(f"Delete {noun}", gone, asker=asker)
            self.select(i for i in self._selected if self._scene.annotation(i))

    @told
    def recategorise(self, category_id: int) -> None:
        """Give the selection another category; with nothing selected, the new objects'."""
        chosen = self.selected_prediction
        category = self.category(category_id)
        if chosen is not None:
            after = self._recategorised(self.adopt(chosen), category)
            self.correct(chosen, after, text=f"Change category to {category.name}")
        elif self.selected:
            afters = [self._recategorised(a, category) for a in self.selected]
            self.change_many(afters, text=f"Change category to {category.name}")
        self.set_current_category(category_id)

    @told
    def take_out(self, image_ids: Sequence[int]) -> None:
        """Take images out of the project with their objects; the files stay."""
        if self.store is None or not self._may_change():
            return
        gone = set(image_ids)
        if self.image is not None and self.image.id in gone:
            row, ids = self.album.row_of(self.image.id) or 0, self.album.columns.ids.tolist()
            kept = next((i for i in (*ids[row:], *ids[:row][::-1]) if i not in gone), None)
            self._show(kept) if kept is None else self.show_image(kept)
        self.store.images.remove(sorted(gone))
        self.reload_images()

    def _recategorised(self, annotation: Annotation, category: Category) -> Annotation:
        """The object in another category; joints stay only where both have the same ones."""
        same = self.category(annotation.category_id).joints == category.joints
        keypoints = annotation.keypoints if same else ()
        return replace(annotation, category_id=category.id, keypoints=keypoints)
