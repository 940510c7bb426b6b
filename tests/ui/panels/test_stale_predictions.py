"""Predictions of an older model version say so, where they are looked at."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from annotator.domain.model import ModelVersion
from annotator.ui.panels.inspector import InspectorPanel
from annotator.ui.panels.threshold import ThresholdSlider
from annotator.ui.workspace import Workspace
from tests.ui.project_hand import Hand, prediction


@pytest.fixture
def predicted(workspace: Workspace) -> Workspace:
    """The image in view has a prediction of v1, which is in use."""
    Hand(workspace).predict(prediction(10))
    assert workspace.store is not None
    workspace.store.versions.activate(workspace.store.versions.all()[0].id)
    workspace.versions_stored()
    return workspace


@pytest.fixture
def bar(predicted: Workspace, qtbot: QtBot) -> ThresholdSlider:
    made = ThresholdSlider(predicted)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def inspector(predicted: Workspace, qtbot: QtBot) -> InspectorPanel:
    made = InspectorPanel(predicted)
    qtbot.addWidget(made)
    made.show()
    return made


def train_another(workspace: Workspace, *, is_used: bool = True) -> int:
    """A new version arrives, as after a training."""
    assert workspace.store is not None
    made = workspace.store.versions.add(ModelVersion(0, "v2", "tiny", "v2"))
    if is_used:
        workspace.store.versions.activate(made)
    workspace.versions_stored()
    return made


def seen(widget: QWidget, name: str) -> str:
    """What a label says; empty while it is hidden."""
    label = widget.findChild(QLabel, name)
    assert isinstance(label, QLabel)
    return label.text() if label.isVisibleTo(widget) else ""


def test_predictions_of_the_version_in_use_are_not_stale(
    bar: ThresholdSlider, inspector: InspectorPanel, predicted: Workspace
) -> None:
    predicted.select(prediction_id=predicted.predictions[0].id)

    assert seen(bar, "threshold_stale") == ""
    assert seen(inspector, "inspector_prediction_stale") == ""


def test_after_a_new_version_they_say_whose_they_are_and_what_to_press(
    bar: ThresholdSlider, inspector: InspectorPanel, predicted: Workspace
) -> None:
    predicted.select(prediction_id=predicted.predictions[0].id)

    train_another(predicted)

    words = "Predicted by v1; v2 is in use now. Press I to predict this image anew."
    assert seen(bar, "threshold_stale") == words
    assert seen(inspector, "inspector_prediction_stale") == words
    predicted.select()
    assert seen(inspector, "inspector_image_unsure").endswith("Predicted by v1; v2 is in use now")


def test_a_version_that_is_not_put_to_use_makes_nothing_stale(
    bar: ThresholdSlider, predicted: Workspace
) -> None:
    train_another(predicted, is_used=False)

    assert seen(bar, "threshold_stale") == ""


def test_predicted_anew_or_never_predicted_nothing_is_stale(
    bar: ThresholdSlider, predicted: Workspace
) -> None:
    version = train_another(predicted)
    assert predicted.store is not None
    assert predicted.image is not None
    predicted.store.predictions.write(version, predicted.image.id, [prediction(10)])
    predicted.predictions_stored([predicted.image.id])
    assert seen(bar, "threshold_stale") == ""

    predicted.go(1)
    assert seen(bar, "threshold_stale") == ""
