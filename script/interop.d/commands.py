"""Short runs of the programs of both sides."""

import subprocess
from pathlib import Path

from peers import environment

PATIENCE_S = 60


def run(command, variables=None):
    """Exit status, what it printed and what it complained about."""
    done = subprocess.run(
        [str(word) for word in command],
        check=False,
        capture_output=True,
        text=True,
        errors="replace",
        env=environment(variables or {}),
        timeout=PATIENCE_S,
    )
    return done.returncode, done.stdout, done.stderr


def mooncake(session, *arguments):
    """The archive's command line."""
    return run([Path(session.distribution) / "bin" / "mooncake", *arguments])
