"""Bulk steps do what single steps do, as one step, and leave nothing half done."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator.domain.edits import Edit, Step
from annotator.domain.errors import RefusedError, UnsoundError
from annotator.domain.lines import Line
from annotator.domain.model import (
    Annotation,
    Box,
    Category,
    Doubt,
    ImageState,
    ModelVersion,
    Origin,
    Part,
    Polygons,
    Prediction,
    ScoredJoint,
)
from annotator.domain.proposing import unconfirmed, with_sure_mask
from annotator.services import bulk, bulk_writing, steps
from annotator.services.bulk_jobs import (
    Accept,
    ChangeCategory,
    Clear,
    DeleteCategory,
    DeleteObjects,
    Mark,
    MergeCategories,
    Recover,
    Redo,
    Undo,
    decode,
    encode,
)
from annotator.store.codec import subject_to_text
from annotator.store.images import FoundImage
from annotator.store.store import Store

CAT = Category(1, "cat", joints=("nose", "tail"), ordinal=0)
BALL = Category(2, "ball", ordinal=1)
SIDE = 60


def new_store(folder: Path, images: int = 4) -> Store:
    store = Store.create(folder / "project")
    root = store.roots.add(folder)
    store.images.add(root, [FoundImage(f"{n}.jpg", SIDE, SIDE) for n in range(images)])
    store.take_ids("category", 2)
    store.history.apply(Step("Begin", (Edit(None, CAT), Edit(None, BALL))), person="Ada")
    store.versions.add(ModelVersion(0, "v1", "tiny", "v1"))
    return store


def ids_of(store: Store) -> list[int]:
    return [image.id for image in store.images.all()]


def predicted(
    category: Category = CAT,
    score: float = 0.9,
    x: float = 5.0,
    *,
    doubt: float | None = 0.1,
    is_crossed: bool = False,
) -> Prediction:
    ring = (x, 5.0, x + 20, 5.0, x + 20, 30.0, x, 30.0)
    if is_crossed:
        ring = (x, 5.0, x + 20, 30.0, x + 20, 5.0, x, 30.0)
    joints = tuple(ScoredJoint(x + n, 10.0, 0.1 + 0.5 * n) for n in range(len(category.joints)))
    mask = None if doubt is None else Polygons((Part(ring),))
    return Prediction(
        *(0, 0, category.id, 0, score, Box(x, 5.0, 20.0, 25.0), mask),
        joints=joints,
        doubt=Doubt(0.1, mask=doubt),
    )


def drawn(store: Store, image_id: int, x: float = 5.0, category: Category = CAT) -> Annotation:
    (key,) = store.take_ids("annotation")
    own = Annotation(key, image_id, category.id, Box(x, 5.0, 20.0, 25.0), origin=Origin("Ada"))
    store.history.apply(Step("Draw", (Edit(None, own),), image_id), person="Ada")
    return own


def held(store: Store) -> list[object]:
    """All that a step may change, but for the numbers of objects."""
    found: list[object] = [store.categories.all()]
    for image in store.images.all():
        own = [replace(a, id=0) for a in store.annotations.of_image(image.id)]
        verdicts = store.predictions.decisions_of(image.id)
        known = sorted((key, d.verdict, d.annotation_id is None) for key, d in verdicts.items())
        found.append((image.state, image.is_complete, own, known))
        found.append(store.predictions.of_image(image.id))
    return found


def roles(store: Store) -> list[tuple[object, ...]]:
    """What undo and redo know of each image."""
    return [
        (store.history.undo_text(key), store.history.redo_text(key), store.history.newest(key))
        for key in ids_of(store)
    ]


def accept(store: Store, line: float = 0.5, **fields: object) -> bulk_writing.Outcome:
    return bulk.run(store, Accept("Ada", line, **fields))  # type: ignore[arg-type]


PREDICTIONS = st.builds(
    predicted,
    st.sampled_from([CAT, BALL]),
    st.floats(0, 1, allow_nan=False, width=32),
    st.floats(-30, 70, allow_nan=False, width=32),
    doubt=st.none() | st.floats(0, 1, allow_nan=False),
    is_crossed=st.booleans(),
)
PROJECTS = st.lists(
    st.tuples(st.lists(PREDICTIONS, max_size=4), st.booleans()), min_size=1, max_size=4
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(images=PROJECTS, line=st.sampled_from([0.0, 0.5]), hidden=st.sampled_from([(), (2,)]))
def test_accepting_at_once_does_what_accepting_one_by_one_does(
    images: list[tuple[list[Prediction], bool]], line: float, hidden: tuple[int, ...]
) -> None:
    with TemporaryDirectory() as name:
        stores = [new_store(Path(name) / side, len(images)) for side in ("at once", "one by one")]
        for store in stores:
            for key, (values, has_own) in zip(ids_of(store), images, strict=True):
                store.predictions.write(1, key, values)
                if has_own:
                    drawn(store, key)
        before, known = held(stores[0]), roles(stores[0])
        outcome = accept(stores[0], line, hidden=hidden, mask_from=0.5)
        _accept_one_by_one(stores[1], line, hidden)
        after = held(stores[0])
        assert after == held(stores[1])
        if outcome.step_id:
            for _ in range(2):
                bulk.run(stores[0], Undo("Ada", outcome.step_id))
                assert held(stores[0]) == before
                bulk.run(stores[0], Redo("Ada", outcome.step_id))
                assert held(stores[0]) == after
            bulk.run(stores[0], Undo("Ada", outcome.step_id))
        assert held(stores[0]) == before
        assert [role[0] for role in roles(stores[0])] == [role[0] for role in known]
        for store in stores:
            store.close()


def _accept_one_by_one(store: Store, line: float, hidden: tuple[int, ...]) -> None:
    for image in store.images.all():
        found = store.predictions.undecided_above(Line(line), image_ids=[image.id])
        shown = [with_sure_mask(p, 0.5) for p in found if p.category_id not in hidden]
        for one in unconfirmed(shown, store.annotations.of_image(image.id)):
            now = store.images.get(image.id)
            try:
                step = steps.accept(store, [one], person="Ada", image=now, text="Accept")
            except UnsoundError:
                continue  # it lies outside the image
            store.history.apply(step, person="Ada")


@pytest.fixture
def store(tmp_path: Path):
    made = new_store(tmp_path)
    for key in ids_of(made)[:3]:
        made.predictions.write(1, key, [predicted(), predicted(BALL, 0.6, 30.0)])
    yield made
    made.close()


def test_a_job_is_read_as_it_was_written() -> None:
    jobs = [
        Accept("Ada", 0.5, ((1, 0.25),), (2,), 0.5, (1, 2**40), 1, "cat "),
        Mark("Ada", "reviewed", True, (1, 2), "Mark"),
        DeleteObjects("Ada", (1, 2**40), (7,)),
        Undo("Ada", 2**40),
        Redo("Ada", 1),
        Recover(),
        Clear(),
        DeleteCategory("Ada", 1),
        MergeCategories("Ada", (1, 3), 2),
        ChangeCategory("Ada", "{}", (0, None)),
    ]
    assert [decode(encode(job)) for job in jobs] == jobs
    for line in ("", "[]", '{"kind": "Undo"}', '{"kind": "Other"}'):
        with pytest.raises(ValueError):  # noqa: PT011 - whatever it says
            decode(line)


def test_accepting_is_one_step_with_words_and_counts(store: Store) -> None:
    told: list[tuple[int, int]] = []
    outcome = bulk.run(store, Accept("Ada", 0.5), report=lambda *said: told.append(said))
    assert outcome.text == "Accepted 6 predictions from 0.50 on, on 3 images."
    entry = store.history.entries()[0]
    assert (entry.id, entry.is_bulk, entry.text) == (
        outcome.step_id,
        True,
        "Accept 6 predictions from 0.50 on, on 3 images",
    )
    assert told[-1] == (6, 6)
    assert store.bulk.unfinished() is None


def test_nothing_waiting_is_said_and_leaves_no_step(store: Store) -> None:
    before = len(store.history.entries())
    assert accept(store, 0.95).text == "No prediction from 0.95 on is waiting."
    store.predictions.write(1, ids_of(store)[3], [predicted(x=200.0)])  # outside
    only = accept(store, image_ids=(ids_of(store)[3],))
    assert only.text == "No prediction from 0.50 on is waiting."
    assert len(store.history.entries()) == before
    assert store.bulk.unfinished() is None


def test_undo_on_an_image_past_a_bulk_step_is_refused_until_it_is_undone(store: Store) -> None:
    first = ids_of(store)[0]
    drawn(store, first, 35.0)
    outcome = accept(store)
    with pytest.raises(RefusedError, match="History"):
        store.history.undo(first, person="Ada")
    bulk.run(store, Undo("Ada", outcome.step_id))
    assert store.history.undo(first, person="Ada").text == "Draw"
    bulk.run(store, Redo("Ada", outcome.step_id))
    with pytest.raises(RefusedError, match="History"):
        store.history.undo(first, person="Ada")


def test_what_changed_since_is_left_alone_both_ways(store: Store) -> None:
    first, second = ids_of(store)[:2]
    outcome = accept(store)
    one = store.annotations.of_image(first)[0]
    moved = replace(one, box=Box(1.0, 1.0, 9.0, 9.0))
    store.history.apply(Step("Move", (Edit(one, moved),), first), person="Ada")
    undone = bulk.run(store, Undo("Ada", outcome.step_id))
    assert undone.text.endswith("1 changed since were left alone.")
    assert store.annotations.of_image(first) == (moved,)
    assert [d.annotation_id for d in store.predictions.decisions_of(first).values()] == [one.id]
    assert store.annotations.of_image(second) == ()
    redone = bulk.run(store, Redo("Ada", outcome.step_id))
    assert redone.text == f"Redone: {store.history.entries()[1].text}."
    assert len(store.annotations.of_image(first)) == 2


def test_a_step_that_stands_is_not_redone_and_an_undone_one_not_undone(store: Store) -> None:
    outcome = accept(store)
    with pytest.raises(RefusedError, match="was not undone"):
        bulk.run(store, Redo("Ada", outcome.step_id))
    bulk.run(store, Undo("Ada", outcome.step_id))
    with pytest.raises(RefusedError, match="undone already"):
        bulk.run(store, Undo("Ada", outcome.step_id))
    with pytest.raises(RefusedError, match="no step 999"):
        bulk.run(store, Undo("Ada", 999))


@pytest.mark.parametrize("after", [0, 1, 2, 3])
def test_a_cancel_leaves_nothing_half_done(
    store: Store, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("_FIRST", "_LEAST", "_MOST"):
        monkeypatch.setattr(bulk_writing, name, 1)
    monkeypatch.setattr("annotator.services.bulk_edits.AT_ONCE", 1)
    outcome = accept(store, 0.7)  # three, which are undone and redone below
    for job in (
        Accept("Ada", 0.5),
        Undo("Ada", outcome.step_id),
        Mark("Ada", "reviewed", True, tuple(ids_of(store)), "Mark 4 images reviewed"),
        MergeCategories("Ada", (CAT.id,), BALL.id),
        DeleteCategory("Ada", CAT.id),
        DeleteObjects("Ada", tuple(ids_of(store))),
    ):
        before, known, lines = held(store), roles(store), store.history.entries()
        left = iter([False] * after)
        with pytest.raises(RefusedError, match="was cancelled"):
            bulk.run(store, job, is_cancelled=lambda left=left: next(left, True))
        assert held(store) == before
        assert roles(store) == known
        assert store.history.entries() == lines
        assert store.bulk.unfinished() is None


def test_a_step_that_was_interrupted_is_no_history_and_is_taken_back(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, lines = held(store), store.history.entries()

    def die(*_args: object) -> None:
        raise MemoryError

    monkeypatch.setattr(store.bulk, "finish", die)
    monkeypatch.setattr(bulk, "take_back", lambda *_args: 0)  # as a killed process leaves it
    with pytest.raises(MemoryError):
        bulk.run(store, Accept("Ada", 0.5))
    monkeypatch.undo()
    assert held(store) != before
    assert store.history.entries() == lines
    with pytest.raises(RefusedError, match="still being written"):
        bulk.run(store, Mark("Ada", "reviewed", True, (1,), "Mark"))
    told = bulk.run(store, Recover())
    assert told.text.endswith("was interrupted. What it had done is undone.")
    assert held(store) == before
    assert bulk.run(store, Recover()).text == ""


def test_what_a_person_does_meanwhile_stays(store: Store) -> None:
    """A prediction that was decided meanwhile is not accepted again; objects changed stay."""
    first = ids_of(store)[0]
    decided = store.predictions.of_image(first)[0]

    def meanwhile(done: int, _total: int) -> None:
        if done == 0 and decided.id not in store.predictions.decisions_of(first):
            step = steps.reject([decided], image_id=first, text="Reject")
            store.history.apply(step, person="Ada")

    bulk.run(store, Accept("Ada", 0.5), report=meanwhile)
    assert len(store.annotations.of_image(first)) == 1


def test_marking_is_one_step_both_ways(store: Store) -> None:
    ids = tuple(ids_of(store))
    accept(store, 0.7)
    before = held(store)
    job = Mark("Ada", "reviewed", True, ids, "Mark 4 images reviewed")
    outcome = bulk.run(store, job)
    assert outcome.text == "Marked 4 images reviewed."
    assert {image.state for image in store.images.all()} == {ImageState.REVIEWED}
    assert bulk.run(store, job) == bulk_writing.Outcome("")
    bulk.run(store, Undo("Ada", outcome.step_id))
    assert held(store) == before


@pytest.mark.parametrize("text", ["delete", "merge", "change"])
def test_categories_come_back_with_their_predictions(store: Store, text: str) -> None:
    accept(store, 0.7)
    store.predictions.write(1, ids_of(store)[3], [predicted(), predicted(x=30.0)])
    before = held(store)
    swapped = replace(CAT, joints=("tail", "nose"))
    job = {
        "delete": DeleteCategory("Ada", CAT.id),
        "merge": MergeCategories("Ada", (CAT.id, BALL.id), BALL.id),
        "change": ChangeCategory("Ada", subject_to_text(swapped) or "", (1, 0)),
    }[text]
    outcome = bulk.run(store, job)
    after = held(store)
    assert not store.predictions.of_image(ids_of(store)[3])
    assert len(store.annotations.count_by_category()) == (text != "delete")
    bulk.run(store, Undo("Ada", outcome.step_id))
    assert held(store) == before
    bulk.run(store, Redo("Ada", outcome.step_id))
    assert held(store) == after


def test_objects_of_images_go_but_for_locked_ones_and_come_back(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotator.services.bulk_objects._AT_ONCE", 1)
    ids = ids_of(store)
    locked = drawn(store, ids[0], category=BALL)
    for key in (ids[0], ids[1], ids[1], ids[2]):
        drawn(store, key)
    bulk.run(store, Mark("Ada", "reviewed", True, (ids[1], ids[2]), "Mark 2 images reviewed"))
    before = held(store)
    outcome = bulk.run(store, DeleteObjects("Ada", (*ids[:2], 77), (locked.id,)))
    states = [(image.state, image.is_complete) for image in store.images.all()]
    assert states[1] == (ImageState.IN_PROGRESS, False)  # no picture of nothing to learn from
    assert states[2] == (ImageState.REVIEWED, True)
    assert outcome.text == "Deleted 3 objects on 2 images. 1 locked object stayed."
    assert [len(store.annotations.of_image(key)) for key in ids] == [1, 0, 1, 0]
    after = held(store)
    bulk.run(store, Undo("Ada", outcome.step_id))
    assert held(store) == before
    bulk.run(store, Redo("Ada", outcome.step_id))
    assert held(store) == after


def test_where_nothing_can_be_deleted_that_is_told_and_no_step_is_left(store: Store) -> None:
    ids = ids_of(store)
    locked = drawn(store, ids[0])
    lines = store.history.entries()
    told = bulk.run(store, DeleteObjects("Ada", tuple(ids[1:])))
    assert told == bulk_writing.Outcome("There are no objects on these images.")
    told = bulk.run(store, DeleteObjects("Ada", tuple(ids), (locked.id,)))
    assert told.text.startswith("Every object there is locked.")
    assert store.history.entries() == lines
    assert store.annotations.of_image(ids[0]) == (locked,)
    assert store.bulk.unfinished() is None


def test_clearing_leaves_what_was_decided_and_can_be_stopped(store: Store) -> None:
    accept(store, 0.7)
    told = bulk.run(store, Clear())
    assert told.text == "Cleared 3 predictions. Model > Pre-label makes new ones."
    assert not told.step_id
    assert store.bulk.unfinished() is None
    assert {len(store.predictions.of_image(key)) for key in ids_of(store)} == {0, 1}
    stopped = bulk.run(store, Clear(), is_cancelled=lambda: True)
    assert stopped.text.startswith("Stopped. 0 predictions were cleared")


def test_merging_nothing_is_refused(store: Store) -> None:
    with pytest.raises(RefusedError, match="two categories"):
        bulk.run(store, MergeCategories("Ada", (BALL.id,), BALL.id))
    with pytest.raises(RefusedError, match="gone"):
        bulk.run(store, DeleteCategory("Ada", 77))


def test_an_empty_project_has_nothing_to_do(tmp_path: Path) -> None:
    with Store.create(tmp_path / "empty") as store:
        assert accept(store).text == "No prediction from 0.50 on is waiting."
        assert bulk.run(store, Mark("Ada", "reviewed", True, (), "Mark")).text == ""
