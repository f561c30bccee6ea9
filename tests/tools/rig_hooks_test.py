#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Finished files of a rig to a store that rclone knows: rig_hooks_test.py OMV EXAMPLES [arguments]."""

import pathlib
import shutil
import signal
import sys
import unittest

from rigs import CAMERA, HEAD, SIGNAL, RigTestCase

UPLOAD = pathlib.Path(sys.argv.pop(1)).resolve() / "scaling" / "upload.sh"
CLIPS = """[record.clips]
type = "clip"
triggers = ["usr"]
pre = "100ms"
post = "100ms"
ring = "4MiB"
hook_delay = "100ms"
"""


@unittest.skipUnless(shutil.which("rclone"), "needs rclone")
class RigHooksTest(RigTestCase):
    def setUp(self):
        super().setUp()
        self.store = self.dir / "store"
        (self.dir / "rclone.conf").write_text(f"[shop]\ntype = alias\nremote = {self.store}\n")
        self.environment = {"RCLONE_CONFIG": str(self.dir / "rclone.conf")}

    def run_with(self, hook, record=CLIPS):
        rig = self.run_rig(HEAD + CAMERA + SIGNAL + record + f"hook = {hook}\n", self.environment)
        rig.wait_for("camera-found")
        rig.signal(signal.SIGUSR1)
        return rig

    def stored(self):
        return {path.name: path.read_bytes() for path in self.store.rglob("*") if path.is_file()}

    def test_rclone_takes_files_to_a_store_that_is_down_for_a_while(self):
        self.store.write_text("a file where a directory belongs")
        rig = self.run_with(["rclone", "copyto", "--retries", "1", "{path}", "shop:{record}/{camera}/{name}"])
        path = self.dir / rig.wait_for("clip")["path"]
        rig.wait_for("hook", level="warning")
        self.store.unlink()
        rig.wait_for("hook", level="info")
        self.assertEqual(rig.stop(), 0)
        self.assertEqual((self.store / "clips" / "a" / path.name).read_bytes(), path.read_bytes())
        self.assertEqual(list(self.out.glob(".outbox/*.job")), [])

    def test_the_example_takes_the_facts_too(self):
        rig = self.run_with([str(UPLOAD), "{path}", "shop:{record}/{name}"])
        path = self.dir / rig.wait_for("clip")["path"]
        rig.wait_for("hook", level="info")
        self.assertEqual(rig.stop(), 0)
        facts = path.with_name(path.name + ".json")
        self.assertEqual(self.stored(), {path.name: path.read_bytes(), facts.name: facts.read_bytes()})

    def test_the_example_takes_a_directory_of_stills(self):
        rig = self.run_with([str(UPLOAD), "{path}", "shop:{name}"], CLIPS + 'format = "images"\n')
        path = self.dir / rig.wait_for("clip")["path"]
        rig.wait_for("hook", level="info")
        self.assertEqual(rig.stop(), 0)
        for still in path.iterdir():
            self.assertEqual((self.store / path.name / still.name).read_bytes(), still.read_bytes())


if __name__ == "__main__":
    unittest.main()
