"""A small project of labelled squares, and networks small enough to be trained in a test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from annotator.store.store import Store
from models.presets import PRESETS
from tests.learning.squares import make_labelled


@pytest.fixture(autouse=True)
def _small_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The small preset at a fifth of its size: these tests are about the jobs, not the network."""
    small = replace(
        PRESETS["squeezenet1_0"], short_side=96, long_side=128, rois=16, test_proposals=8
    )
    monkeypatch.setitem(PRESETS, "squeezenet1_0", small)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Eight small images, six with a labelled square and reviewed."""
    with make_labelled(tmp_path) as made:
        yield made
