"""Bulk steps: worked out a piece at a time, and written in transactions of a few milliseconds.

Whatever ends one early, a cancel or an error, what was written of it is taken back before ``run``
returns; when the process is killed, the next editor of the project does so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from annotator.domain.errors import RefusedError
from annotator.services import bulk_categories, bulk_clearing, bulk_edits, bulk_objects
from annotator.services.bulk_jobs import (
    Accept,
    ChangeCategory,
    Clear,
    DeleteCategory,
    DeleteObjects,
    Job,
    Mark,
    MergeCategories,
    Recover,
    Redo,
    Undo,
)
from annotator.services.bulk_writing import CancelledError, Outcome, Report, Writing, take_back
from annotator.store.store import Store

_WAYS: Final[Mapping[type[Any], Callable[[Writing, Any], Outcome]]] = {
    Accept: bulk_edits.accept,
    Mark: bulk_edits.mark,
    DeleteObjects: bulk_objects.delete,
    Undo: bulk_edits.undo,
    Redo: bulk_edits.redo,
    Clear: bulk_clearing.clear,
    DeleteCategory: bulk_categories.delete,
    MergeCategories: bulk_categories.merge,
    ChangeCategory: bulk_categories.change,
}


def run(
    store: Store,
    job: Job,
    *,
    report: Report = lambda _done, _total: None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Do it as one step.

    Args:
        store: the project, of which the caller is the editor.
        job: what to do.
        report: is told how much is done, and of how much.
        is_cancelled: whether somebody wants it to end.

    Raises:
        RefusedError: it makes no sense now, or it was cancelled. Nothing was changed.
    """
    if isinstance(job, Recover):
        return recover(store, report=report)
    writing = Writing(store, report, is_cancelled)
    try:
        return _WAYS[type(job)](writing, job)
    except BaseException as error:
        left = take_back(store, report) if writing.has_begun else 0
        if isinstance(error, CancelledError):
            kept = f" {left:,} objects that changed meanwhile stay." if left else ""
            raise RefusedError(f"“{error}” was cancelled. Nothing was changed.{kept}") from error
        raise


def recover(store: Store, *, report: Report = lambda _done, _total: None) -> Outcome:
    """Take back what a step did whose process ended in the middle of it."""
    now = store.bulk.unfinished()
    if now is None:
        return Outcome("")
    left = take_back(store, report)
    kept = f" {left:,} objects that were changed since stay." if left else ""
    verb = "" if now.reverts_id is None else "Taking back "
    return Outcome(f"{verb}“{now.text}” was interrupted. What it had done is undone.{kept}")
