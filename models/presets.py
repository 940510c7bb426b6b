"""The sizes the network comes in, by name of their trunk."""

from __future__ import annotations

from dataclasses import dataclass

_MAX_ANCHORS = 8


@dataclass(frozen=True, slots=True)
class Preset:
    """Every choice that fixes the shape of a network.

    Attributes:
        name: what the user picks.
        trunk: name of the torchvision model whose convolutions are shared.
        levels: (child of the trunk, channels) of each pyramid level, finest first; empty where
            torchvision's own detector is taken as it is.
        frozen: children of the trunk (stem and first stage) that keep their pretrained weights.
        hub: name of torchvision's weights for it.
        short_side, long_side: pixels an image is resized to: short side, unless the long one
            would pass its limit.
        channels: width of the feature pyramid.
        box_width, mask_layers, joint_layers: size of the heads.
        proposal_levels: pyramid levels that propose; the finest costs a third of the network on a
            CPU and adds only objects of a few pixels, so the small presets leave it out.
        anchors: sides of anchors in pixels for each of these levels.
        train_proposals, test_proposals: how many proposals an image go on to the heads.
        rois: how many of them are sampled for the heads' loss.
        is_lit: whether dim pictures are lit before they are seen.
    """

    name: str
    trunk: str
    hub: str
    levels: tuple[tuple[str, int], ...] = ()
    frozen: tuple[str, ...] = ()
    short_side: int = 400
    long_side: int = 667
    channels: int = 128
    box_width: int = 512
    mask_layers: int = 4
    joint_layers: int = 4
    proposal_levels: tuple[str, ...] = ()
    anchors: tuple[tuple[int, ...], ...] = ()
    train_proposals: int = 500
    test_proposals: int = 300
    rois: int = 128
    is_lit: bool = True

    def check(self) -> None:
        """Refuse shapes no shipped network is near, before any memory is taken for them.

        Raises:
            ValueError: for a size outside sane bounds or an unknown trunk.
        """
        limits = {
            "short_side": (32, 4096),
            "long_side": (32, 8192),
            "channels": (4, 512),
            "box_width": (4, 4096),
            "mask_layers": (1, 16),
            "joint_layers": (1, 16),
            "train_proposals": (1, 10_000),
            "test_proposals": (1, 10_000),
            "rois": (1, 4096),
        }
        for field, (low, high) in limits.items():
            if not low <= getattr(self, field) <= high:
                raise ValueError(f"{field} of preset {self.name!r} must be within {low} .. {high}")
        shipped = [preset for preset in PRESETS.values() if preset.trunk == self.trunk]
        if not shipped:
            raise ValueError(f"preset {self.name!r} has an unknown trunk {self.trunk!r}")
        if self.levels != shipped[0].levels:
            raise ValueError(f"preset {self.name!r} has levels its trunk {self.trunk!r} has not")
        names = {str(level) for level in range(len(self.levels))} | {"pool"}
        if not names.issuperset(self.proposal_levels):
            raise ValueError(f"preset {self.name!r} proposes on levels it has not")
        fits = len(self.anchors) == len(self.proposal_levels)
        if not fits or any(not 1 <= len(sizes) <= _MAX_ANCHORS for sizes in self.anchors):
            raise ValueError(f"the anchors of preset {self.name!r} do not fit its levels")


_NARROW_ANCHORS = ((16, 28), (48, 80), (128, 224))

_SMALL = Preset(
    name="squeezenet1_0",
    trunk="squeezenet1_0",
    hub="SqueezeNet1_0_Weights.IMAGENET1K_V1",
    levels=(("5", 256), ("10", 512), ("12", 512)),
    frozen=("0", "3", "4", "5"),
    proposal_levels=("1", "2", "pool"),
    anchors=_NARROW_ANCHORS,
)

_MOBILE = Preset(
    name="mobilenet_v3_large",
    trunk="mobilenet_v3_large",
    hub="MobileNet_V3_Large_Weights.IMAGENET1K_V2",
    levels=(("3", 24), ("6", 40), ("12", 112), ("16", 960)),
    frozen=("0", "1", "2", "3"),
    short_side=480,
    long_side=800,
    proposal_levels=("1", "2", "3"),
    anchors=_NARROW_ANCHORS,
)


def _resnet(name: str, hub: str) -> Preset:
    """Take torchvision's own Mask R-CNN; its heads and anchors are as the COCO weights need."""
    return Preset(
        name=name,
        trunk=name,
        hub=hub,
        frozen=("conv1", "bn1", "layer1"),
        short_side=800,
        long_side=1333,
        channels=256,
        box_width=1024,
        joint_layers=8,
        train_proposals=1000,
        test_proposals=500,
        rois=256,
    )


PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        _SMALL,
        _MOBILE,
        _resnet("resnet50", "MaskRCNN_ResNet50_FPN_Weights.COCO_V1"),
        _resnet("resnet50_v2", "MaskRCNN_ResNet50_FPN_V2_Weights.COCO_V1"),
    )
}
"""By name; `squeezenet1_0` is the default on a CPU, `resnet50` on a GPU."""
