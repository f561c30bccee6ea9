#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The applications of examples/: an event makes a clip of what was before and after: applications_test.py PROGRAM...

GST_PLUGIN_PATH says where the plugin is.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

SKIP = 77
DEADLINE = 60
DEVICE = "emulator:?size=QVGA&fps=30"


def wait_for_line(process, start):
    for line in process.stdout:
        if line.startswith(start):
            return line
    raise AssertionError(f"no line that starts with '{start}'; exit status {process.wait(DEADLINE)}")


def run(program, folder):
    process = subprocess.Popen(["timeout", str(DEADLINE), program, DEVICE], cwd=folder, stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, text=True, bufsize=1)
    with process:
        frame = wait_for_line(process, "frame at ")
        assert "image/jpeg" in frame and "width=(int)320" in frame, frame
        process.stdin.write("door\n")
        clip = wait_for_line(process, "clip ")
        process.stdin.close()
        assert process.wait(DEADLINE) == 0
    facts = json.loads((folder / "event-00.avi.json").read_text())
    trigger = facts["triggers"][0]
    assert trigger["source"] == "event" and "door" in trigger["details"], trigger
    assert trigger["offset_ns"] > 0, "nothing from before the event"
    assert facts["complete"] and clip.endswith(f"event-00.avi: {facts['frames']} frames\n"), (clip, facts)


def can_run(program):
    """Python needs its bindings."""
    return program.suffix != ".py" or subprocess.run(
        ["/usr/bin/python3", "-c", "import gi; gi.require_version('GstApp', '1.0')"], capture_output=True).returncode == 0


def main():
    programs = [pathlib.Path(name).resolve() for name in sys.argv[1:]]
    for program in filter(can_run, programs):
        with tempfile.TemporaryDirectory() as folder:
            run(program, pathlib.Path(folder))
            print(f"ok: {program.name}")
    return 0 if all(map(can_run, programs)) else SKIP


if __name__ == "__main__":
    sys.exit(main())
