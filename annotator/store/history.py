"""Edits as they are made and taken back: undo and redo come from here, after a restart too."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import Any

from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from annotator.domain.edits import Edit, Step
from annotator.domain.errors import RefusedError
from annotator.store import steps, subjects
from annotator.store.database import Database
from annotator.store.reverting import changed_since, inverse, key_of_item, make, store
from annotator.store.steps import HistoryEntry, Role


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo or redo did.

    Attributes:
        text: of the step that was taken back or made again.
        edits: as they were applied, in order.
        step_id: the step of the history that records this.
    """

    text: str
    edits: tuple[Edit, ...]
    step_id: int = 0


@dataclass(frozen=True, slots=True)
class Walked:
    """Part of the way to another state.

    Attributes:
        edits: as they were applied, in order.
        is_there: whether it is the whole way.
    """

    edits: tuple[Edit, ...]
    is_there: bool


class History:
    """Append-only. Every method is one transaction: the change and its record, or neither."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def apply(self, step: Step, *, person: str) -> int:
        """Make a step's edits; the step's id.

        Raises:
            RefusedError: a ``before`` is not what is stored, or the outcome would hang in the air
                (a category taken away that still has objects). Nothing was changed.
        """
        if not step.edits:
            raise ValueError("a step has edits")
        with changing(self._database, step.text) as connection:
            values = subjects.load(connection, subjects.keys_of(step.edits))
            for edit in step.edits:
                make(values, edit, step.text)
            store(connection, values, step.edits)
            return steps.insert(connection, step, person=person)

    def record(self, text: str, *, person: str) -> int:
        """Write down something that is not undone, such as an import; the step's id."""
        with self._database.write() as connection:
            return steps.insert(connection, Step(text, ()), person=person)

    def undo(self, image_id: int | None, *, person: str) -> Undone | None:
        """Take back the last step on that image that stands; with None, of those without an image.

        Raises:
            RefusedError: that step touched other images too, or what it changed changed since.
        """
        with changing(self._database) as connection:
            chosen = steps.to_undo(connection, image_id)
            if not chosen:
                return None
            if image_id is not None and chosen[0].image_id is None:
                raise RefusedError(_bulk_words(chosen[0].text))
            return _revert_all(connection, chosen, person=person)

    def redo(self, image_id: int | None, *, person: str) -> Undone | None:
        """Make again what was undone last on that image, unless something new was done since.

        Raises:
            RefusedError: what it changed changed since.
        """
        with changing(self._database) as connection:
            chosen = steps.to_redo(connection, image_id)
            return _revert_all(connection, chosen, person=person) if chosen else None

    def walk(self, image_id: int, step_id: int, *, person: str, seconds: float) -> Walked:
        """Undo or redo on an image towards the state after one of its steps, for a while.

        Each undo and redo on the way is one of its own, as if a person had asked for it.

        Args:
            image_id: whose history it is.
            step_id: the step; 0 for the state before all steps.
            person: who walks.
            seconds: after which no further step is begun.

        Raises:
            RefusedError: the step was undone and others were made since, or a step over many
                images lies on the way. Nothing was changed.
        """
        end = monotonic() + seconds
        edits: list[Edit] = []
        with changing(self._database) as connection:
            find = self._way(connection, image_id, step_id)
            while chosen := find():
                edits.extend(_revert_all(connection, chosen, person=person).edits)
                if monotonic() >= end:
                    break
            return Walked(tuple(edits), not find())

    @staticmethod
    def _way(connection: Connection, image_id: int, step_id: int) -> Callable[[], list[Any]]:
        """What finds the steps to take back next; none at the end of the way."""

        def above() -> list[Any]:
            chosen = steps.to_undo(connection, image_id)
            return chosen if chosen and chosen[-1].id > step_id else []

        def below() -> list[Any]:
            is_done = steps.role_of(connection, step_id, image_id) is Role.DONE
            return [] if is_done else steps.to_redo(connection, image_id)

        if step_id and steps.role_of(connection, step_id, image_id) is not Role.DONE:
            if step_id in steps.redoable(connection, image_id):
                return below
            raise RefusedError("That step was undone, and others were made in its place since.")
        bulk = steps.bulk_above(connection, step_id, image_id)
        if bulk is not None:
            raise RefusedError(_bulk_words(bulk.text))
        return above

    def last(self) -> int:
        """The last step of all, undos and redos too: while it stays, so does the history."""
        with self._database.read() as connection:
            return steps.last(connection)

    def newest(self, image_id: int) -> int:
        """The last step that was made on the image and is no undo or redo; 0 for none."""
        with self._database.read() as connection:
            return steps.newest_plain(connection, image_id)

    def undo_text(self, image_id: int | None) -> str | None:
        """The text of what would be undone, and what it is about."""
        with self._database.read() as connection:
            return _named(steps.to_undo(connection, image_id))

    def redo_text(self, image_id: int | None) -> str | None:
        """The text of what would be made again, and what it is about."""
        with self._database.read() as connection:
            return _named(steps.to_redo(connection, image_id))

    def entries(
        self, image_id: int | None = None, limit: int = 200, *, before: int | None = None
    ) -> list[HistoryEntry]:
        """Steps touching that image, or with None all of the project, newest first.

        Args:
            image_id: the image.
            limit: how many at most.
            before: only steps older than this one.
        """
        with self._database.read() as connection:
            return steps.entries(connection, image_id, limit, before)


@contextmanager
def changing(
    database: Database, text: str = "", *, is_lasting: bool = True
) -> Iterator[Connection]:
    """A transaction that tells in words what the tables refuse."""
    try:
        with database.write(is_lasting=is_lasting) as connection:
            yield connection
    except IntegrityError as error:
        raise RefusedError(
            f"{f'“{text}” is' if text else 'This is'} not possible: other objects, a category "
            "or an image that it needs or leaves behind stand in the way. Nothing was changed."
        ) from error


def _bulk_words(text: str) -> str:
    return f"“{text}” changed several images at once; undo it from Edit > History."


def _named(chosen: Sequence[Any]) -> str | None:
    if not chosen:
        return None
    return ", ".join(part for part in (chosen[0].text, chosen[0].about) if part)


def _revert_all(connection: Connection, chosen: Sequence[Any], *, person: str) -> Undone:
    """Take back the steps of one gesture, newest first."""
    done = [_revert(connection, row, person=person) for row in chosen]
    edits = tuple(edit for one in done for edit in one.edits)
    return Undone(done[-1].text, edits, done[-1].step_id)


def _revert(connection: Connection, row: Any, *, person: str) -> Undone:
    items = steps.items_of(connection, [row.id])
    values = subjects.load(connection, {key_of_item(item) for item in items})
    if changed_since(items, values):
        raise RefusedError(f"“{row.text}”: what it changed has changed since. Nothing was done.")
    edits = []
    for item in items:
        edits.append(inverse(item, values))
        make(values, edits[-1], row.text)
    store(connection, values, edits)
    step = Step(row.text, tuple(edits), row.image_id, row.gesture, row.about or "")
    key = steps.insert(connection, step, person=person, reverts_id=row.id)
    return Undone(row.text, tuple(edits), key)
