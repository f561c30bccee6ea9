#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""GIFs of omvgifenc in the viewers that are installed: frames, delays, how often they play, pixels.

omvgifenc_viewers_test.py OMV [unittest arguments]
"""

import base64
import html
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

OMV = None
DEADLINE = 60
WIDTH, HEIGHT, RATE = 24, 10, "25/2"
DELAYS = [24, 8, 16]  # hundredths: three pictures that are alike, one, two
PLAYS = 3
RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
CHROMIUM = "chromium-headless-shell"

# What the page says of a GIF: its frames as they are shown, one after the other. It counts as loaded, and is printed,
# when its inner frame is closed.
PAGE = """<!DOCTYPE html><body><iframe></iframe><script>
const inner = document.querySelector("iframe").contentDocument;
inner.open();
(async () => {
  const bytes = Uint8Array.from(atob("%s"), c => c.charCodeAt(0));
  const decoder = new ImageDecoder({data: bytes, type: "image/gif"});
  await Promise.all([decoder.tracks.ready, decoder.completed]);
  const track = decoder.tracks.selectedTrack;
  const found = {repeats: track.repetitionCount, delays: [], pixels: []};
  for (let i = 0; i < track.frameCount; i++) {
    const {image} = await decoder.decode({frameIndex: i});
    const canvas = new OffscreenCanvas(image.displayWidth, image.displayHeight).getContext("2d");
    canvas.drawImage(image, 0, 0);
    found.delays.push(image.duration / 10000);
    found.pixels.push(Array.from(canvas.getImageData(0, 0, image.displayWidth, image.displayHeight).data));
  }
  return JSON.stringify(found);
})().catch(error => "failed: " + error).then(text => {
  document.title = text;
  inner.close();
});
</script></body>"""


def picture(color_at):
    return bytes(value for y in range(HEIGHT) for x in range(WIDTH) for value in color_at(x, y))


def halves(x, _):
    return RED if x < WIDTH // 2 else BLUE


def halves_and_spot(x, y):
    return GREEN if 3 <= x < 8 and 2 <= y < 6 else halves(x, y)


PICTURES = [picture(halves), picture(halves_and_spot), picture(lambda x, y: WHITE)]


def run(*command):
    return subprocess.run([str(part) for part in command], capture_output=True, timeout=DEADLINE, check=False)


def text_of(*command):
    return run(*command).stdout.decode()


def needs(tool):
    return unittest.skipUnless(shutil.which(tool), f"no {tool}")


@needs("gst-launch-1.0")
class ViewersTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.dir = pathlib.Path(folder.name)
        cls.clip = cls.write("clip", PICTURES[0] * 3 + PICTURES[1] + PICTURES[2] * 2, WIDTH, HEIGHT)
        cls.cut = cls.dir / "cut.gif"
        cls.cut.write_bytes(cls.clip.read_bytes()[:-1])
        cls.dot = cls.write("dot", bytes(GREEN), 1, 1)
        cls.line = cls.write("line", bytes(WHITE) * 65535, 65535, 1)

    @classmethod
    def write(cls, name, pixels, width, height):
        source, gif = cls.dir / f"{name}.rgb", cls.dir / f"{name}.gif"
        source.write_bytes(pixels)
        line = (f"filesrc location={source} ! rawvideoparse format=rgb width={width} height={height} framerate={RATE} "
                f"frame-size={3 * width * height} plane-strides=<{3 * width}> ! omvgifenc loop={PLAYS} "
                f"! filesink location={gif}")
        result = run("gst-launch-1.0", "-q", *line.split())
        assert result.returncode == 0, result.stderr
        return gif

    @needs("giftext")
    def test_giftext_of_giflib(self):
        text = text_of("giftext", self.clip)
        self.assertEqual([int(delay) for delay in re.findall(r"DelayTime: (\d+)", text)], DELAYS)
        self.assertEqual(len(re.findall(r"Image #\d+:", text)), 3)
        self.assertIn("GIF file terminated normally", text)
        self.assertIn("Width = 65535, Height = 1.", text_of("giftext", self.line))
        self.assertIn("Width = 1, Height = 1.", text_of("giftext", self.dot))

    @needs("gifsicle")
    def test_gifsicle(self):
        result = run("gifsicle", "--info", self.clip)
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        text = result.stdout.decode()
        self.assertEqual([round(100 * float(delay)) for delay in re.findall(r"delay ([\d.]+)s", text)], DELAYS)
        self.assertIn(f"loop count {PLAYS - 1}", text)  # repeats
        self.assertIn("image #1 5x4 at 3,2", text)
        self.assertIn("65535x1", text_of("gifsicle", "--info", self.line))

    @needs("ffprobe")
    def test_ffmpeg(self):
        for gif in (self.clip, self.cut):
            with self.subTest(gif.name):
                found = json.loads(text_of("ffprobe", "-v", "error", "-of", "json", "-show_entries",
                                           "frame=pkt_duration_time", gif))
                delays = [round(100 * float(frame["pkt_duration_time"])) for frame in found["frames"]]
                self.assertEqual(delays, DELAYS)
                decoded = run("ffmpeg", "-v", "error", "-i", gif, "-vsync", "passthrough", "-f", "rawvideo", "-pix_fmt",
                              "rgb24", "-")
                self.assertEqual(decoded.stdout, b"".join(PICTURES))
        result = run("ffmpeg", "-v", "error", "-i", self.dot, "-f", "rawvideo", "-pix_fmt", "rgb24", "-")
        self.assertEqual((result.stdout, result.stderr), (bytes(GREEN), b""))

    @needs("identify")
    def test_imagemagick(self):
        self.assertEqual(text_of("identify", "-format", "%T ", self.clip).split(), [str(delay) for delay in DELAYS])
        self.assertEqual(run("convert", self.clip, "-coalesce", "-depth", "8", "rgb:-").stdout, b"".join(PICTURES))
        self.assertEqual(text_of("identify", "-format", "%wx%h", self.dot), "1x1")

    def test_omv_knows_them_and_closes_what_is_cut(self):
        closed = self.dir / "closed.gif"
        self.assertEqual(run(OMV, "recover", self.cut, closed).returncode, 0)
        self.assertEqual(closed.read_bytes(), self.clip.read_bytes())
        found = json.loads(text_of(OMV, "info", "--json", "--frames", self.clip))
        self.assertEqual((found["duration_us"], found["gif"]["plays"]), (10000 * sum(DELAYS), PLAYS))
        starts = [10000 * sum(DELAYS[:i]) for i in range(len(DELAYS))]
        self.assertEqual([frame["time_us"] for frame in found["frames"]], starts)

    @needs(CHROMIUM)
    def test_chromium(self):
        for gif in (self.clip, self.cut):
            with self.subTest(gif.name):
                found = self.browse(gif)
                self.assertEqual((found["delays"], found["repeats"]), (DELAYS, PLAYS - 1))
                shown = [bytes(value for i, value in enumerate(rgba) if i % 4 != 3) for rgba in found["pixels"]]
                self.assertEqual(shown, PICTURES)
        self.assertEqual(self.browse(self.dot)["pixels"], [[*GREEN, 255]])

    def browse(self, gif):
        page = self.dir / "page.html"
        page.write_text(PAGE % base64.b64encode(gif.read_bytes()).decode())
        text = text_of(CHROMIUM, "--no-sandbox", "--disable-gpu", f"--user-data-dir={self.dir / 'profile'}",
                       "--dump-dom", page.as_uri())
        return json.loads(html.unescape(re.search("<title>(.*)</title>", text)[1]))


if __name__ == "__main__":
    OMV = sys.argv.pop(1)
    unittest.main()
