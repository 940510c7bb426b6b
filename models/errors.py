"""Failures of the model that a person can do something about; the message says what."""


class ModelError(Exception):
    """Base of all errors this package raises on purpose."""


class WeightsUnavailable(ModelError):  # noqa: N818 - says what happened
    """Pretrained weights could not be fetched or read; training without them is possible."""


class CheckpointError(ModelError):
    """A saved network cannot be read: missing, truncated, foreign or altered."""


class TrainingDiverged(ModelError):  # noqa: N818 - says what happened
    """A loss stopped being a finite number."""


class OutOfMemory(ModelError):  # noqa: N818 - says what happened
    """Not even one image at a time fits into memory."""
