"""Steps over many images, written in short transactions that nobody has to wait for.

While such a step is written, others read and write between its parts. It is whole or not there:
``finish`` makes it part of the history, ``drop`` takes back what was written of it, and until one
of both is through it is the project's ``unfinished`` step, which the next editor drops.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.engine import Connection

from annotator.domain.edits import Edit, Step
from annotator.domain.errors import RefusedError
from annotator.store import fitting, items, steps, unfinished
from annotator.store.database import Database
from annotator.store.fitting import Item
from annotator.store.history import changing
from annotator.store.steps import Role
from annotator.store.unfinished import Unfinished

_BELOW: Final = (
    "SELECT position, kind, subject_id, image_id, before, after FROM step_item"
    " WHERE step_id = ? AND position < ? ORDER BY position DESC LIMIT ?"
)
_INSERT: Final = (
    "INSERT INTO step_item (step_id, position, kind, subject_id, image_id, before, after, role)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_END: Final = 2**62
"""Above the place of every item."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one transaction did.

    Attributes:
        below: where the next one goes on; 0: there is nothing left.
        done: items that were taken back, or turned.
        left_alone: objects and categories that had changed since.
    """

    below: int
    done: int
    left_alone: int = 0


class Bulk:
    """Every method is one transaction; none is long if its part is small."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def unfinished(self) -> Unfinished | None:
        """The step that is being written, or was when its process ended."""
        with self._database.read() as connection:
            return unfinished.find(connection)

    def touches(self, image_id: int) -> int:
        """How many items the unfinished step has on an image."""
        with self._database.read() as connection:
            now = unfinished.find(connection)
            query = "SELECT count(*) FROM step_item WHERE image_id = ? AND step_id = ?"
            own = (image_id, now.step_id if now else 0)
            return int(connection.exec_driver_sql(query, own).scalar_one())

    def images_of(self, step_id: int) -> list[int]:
        """The images that a step touched."""
        query = "SELECT DISTINCT image_id FROM step_item WHERE step_id = ? AND image_id IS NOT NULL"
        with self._database.read() as connection:
            return list(connection.exec_driver_sql(query, (step_id,)).scalars())

    def size(self, step_id: int, *, limit: int = _END) -> int:
        """How many items a step has; no more than ``limit`` are counted."""
        query = "SELECT count(*) FROM (SELECT 1 FROM step_item WHERE step_id = ? LIMIT ?)"
        with self._database.read() as connection:
            return int(connection.exec_driver_sql(query, (step_id, limit)).scalar_one())

    # --- a step ----------------------------------------------------------------------------

    def begin(self, text: str, *, person: str, reverts_id: int | None = None) -> int:
        """Begin a step; its id.

        Raises:
            RefusedError: another one is being written.
        """
        with self._database.write() as connection:
            now = unfinished.find(connection)
            if now is not None:
                raise RefusedError(f"“{now.text}” is still being written; wait for it.")
            key = steps.insert_line(connection, Step(text, ()), person=person, reverts=reverts_id)
            unfinished.put(connection, key)
            return key

    def add(self, step_id: int, edits: Sequence[Edit]) -> int:
        """Make edits, but for those whose ``before`` is no longer what is stored.

        How many objects were changed.
        """
        told = [fitting.ready(edit) for edit in edits]
        with changing(self._database, is_lasting=False) as connection:
            _check(connection, step_id)
            made = fitting.make(connection, told)
            _record(connection, step_id, made)
        return sum(kind == "annotation" for kind, *_ in made)

    def take_away(
        self, step_id: int, kind: str, category_id: int, *, count: int, waiting: bool = False
    ) -> int:
        """Take away some of the objects, or predictions, of a category; how many went.

        Args:
            step_id: a step that was begun.
            kind: "annotation" or "prediction".
            category_id: the category.
            count: the most to take.
            waiting: only predictions that nobody decided.
        """
        with changing(self._database, is_lasting=False) as connection:
            _check(connection, step_id)
            ids = fitting.some_of_category(connection, kind, category_id, count, waiting=waiting)
            _record(connection, step_id, fitting.take_away(connection, kind, ids))
            return len(ids)

    def find_done(self, step_id: int) -> str:
        """The text of a plain step that stands.

        Raises:
            RefusedError: there is no such step, or it was undone.
        """
        with self._database.read() as connection:
            found = _plain(connection, step_id)
            if found.is_undone:
                raise RefusedError(f"“{found.text}” was undone already.")
            return str(found.text)

    def find_undo(self, step_id: int) -> tuple[str, int]:
        """The text of a plain step that was undone, and the step that did so.

        Raises:
            RefusedError: there is no such step, or it stands.
        """
        with self._database.read() as connection:
            found = _plain(connection, step_id)
            undo_id = steps.undo_of(connection, step_id)
            if undo_id is None:
                raise RefusedError(f"“{found.text}” was not undone.")
            return str(found.text), undo_id

    def revert(self, step_id: int, *, below: int, count: int) -> Part:
        """Take back some items of the step that ``step_id`` reverts, the last ones first.

        Args:
            step_id: an undo or redo that was begun.
            below: the place to go on from; 0 to begin.
            count: how many items, or one more: a verdict is not torn from its object.
        """
        with changing(self._database, is_lasting=False) as connection:
            now = _check(connection, step_id)
            assert now.reverts_id is not None
            found = _below(connection, now.reverts_id, below, count)
            taken = items.take_back(connection, found)
            told = [(i.kind, i.subject_id, i.image_id, i.after, i.before) for i in taken.done]
            _record(connection, step_id, told, role=Role.OVER)
        left = sum(kind in ("annotation", "category") for kind, _ in taken.alone)
        return Part(found[-1].position if found else 0, len(found), left)

    def turn(self, step_id: int, *, below: int, count: int, back: bool = False) -> Part:
        """Have some items of the plain step at the bottom be done, or undone, from now on.

        Args:
            step_id: an undo or redo.
            below: the place to go on from; 0 to begin.
            count: how many items.
            back: as they were before.
        """
        with self._database.write(is_lasting=False) as connection:
            plain_id, is_redo = steps.plain_below(connection, step_id)
            role = Role.DONE if is_redo != back else Role.UNDONE
            return _set_role(connection, plain_id, role, below=below or _END, count=count)

    def finish(self, step_id: int, text: str) -> None:
        """The step is whole, and part of the history from now on.

        Raises:
            RefusedError: it was given up meanwhile.
        """
        with self._database.write() as connection:
            _check(connection, step_id)
            connection.exec_driver_sql("UPDATE step SET text=? WHERE id=?", (text, step_id))
            unfinished.clear(connection)

    # --- taking it back --------------------------------------------------------------------

    def give_up(self) -> Unfinished | None:
        """Have nobody go on with the unfinished step; which it is."""
        with self._database.write() as connection:
            now = unfinished.find(connection)
            if now is None:
                unfinished.clear(connection)
            else:
                unfinished.put(connection, now.step_id, is_given_up=True)
            return now

    def drop(self, step_id: int, *, count: int) -> Part:
        """Take back some of what a given-up step did; once all is, nothing is left of it.

        What was changed since stays as it is.
        """
        with changing(self._database, is_lasting=False) as connection:
            now = unfinished.find(connection)
            if now is None or now.step_id != step_id:
                return Part(0, 0)  # another process was quicker
            found = _below(connection, step_id, 0, count)
            taken = items.take_back(connection, found)
            if found:
                last = found[-1].position
                gone = "DELETE FROM step_item WHERE step_id = ? AND position >= ?"
                connection.exec_driver_sql(gone, (step_id, last))
                left = sum(kind == "annotation" for kind, _ in taken.alone)
                return Part(max(1, last), len(found), left)
            connection.exec_driver_sql("DELETE FROM step WHERE id = ?", (step_id,))
            unfinished.clear(connection)
            return Part(0, 0)


def _check(connection: Connection, step_id: int) -> Unfinished:
    now = unfinished.find(connection)
    if now is None or now.step_id != step_id or now.is_given_up:
        raise RefusedError("The step was taken back meanwhile. Nothing was changed.")
    return now


def _plain(connection: Connection, step_id: int) -> Any:
    found = steps.find(connection, step_id)
    if found is None or found.reverts_id is not None:
        raise RefusedError(f"The history has no step {step_id} that could be undone.")
    return found


def _below(connection: Connection, step_id: int, below: int, count: int) -> list[Any]:
    """The last items of a step below a place; a verdict with the object before it."""
    found = list(connection.exec_driver_sql(_BELOW, (step_id, below or _END, count)).all())
    if found and found[-1].kind == "decision":
        found += connection.exec_driver_sql(_BELOW, (step_id, found[-1].position, 1)).all()
    return found


def _set_role(connection: Connection, step_id: int, role: Role, *, below: int, count: int) -> Part:
    query = "SELECT position FROM step_item WHERE step_id=? AND position<? ORDER BY position DESC"
    wanted = (step_id, below, count)
    places = connection.exec_driver_sql(f"{query} LIMIT ?", wanted).scalars().all()
    if not places:
        return Part(0, 0)
    change = "UPDATE step_item SET role=? WHERE step_id=? AND position BETWEEN ? AND ?"
    connection.exec_driver_sql(change, (int(role), step_id, places[-1], places[0]))
    return Part(places[-1], len(places))


def _record(
    connection: Connection, step_id: int, told: Sequence[Item], *, role: Role = Role.DONE
) -> None:
    """Write items of a step after those it has."""
    query = "SELECT coalesce(max(position) + 1, 0) FROM step_item WHERE step_id = ?"
    place = int(connection.exec_driver_sql(query, (step_id,)).scalar_one())
    if told:
        items_ = [(step_id, place + n, *item, int(role)) for n, item in enumerate(told)]
        connection.exec_driver_sql(_INSERT, items_)
