#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The status page and `omv trigger` in front of a rig that runs: rig_page_test.py OMV [arguments]."""

import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

import rigs

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "runner" / "web"))
import browser_test

DEADLINE = rigs.DEADLINE
TOKEN = "vB6kP0yRz2mX-token"
CLIPS = """[trigger.door]
type = "http"
[record.visits]
type = "clip"
triggers = "door"
location = "visits/%{camera}-%{index:04d}"
format = "avi"
pre = "200ms"
post = "200ms"
ring = "4MiB"
preview = "gif"
gif_width = 64
gif_framerate = "5/s"
gif_colors = 16
"""


VIDEO = """[camera.a]
preview = "30/s"
pipeline = "videotestsrc is-live=true ! video/x-raw,width=64,height=48,framerate=20/1 ! x264enc key-int-max=4 ! h264parse"
"""


def has_element(name):
    inspect = shutil.which("gst-inspect-1.0")
    return inspect is not None and subprocess.run([inspect, "--exists", name], timeout=DEADLINE).returncode == 0


def eventually(what, probe):
    """The first answer of `probe` that counts as true."""
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        answer = probe()
        if answer:
            return answer
        time.sleep(0.05)
    raise AssertionError(f"never: {what}")


class PageOfARig(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name)
        self.out = self.dir / "out"
        self.port = rigs.free_port()

    def text(self, parts, general=""):
        head = rigs.HEAD.replace("[rig]", f'[rig]\nname = "tested"\nlisten = "127.0.0.1:{self.port}"\n{general}')
        return head + parts

    def run_rig(self, parts, general=""):
        rig = rigs.RunningRig(self.dir, self.text(parts, general))
        self.addCleanup(self.end, rig)
        rig.wait_for("started")
        return rig

    def end(self, rig):
        if rig.process.poll() is None:
            rig.process.kill()
            rig.wait()

    def ask(self, method, path, body=None, port=None, **headers):
        """Status and body."""
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=DEADLINE)
        try:
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def json(self, path):
        status, body = self.ask("GET", path)
        self.assertEqual(200, status, body)
        return json.loads(body)

    def metric(self, name):
        return float(re.search(rf"^{re.escape(name)} (\S+)$", self.ask("GET", "/metrics")[1].decode(), re.M).group(1))

    def files(self, count):
        return eventually(f"{count} files", lambda: (lambda found: len(found) == count and found)(
            self.json("/api/files")["files"]))

    def file_with_preview(self):
        return eventually("a preview", lambda: next(
            (file for file in self.json("/api/files")["files"] if file["has_preview"]), None))

    def wait_until_armed(self):
        def is_armed():
            rings = [record["ring"] for record in self.json("/api/status")["records"] if record["ring"]]
            return rings and all(ring["duration_ms"] >= ring["wanted_ms"] for ring in rings)

        eventually("rings are full enough", is_armed)

    # ---- what it says

    def test_says_what_the_rig_does(self):
        raw = '[camera.b]\ndevice = "emulator:?size=QQVGA&fps=40"\noverflow = "block"\nstream = "raw"\npixformat = "GRAYSCALE"\n'
        rig = self.run_rig(rigs.CAMERA + raw + rigs.SEGMENTS.replace("all/", "all/%{camera}-"))
        eventually("rates", lambda: all(one["frame_rate"] > 1 for one in self.json("/api/status")["cameras"]))
        status = self.json("/api/status")
        self.assertEqual("tested", status["rig"])
        self.assertEqual([("a", "running", "JPEG", 160, 120), ("b", "running", "GRAYSCALE", 160, 120)],
                         [(one["name"], one["state"], one["format"], one["width"], one["height"])
                          for one in status["cameras"]])
        self.assertEqual([("a", "recording"), ("b", "recording")],
                         [(one["camera"], one["state"]) for one in status["records"]])
        self.assertEqual((200, b"ok\n"), self.ask("GET", "/healthz"))
        self.assertGreater(self.metric('omv_camera_frames_total{camera="b"}'), 0)
        for camera in "ab":
            picture = f"/api/cameras/{camera}/picture.jpg"  # 503 when there is none within 3 s
            eventually("a picture", lambda: self.ask("GET", picture)[0] == 200)
            self.assertEqual(b"\xff\xd8", self.ask("GET", picture)[1][:2])
        rig.wait_for("segment")
        entry = eventually("a file", lambda: self.json("/api/files")["files"])[-1]
        content = self.ask("GET", f"/api/files/{entry['id']}/content")
        self.assertEqual((200, (self.out / entry["name"]).read_bytes()), content)
        self.assertEqual(0, rig.stop())

    @unittest.skipUnless(all(map(has_element, ("x264enc", "h264parse", "avdec_h264"))), "no H.264 is made and read here")
    def test_coded_video_has_pictures_and_previews(self):
        rig = self.run_rig(VIDEO + CLIPS.replace('"avi"', '"matroska"'))
        self.wait_until_armed()
        eventually("a picture", lambda: self.ask("GET", "/api/cameras/a/picture.jpg")[0] == 200)
        self.assertEqual(b"\xff\xd8", self.ask("GET", "/api/cameras/a/picture.jpg")[1][:2])
        camera = self.json("/api/status")["cameras"][0]
        self.assertEqual(("H.264", ""), (camera["format"], camera["preview_problem"]))
        self.trigger(rig)
        file = self.file_with_preview()
        self.assertEqual(b"GIF89a", self.ask("GET", f"/api/files/{file['id']}/preview")[1][:6])
        self.assertEqual(0, rig.stop())

    def test_a_lost_camera_is_a_problem(self):
        text = rigs.CAMERA + '[camera.b]\ndevice = "tcp://127.0.0.1:1"\noptional = true\n'
        self.run_rig(text + rigs.SEGMENTS.replace("all/", "all/%{camera}-"))
        eventually("it is lost", lambda: self.ask("GET", "/healthz")[0] == 503)
        self.assertIn("b", self.json("/api/status")["problems"][0])

    def test_a_wrong_file_is_a_problem_until_it_is_right(self):
        rig = self.run_rig(rigs.CAMERA + rigs.SEGMENTS)
        rig.file.write_text("[camera.a]\nframesiz = 'VGA'\n")
        rig.signal(signal.SIGHUP)
        eventually("it is told", lambda: any("file" in one for one in self.json("/api/status")["problems"]))
        other = rigs.free_port()
        rig.file.write_text(self.text(rigs.CAMERA + rigs.SEGMENTS).replace(str(self.port), str(other)))
        rig.signal(signal.SIGHUP)
        rig.wait_for("reload", level="info")
        status = json.loads(self.ask("GET", "/api/status", port=other)[1])
        self.assertEqual((1, []), (status["reloads"], status["problems"]))
        self.assertRaises(ConnectionRefusedError, self.ask, "GET", "/healthz")

    def test_a_port_that_is_taken_costs_the_page_alone(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", self.port))
            taken.listen()
            rig = rigs.RunningRig(self.dir, self.text(rigs.CAMERA + CLIPS))
            self.addCleanup(self.end, rig)
            rig.wait_for("page", level="error")
            rig.wait_for("camera-found")
            self.trigger(rig)
            rig.wait_for("clip", trigger="door")
            self.assertEqual(0, rig.stop())

    # ---- what it does

    def trigger(self, rig, *details):
        subprocess.run([rigs.OMV, "trigger", "door", "--rig", "tested", *details], check=True, timeout=DEADLINE,
                       env=rig.environment)

    def test_triggers_make_clips_with_previews(self):
        rig = self.run_rig(rigs.CAMERA + CLIPS)
        self.wait_until_armed()
        self.trigger(rig, "reason=bell")
        rig.wait_for("clip", trigger="door")
        facts = json.loads((self.out / "visits/a-0000.avi.json").read_text())
        self.assertIn("bell", facts["triggers"][0]["details"])
        status, body = self.ask("POST", "/trigger/door", body="who=me")
        self.assertEqual((200, "taken"), (status, json.loads(body)["result"]))
        self.assertEqual(404, self.ask("POST", "/trigger/dor")[0])
        self.files(2)
        file = self.file_with_preview()
        self.assertEqual(("visits", "a", "door", "clip"), tuple(file[key] for key in ("record", "camera", "trigger", "type")))
        status, gif = self.ask("GET", f"/api/files/{file['id']}/preview")
        self.assertEqual((200, b"GIF89a"), (status, gif[:6]))
        self.assertEqual((64, 48), (int.from_bytes(gif[6:8], "little"), int.from_bytes(gif[8:10], "little")))
        self.assertEqual(2, self.metric('omv_trigger_raised_total{trigger="door"}'))

        def facts_of_all():
            return [{key: file[key] for key in ("name", "trigger", "frames", "duration_ms")} for file in self.files(2)]

        before = facts_of_all()
        self.assertEqual(0, rig.stop())
        self.run_rig(rigs.CAMERA + CLIPS)
        self.assertEqual(before, facts_of_all(), "the next run knows as much")

    def test_details_that_are_too_much_for_facts(self):
        rig = self.run_rig(rigs.CAMERA + CLIPS)
        self.wait_until_armed()
        large = "&".join(f"k{n}={'v' * 1000}" for n in range(5))
        status, body = self.ask("POST", "/trigger/door", body=large)
        self.assertEqual(400, status, body)
        self.assertIn(b"4096", body)
        for n in range(32):  # names of fields stay in memory
            keys = "&".join(f"key-{n}-{m}=v" for m in range(32))
            self.assertEqual(404, self.ask("POST", "/trigger/dor", body=keys)[0])
        self.trigger(rig, "k0=known", "late=bell")
        rig.wait_for("clip", trigger="door")
        details = json.loads((self.out / "visits/a-0000.avi.json").read_text())["triggers"][0]["details"]
        self.assertIn("k0=(string)known", details)
        self.assertRegex(details, r"more=\(string\)\S*late\S*bell")
        self.assertEqual(0, rig.stop())

    def test_pins_and_deletions_reach_journal_and_disk(self):
        parts = rigs.CAMERA + CLIPS
        rig = self.run_rig(parts)
        self.wait_until_armed()
        self.trigger(rig)
        file = self.file_with_preview()
        self.assertEqual(204, self.ask("PUT", f"/api/files/{file['id']}/pin")[0])
        self.assertEqual(409, self.ask("DELETE", f"/api/files/{file['id']}")[0])
        self.assertEqual(0, rig.stop())
        rig = self.run_rig(parts + "[[retain]]\nmax_age = '1ms'\n")
        again = self.json("/api/files?pinned=1")["files"][0]
        self.assertEqual((file["name"], True, True), (again["name"], again["pinned"], again["has_preview"]))
        rig.file.write_text(self.text(parts))
        rig.signal(signal.SIGHUP)
        rig.wait_for("reload", level="info")
        self.assertEqual(204, self.ask("DELETE", f"/api/files/{again['id']}/pin")[0])
        self.assertEqual(204, self.ask("DELETE", f"/api/files/{again['id']}")[0])
        self.assertEqual(404, self.ask("GET", f"/api/files/{again['id']}")[0])
        self.assertEqual([], [path.name for path in self.out.rglob("a-0000*")])
        self.assertEqual(0, rig.stop())

    def test_previews_that_were_missed_are_made_by_the_next_run(self):
        parts = rigs.CAMERA + CLIPS
        rig = self.run_rig(parts.replace('preview = "gif"\ngif_width = 64\ngif_framerate = "5/s"\ngif_colors = 16\n', ""))
        self.wait_until_armed()
        self.trigger(rig)
        self.assertFalse(self.files(1)[0]["has_preview"])
        self.assertEqual(0, rig.stop())
        self.run_rig(parts)
        self.file_with_preview()

    def test_wrong_tokens_are_refused(self):
        (self.dir / "token").write_text(TOKEN + "\n")
        rig = self.run_rig(rigs.CAMERA + CLIPS, 'token_file = "token"\n')
        wrong = {"Authorization": "Bearer not-the-token"}
        self.assertEqual(401, self.ask("GET", "/api/status", **wrong)[0])
        self.assertEqual(401, self.ask("POST", "/trigger/door", **wrong)[0])
        self.assertEqual(401, self.ask("GET", "/metrics")[0])
        self.assertEqual(200, self.ask("GET", "/healthz")[0])
        self.assertEqual(200, self.ask("GET", "/api/status", Authorization=f"Bearer {TOKEN}")[0])
        (self.dir / "token").unlink()
        rig.signal(signal.SIGHUP)
        rig.wait_for("page", level="error")
        rig.wait_for("reload", level="info")
        self.assertRaises(ConnectionRefusedError, self.ask, "GET", "/healthz")
        self.assertNotIn(TOKEN, json.dumps(rig.lines))

    # ---- what people see

    @unittest.skipIf(browser_test.BROWSER is None, "there is no Chromium here")
    def test_in_a_browser_the_preview_moves_and_the_button_makes_a_clip(self):
        self.run_rig(rigs.CAMERA + 'preview = "10/s"\n' + CLIPS)
        self.wait_until_armed()
        browser = browser_test.Browser(self.dir / "profile")
        self.addCleanup(browser.close)
        browser.resize(browser_test.SIZE)
        browser.call("Page.navigate", url=f"http://127.0.0.1:{self.port}/")
        seen = {""}
        eventually("the preview moves", lambda: seen.add(browser_test.camera_picture(browser)) or len(seen) > 3)
        browser.value("document.querySelector('.trigger').click()")
        browser.wait_for("document.querySelectorAll('#files > li').length === 1")
        browser.wait_for("document.querySelector('#files img').naturalWidth === 64")
        browser.keep_picture("rig")
        self.assertEqual([], browser.errors)


if __name__ == "__main__":
    unittest.main()
