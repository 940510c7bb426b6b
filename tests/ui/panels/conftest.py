"""A small real project and a workspace on it, for tests of panels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Picture

from annotator.domain.edits import Edit, Step
from annotator.domain.model import (
    Annotation,
    Box,
    Category,
    Keypoint,
    ModelVersion,
    Part,
    Polygons,
    Prediction,
    ScoredJoint,
)
from annotator.learning.protocol import Ending
from annotator.learning.record import Record
from annotator.services.folder import add_folder
from annotator.store.store import Store
from annotator.ui.course import Course
from annotator.ui.learner import Learner
from annotator.ui.settings import UserSettings
from annotator.ui.workspace import Workspace

METRICS = '{"box": {"AP50": %s}, "mask": {"AP50": 0.97}, "keypoints": {"AP50": -1}}'


def make_project(folder: Path, images: int = 4) -> Path:
    """A project of plain pictures with two categories, and no object."""
    pictures = folder / "pictures"
    pictures.mkdir()
    for n in range(images):
        shade = np.full((60, 80, 3), 40 * n % 256, np.uint8)
        Picture.fromarray(shade).save(pictures / f"{n + 1:04d}.png")
    place = folder / "project"
    with Store.create(place) as store:
        add_folder(store, pictures)
        ids = store.take_ids("category", 2)
        person = Category(
            ids[0], "person", joints=("head", "left_hand", "right_hand"), skeleton=((0, 1), (0, 2))
        )
        ball = Category(ids[1], "ball", colour="#ee6677", ordinal=1)
        step = Step("Create categories", (Edit(None, person), Edit(None, ball)))
        store.history.apply(step, person="Ada")
    return place


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(tmp_path)


@pytest.fixture
def workspace(project: Path, qtbot):
    settings = UserSettings()
    settings.change(person="Ada")
    opened = Workspace(settings)
    opened.open(project)
    yield opened
    opened.close()


@pytest.fixture
def closed_workspace(qtbot):
    return Workspace(UserSettings())


@pytest.fixture
def person(workspace: Workspace) -> Category:
    return workspace.categories[0]


@pytest.fixture
def ball(workspace: Workspace) -> Category:
    return workspace.categories[1]


@pytest.fixture
def draw(workspace: Workspace):
    """Draw an object on the image in view, as a canvas would."""

    def draw_(category: Category, x: float = 10, *, joints: bool = False) -> Annotation:
        ring = (x, 5.0, x + 10, 5.0, x + 10, 25.0, x, 25.0)
        points = (Keypoint(12, 8, 2), Keypoint(14, 9, 1), Keypoint(0, 0, 0)) if joints else ()
        made = workspace.add_object(
            box=Box(x, 5, 10, 20),
            mask=Polygons((Part(ring),)),
            keypoints=points,
            category_id=category.id,
            text="Draw box",
        )
        assert made is not None
        return made

    return draw_


@pytest.fixture
def add_version(workspace: Workspace):
    """Store a model version and use it."""
    assert workspace.store is not None
    versions = workspace.store.versions

    def add(name: str, ap: float = 0.94) -> int:
        key = versions.add(_version(name, ap))
        versions.activate(key)
        workspace.versions_stored()
        return key

    return add


def _version(name: str, ap: float) -> ModelVersion:
    return ModelVersion(
        0, name, "squeezenet1_0", f"{name}.safetensors", METRICS % ap, "{}",
        "2026-01-05T10:00:00+00:00", 41, 6,
    )  # fmt: skip


class IdleLearner(Learner):
    """A learner whose jobs are said to run; no process is started."""

    def __init__(self) -> None:
        super().__init__()
        self.stopped: list[tuple[str, Ending]] = []
        self.asked: list[object] = []

    def pretend(self, *jobs: str) -> None:
        self._busy = set(jobs)
        self.busy_changed.emit()

    def stop(self, job: str, then: Ending = Ending.KEEP) -> None:
        self.stopped.append((job, then))

    def train(self, request) -> None:
        self.asked.append(request)

    def compare(self, first_id: int, second_id: int) -> None:
        self.asked.append((first_id, second_id))


@pytest.fixture
def learner(qtbot) -> IdleLearner:
    return IdleLearner()


SCORES = {"box": {"AP50": 0.5, "AP": 0.25}, "mask": {"AP50": 0.75, "AP": 0.5}}


@pytest.fixture
def left(workspace: Workspace) -> Record:
    """A training that was left at step 310 of 1,500, with tests at 150 and 300."""
    plan = {"train": {str(n): [n] for n in range(1, 9)}, "held_out": {"9": [9]}}
    checkpoints = workspace.store.checkpoints
    record = Record.begin(checkpoints, plan, steps=1500, learning_rate=0.005)
    for step in range(1, 311):
        record.add_losses(step, {"box": 1.0, "mask": 0.5})
    for step, factor in ((150, 0.5), (300, 1.0)):
        scores = {k: {m: v * factor for m, v in row.items()} for k, row in SCORES.items()}
        record.add_evaluation(step, scores)
    for step in (150, 300, 310):
        record.place(0, step).write_bytes(b"x" * 1_000_000)
        record.place(0, step).with_suffix(".json").write_text("{}")
    record.save_curves()
    return record


@pytest.fixture
def course(workspace: Workspace, learner: IdleLearner) -> Course:
    return Course(workspace, learner)


@pytest.fixture
def version(add_version) -> int:
    """A model version in use."""
    return add_version("v1")


@pytest.fixture
def predict(workspace: Workspace, version: int):
    """Store predictions for an image as the learner would."""

    def predict_(image_id: int, *proposals: tuple[Category, float]) -> None:
        assert workspace.store is not None
        made = [
            Prediction(
                0, image_id, category.id, version, score, Box(5 + 9 * n, 30, 8, 20),
                joints=tuple(ScoredJoint(6, 31, 0.9) for _ in category.joints),
            )
            for n, (category, score) in enumerate(proposals)
        ]  # fmt: skip
        workspace.store.predictions.write(version, image_id, made)
        workspace.predictions_stored([image_id])

    return predict_
