"""The model's help with one object: fills in what a box encloses, corrects a mask by clicks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import count

from PySide6.QtCore import QObject, Signal

from annotator.domain.model import Annotation, Box, Keypoint, Polygons, Visibility
from annotator.learning.assist_messages import Assist, Assisted, mask_of, outlines_of
from annotator.services.steps import JOINT_FLOOR
from annotator.store.versions import STARTER
from annotator.ui.learner import Learner
from annotator.ui.notices import Notice
from annotator.ui.timers import once
from annotator.ui.words import counted
from annotator.ui.workspace import Workspace

TOOLS = frozenset({"box", "refine"})
"""With these in hand the model looks at the image in view before it is asked."""
_REST_MS = 150
"""Images that are only walked past are not looked at."""

Clicks = Sequence[tuple[float, float, bool]]


@dataclass(frozen=True, slots=True)
class _Wish:
    """An object to be filled in.

    Attributes:
        before: as it was when it was asked about.
        gesture: what the answer is undone together with.
        mask_from: the IoU that its mask must expect; 0 for any.
    """

    before: Annotation
    gesture: str | None
    mask_from: float


class Assistance(QObject):
    """Asks the learner about objects of the image in view, and writes what it says of boxes.

    Signals:
        corrected: (number, Polygons or None) the answer to ``correct``.
        refused: (number, text) there is no answer to it, and why.
        waiting_changed: whether anything is waited for.
    """

    corrected = Signal(object, object)
    refused = Signal(object, str)
    waiting_changed = Signal()

    def __init__(self, workspace: Workspace, learner: Learner, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace, self._learner = workspace, learner
        self._numbers = count(1)
        self._wishes: dict[int, _Wish] = {}
        self._clicked: set[int] = set()
        self._was_told = False
        self._rest = once(self, self._on_rested, after_ms=_REST_MS)
        for signal in (workspace.tool_changed, workspace.image_changed, workspace.versions_changed):
            signal.connect(self._look_soon)
        workspace.settings.changed.connect(self._look_soon)
        workspace.project_changed.connect(self._forget)
        learner.assisted.connect(self._on_answer_told)

    @property
    def can_help(self) -> bool:
        """Whether objects may be changed; before there is a model, the starter helps."""
        return self._workspace.store is not None and not self._workspace.is_read_only

    @property
    def fills(self) -> bool:
        """Whether boxes are filled in as soon as they are drawn."""
        return self.can_help and self._workspace.settings.value.assists

    @property
    def is_waiting(self) -> bool:
        """Whether an answer is on its way."""
        return bool(self._wishes or self._clicked)

    def fill(self, annotation: Annotation, gesture: str | None) -> None:
        """Find mask and joints of a box just drawn; only what the model is sure enough of."""
        self._ask_about(annotation, gesture, self._workspace.settings.value.mask_from)

    def fill_all(self, annotations: Sequence[Annotation], gesture: str) -> None:
        """Find mask and joints of boxes, however sure the model is; one undo takes them back."""
        for one in annotations:
            self._ask_about(one, gesture, 0.0)

    def correct(
        self, *, box: Box, category_id: int, outline: Polygons | None, clicks: Clicks
    ) -> int | None:
        """Correct a mask by clicks; the answer comes as a signal.

        Args:
            box: of the object.
            category_id: what it is.
            outline: the mask to be corrected; None for what is found in the box.
            clicks: (x, y, whether it is inside), pixels of the image, in order.

        Returns:
            The number that the answer bears; None when nobody can be asked.
        """
        image = self._workspace.image
        if image is None or not self.can_help:
            return None
        request = Assist(
            next(self._numbers),
            image.id,
            box=(box.x, box.y, box.width, box.height),
            category_id=category_id,
            clicks=tuple(clicks),
            outlines=() if outline is None else outlines_of(outline),
        )
        self._clicked.add(request.number)
        self._learner.assist(request)
        self.waiting_changed.emit()
        return request.number

    # --- how it is done --------------------------------------------------------------------

    def _ask_about(self, annotation: Annotation, gesture: str | None, mask_from: float) -> None:
        box = annotation.box
        if box is None or not self.can_help:
            return
        number = next(self._numbers)
        self._wishes[number] = _Wish(annotation, gesture, mask_from)
        place = (box.x, box.y, box.width, box.height)
        self._learner.assist(Assist(number, annotation.image_id, place, annotation.category_id))
        self.waiting_changed.emit()

    def _look_soon(self) -> None:
        if self._workspace.tool in TOOLS:
            self._rest.start()
        else:
            self._rest.stop()

    def _on_rested(self) -> None:
        """Have the model look at the image before it is asked about it."""
        workspace = self._workspace
        wants = workspace.tool == "refine" or workspace.settings.value.assists
        if workspace.image is not None and self.can_help and wants:
            self._learner.assist(Assist(0, workspace.image.id))

    def _forget(self) -> None:
        self._wishes.clear()
        self._clicked.clear()
        self._was_told = False
        self.waiting_changed.emit()

    def _on_answer_told(self, answer: Assisted) -> None:
        wish = self._wishes.pop(answer.number, None)
        if wish is not None:
            self._fulfil(wish, answer)
        elif answer.number in self._clicked:
            self._clicked.discard(answer.number)
            if answer.text:
                self.refused.emit(answer.number, answer.text)
            else:
                self.corrected.emit(answer.number, mask_of(answer.outlines))
        self.waiting_changed.emit()

    def _fulfil(self, wish: _Wish, answer: Assisted) -> None:
        """Write the answer, unless the object is gone, or another one by now."""
        here = {a.id: a for a in self._workspace.annotations}.get(wish.before.id)
        if here is None or (here.box, here.mask) != (wish.before.box, wish.before.mask):
            return
        if answer.text:
            self._workspace.say(f"The box stands alone. {answer.text}")
            return
        is_sure = answer.sure >= wish.mask_from
        mask = mask_of(answer.outlines) if is_sure and here.mask is None else here.mask
        joints = self._joints(here, answer)
        after = replace(here, mask=mask, keypoints=joints or here.keypoints)
        is_first = not self._workspace.knows_starter
        helper = self._workspace.helper(answer.version) if after != here else None
        if helper is not None:
            person = self._workspace.person  # who drew the box, so that it is no mere acceptance
            own = replace(here.origin, version_id=helper.id, corrected_by=person)
            after = replace(after, origin=own)
            parts = [("mask", mask != here.mask), ("joints", bool(joints))]
            words = " and ".join(name for name, is_new in parts if is_new)
            text = f"Fill in {words} by {answer.version}"
            self._workspace.change(after, text=text, gesture=wish.gesture)
            if is_first and self._workspace.knows_starter:
                self._tell_first()
        if not is_sure:
            self._tell_unsure(answer)

    def _tell_first(self) -> None:
        """Once a project: where the outline is from, and the way out for who wants boxes alone."""
        text = "The starter that came with the program drew this outline, as it will in each box."
        leave = partial(self._workspace.settings.change, assists=False)
        self._workspace.said.emit(Notice(text, action_text="Draw boxes alone", action=leave))

    def _tell_unsure(self, answer: Assisted) -> None:
        """Of a model every time; the starter knows little, and says so once."""
        if answer.version != STARTER.name:
            self._workspace.say(
                f"{answer.version} expects an IoU of only {answer.sure:.2f} of this mask, so the "
                "box stands alone. M and clicks draw it, Model > Fill in the box takes it as it is."
            )
        elif not self._was_told:
            self._was_told = True
            self._workspace.say(
                "The starter that came with the program is not sure enough of this mask, so the "
                "box stands alone. M and clicks draw it; a model of your own images will know more."
            )

    def _joints(self, here: Annotation, answer: Assisted) -> tuple[Keypoint, ...]:
        """The answer's joints, where the object has none and its category has as many."""
        category = self._workspace.category(here.category_id)
        if here.has_keypoints or len(answer.joints) != len(category.joints):
            return ()
        absent = Keypoint(0.0, 0.0, Visibility.ABSENT)
        found = tuple(
            Keypoint(x, y, Visibility.VISIBLE) if score >= JOINT_FLOOR else absent
            for x, y, score in answer.joints
        )
        return found if any(k.visibility for k in found) else ()


def boxed(annotations: Sequence[Annotation]) -> list[Annotation]:
    """Those that have a box and no mask."""
    return [a for a in annotations if a.box is not None and a.mask is None]


def nothing_boxed(annotations: Sequence[Annotation]) -> str:
    """Why none of these can be filled in."""
    if not annotations:
        return "Select an object with a box first."
    verb = "has a mask or no box" if len(annotations) == 1 else "have masks or no boxes"
    return f"The {counted(len(annotations), 'selected object')} {verb}: nothing to fill in."
