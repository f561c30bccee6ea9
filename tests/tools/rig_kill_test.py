#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Rigs that are killed: what is left is repaired, and no file is ever forgotten: rig_kill_test.py OMV [arguments]."""

import json
import os
import random
import signal
import subprocess
import time
import unittest

import rig_journals
from rigs import CAMERA, HEAD, OMV, RigTestCase

KILLS = int(os.environ.get("RIG_KILLS", "12"))
SEED = int(os.environ.get("RIG_SEED", "0")) or random.randrange(1, 1 << 30)


def continuous(name, form, size="0B"):
    time_or_size = f'segment_size = "{size}"\nsegment_time = "0s"\n' if size != "0B" else 'segment_time = "1h"\n'
    return (
        f'[record.{name}]\ntype = "continuous"\nformat = "{form}"\n'
        f'location = "%{{record}}/%{{index:04d}}"\n{time_or_size}'
    )


class RigKillTest(RigTestCase):
    def kill(self, rig):
        rig.signal(signal.SIGKILL)
        rig.process.wait(30)
        rig.wait()

    def run_until_repaired(self, text):
        rig = self.run_rig(text)
        rig.wait_for("recovery", level="debug")
        rig.wait_for("camera-found") if not rig.told("camera-found") else None
        self.assertIn(rig.stop(), (0, 3))
        return rig

    def frames_in(self, path):
        told = subprocess.run([OMV, "info", "--json", str(path)], capture_output=True, text=True, timeout=30)
        self.assertEqual(told.returncode, 0, f"{path}: {told.stderr}")
        return json.loads(told.stdout)["frame_count"]

    def grown(self, pattern, size):
        """The one file of this pattern, once it has so many bytes."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            found = list(self.out.glob(pattern))
            if found and found[0].stat().st_size >= size:
                return found[0]
            time.sleep(0.01)
        self.fail(f"no {pattern} of {size} bytes")

    def test_what_a_kill_leaves_is_repaired_and_kept(self):
        text = HEAD + CAMERA + "".join(continuous(form, form) for form in ("imageio", "avi", "matroska"))
        text += (
            '[trigger.go]\ntype = "file"\npath = "go"\n'
            '[record.loops]\ntype = "clip"\ntriggers = "go"\nformat = "gif"\nlocation = "loops/%{index:04d}"\n'
            'pre = "200ms"\npost = "1h"\nmax = "0s"\nring = "4MiB"\n'
            '[record.stills]\ntype = "clip"\ntriggers = "go"\nformat = "images"\nlocation = "stills/%{index:04d}"\n'
            'pre = "200ms"\npost = "1h"\nmax = "0s"\nring = "4MiB"\n'
        )
        text = text.replace('format = "imageio"\n', 'format = "imageio"\nhook = ["sh", "-c", "echo {name} >> sent"]\n')
        rig = self.run_rig(text)
        rig.wait_for("camera-found")
        with open(self.dir / "go", "w") as fifo:
            fifo.write("go\n")
        for pattern in ("imageio/*.part", "avi/*.part", "matroska/*.part", "loops/*.part"):
            self.grown(pattern, 20_000)
        self.grown("stills/*.part/*.jpg", 1)
        self.kill(rig)
        rig = self.run_until_repaired(text)
        for path in ("imageio/0000.bin", "avi/0000.avi", "loops/0000.gif"):
            self.assertGreater(self.frames_in(self.out / path), 0, path)
        self.assertGreater(len(list((self.out / "stills/0000").glob("*.jpg"))), 0)
        left = list(self.out.rglob("*.part"))
        self.assertEqual([path.name for path in left], ["0000.mkv.part"], "what plays as it is stays as it is")
        self.assertEqual(rig_journals.orphans(self.out), [])
        self.assertTrue(rig_journals.lines_of(self.out / ".omv-rig.matroska.a.journal")["matroska/0000.mkv.part"])
        told = {entry["path"] for entry in rig.told("recovery") if entry["level"] == "info"}
        self.assertEqual(len(told), 5, told)
        self.assertIn("0000.bin", (self.dir / "sent").read_text() if (self.dir / "sent").exists() else self.outbox())

    def outbox(self):
        return "".join(path.read_text() for path in self.out.glob(".outbox/*.job"))

    def test_no_kill_makes_a_file_that_is_in_no_journal(self):
        text = HEAD + CAMERA + continuous("bins", "imageio", "70kB") + continuous("avis", "avi", "70kB")
        text += '[record.stills]\ntype = "still"\ninterval = "1ms"\nlocation = "stills/%{index:05d}"\n'
        text += '[[retain]]\nmax_files = 60\n'
        moments = random.Random(SEED)
        for _ in range(KILLS):
            rig = self.run_rig(text)
            rig.wait_for("camera-found")
            time.sleep(moments.uniform(0, 0.4))
            self.kill(rig)
        deadline = time.monotonic() + 30
        while any(path.stat().st_ctime > time.time() - 1.1 for path in self.out.rglob("*.part")):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.1)
        self.run_until_repaired(text)
        self.assertEqual(list(self.out.rglob("*.part")), [], f"RIG_SEED={SEED}")
        self.assertEqual(rig_journals.orphans(self.out), [], f"RIG_SEED={SEED}")
        files = rig_journals.files(self.out)
        self.assertLessEqual(len([path for path in files if not path.endswith(".json")]), 60)


if __name__ == "__main__":
    unittest.main()
