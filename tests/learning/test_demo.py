"""The demo pre-labels itself, with no network and no training."""

from __future__ import annotations

from pathlib import Path

from annotator.domain.model import ImageState
from annotator.learning import jobs
from annotator.learning.protocol import Predict
from annotator.services.drawing.scene import CATEGORIES
from annotator.services.sample import make_sample
from annotator.store.store import Store
from tests.learning.squares import never


def test_the_demo_has_a_model_that_pre_labels_it(tmp_path: Path) -> None:
    folder = make_sample(tmp_path / "demo", images=3)
    with Store.open(folder) as store:
        version = store.versions.active()
        assert version is not None
        assert (version.name, version.preset) == ("v1", "squeezenet1_0")
        assert (store.checkpoints / version.checkpoint).is_file()
        new = [i.id for i in store.images.all() if i.state == ImageState.NEW]
        jobs.predict(store, Predict(tuple(new), device="cpu"), lambda _: None, never)
        names = {c.id: c.name for c in store.categories.all()}
        sure = [p for p in store.predictions.of_image(new[0]) if p.score >= 0.5]
        assert {names[p.category_id] for p in sure} <= set(CATEGORIES)
        assert sure
        assert all(p.mask for p in sure)
