"""The categories of a project; they are changed through the history only."""

from __future__ import annotations

from sqlalchemy import select

from annotator.domain.errors import RefusedError
from annotator.domain.model import Category
from annotator.store.codec import category_of
from annotator.store.database import Database
from annotator.store.tables import category


class Categories:
    """Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> tuple[Category, ...]:
        """Every category, by ordinal."""
        query = select(category).order_by(category.c.ordinal, category.c.id)
        with self._database.read() as connection:
            return tuple(category_of(row) for row in connection.execute(query))

    def get(self, category_id: int) -> Category:
        """One category.

        Raises:
            RefusedError: there is no such category.
        """
        with self._database.read() as connection:
            found = connection.execute(select(category).where(category.c.id == category_id)).first()
        if found is None:
            raise RefusedError(f"The project has no category with the number {category_id}.")
        return category_of(found)
