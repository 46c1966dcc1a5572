"""Run a Dockerfile where there is no Docker: its steps and then its command by chroot, as root, in a folder.

    python scripts/run_dockerfile.py DOCKERFILE DIR    DIR, made by scripts/r_root.sh, stands for the image of FROM

Files are copied from the Dockerfile's folder. It knows the instructions that `rparity new --ci` writes, stops at any
other, and exits with the status of the first step that fails.
"""
from __future__ import annotations

import json
import os
import shlex
import shutil
import string
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path


def instructions(text: str) -> Iterator[tuple[str, str]]:
    """Each instruction in capitals and what follows it, lines that end in a backslash joined."""
    for line in text.replace("\\\n", " ").splitlines():
        if line.strip() and not line.startswith("#"):
            name, _, rest = line.strip().partition(" ")
            yield name.upper(), rest.strip()


def run(dockerfile: Path, root: Path) -> int:
    """Follow the instructions in `root`. Raises ValueError for one that is not known, and as files do."""
    environment, place, command = dict(os.environ), "/", list[str]()
    for name, rest in instructions(dockerfile.read_text(encoding="utf-8")):
        print(f"-- {name} {rest}", flush=True)
        if name in ("ARG", "ENV"):
            key, _, value = rest.partition("=")
            environment[key] = string.Template(value).safe_substitute(environment)
        elif name == "WORKDIR":
            place = rest
            (root / place.lstrip("/")).mkdir(parents=True, exist_ok=True)
        elif name == "COPY":
            source, target = rest.split()
            shutil.copytree(dockerfile.parent / source, root / place.lstrip("/") / target, dirs_exist_ok=True)
        elif name == "RUN":
            if status := _within(root, place, rest, environment):
                return status
        elif name == "CMD":
            command = json.loads(rest)
        elif name != "FROM":
            raise ValueError(f"{dockerfile}: no way to follow {name} {rest}")
    return _within(root, place, shlex.join(command), environment) if command else 0


def _within(root: Path, place: str, step: str, environment: dict[str, str]) -> int:
    shell = ["chroot", str(root), "/bin/sh", "-c", f"cd {shlex.quote(place)} && {step}"]
    return subprocess.run(shell, env=environment, check=False).returncode


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(run(Path(sys.argv[1]), Path(sys.argv[2])))
