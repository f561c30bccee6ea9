#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""examples/plot_motion.py draws what omvmotion tells: plot_motion_test.py SOURCE-ROOT."""

import pathlib
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

PLOT = pathlib.Path(sys.argv.pop(1) if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2]) / "examples/plot_motion.py"
SOURCE = "videotestsrc pattern=ball num-buffers=20 ! video/x-raw,framerate=10/1 ! jpegenc"


def plot(out, line):
    return subprocess.run([sys.executable, str(PLOT), str(out), *line.split()], capture_output=True, text=True, timeout=60)


class PlotTest(unittest.TestCase):
    def test_draws_a_panel_for_each_detector(self):
        with tempfile.TemporaryDirectory() as folder:
            out = pathlib.Path(folder) / "motion.svg"
            result = plot(out, f"{SOURCE} ! omvmotion name=all ! omvmotion name=none threshold=255 ! fakesink")
            self.assertEqual(result.returncode, 0, result.stderr)
            texts = [element.text for element in xml.etree.ElementTree.parse(out).iter() if element.tag.endswith("text")]
        self.assertTrue(any("all: level" in text and "1 triggers" in text for text in texts), texts)
        self.assertTrue(any("none: level" in text and "0 triggers" in text for text in texts), texts)

    def test_says_when_there_is_nothing_to_draw(self):
        with tempfile.TemporaryDirectory() as folder:
            result = plot(pathlib.Path(folder) / "motion.svg", f"{SOURCE} ! omvmotion post-messages=false ! fakesink")
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("no omv-motion message", result.stderr)


if __name__ == "__main__":
    unittest.main()
