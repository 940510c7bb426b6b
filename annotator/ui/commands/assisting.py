"""What the menus do with the model's help: boxes filled in, masks corrected by clicks."""

from __future__ import annotations

from uuid import uuid4

from annotator.ui.alikes import Alikes
from annotator.ui.assistance import Assistance, boxed, nothing_boxed
from annotator.ui.canvas.tools.refine import LOOKING_ONLY
from annotator.ui.canvas.view import Canvas
from annotator.ui.learner import Learner
from annotator.ui.workspace import Workspace


class AssistCommands:
    """Each change is one step of the history, or undone as one."""

    def __init__(self, workspace: Workspace, canvas: Canvas, learner: Learner) -> None:
        self._workspace, self._canvas = workspace, canvas
        self._assistance = Assistance(workspace, learner, canvas)
        self._assistance.waiting_changed.connect(canvas.update)
        canvas.board.author.assistance = self._assistance
        self._alikes = canvas.board.author.alikes = Alikes(workspace, learner, canvas)
        self._alikes.changed.connect(canvas.update)

    def find_alike(self) -> None:
        """Propose what looks like the selected objects, here and on the images after."""
        self._alikes.find()
        self._canvas.setFocus()

    def accept_alike(self) -> None:
        """Make objects of all look-alikes that are proposed, as one step."""
        self._workspace.accept([offer.id for offer in self._workspace.offers])

    @property
    def has_alikes(self) -> bool:
        """Whether look-alikes are proposed."""
        return bool(self._workspace.offers)

    def fill_in(self) -> None:
        """Give the selected boxes the mask and the joints that the model sees in them."""
        chosen = boxed(self._workspace.selected)
        if not chosen:
            self._workspace.say(nothing_boxed(self._workspace.selected))
        elif not self._assistance.can_help:
            self._workspace.say(LOOKING_ONLY, "warning")
        else:
            self._assistance.fill_all(chosen, uuid4().hex)

    def refine(self) -> None:
        """Correct the mask of the selected object by clicks."""
        self._workspace.set_tool("refine")
        self._canvas.setFocus()

    @property
    def fills(self) -> bool:
        """Whether boxes are filled in as soon as they are drawn."""
        return self._workspace.settings.value.assists

    def toggle(self) -> None:
        """Fill boxes in from now on, or leave them as they are drawn."""
        self._workspace.settings.change(assists=not self.fills)
        if self.fills:
            self._workspace.say("Each box you draw is filled in by the model.")
        else:
            self._workspace.say("Boxes stay as you draw them.")
