#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""`omv info` from the outside: what it prints, its exit status, and that big files stay on the disk.

info_test.py OMV [unittest arguments]
"""

import hashlib
import json
import os
import pathlib
import resource
import signal
import struct
import subprocess
import sys
import tempfile
import unittest
import zlib

OMV = None
GRAYSCALE, RGB565, JPEG, ARGB8, BINARY = 0x08020001, 0x0C030002, 0x06060000, 0x0C080004, 0x08010000
DEADLINE = 60


def padded(data):
    return data + bytes(-len(data) % 16)


def v1(interval, width, height, code, payload):
    return padded(struct.pack("<4I", interval, width, height, code) + payload)


def v2(interval, width, height, pixformat, payload, size=None):
    size = len(payload) if size is None and pixformat == JPEG else size or 0
    return padded(struct.pack("<5I12x", interval, width, height, pixformat, size) + payload)


def recording(version, *chunks):
    return b"OMV IMG STR " + version.encode() + b"".join(chunks)


GRAY = bytes(range(6))
BLOB = b"\xff\xd8\x00\xff\xd9"
MIXED = recording("V2.0", v2(500, 3, 2, GRAYSCALE, GRAY), v2(20, 8, 8, JPEG, BLOB), v2(20, 3, 2, GRAYSCALE, GRAY),
                  v2(20, 3, 2, GRAYSCALE, GRAY), v2(100, 2, 2, ARGB8, b""))


class InfoTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name)

    def file(self, content, name="x.bin"):
        path = self.dir / name
        path.write_bytes(content)
        return path

    def sparse_file(self, frames):
        """VGA RGB565 frames whose pixels are holes."""
        path = self.dir / "sparse.bin"
        with path.open("wb") as out:
            out.write(b"OMV IMG STR V2.0")
            for n in range(frames):
                out.seek(16 + n * (32 + 614400))
                out.write(struct.pack("<5I12x", 33, 640, 480, RGB565, 0))
            out.truncate(16 + frames * (32 + 614400))
        return path

    def info(self, *arguments, **options):
        return subprocess.run([OMV, "info", *arguments], capture_output=True, text=True, timeout=DEADLINE, **options)

    def json(self, *arguments, status=0):
        done = self.info("--json", *arguments)
        self.assertEqual(done.returncode, status, done.stderr)
        return json.loads(done.stdout)


class Text(InfoTest):
    def test_describes_a_recording(self):
        path = self.file(MIXED)
        done = self.info(path)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(done.stdout, f"""{path}
  version    V2.0
  frames     5
  duration   0.260 s
  rate       25.00 frames/s in the mean
  intervals  min 20 ms, median 20 ms, mean 40 ms, max 100 ms
  gaps       1 of more than 40 ms (twice the median); the longest is 100 ms, before frame 4
  pictures   grayscale   3x2                3 frames             18 bytes
             jpeg        8x8                1 frame               5 bytes
             argb8       2x2                1 frame               0 bytes
  payload    23 of {len(MIXED)} bytes
  damage     none
""")

    def test_lists_frames(self):
        lines = self.info("--frames", self.file(MIXED)).stdout.splitlines()
        table = [line.split() for line in lines[lines.index("") + 1:]]
        self.assertEqual(table[0], ["frame", "time/s", "interval/s", "size", "format", "bytes", "offset", "sha256"])
        self.assertEqual(table[2], ["1", "0.020", "0.020", "8x8", "jpeg", "5", "64", hashlib.sha256(BLOB).hexdigest()])
        self.assertEqual([row[0] for row in table[1:]], ["0", "1", "2", "3", "4"])

    def test_empty_recording_is_whole(self):
        done = self.info("--frames", self.file(recording("V2.0")))
        self.assertEqual(done.returncode, 0)
        self.assertIn("frames     0\n", done.stdout)

    def test_set_back_clock_is_told(self):
        done = self.info(self.file(recording("V2.0", v2(5, 3, 2, GRAYSCALE, GRAY), v2(0xFFFFFF00, 3, 2, GRAYSCALE, GRAY))))
        self.assertEqual(done.returncode, 0)
        self.assertIn("clock      set back 1 time;", done.stdout)

    def test_many_sizes_are_cut_short(self):
        chunks = [v2(1, n, 1, GRAYSCALE, bytes(n)) for n in range(1, 31)]
        self.assertIn("and 10 other formats and sizes", self.info(self.file(recording("V2.0", *chunks))).stdout)


class Json(InfoTest):
    def test_describes_a_recording(self):
        path = self.file(MIXED)
        self.assertEqual(self.json(path), {
            "file": str(path), "file_bytes": len(MIXED), "version": "V2.0", "frame_count": 5, "duration_us": 260000,
            "mean_rate": 25.0,
            "pictures": [
                {"format": "grayscale", "width": 3, "height": 2, "frames": 3, "payload_bytes": 18},
                {"format": "jpeg", "width": 8, "height": 8, "frames": 1, "payload_bytes": 5},
                {"format": "argb8", "width": 2, "height": 2, "frames": 1, "payload_bytes": 0}],
            "intervals": {"min_us": 20000, "median_us": 20000, "mean_us": 40000.0, "max_us": 100000, "absurd": 0},
            "gaps": {"count": 1, "longer_than_us": 40000, "longest_us": 100000, "before_frame": 4},
            "payload_bytes": 23, "damage": None})

    def test_frames_have_the_hash_of_what_reads_back(self):
        frames = self.json("--frames", self.file(MIXED))["frames"]
        payloads = [GRAY, BLOB, GRAY, GRAY, b""]
        self.assertEqual([f["sha256"] for f in frames], [hashlib.sha256(p).hexdigest() for p in payloads])
        self.assertEqual([f["time_us"] for f in frames], [0, 20000, 40000, 60000, 160000])
        self.assertEqual(frames[1], {"index": 1, "offset": 64, "time_us": 20000, "interval_us": 20000, "format": "jpeg",
                                     "width": 8, "height": 8, "bytes": 5, "stored_bytes": 5,
                                     "sha256": hashlib.sha256(BLOB).hexdigest()})

    def test_rgb565_of_v1_0_is_native_as_asked(self):
        path = self.file(recording("V1.0", v1(40, 3, 1, 2, bytes.fromhex("F80007E0001F"))))
        hash_of = lambda *options: self.json("--frames", path, *options)["frames"][0]["sha256"]
        swapped = hashlib.sha256(bytes.fromhex("00F8E0071F00")).hexdigest()
        self.assertEqual(hash_of(), swapped)
        self.assertEqual(hash_of("--rgb565-order=swap"), swapped)
        self.assertEqual(hash_of("--rgb565-order=native"), hashlib.sha256(bytes.fromhex("F80007E0001F")).hexdigest())

    def test_quarter_length_binary_reads_back_whole(self):
        frame = self.json("--frames", self.file(recording("V1.0", v1(5, 33, 17, 0, b"\x55" * 34))))["frames"][0]
        self.assertEqual((frame["bytes"], frame["stored_bytes"]), (136, 34))
        self.assertEqual(frame["sha256"], hashlib.sha256(b"\x55" * 34 + bytes(102)).hexdigest())

    def test_several_files_are_an_array(self):
        for option in ([], ["--frames"]):
            found = self.json(*option, self.file(MIXED, "a"), self.file(recording("V2.0"), "b"), self.dir / "c", status=1)
            self.assertEqual([one["file"] for one in found], [str(self.dir / name) for name in "abc"])
            self.assertEqual(found[1]["frame_count"], 0)
            self.assertIsNone(found[1]["mean_rate"])
            self.assertEqual(found[2]["error"], "io")

    def test_names_need_not_be_utf8(self):
        path = os.fsencode(self.dir) + b"/\xff\"\n.bin"
        pathlib.Path(os.fsdecode(path)).write_bytes(MIXED)
        self.assertEqual(self.json(path)["frame_count"], 5)


class Damage(InfoTest):
    def damage(self, content):
        return self.json(self.file(content), status=1)["damage"]

    def test_cut_frame(self):
        self.assertEqual(self.damage(MIXED[:16 + 48 + 34]), {
            "code": "truncated", "frame": 1, "offset": 64, "bytes_behind": 34,
            "message": "frame 1 at offset 64: payload is cut off: 2 of 5 bytes; 34 bytes are left behind"})

    def test_bad_header(self):
        damage = self.damage(recording("V2.0", v2(1, 3, 2, GRAYSCALE, GRAY), v2(1, 0, 2, GRAYSCALE, b"")))
        self.assertEqual((damage["code"], damage["frame"], damage["bytes_behind"]), ("invalid", 1, 32))
        self.assertIn("width is 0", damage["message"])

    def test_cut_padding_loses_nothing(self):
        damage = self.damage(MIXED[:64 + 32 + 6])
        self.assertEqual((damage["frame"], damage["bytes_behind"]), (2, 0))

    def test_text_says_it_and_the_status_too(self):
        done = self.info(self.file(MIXED[:80]))
        self.assertEqual((done.returncode, done.stderr), (1, ""))
        self.assertIn("damage     frame 1 at offset 64: chunk header is cut off: 16 of 32 bytes; 16 bytes are left", done.stdout)


def png_chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(*chunks):
    """One grey pixel; `chunks` come behind the header."""
    return (b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)) + b"".join(chunks)
            + png_chunk(b"IDAT", zlib.compress(b"\0\x80")) + png_chunk(b"IEND", b""))


class Stills(InfoTest):
    METADATA = png(png_chunk(b"eXIf", b"II*\0\x08\0\0\0\0\0"), png_chunk(b"pHYs", struct.pack(">IIB", 2835, 2835, 1)),
                   png_chunk(b"tEXt", b"Title\0a\x1b[31mb"))

    def test_text_tells_picture_and_metadata(self):
        path = self.file(self.METADATA)
        done = self.info(path)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(done.stdout, f"""{path}
  format     PNG
  picture    grayscale 1x1
  file       {len(self.METADATA)} bytes
  EXIF       10 bytes
  resolution 2835 dots per metre
  text       Title: a [31mb
  damage     none
""")

    def test_json_tells_the_same(self):
        path = self.file(self.METADATA)
        self.assertEqual(self.json(path), {
            "file": str(path), "file_bytes": len(self.METADATA), "still": "PNG", "media_type": "image/png",
            "format": "grayscale", "width": 1, "height": 1,
            "metadata": {"exif_bytes": 10, "xmp_bytes": 0, "icc_bytes": 0, "dots_per_metre": 2835, "comments": [],
                         "texts": [{"keyword": "Title", "text": "a\x1b[31mb"}]},
            "damage": None})

    def test_stills_and_recordings_in_one_go(self):
        found = self.json("--frames", self.file(b"P5 2 1 255\nab", "a"), self.file(MIXED, "b"))
        self.assertEqual((found[0]["still"], found[0]["width"]), ("PGM", 2))
        self.assertEqual(len(found[1]["frames"]), 5)

    def test_damaged_metadata_is_damage(self):
        path = self.file(png(png_chunk(b"tEXt", b"no zero")))
        self.assertEqual(self.json(path, status=1)["damage"]["code"], "invalid")
        done = self.info(path)
        self.assertEqual(done.returncode, 1)
        self.assertIn("damage     malformed PNG chunk tEXt", done.stdout)

    def test_cut_still_is_an_error(self):
        path = self.file(png()[:-1])
        self.assertEqual(self.json(path, status=1)["error"], "truncated")
        self.assertIn(f"omv info: {path}: PNG", self.info(path).stderr)


class Failures(InfoTest):
    def fails(self, path, reason):
        done = self.info(path)
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertEqual(done.stderr, f"omv info: {path}: {reason}\n")
        self.assertEqual(self.json(path, status=1)["message"], f"{path}: {reason}")

    def test_missing_file(self):
        self.fails(self.dir / "missing", "No such file or directory")

    def test_directory(self):
        self.fails(self.dir, "is a directory")

    def test_empty_file(self):
        self.fails(self.file(b""), "not an ImageIO file: 0 bytes, the magic has 16")

    def test_other_file(self):
        self.fails(self.file(b"RIFF" * 10), "not an ImageIO file: it does not start with 'OMV IMG STR Vx.y'")

    def test_other_version(self):
        self.fails(self.file(recording("V3.0")), "ImageIO version V3.0; versions V1.0, V1.1, V2.0 and V2.1 can be read")

    def test_first_header_implausible(self):
        self.fails(self.file(recording("V2.0", v2(1, 3, 2, 7, GRAY))),
                   "frame 0 at offset 16: implausible chunk header: pixformat is 0x00000007")

    def test_pipe_does_not_block(self):
        os.mkfifo(self.dir / "fifo")
        self.fails(self.dir / "fifo", "not a regular file")

    def test_goes_on_with_the_next_file(self):
        done = self.info(self.dir / "missing", self.file(MIXED))
        self.assertEqual(done.returncode, 1)
        self.assertIn("frames     5", done.stdout)

    def test_full_standard_output(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([OMV, "info", self.file(MIXED)], stdout=full, stderr=subprocess.PIPE, timeout=DEADLINE)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"can't write to standard output", done.stderr)


class Usage(InfoTest):
    def refused(self, *arguments, text):
        done = self.info(*arguments)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn(text, done.stderr)

    def test_no_file(self):
        self.refused(text="no FILE is given")

    def test_unknown_option(self):
        self.refused("--nonsense", self.file(MIXED), text="--nonsense")

    def test_wrong_value(self):
        self.refused("--rgb565-order=big", self.file(MIXED), text="--rgb565-order is 'big'; it can be swap, native or auto")

    def test_help(self):
        done = self.info("--help")
        self.assertEqual(done.returncode, 0)
        for word in ("omv info", "FILE", "--frames", "--json", "Exit status"):
            self.assertIn(word, done.stdout)


class BigFiles(InfoTest):
    FRAMES = 8000  # 4.9 GB

    def test_fit_into_little_memory(self):
        path = self.sparse_file(self.FRAMES)
        limit = lambda: resource.setrlimit(resource.RLIMIT_DATA, (256 << 20, 256 << 20))
        done = self.info("--json", path, preexec_fn=None if "SANITIZED" in os.environ else limit)
        self.assertEqual(done.returncode, 0, done.stderr)
        found = json.loads(done.stdout)
        self.assertEqual(found["frame_count"], self.FRAMES)
        self.assertEqual(found["payload_bytes"], self.FRAMES * 614400)
        self.assertIsNone(found["damage"])

    def test_list_can_be_interrupted(self):
        path = self.sparse_file(self.FRAMES)
        with subprocess.Popen([OMV, "info", "--frames", path], stdout=subprocess.PIPE) as process:
            process.stdout.readline()
            process.send_signal(signal.SIGINT)
            process.stdout.read()
            self.assertEqual(process.wait(DEADLINE), -signal.SIGINT)


if __name__ == "__main__":
    OMV = sys.argv.pop(1)
    unittest.main()
