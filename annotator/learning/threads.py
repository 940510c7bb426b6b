"""How the threads of torch share a processor that others use too."""

from __future__ import annotations

import os


def wait_asleep() -> None:
    """Have threads that wait for each other sleep; to be called before torch is loaded.

    Threads of OpenMP spin while they wait. Where another program holds a core, the one that is
    waited for comes to run the later for it: a step of the optimizer took 2.4 s instead of 0.05.
    What the person has set in the environment stays.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
