"""Categories can be told apart."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np

from annotator.domain.colours import FIRST, category_colour


def _lab(colour: str) -> np.ndarray:
    """OKLab of "#rrggbb" (Ottosson 2020)."""
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    cones = np.cbrt(
        np.array(
            [
                [0.4122214708, 0.5363325363, 0.0514459929],
                [0.2119034982, 0.6806995451, 0.1073969566],
                [0.0883024619, 0.2817188376, 0.6299787005],
            ]
        )
        @ linear
    )
    return (
        np.array(
            [
                [0.2104542553, 0.7936177850, -0.0040720468],
                [1.9779984951, -2.4285922050, 0.4505937099],
                [0.0259040371, 0.7827717662, -0.8086757660],
            ]
        )
        @ cones
    )


def test_the_first_ten_stand_well_apart() -> None:
    apart = [np.linalg.norm(_lab(a) - _lab(b)) for a, b in combinations(FIRST, 2)]
    assert min(apart) > 0.07


def test_a_hundred_categories_have_a_hundred_colours() -> None:
    assert len({category_colour(n) for n in range(100)}) == 100


def test_generated_colours_are_equally_light_and_differ_from_their_neighbours() -> None:
    made = [_lab(category_colour(n)) for n in range(10, 60)]
    assert np.ptp([value[0] for value in made]) < 0.02
    assert min(np.linalg.norm(a - b) for a, b in pairwise(made)) > 0.1
