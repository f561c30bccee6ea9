#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Everything that raises triggers of a rig by itself: rig_triggers_test.py OMV FAKE_GPIOD|- [arguments]."""

import datetime
import os
import pathlib
import signal
import sys
import unittest

from rigs import CAMERA, HEAD, RigTestCase

FAKE_GPIOD = pathlib.Path(sys.argv.pop(1))  # stands in for libgpiod
MICROPHONE = """[camera.m]
pipeline = '''audiotestsrc is-live=true freq=440 ! level interval=50000000 ! fakesink
  videotestsrc is-live=true ! video/x-raw,format=I420,width=64,height=48,framerate=20/1 ! jpegenc'''
"""
BOTH_EDGES = 6  # GPIOD_LINE_REQUEST_EVENT_BOTH_EDGES
PULL_UP = 1 << 5  # GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_UP


def trigger(name, kind, **settings):
    lines = [f"[trigger.{name}]", f'type = "{kind}"']
    lines += [f"{key} = {value!r}" for key, value in settings.items()]
    return "\n".join(lines) + "\n"


def stills(*triggers):
    return f'[record.stills]\ntype = "still"\ntriggers = {list(triggers)}\n'


def clips(*triggers):
    return (
        f'[record.clips]\ntype = "clip"\ntriggers = {list(triggers)}\npre = "200ms"\npost = "200ms"\nring = "4MiB"\n'
    )


class RigTriggersTest(RigTestCase):
    def assert_not_raised(self, rig, name):
        self.assertEqual([line for line in rig.told("trigger") if line.get("trigger") == name], [])

    def test_the_script_of_the_camera(self):
        camera = CAMERA.replace("fps=40", "fps=40&triggers=20")
        text = camera + trigger("blob", "script", camera="a", script_name="blob", hold_off="100ms")
        text += trigger("other", "script", camera="a", script_name="other")
        rig = self.run_rig(HEAD + text + clips("blob", "other"))
        rig.wait_for("clip", trigger="blob")
        self.assertEqual(rig.stop(), 0)
        self.assert_not_raised(rig, "other")
        fact = self.facts("clips/**/*.json")[0]
        raised = fact["triggers"][0]
        self.assertEqual(raised["source"], "blob")
        self.assertIsNotNone(raised["frame"])  # it is in the file
        self.assertIn("x", raised["details"])

    def test_messages_of_elements(self):
        text = trigger("noise", "message", camera="m", message="level", field="rms", above=-20.0)
        text += trigger("silence", "message", camera="m", message="level", field="rms", below=-80.0)
        text += trigger("any", "message", camera="m", message="level", hold_off="1h")
        rig = self.run_rig(HEAD + MICROPHONE + text + stills("noise", "silence", "any"))
        for name in ("noise", "any"):
            rig.wait_for("trigger", trigger=name)
        rig.wait_for("still", trigger="noise")
        self.assertEqual(rig.stop(), 0)
        self.assert_not_raised(rig, "silence")
        self.assertEqual(len([line for line in rig.told("trigger") if line["trigger"] == "any"]), 1)

    def test_schedules(self):
        now = datetime.datetime.now()
        soon = ", ".join(f"{now + datetime.timedelta(seconds=s):%H:%M:%S}" for s in range(2, 40, 2))
        text = trigger("often", "schedule", schedule="every 1s") + trigger("once", "schedule", schedule=f"at {soon}")
        rig = self.run_rig(HEAD + CAMERA + text + stills("often", "once"))
        rig.wait_for("camera-found")
        for name in ("often", "once"):
            rig.wait_for("still", trigger=name)
        self.assertEqual(rig.stop(), 0)

    def test_files_that_appear_and_are_written(self):
        text = trigger("drop", "file", path="drop.txt", watch="change", hold_off="10ms")
        rig = self.run_rig(HEAD + CAMERA + text + stills("drop"))
        rig.wait_for("camera-found")
        path = self.dir / "drop.txt"
        path.touch()
        rig.wait_for("still", trigger="drop")
        path.write_text("more")
        rig.wait_for("still", trigger="drop")
        path.write_text("else")  # of the same length
        rig.wait_for("still", trigger="drop")
        other = self.dir / "other.txt"
        other.write_text("else")
        other.rename(path)
        rig.wait_for("still", trigger="drop")
        path.unlink()
        path.write_text("again")
        rig.wait_for("still", trigger="drop")
        self.assertEqual(rig.stop(), 0)

    def test_lines_of_a_fifo(self):
        text = trigger("door", "file", path="door") + clips("door").replace('post = "200ms"', 'post = "1min"')
        rig = self.run_rig(HEAD + CAMERA + text)
        rig.wait_for("camera-found")
        with open(self.dir / "door", "wb") as door:
            door.write(b"one\ntwo \xff\n" + b"x" * 10_000 + b"\nno line")
        for _ in range(3):
            rig.wait_for("trigger", trigger="door")
        self.assertEqual(rig.stop(), 0)
        details = [raised["details"] for raised in self.facts("clips/**/*.json")[0]["triggers"]]
        for text, detail in zip(("one", r"two\ \357\277\275", "x" * 1000), details, strict=True):
            self.assertIn(text, detail)
        self.assertNotIn("x" * 1001, details[-1])

    def test_what_is_the_same_listens_on_when_the_file_is_read_again(self):
        text = HEAD + CAMERA + trigger("door", "file", path="door") + trigger("bell", "file", path="bell")
        rig = self.run_rig(text + stills("door", "bell"))
        rig.wait_for("camera-found")
        # The gate takes over what was the bell's.
        text += trigger("gate", "file", path="bell") + stills("door", "gate")
        rig.file.write_text(text.replace(trigger("bell", "file", path="bell"), ""))
        rig.signal(signal.SIGSTOP)
        rig.signal(signal.SIGHUP)
        with open(self.dir / "door", "w") as door:
            door.write("rung\n")
        rig.signal(signal.SIGCONT)
        rig.wait_for("reload", level="info")
        with open(self.dir / "bell", "w") as bell:
            bell.write("rung\n")
        rig.wait_for("still", trigger="gate")
        self.assertEqual(rig.stop(), 0)
        self.assertEqual(len([line for line in rig.told("trigger") if line.get("trigger") == "door"]), 1)

    def test_signals_also_those_that_nobody_waits_for(self):
        rig = self.run_rig(HEAD + CAMERA + trigger("usr", "signal", signal="USR2") + stills("usr"))
        rig.wait_for("camera-found")
        rig.signal(signal.SIGUSR1)
        rig.signal(signal.SIGUSR2)
        rig.wait_for("still", trigger="usr")
        self.assertEqual(rig.stop(), 0)

    def gpio(self, text):
        os.mkfifo(self.dir / "edges")
        environment = {"LD_LIBRARY_PATH": str(FAKE_GPIOD.parent), "FAKE_GPIO": str(self.dir)}
        rig = self.run_rig(HEAD + CAMERA + text, environment)
        rig.wait_for("camera-found")
        edges = os.fdopen(os.open(self.dir / "edges", os.O_RDWR), "wb", buffering=0)
        self.addCleanup(edges.close)
        return rig, edges

    @unittest.skipUnless(FAKE_GPIOD.is_file(), "built without libgpiod")
    def test_pins(self):
        text = trigger("pin", "gpio", line=17, bias="pull-up", debounce="20ms")
        text += trigger("none", "gpio", line=4) + trigger("nowhere", "gpio", chip="gpiochip9", line=1)
        rig, edges = self.gpio(text + clips("pin", "none", "nowhere"))
        self.assertEqual((self.dir / "request").read_text(), f"omv rig {BOTH_EDGES} {PULL_UP}\n")
        self.assertEqual({line["trigger"] for line in rig.told("trigger") if line["level"] == "error"}, {"none", "nowhere"})
        edges.write(b"rfrfr")  # bounces
        rig.wait_for("clip", trigger="pin")
        edges.write(b"f")  # an edge that is not wanted
        edges.write(b"x")  # the chip is unplugged
        rig.wait_for("trigger", level="error", trigger="pin")
        self.assertEqual(rig.stop(), 0)
        facts = self.facts("clips/**/*.json")
        details = [raised["details"] for fact in facts for raised in fact["triggers"]]
        self.assertEqual(len(details), 1)
        self.assertIn("level=(int)1", details[0])

    @unittest.skipUnless(FAKE_GPIOD.is_file(), "built without libgpiod")
    def test_both_edges_of_a_pin(self):
        text = trigger("pin", "gpio", line=17, edge="both", debounce="0s")
        rig, edges = self.gpio(text + stills("pin"))
        edges.write(b"rf")
        for _ in range(2):
            rig.wait_for("trigger", trigger="pin")
        self.assertEqual(rig.stop(), 0)


if __name__ == "__main__":
    unittest.main()
