"""Threads of torch that wait for each other sleep, unless somebody wants otherwise."""

import os
import subprocess
import sys

from annotator.learning.threads import wait_asleep

ASK = (
    "import os, sys\n"
    "from annotator.cli import run\n"
    "run(['--version'])\n"
    "print(os.environ['OMP_WAIT_POLICY'], 'torch' in sys.modules)\n"
)


def test_what_a_person_has_set_stays(monkeypatch):
    monkeypatch.setenv("OMP_WAIT_POLICY", "ACTIVE")

    wait_asleep()

    assert os.environ["OMP_WAIT_POLICY"] == "ACTIVE"


def test_the_program_sees_to_it_before_torch_is_loaded():
    own = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"}

    said = subprocess.run(
        [sys.executable, "-c", ASK], env=own, capture_output=True, text=True, check=True
    )

    assert said.stdout.splitlines()[-1] == "PASSIVE False"
