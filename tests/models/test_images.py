"""From a picture to the pixels the network sees."""

import torch
from torchvision.transforms.v2 import functional

from models.images import fitted, resized


def test_the_short_side_fits_unless_the_long_one_would_be_too_long():
    assert fitted((800, 600), short=400, long=667) == (533, 400)
    assert fitted((2000, 500), short=400, long=667) == (667, 167)


def test_what_is_plain_stays_as_it_is():
    plain = torch.full((3, 90, 60), 77, dtype=torch.uint8)
    for size in ((30, 45), (90, 135)):
        found = resized(plain, size)
        assert found.shape == (3, size[1], size[0])
        assert found.is_contiguous()
        assert (found == 77).all()


def test_an_edge_is_sharper_than_a_linear_filter_leaves_it():
    edge = torch.zeros(3, 80, 80, dtype=torch.uint8)
    edge[:, :, 40:] = 200
    small = resized(edge, (60, 60)), functional.resize(edge, [60, 60], antialias=True)
    cubic, linear = (int(one[0, 30].to(torch.int16).diff().max()) for one in small)
    assert cubic > 1.1 * linear


def test_stripes_finer_than_a_pixel_become_their_mean():
    stripes = torch.zeros(3, 80, 80, dtype=torch.uint8)
    stripes[:, :, ::2] = 200
    found = resized(stripes, (20, 20))[0, 10, 3:-3]
    assert (found.to(torch.int16) - 100).abs().max() <= 6
