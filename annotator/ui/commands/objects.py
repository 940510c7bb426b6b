"""What the menus do to objects among each other: groups, order, hiding and locking."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from PySide6.QtCore import QObject

from annotator.domain import arrange
from annotator.domain.model import Annotation
from annotator.ui.words import counted
from annotator.ui.workspace import Workspace

Move = Callable[[Sequence[Annotation], Collection[int]], list[Annotation]]


class ObjectCommands(QObject):
    """Works on the selected objects of the image in view; each change is one step."""

    def __init__(self, workspace: Workspace, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace

    # --- groups ----------------------------------------------------------------------------

    def group(self) -> None:
        """Make the selected objects one group; those of other groups leave them."""
        chosen, objects = self._workspace.selected, self._workspace.annotations
        if len(chosen) < 2:
            self._workspace.say("A group needs two objects. Shift + click selects another one.")
            return
        ids = tuple(a.id for a in chosen)
        if ids in arrange.groups_of(objects).values():
            self._workspace.say("These objects are a group already. U takes it apart.")
            return
        number = arrange.new_group(objects)
        afters = [replace(a, group_id=number) for a in chosen]
        self._workspace.change_many(afters, text=f"Group {len(afters)} objects")

    def ungroup(self) -> None:
        """Take the selected objects out of their groups; nobody stays in one alone."""
        chosen, objects = self._workspace.selected, self._workspace.annotations
        out = {a.id for a in chosen if a.group_id is not None}
        if not out:
            self._workspace.say("What is selected is in no group. G makes one of several objects.")
            return
        for members in arrange.groups_of(objects).values():
            left = set(members) - out
            out |= left if len(left) == 1 and len(members) > 1 else set()
        afters = [replace(a, group_id=None) for a in objects if a.id in out]
        self._workspace.change_many(afters, text="Ungroup")

    # --- order -----------------------------------------------------------------------------

    def raise_(self) -> None:
        """The selected objects one place up."""
        self._move(arrange.raised, "Raise {}", "in front of all others")

    def lower(self) -> None:
        """The selected objects one place down."""
        self._move(arrange.lowered, "Lower {}", "behind all others")

    def to_front(self) -> None:
        """The selected objects over all others."""
        self._move(arrange.to_front, "Bring {} to front", "in front of all others")

    def to_back(self) -> None:
        """The selected objects under all others."""
        self._move(arrange.to_back, "Send {} to back", "behind all others")

    def _move(self, move: Move, words: str, end: str) -> None:
        workspace, chosen = self._workspace, self._workspace.selected
        if not chosen:
            return
        afters = move(workspace.annotations, {a.id for a in chosen})
        is_one = len(chosen) == 1
        what = workspace.name_of(chosen[0]) if is_one else counted(len(chosen), "object")
        if afters:
            workspace.change_many(afters, text=words.format(what))
        else:
            workspace.say(f"{what} {'is' if is_one else 'are'} {end} already.")

    # --- hiding and locking ----------------------------------------------------------------

    def hide_others(self) -> None:
        """Show only the selected objects."""
        chosen = {a.id for a in self._workspace.selected}
        others = [a.id for a in self._workspace.annotations if a.id not in chosen]
        self._workspace.set_hidden(chosen, False)
        self._workspace.set_hidden(others, True)

    def show_all(self) -> None:
        """Show every object of the image again; hidden categories stay hidden."""
        self._workspace.set_hidden([a.id for a in self._workspace.annotations], False)

    def lock_all(self) -> None:
        """Lock every object of the image."""
        self._workspace.set_locked([a.id for a in self._workspace.annotations], True)

    def unlock_all(self) -> None:
        """Unlock every object of the image."""
        self._workspace.set_locked([a.id for a in self._workspace.annotations], False)
