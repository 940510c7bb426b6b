"""``python -m annotator``, and the ``annotator`` command."""

import sys

from annotator.cli import run


def main() -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(run())


if __name__ == "__main__":
    main()
