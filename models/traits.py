"""What an object looks like, in few numbers: its features, shortened so that they can be kept.

A fixed random projection keeps angles roughly as they are (Johnson and Lindenstrauss, 1984): 32
numbers of two bytes each stand for 128 or 256.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

LENGTH = 32


def shortened(features: NDArray[np.float32]) -> NDArray[np.float16]:
    """Features [N, C] as float16 [N, 32] of length one, the same for the same ones anywhere."""
    short = features.astype(np.float64) @ _projection(features.shape[-1])
    length = np.linalg.norm(short, axis=1, keepdims=True)
    unit: NDArray[np.float16] = (short / np.maximum(length, 1e-12)).astype(np.float16)
    return unit


@lru_cache(maxsize=4)
def _projection(width: int) -> NDArray[np.float64]:
    return np.random.default_rng(width).standard_normal((width, LENGTH))
