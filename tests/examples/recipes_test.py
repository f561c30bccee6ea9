#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Every recipe of examples/recipes runs as it is written, and what it makes is what other programs take it for.

recipes_test.py OMV SOURCE [arguments]; GST_PLUGIN_PATH says where the plugin is. Recipes mostly wait for the emulated
camera, so several run at once.
"""

import concurrent.futures
import importlib.util
import json
import os
import pathlib
import random
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import unittest

OMV = None
SOURCE = None
AT_ONCE = 6
LIMIT = 120  # seconds for a recipe
NEEDS = ("ffprobe", "ffmpeg", "identify", "file")
VGA, QVGA = (640, 480), (320, 240)
RGB565 = 0x0C030002  # in a chunk's header


# ---- what other programs say ---------------------------------------------------------------------------------------


def output(*command):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, check=True).stdout


def ffprobe(path):
    """(codec, size, frames) of a video, all of them decoded."""
    said = output("ffprobe", "-v", "error", "-count_frames", "-select_streams", "v", "-of", "json", "-show_entries",
                  "stream=codec_name,width,height,nb_read_frames", path)
    stream = json.loads(said)["streams"][0]
    return stream["codec_name"], (stream["width"], stream["height"]), int(stream["nb_read_frames"])


def identify(path):
    """(format, size) of a still, which has to be decodable."""
    name, width, height = output("identify", "-regard-warnings", "-format", "%m %w %h\n", path).splitlines()[0].split()
    return name, (int(width), int(height))


def imageio_frames(path):
    """Frames of an ImageIO V2.0 file of JPEG and RGB565, by a walk over its headers (docs/imageio.md)."""
    data, offset, frames = path.read_bytes(), 16, 0
    assert data[:12] == b"OMV IMG STR ", data[:12]
    while offset < len(data):
        width, height, pixformat, size = struct.unpack_from("<4L", data, offset + 4)
        size = width * height * 2 if pixformat == RGB565 else size
        offset += 32 + (size + 15) // 16 * 16
        frames += 1
    assert offset == len(data), f"{path.name} ends within a frame"
    return frames


# ---- what recipes make ---------------------------------------------------------------------------------------------


class Made:
    """The folder a recipe was run in, and what it said."""

    def __init__(self, test, folder, said):
        self.test, self.folder, self.said = test, folder, said

    def files(self, pattern):
        return sorted(self.folder.glob(pattern))

    def stills(self, pattern, count, size, name="JPEG"):
        """`count` of them, or one of a range: how many come in a time is the machine's affair."""
        found = self.files(pattern)
        self.test.assertIn(len(found), count if isinstance(count, range) else [count], pattern)
        for path in (found[0], found[-1]):
            self.test.assertEqual(identify(path), (name, size))

    def video(self, name, frames, size, codec="mjpeg"):
        self.test.assertEqual(ffprobe(self.folder / name), (codec, size, frames), name)

    def says(self, pattern, count=1):
        self.test.assertEqual(len(re.findall(pattern, self.said, re.MULTILINE)), count, self.said)


def check_numbers(made, name, size):
    made.test.assertEqual((made.folder / name).stat().st_size, size)
    made.says(r"^shape \(240, 320")


def check_multiple_files(made):
    made.test.assertEqual(len(made.files("part-*.avi")), 3)
    facts = [json.loads(path.read_text()) for path in made.files("part-*.json")]
    for before, after in zip(facts, facts[1:]):
        made.test.assertEqual(after["first_sequence"], before["last_sequence"] + 1)
    for fact in facts:
        made.video(fact["file"], fact["frames"], VGA)


def check_circular(made):
    _, size, frames = ffprobe(made.folder / "last.avi")
    made.test.assertEqual(size, VGA)
    made.test.assertLess(frames, 90)
    # A camera that is late has fewer frames in the same two seconds.
    seconds = float(output("ffprobe", "-v", "error", "-of", "csv=p=0", "-show_entries", "format=duration",
                           made.folder / "last.avi"))
    made.test.assertGreater(seconds, 1)
    made.test.assertLess(seconds, 2.2)


def check_raw_video(made):
    made.test.assertEqual(imageio_frames(made.folder / "raw.bin"), 30)
    codec, size, _ = ffprobe(made.folder / "raw.y4m")
    made.test.assertEqual((codec, size), ("rawvideo", QVGA))


def check_bayer(made):
    made.test.assertEqual((made.folder / "sensor-0.raw").stat().st_size, 320 * 240)
    made.stills("sensor-*.png", 1, QVGA, "PNG")


def check_rapid(made):
    made.stills("burst-*.jpg", 20, VGA)


def check_workers(made):
    made.stills("frame-*.png", 40, QVGA, "PNG")
    made.test.assertEqual(imageio_frames(made.folder / "all.bin"), 40)
    made.test.assertEqual([ffprobe(path)[2] for path in made.files("part-*.avi")], [10] * 4)


def check_motion_data(made):
    made.test.assertIn("SVG", output("file", "-b", made.folder / "motion.svg"))
    made.test.assertIn("<path", (made.folder / "motion.svg").read_text())
    made.test.assertGreater((made.folder / "motion.txt").read_text().count("omv-motion"), 5)


def check_motion_clip(made):
    fact = json.loads((made.folder / "clip-00.avi.json").read_text())
    made.test.assertEqual(fact["triggers"][0]["source"], "motion")
    made.video("clip-00.avi", fact["frames"], VGA)


def check_timelapse(made):
    made.stills("lapse/*.jpg", range(8, 50), VGA)
    made.video("lapse.avi", len(made.files("lapse/*.jpg")), VGA)


def check_gif(made):
    made.test.assertIn("GIF image data, version 89a, 160 x 120", output("file", "-b", made.folder / "video.gif"))
    made.video("video.gif", 20, (160, 120), "gif")


def check_custom_output(made):
    made.says(r"^60 pictures$")
    made.test.assertLess(len(made.files("detail-*.jpg")), 60)
    made.stills("detail-*.jpg", len(made.files("detail-*.jpg")), VGA)


CHECKS = {
    "capture_resized": lambda made: (made.stills("half-*.jpg", 5, QVGA), made.stills("part-*.png", 5, QVGA, "PNG")),
    "capture_to_file": lambda made: made.stills("2*.jpg", 1, VGA),
    "capture_to_stream": lambda made: made.says(r"^\d+ bytes, ffd8 to ffd9$", 10),
    "consistent_images": lambda made: made.stills("same-*.jpg", 5, VGA),
    "custom_output": check_custom_output,
    "flash": lambda made: made.stills("flash-*.jpg", 3, VGA),
    "gif": check_gif,
    "low_light": lambda made: made.stills("night-*.jpg", 2, VGA),
    "motion_clip": check_motion_clip,
    "motion_data": check_motion_data,
    "overlay": lambda made: made.video("overlay.avi", 30, VGA),
    "rapid_capture": check_rapid,
    "raw_bayer": check_bayer,
    "raw_rgb": lambda made: check_numbers(made, "picture.rgb", 320 * 240 * 3),
    "raw_video": check_raw_video,
    "raw_yuv": lambda made: check_numbers(made, "picture.yuv", 320 * 240 * 3 // 2),
    "record_circular": check_circular,
    "record_multiple_files": check_multiple_files,
    "record_to_file": lambda made: (
        made.video("video.avi", 60, VGA), made.test.assertEqual(imageio_frames(made.folder / "video.bin"), 60)),
    "record_to_network": lambda made: made.test.assertEqual(imageio_frames(made.folder / "remote.bin"), 60),
    "record_to_stream": lambda made: made.video("video.mov", 60, VGA),
    "stills_while_recording": lambda made: (made.video("video.avi", 90, VGA), made.stills("still-*.jpg", range(3, 90), VGA)),
    "stream_from_network": lambda made: made.video("received.avi", 30, QVGA),
    "stream_to_network": lambda made: (made.says("^30 pictures$"), made.stills("pictures/*.jpg", 30, VGA)),
    "timelapse": check_timelapse,
    "two_resolutions": lambda made: (made.video("large.avi", 60, VGA), made.video("small.avi", 60, (160, 120))),
    "web_streaming": lambda made: made.stills("seen-*.jpg", 3, VGA),
    "worker_pool": check_workers,
}


# ---- running them --------------------------------------------------------------------------------------------------


def recipes():
    return {path.stem: path for path in sorted((SOURCE / "examples" / "recipes").glob("*.sh"))}


def free_port():
    """A port of loopback that nobody has, and that no connection gets as its own end in the meantime."""
    while True:
        port = random.randrange(20000, 30000)  # below ip_local_port_range
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def run(path, folder):
    folder.mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("OMV_")}
    environment["PORT"] = str(free_port())
    environment["PATH"] = os.pathsep.join((str(OMV.parent), os.path.dirname(sys.executable), environment["PATH"]))
    try:
        return subprocess.run([path], cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=LIMIT)
    except subprocess.TimeoutExpired as late:
        return subprocess.CompletedProcess(path, -1, f"no end within {LIMIT} s\n{late.stdout}")


class RecipesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        missing = [name for name in NEEDS if not shutil.which(name)]
        if missing:
            raise unittest.SkipTest("no " + ", ".join(missing))
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            runs = {name: pool.submit(run, path, cls.folder / name) for name, path in recipes().items()}
        cls.done = {name: future.result() for name, future in runs.items()}

    def test_each_makes_what_it_promises(self):
        for name, done in self.done.items():
            if "numpy" in recipes()[name].read_text() and not importlib.util.find_spec("numpy"):
                continue
            with self.subTest(name):
                self.assertEqual(done.returncode, 0, done.stdout)
                self.assertNotRegex(done.stdout, "WARNING|CRITICAL|ERROR")
                CHECKS[name](Made(self, self.folder / name, done.stdout))

    def test_each_is_short_and_in_the_list(self):
        table = (SOURCE / "examples" / "recipes" / "README.md").read_text()
        self.assertEqual(set(recipes()), set(CHECKS))
        for name, path in recipes().items():
            self.assertIn(f"]({name}.sh)", table)
            self.assertLess(len(path.read_text().splitlines()), 40, name)


if __name__ == "__main__":
    OMV, SOURCE = (pathlib.Path(name).resolve() for name in sys.argv[1:3])
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
