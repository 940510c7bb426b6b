"""A small network and drawn images."""

from collections.abc import Callable

import pytest
import torch

from models.mask_rcnn import Network
from models.presets import Preset
from models.types import Sample
from models.zoo import build
from tests.models.drawn import BOX, FACE, TINY, make_sample


def pytest_configure(config: pytest.Config) -> None:
    """Let pycocotools 2.0.11 decode masks in a way that numpy 2 warns of."""
    config.addinivalue_line(
        "filterwarnings", "ignore:__array__ implementation doesn't accept a copy:DeprecationWarning"
    )


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    """Sums come in the same order on every machine."""
    torch.set_num_threads(1)


@pytest.fixture
def tiny_preset() -> Preset:
    return TINY


@pytest.fixture
def tiny() -> Network:
    return build(TINY, [BOX, FACE])


@pytest.fixture
def sample() -> Callable[..., Sample]:
    return make_sample
