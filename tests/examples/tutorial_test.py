#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The commands of docs/tutorial.md run as they are written, one after the other: tutorial_test.py OMV SOURCE.

Those are the blocks marked `sh`; what is marked `sh as root` changes the system and is only looked at by its syntax.
GST_PLUGIN_PATH says where the plugin is.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

LIMIT = 150  # seconds for all of it
# 3: a machine that is busy loses frames, or has them too close for a GIF.
STRICT = "trap 'status=$?; [ $status -eq 3 ] || exit $status' ERR\nset -v\n"
# Of what the text promises, each has to be there in the end.
MADE = {
    "first.avi": b"RIFF", "first.png": b"\x89PNG", "second.avi": b"RIFF", "still-00.jpg": b"\xff\xd8", "clip-00.avi": b"RIFF",
    "garden/visit-000.avi": b"RIFF", "garden/still-0001.jpg": b"\xff\xd8", "visit.png": b"\x89PNG", "visit.gif": b"GIF89a",
    "pictures/009.jpg": b"\xff\xd8", "visit.bin": b"OMV IMG STR ", "saved.bin": b"OMV IMG STR ",
}
SAID = ("garden.toml: fine: 1 camera, 2 triggers, 2 records", "exit status 78", "did you mean 'hold_off'?", "gst-launch-1.0 -e")


def blocks(text, info):
    return re.findall(rf"^```{info}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def run(script, omv, folder):
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(folder)}
    environment["PATH"] = os.pathsep.join((str(omv.parent), environment["PATH"]))
    return subprocess.run(["timeout", str(LIMIT), "bash", "-c", STRICT + script], cwd=folder, env=environment,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def faults(text, omv, folder):
    for block in blocks(text, "sh as root"):
        if subprocess.run(["bash", "-n", "-c", block]).returncode != 0:
            yield f"no shell would take\n{block}"
    done = run("\n".join(blocks(text, "sh")), omv, folder)
    if done.returncode != 0:
        yield f"exit status {done.returncode}\n{done.stdout}"
        return
    yield from (f"nothing says '{words}'\n{done.stdout}" for words in SAID if words not in done.stdout)
    for name, start in MADE.items():
        if not (folder / name).is_file() or (folder / name).read_bytes()[: len(start)] != start:
            yield f"there is no {name}, or it is something else\n{done.stdout}"


def main():
    omv, source = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    text = (source / "docs" / "tutorial.md").read_text()
    assert len(blocks(text, "sh")) > 5
    with tempfile.TemporaryDirectory() as folder:
        found = list(faults(text, omv, pathlib.Path(folder)))
    print("\n".join(found) or "ok")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
