#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A test of firmware/ on MicroPython: run.py TEST.py [PROGRAM]. Skipped where node or the npm package is not there."""

import os
import pathlib
import shutil
import sys

HERE = pathlib.Path(__file__).resolve().parent
PACKAGE = HERE / "node_modules/@micropython/micropython-webassembly-pyscript/micropython.mjs"


def why_not():
    if not shutil.which("node"):
        return "node is not installed"
    if not PACKAGE.exists():
        return "no MicroPython: packaging/install-micropython.sh installs it (needs the network once)"
    return None


def main():
    reason = why_not()
    if reason:
        print(f"1..0 # SKIP {reason}")
        return
    os.execvp("node", ["node", str(HERE / "micropython.mjs"), str(HERE.parents[1]), *sys.argv[1:]])


if __name__ == "__main__":
    main()
