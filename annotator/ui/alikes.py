"""Look-alikes: what looks like the selected objects is proposed here, and on the images after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from typing import TypeGuard

from PySide6.QtCore import QObject, Signal

from annotator.domain.edits import Edit
from annotator.domain.model import Annotation, Box, Doubt, Prediction, ScoredJoint
from annotator.learning.assist_messages import (
    Corners,
    FindAlike,
    FoundAlike,
    LookAlike,
    mask_of,
)
from annotator.ui.learner import Learner
from annotator.ui.timers import once
from annotator.ui.words import counted
from annotator.ui.workspace import Workspace

_REST_MS = 150
"""Images that are only walked past are not searched."""
_MOST_EXAMPLES = 8
"""The first ones chosen and the latest found: more tell little, and each is slid over the image."""

Place = tuple[int, Corners]


class Alikes(QObject):
    """Asks the learner for look-alikes and proposes them in the workspace.

    From the moment a person asks until Esc, each image that comes into view is searched. What was
    accepted serves as an example, too.

    Signals:
        changed: whether images are searched, or whether an answer is waited for.
    """

    changed = Signal()

    def __init__(self, workspace: Workspace, learner: Learner, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace, self._learner = workspace, learner
        self._numbers = count(1)
        self._waiting: int | None = None
        self._category_id: int | None = None
        self._chosen: tuple[Place, ...] = ()
        self._found: tuple[Place, ...] = ()
        self._rest = once(self, self._search, after_ms=_REST_MS)
        workspace.alikes_requested.connect(self.find)
        workspace.image_changed.connect(self._on_image_changed)
        workspace.project_changed.connect(self.end)
        workspace.categories_changed.connect(self._on_categories_changed)
        workspace.edited.connect(self._on_edited)
        learner.found_alike.connect(self._on_answer_told)

    @property
    def is_on(self) -> bool:
        """Whether images that come into view are searched."""
        return self._category_id is not None

    @property
    def is_waiting(self) -> bool:
        """Whether an answer is on its way."""
        return self._waiting is not None

    @property
    def name(self) -> str:
        """Of what is looked for; empty for nothing."""
        key = self._category_id
        return next((c.name for c in self._workspace.categories if c.id == key), "")

    def find(self) -> None:
        """Search the image in view for what looks like the selected objects, and go on so."""
        workspace = self._workspace
        chosen = [a for a in workspace.selected if a.box is not None]
        refusal = self._refusal(chosen)
        if refusal:
            workspace.say(refusal, "warning")
            return
        if chosen:
            self._category_id = chosen[0].category_id
            self._chosen = tuple(_place(a) for a in chosen[-_MOST_EXAMPLES:])
            self._found = ()
        workspace.select()
        self.changed.emit()
        self._search()

    def end(self) -> bool:
        """Propose nothing more; whether anything was proposed or searched."""
        was_on = self.is_on
        self._rest.stop()
        self._waiting = self._category_id = None
        self._chosen = self._found = ()
        if was_on:
            self._workspace.offer(())
            self.changed.emit()
        return was_on

    # --- how it is done --------------------------------------------------------------------

    def _refusal(self, chosen: Sequence[Annotation]) -> str:
        """Why nothing can be looked for; empty when something can."""
        workspace = self._workspace
        if workspace.is_read_only:
            return "This project is open for looking only; nothing can be added to it."
        if len({a.category_id for a in chosen}) > 1:
            return "The selected objects are of several categories; select those of one."
        if chosen or (self.is_on and not workspace.selected):
            return ""
        return "Select an object with a box first: what looks like it is proposed."

    def _search(self) -> None:
        image = self._workspace.image
        if image is None or self._category_id is None:
            return
        examples = tuple(dict.fromkeys((*self._chosen, *self._found)))
        taken = [a.box for a in self._workspace.annotations]
        taken += [p.box for p in self._workspace.predictions if p.id >= 0]
        self._waiting = next(self._numbers)
        self._learner.assist(
            FindAlike(
                self._waiting,
                image.id,
                self._category_id,
                examples[-_MOST_EXAMPLES:],
                tuple(_corners(box) for box in taken if box is not None),
            )
        )
        self.changed.emit()

    def _on_image_changed(self) -> None:
        if self.is_on:
            self._waiting = None
            self._rest.start()

    def _on_categories_changed(self) -> None:
        if self.is_on and not self.name:
            self.end()

    def _on_edited(self, edits: Sequence[Edit], _asker: object) -> None:
        """New objects of the category serve as examples, those that went no longer."""
        if not self.is_on:
            return
        gone = {_place(e.before) for e in edits if _is_boxed(e.before)}
        new = [
            _place(e.after)
            for e in edits
            if _is_boxed(e.after) and e.after.category_id == self._category_id
        ]
        kept = tuple(one for one in self._chosen if one not in gone)
        self._chosen = kept or self._chosen
        room = max(0, _MOST_EXAMPLES - len(self._chosen))
        found = [*(one for one in self._found if one not in gone), *new]
        self._found = tuple(found[len(found) - min(room, len(found)) :])

    def _on_answer_told(self, answer: FoundAlike) -> None:
        if answer.number != self._waiting:
            return
        if answer.is_final:
            self._waiting = None
        if answer.text:
            self._workspace.say(f"No look-alikes. {answer.text}", "warning")
            self.end()
            return
        self._show(answer)
        self.changed.emit()

    def _show(self, answer: FoundAlike) -> None:
        """Propose what was found; the second answer adds masks to what is still proposed."""
        workspace = self._workspace
        image = workspace.image
        if image is None or self._category_id is None:
            return
        version = workspace.helper(answer.version) if answer.found else None
        key = 0 if version is None else version.id
        offers = [self._offer(one, n) for n, one in enumerate(answer.found, start=1)]
        made = [replace(o, image_id=image.id, version_id=key) for o in offers]
        if answer.is_final and any(one.outlines for one in answer.found):
            waiting = {p.id for p in workspace.offers}
            made = [one for one in made if one.id in waiting]
            workspace.offer(made)
        else:
            workspace.offer(made)
            self._tell(len(workspace.offers))

    def _tell(self, found: int) -> None:
        if not found:
            self._workspace.say(f"Nothing else here looks like {self.name}. Esc ends the search.")
            return
        self._workspace.say(
            f"{counted(found, 'look-alike')} of {self.name}. Tab walks them, Shift+Enter accepts "
            "all, Esc ends the search."
        )

    def _offer(self, found: LookAlike, number: int) -> Prediction:
        """A look-alike as a prediction that nothing stores."""
        assert self._category_id is not None
        category = self._workspace.category(self._category_id)
        mask = mask_of(found.outlines)
        joints = tuple(ScoredJoint(*one) for one in found.joints)
        return Prediction(
            id=-number,
            image_id=0,
            category_id=category.id,
            version_id=0,
            score=found.likeness,
            box=Box(*found.box),
            mask=mask,
            joints=joints if len(joints) == len(category.joints) else (),
            doubt=Doubt(mask=None if mask is None else 1 - found.sure),
        )


def _is_boxed(subject: object) -> TypeGuard[Annotation]:
    return isinstance(subject, Annotation) and subject.box is not None


def _place(annotation: Annotation) -> Place:
    assert annotation.box is not None
    return annotation.image_id, _corners(annotation.box)


def _corners(box: Box) -> Corners:
    return box.x, box.y, box.width, box.height
