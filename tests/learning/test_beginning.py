"""Images to begin with, before any model exists."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from annotator.domain.errors import KnownError, RefusedError
from annotator.domain.model import ModelVersion
from annotator.learning import beginning, worker
from annotator.learning.beginning import suggest
from annotator.learning.protocol import (
    Event,
    Finished,
    Predicted,
    Suggest,
    Told,
    decode,
    encode,
    job_of,
)
from annotator.services.folder import add_folder
from annotator.store.store import Store
from models import zoo
from models.errors import WeightsUnavailable
from tests.learning.squares import never

ON_CPU = Suggest(None, "cpu")


def make(folder: Path, *groups: int) -> Store:
    """Groups of pictures that look alike: one colour with a little noise each."""
    images = folder / "images"
    images.mkdir(parents=True)
    draws = np.random.default_rng(0)
    for group, count in enumerate(groups):
        for n in range(count):
            pixels = np.full((64, 64, 3), 30, np.uint8)
            pixels[..., group] = 200
            pixels[:: 2 + 3 * group] = 0
            pixels += draws.integers(0, 9, pixels.shape, dtype=np.uint8)
            Pillow.fromarray(pixels).save(images / f"{'abc'[group]}{n:02d}.png")
    store = Store.create(folder / "project")
    add_folder(store, images)
    return store


def test_one_of_each_group_comes_first_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.selection.BATCH", 3)
    events: list[Event] = []
    with make(tmp_path, 9, 4, 2) as store:
        chosen = suggest(store, ON_CPU, events.append, never)
        names = [store.images.get(key).file_name[0] for key in chosen]
        assert sorted(names) == ["a", "b", "c"]
        assert names[0] == "a"
        assert [store.images.get(key).place for key in chosen] == [0, 1, 2]
        assert sum(i.place is not None for i in store.images.all()) == 3
        (why,) = store.queue.reasons_of(chosen[0])
        assert (why.part, why.prediction_id) == ("typical", None)
        outlook = store.queue.outlook
        assert outlook is not None
        assert (outlook.images, outlook.is_start, outlook.is_mostly_checking) == (3, True, False)
    assert isinstance(events[-1], Finished)
    assert "3 images to begin with" in events[-1].text
    assert any(isinstance(e, Predicted) and len(e.image_ids) == 15 for e in events)


def test_of_very_many_images_some_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beginning, "LOOKED_AT", 4)
    with make(tmp_path, 6, 4) as store:
        assert len(suggest(store, ON_CPU, lambda _: None, never)) == 4


def test_a_stop_changes_nothing(tmp_path: Path) -> None:
    with make(tmp_path, 3) as store:
        assert suggest(store, ON_CPU, lambda _: None, lambda: True) == []
        assert store.queue.outlook is None


def test_with_a_model_or_without_an_image_it_is_refused(tmp_path: Path) -> None:
    with Store.create(tmp_path / "empty") as empty, pytest.raises(RefusedError, match="no image"):
        suggest(empty, ON_CPU, lambda _: None, never)
    with make(tmp_path / "more", 2) as store:
        store.versions.add(ModelVersion(0, "v1", "squeezenet1_0", "v1.safetensors", is_active=True))
        with pytest.raises(RefusedError, match="a model already"):
            suggest(store, ON_CPU, lambda _: None, never)


def test_without_a_network_it_goes_on_and_says_so_and_a_lost_file_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def offline(_preset: object) -> None:
        raise WeightsUnavailable("Weights could not be fetched: no network.")

    monkeypatch.setattr(zoo, "_fetch", offline)
    events: list[Event] = []
    with make(tmp_path, 3) as store:
        assert len(suggest(store, Suggest("hub", "cpu"), events.append, never)) == 3
        assert any(isinstance(e, Told) and "Going on with" in e.text for e in events)
        with pytest.raises(KnownError, match="nowhere"):
            suggest(store, Suggest(str(tmp_path / "nowhere.pth"), "cpu"), events.append, never)


def test_the_learner_does_it_when_it_is_asked(tmp_path: Path) -> None:
    events: list[Event] = []
    with make(tmp_path, 3) as store:
        mailbox = worker.Mailbox(io.StringIO())
        worker._Clerk(store, mailbox, events.append).do(ON_CPU)
    assert not any(isinstance(e, Told) for e in events)
    assert decode(encode(ON_CPU)) == ON_CPU
    assert job_of(ON_CPU) == "predict"
    assert isinstance(events[-1], Finished)
