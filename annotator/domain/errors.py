"""The few errors a person can act on; every other exception is a bug."""


class KnownError(Exception):
    """Something the person can act on: the message says what happened, to what, and what to do."""


class UnreadableFileError(KnownError):
    """A file (image, annotation file, project) could not be read."""


class RefusedError(KnownError):
    """The request makes no sense in the present state; nothing was changed."""


class UnsoundError(KnownError):
    """A box, mask or joint makes no sense and cannot be mended; nothing was changed."""


class ProjectLockedError(KnownError):
    """Another window edits this project."""
