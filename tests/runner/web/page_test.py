#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The status page over HTTP, asked as browsers, programs and strangers ask: page_test.py FAKE_RIG OMV [arguments]."""

import contextlib
import http.client
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest

FAKE_RIG = None
OMV = None
DEADLINE = 20
TOKEN = "vB6kP0yRz2mX-token"


class Rig:
    """A fake rig that runs, and what it says."""

    def __init__(self, directory, *options, listen="127.0.0.1:0", name="rig"):
        self.socket = str(pathlib.Path(directory) / f"{name}.sock")
        command = [FAKE_RIG, str(directory), listen, self.socket, *map(str, options)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.lines = []
        self.news = threading.Condition()
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        self.port = int(self.wait_for(r"port (\d+)").group(1))

    def read(self):
        for line in self.process.stdout:
            with self.news:
                self.lines.append(line.rstrip("\n"))
                self.news.notify_all()

    def wait_for(self, pattern):
        def found():
            return next((match for match in map(re.compile(pattern).fullmatch, self.lines) if match), None)

        with self.news:
            match = self.news.wait_for(found, DEADLINE)
        if match is None:
            raise AssertionError(f"the rig never said {pattern}, but {self.lines}")
        return match

    def stop(self):
        self.process.stdin.close()
        status = self.process.wait(DEADLINE)
        self.reader.join(DEADLINE)
        self.process.stdout.close()
        return status


class PageTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.directory = pathlib.Path(folder.name)

    def start(self, *options):
        rig = Rig(self.directory, *options)
        self.addCleanup(rig.stop)
        return rig

    def ask(self, rig, method, path, body=None, **headers):
        """Status, header fields and body."""
        connection = http.client.HTTPConnection("127.0.0.1", rig.port, timeout=DEADLINE)
        self.addCleanup(connection.close)
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body=body, headers=fields)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()

    def status_of(self, rig, method, path, body=None, **headers):
        return self.ask(rig, method, path, body, **headers)[0]

    def files(self, rig, query=""):
        return json.loads(self.ask(rig, "GET", "/api/files" + query)[2])


class Reading(PageTest):
    def test_the_page_has_all_it_needs_and_is_never_kept(self):
        rig = self.start()
        for path, kind in (("/", "text/html"), ("/page.css", "text/css"), ("/page.js", "text/javascript"),
                           ("/icon.svg", "image/svg+xml")):
            status, headers, body = self.ask(rig, "GET", path)
            self.assertEqual(200, status)
            self.assertTrue(headers["Content-Type"].startswith(kind))
            self.assertEqual("no-store", headers["Cache-Control"])
            self.assertIn("default-src 'none'", headers["Content-Security-Policy"])
            self.assertEqual("nosniff", headers["X-Content-Type-Options"])
            self.assertNotIn(b"http://", body.replace(b"http://www.w3.org/2000/svg", b""))

    def test_status_says_what_the_rig_does(self):
        status = json.loads(self.ask(self.start(), "GET", "/api/status")[2])
        self.assertEqual("bench", status["rig"])
        self.assertEqual(["garden", "gate", "barn"], [camera["name"] for camera in status["cameras"]])
        self.assertEqual("lost", status["cameras"][2]["state"])
        self.assertIsNone(status["cameras"][2]["last_frame_ms"])
        self.assertEqual(5000, status["records"][0]["ring"]["duration_ms"])
        self.assertIsNone(status["records"][2]["ring"])
        self.assertFalse(status["ok"])
        self.assertFalse(status["token_needed"])

    def test_health_names_what_is_wrong(self):
        status, _, body = self.ask(self.start(), "GET", "/healthz")
        self.assertEqual(503, status)
        self.assertIn(b"camera barn lost: no camera with serial number", body)

    def test_metrics_are_prometheus_text(self):
        status, headers, body = self.ask(self.start(), "GET", "/metrics")
        self.assertEqual(200, status)
        self.assertIn("version=0.0.4", headers["Content-Type"])
        types, samples = {}, {}
        for line in body.decode().splitlines():
            if line.startswith("# TYPE "):
                _, _, name, kind = line.split()
                self.assertNotIn(name, types, "a family stands together")
                types[name] = kind
            elif not line.startswith("# HELP "):
                match = re.fullmatch(r'(\w+)((?:\{(?:\w+="(?:[^"\\\n]|\\.)*",?)+\})?) ([-+.\de]+)', line)
                self.assertIsNotNone(match, line)
                self.assertEqual(list(types)[-1], match.group(1), "samples follow their family")
                self.assertNotIn(match.group(1) + match.group(2), samples)
                samples[match.group(1) + match.group(2)] = float(match.group(3))
        for name, kind in types.items():
            self.assertEqual(kind == "counter", name.endswith("_total"), name)
        self.assertEqual(2831040, samples['omv_camera_frames_total{camera="garden"}'])
        self.assertEqual(0, samples['omv_camera_up{camera="barn"}'])
        self.assertEqual(2.75, samples['omv_ring_duration_seconds{record="visits",camera="gate"}'])
        self.assertEqual(0, samples["omv_rig_healthy"])
        self.assertGreater(samples["process_resident_memory_bytes"], 1e6)

    def test_what_is_not_there_is_told(self):
        rig = self.start()
        self.assertEqual(404, self.status_of(rig, "GET", "/nothing"))
        self.assertEqual(404, self.status_of(rig, "GET", "/api/files/12345"))
        self.assertEqual(404, self.status_of(rig, "GET", "/api/cameras/none/live.mjpg"))
        self.assertEqual(404, self.status_of(rig, "GET", "/api/cameras/barn/picture.jpg"))
        self.assertEqual(400, self.status_of(rig, "GET", "/api/files?limit=many"))
        status, headers, _ = self.ask(rig, "DELETE", "/metrics")
        self.assertEqual((405, "GET"), (status, headers["Allow"]))


class Files(PageTest):
    def test_lists_the_latest_first_page_by_page(self):
        rig = self.start()
        first = self.files(rig, "?limit=4")
        self.assertEqual([6, 5, 4, 3], [file["id"] for file in first["files"]])
        self.assertTrue(first["more"])
        rest = self.files(rig, "?limit=4&before=3")
        self.assertEqual([2, 1], [file["id"] for file in rest["files"]])
        self.assertFalse(rest["more"])
        self.assertEqual([6, 4, 2], [file["id"] for file in self.files(rig, "?camera=gate")["files"]])
        self.assertEqual([1], [file["id"] for file in self.files(rig, "?pinned=1")["files"]])
        self.assertNotIn(str(self.directory), json.dumps(first), "paths are nobody's business")

    def test_downloads_are_the_file_byte_for_byte(self):
        rig = self.start()
        content = (self.directory / "garden-1.avi").read_bytes()
        status, headers, body = self.ask(rig, "GET", "/api/files/1/content")
        self.assertEqual((200, content), (status, body))
        self.assertIn('attachment; filename="garden-1.avi"', headers["Content-Disposition"])
        status, headers, body = self.ask(rig, "HEAD", "/api/files/1/content")
        self.assertEqual((200, str(len(content)), b""), (status, headers["Content-Length"], body))
        self.assertEqual(b"GIF89a", self.ask(rig, "GET", "/api/files/1/preview")[2][:6])

    def test_ranges_go_on_where_a_download_broke_off(self):
        rig = self.start()
        content = (self.directory / "garden-1.avi").read_bytes()
        for field, begin, end in (("bytes=150000-", 150000, len(content)), ("bytes=0-0", 0, 1),
                                  ("bytes=-10", len(content) - 10, len(content)),
                                  ("bytes=299990-999999", 299990, len(content))):
            status, headers, body = self.ask(rig, "GET", "/api/files/1/content", Range=field)
            self.assertEqual((206, content[begin:end]), (status, body), field)
            self.assertEqual(f"bytes {begin}-{end - 1}/{len(content)}", headers["Content-Range"])
        status, headers, _ = self.ask(rig, "GET", "/api/files/1/content", Range="bytes=400000-")
        self.assertEqual((416, f"bytes */{len(content)}"), (status, headers["Content-Range"]))

    def test_nothing_but_a_download_has_ranges(self):
        rig = self.start()
        for field in ("bytes=0-9", ",".join(["bytes=0-"] + ["0-"] * 3000), "bytes=99999999999999999999-", "bytes=-9" + "9" * 30):
            for path in ("/page.js", "/icon.svg", "/api/status"):
                status, headers, body = self.ask(rig, "GET", path, Range=field)
                self.assertEqual((200, None), (status, headers["Content-Range"]), path)
                self.assertLess(len(body), 100_000)

    def test_pinned_files_stay(self):
        rig = self.start()
        self.assertEqual(204, self.status_of(rig, "PUT", "/api/files/2/pin"))
        self.assertEqual(409, self.status_of(rig, "DELETE", "/api/files/2"))
        self.assertEqual(204, self.status_of(rig, "DELETE", "/api/files/2/pin"))
        self.assertEqual(204, self.status_of(rig, "DELETE", "/api/files/2"))
        self.assertEqual(404, self.status_of(rig, "GET", "/api/files/2"))

    def test_no_path_leads_out(self):
        rig = self.start()
        for path in ("/../../etc/passwd", "/api/files/../../../etc/passwd", "/api/files/..%2f..%2fetc%2fpasswd/content",
                     "/api/files/%2e%2e/content", "/api/files/1%00/content", "/api/files/-1/content",
                     "//etc/passwd", "/api/files//content",
                     "/api/files/99999999999999999999999/content"):
            status, _, body = self.ask(rig, "GET", path)
            self.assertIn(status, (400, 404), path)
            self.assertNotIn(b"root:", body)

    def test_links_in_place_of_files_are_not_followed(self):
        rig = self.start()
        (self.directory / "garden-1.avi").unlink()
        (self.directory / "garden-1.avi").symlink_to("/etc/passwd")
        self.assertEqual(404, self.status_of(rig, "GET", "/api/files/1/content"))


class Triggers(PageTest):
    def test_details_come_as_query_form_or_json(self):
        rig = self.start()
        self.assertEqual(200, self.status_of(rig, "POST", "/trigger/door?a=1", "b=two+words"))
        rig.wait_for("raised door http a=1 b=two words")
        body = json.dumps({"why": "bell", "level": 3})
        self.assertEqual(200, self.status_of(rig, "POST", "/trigger/door", body, Content_Type="application/json"))
        rig.wait_for("raised door http why=bell level=3")

    def test_makes_a_clip_appear(self):
        rig = self.start()
        self.assertEqual(200, self.status_of(rig, "POST", "/trigger/door"))
        self.assertEqual(7, self.files(rig, "?limit=1")["files"][0]["id"])

    def test_says_what_became_of_it(self):
        rig = self.start()
        self.assertEqual("held-off", json.loads(self.ask(rig, "POST", "/trigger/busy")[2])["result"])
        status, _, body = self.ask(rig, "POST", "/trigger/nobody")
        self.assertEqual((404, "there is no trigger 'nobody'"), (status, json.loads(body)["error"]))
        self.assertEqual(405, self.status_of(rig, "GET", "/trigger/door"))

    def test_refuses_what_is_too_much(self):
        rig = self.start()
        self.assertEqual(400, self.status_of(rig, "POST", "/trigger/door", "&".join(f"k{i}=v" for i in range(33))))
        self.assertEqual(400, self.status_of(rig, "POST", "/trigger/door", "k=" + "v" * 1025))
        for key in ("", "1st", "a+b", "a,+origin", "%C3%A4", "k" * 65, "origin", "source", "running-time"):
            self.assertEqual(400, self.status_of(rig, "POST", "/trigger/door", f"{key}=v"), key)
        self.assertEqual(400, self.status_of(rig, "POST", "/trigger/door", "[1]", Content_Type="application/json"))
        self.assertEqual(413, self.status_of(rig, "POST", "/trigger/door", "k=" + "v" * 20000))


class Guard(PageTest):
    def test_other_sites_have_no_say(self):
        rig = self.start()
        here = f"127.0.0.1:{rig.port}"
        for headers in ({"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec_Fetch_Site": "cross-site"},
                        {"Sec_Fetch_Site": "same-site"}, {"Origin": f"http://{here}.evil.example"}):
            self.assertEqual(403, self.status_of(rig, "POST", "/trigger/door", **headers), headers)
            self.assertEqual(403, self.status_of(rig, "DELETE", "/api/files/3", **headers), headers)
        embedded = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "no-cors"}
        self.assertEqual(403, self.status_of(rig, "GET", "/api/cameras/garden/picture.jpg", **embedded))
        link = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate"}
        self.assertEqual(200, self.status_of(rig, "GET", "/", **link))
        self.assertEqual(403, self.status_of(rig, "GET", "/api/status", **link))
        own = {"Origin": f"http://{here}", "Sec_Fetch_Site": "same-origin"}
        self.assertEqual(200, self.status_of(rig, "POST", "/trigger/door", **own))
        rig.wait_for("raised door .*")
        self.assertEqual(1, sum(line.startswith("raised") for line in rig.lines), "what was refused came before")

    def test_foreign_names_do_not_lead_here(self):
        rig = self.start()
        for host in ("evil.example", f"evil.example:{rig.port}", "127.0.0.1.evil.example", "localhost.evil.example", ""):
            self.assertEqual(421, self.status_of(rig, "GET", "/api/status", Host=host), host)
        for host in ("localhost", f"LOCALHOST:{rig.port}", "127.0.0.1", "[::1]:8080"):
            self.assertEqual(200, self.status_of(rig, "GET", "/api/status", Host=host), host)

    def test_wrong_tokens_are_refused(self):
        rig = self.start(TOKEN)
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Bearer {TOKEN}x"},
                        {"Authorization": f"Basic {TOKEN}"}, {"Cookie": f"omv-{rig.port}=99999999999.{'0' * 64}"},
                        {"Cookie": f"omv-{rig.port}={TOKEN}"}):
            for method, path in (("GET", "/api/status"), ("GET", "/metrics"), ("POST", "/trigger/door"),
                                 ("GET", "/api/files/1/content"), ("GET", "/page.js")):
                self.assertEqual(401, self.status_of(rig, method, path, **headers), (path, headers))
        self.assertEqual(200, self.status_of(rig, "GET", "/api/status", Authorization=f"Bearer {TOKEN}"))

    def test_a_stranger_learns_only_whether_the_rig_is_well(self):
        rig = self.start(TOKEN)
        self.assertEqual(b"not well\n", self.ask(rig, "GET", "/healthz")[2])
        status, headers, _ = self.ask(rig, "GET", "/")
        self.assertEqual((303, "/login"), (status, headers["Location"]))

    def test_signing_in_begins_a_session(self):
        rig = self.start(TOKEN)
        status, headers, _ = self.ask(rig, "POST", "/login", "token=wrong-token-12")
        self.assertEqual((303, "/login#wrong", None), (status, headers["Location"], headers["Set-Cookie"]))
        status, headers, _ = self.ask(rig, "POST", "/login", f"token={TOKEN}")
        self.assertEqual((303, "/"), (status, headers["Location"]))
        self.assertIn("HttpOnly; SameSite=Lax", headers["Set-Cookie"])
        cookie = headers["Set-Cookie"].split(";")[0]
        self.assertNotIn(TOKEN, cookie)
        self.assertEqual(200, self.status_of(rig, "GET", "/api/status", Cookie=f"other=1; {cookie}"))
        until, signature = cookie.split("=")[1].split(".")
        longer = f"omv-{rig.port}={int(until) + 1}.{signature}"
        self.assertEqual(401, self.status_of(rig, "GET", "/api/status", Cookie=longer))

    def test_other_hosts_need_a_token(self):
        command = [FAKE_RIG, str(self.directory), "0.0.0.0:0", str(self.directory / "s")]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=DEADLINE)
        self.assertEqual(1, done.returncode)
        self.assertIn("needs a token", done.stderr)


class Clients(PageTest):
    def connect(self, rig, text, receive_buffer=None):
        client = socket.socket()
        self.addCleanup(client.close)
        client.settimeout(DEADLINE)
        if receive_buffer:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        client.connect(("127.0.0.1", rig.port))
        client.sendall(f"{text} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        return client

    def pictures(self, client, wanted):
        """The JPEGs of a live stream, read to that many."""
        data, pictures = b"", []
        while len(pictures) < wanted:
            chunk = client.recv(65536)
            self.assertNotEqual(b"", chunk, "the stream ended")
            data += chunk
            while True:
                match = re.search(rb"--omv-picture\r\nContent-Type: image/jpeg\r\nContent-Length: (\d+)\r\n\r\n", data)
                if match is None or len(data) < match.end() + int(match.group(1)):
                    break
                end = match.end() + int(match.group(1))
                pictures.append(data[match.end():end])
                data = data[end:]
        return pictures[:wanted]

    def test_live_pictures_move_and_end_with_their_client(self):
        rig = self.start()
        client = self.connect(rig, "GET /api/cameras/garden/live.mjpg")
        pictures = self.pictures(client, 3)
        self.assertEqual(3, len(set(pictures)))
        self.assertTrue(all(one[:2] == b"\xff\xd8" and one[-2:] == b"\xff\xd9" for one in pictures))
        rig.wait_for("watch garden 1")
        client.close()
        rig.wait_for("watch garden 0")

    def test_twenty_clients_and_a_silent_one(self):
        rig = self.start("", 22)
        silent = self.connect(rig, "GET /api/cameras/gate/live.mjpg", receive_buffer=4096)
        viewers = [self.connect(rig, "GET /api/cameras/garden/live.mjpg") for _ in range(20)]
        for viewer in viewers:
            self.assertEqual(2, len(set(self.pictures(viewer, 2))))
        began = time.monotonic()
        self.assertEqual(200, self.status_of(rig, "GET", "/api/status"))
        self.assertLess(time.monotonic() - began, 15, "not 30 s, which the silent one may take")
        silent.close()

    def test_more_than_the_limit_are_told_so(self):
        rig = self.start("", 2)
        viewers = [self.connect(rig, "GET /api/cameras/garden/live.mjpg") for _ in range(2)]
        for viewer in viewers:
            self.pictures(viewer, 1)
        status, headers, body = self.ask(rig, "GET", "/api/status")
        self.assertEqual((503, "5"), (status, headers["Retry-After"]))
        self.assertIn("2 connections already", json.loads(body)["error"])

    def test_the_socket_of_the_rig_is_open_to_its_user_all_the_same(self):
        rig = self.start("", 1)
        self.pictures(self.connect(rig, "GET /api/cameras/garden/live.mjpg"), 1)
        for _ in range(30):
            self.addCleanup(socket.create_connection(("127.0.0.1", rig.port), DEADLINE).close)
        done = subprocess.run([OMV, "trigger", "door", "--rig", rig.socket], capture_output=True, timeout=DEADLINE)
        self.assertEqual((0, b""), (done.returncode, done.stderr))

    def test_a_download_that_fails_gives_its_connection_back(self):
        rig = self.start("", 1)
        with (self.directory / "garden-1.avi").open("r+b") as file:
            file.truncate(64 << 20)
            client = self.connect(rig, "GET /api/files/1/content", receive_buffer=4096)
            self.assertEqual(b"HTTP/1.1 200", client.recv(12))
            file.truncate(0)
        with contextlib.suppress(ConnectionError):
            while client.recv(1 << 20):
                pass
        until = time.monotonic() + DEADLINE
        while (status := self.status_of(rig, "GET", "/api/status")) == 503 and time.monotonic() < until:
            time.sleep(0.05)
        self.assertEqual(200, status)

    def test_a_body_without_end_is_cut(self):
        rig = self.start()
        client = self.connect(rig, "GET /healthz")
        client.close()
        client = socket.create_connection(("127.0.0.1", rig.port), timeout=DEADLINE)
        self.addCleanup(client.close)
        client.sendall(b"POST /trigger/door HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n")
        with self.assertRaises(ConnectionError):
            for _ in range(1000):
                client.sendall(b"8000\r\n" + b"x" * 0x8000 + b"\r\n")
        self.assertEqual(200, self.status_of(rig, "GET", "/api/status"))

    def test_a_request_without_end_is_cut(self):
        rig = self.start("", 4, 2)

        def look():  # a client that is put aside between its connection and its request is cut too
            with contextlib.suppress(ConnectionError):
                viewer = self.connect(rig, "GET /api/cameras/garden/live.mjpg")
                self.pictures(viewer, 1)
                return viewer

        until = time.monotonic() + DEADLINE
        viewer = None
        while viewer is None and time.monotonic() < until:
            viewer = look()
        open_ended = []
        for beginning in (b"GET / HTTP/1.1\r\nHost: localhost\r\nX-More: ",
                          b"POST /trigger/door HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000\r\n\r\n"):
            client = socket.create_connection(("127.0.0.1", rig.port), timeout=DEADLINE)
            self.addCleanup(client.close)
            client.sendall(beginning)
            open_ended.append(client)
        until = time.monotonic() + DEADLINE
        while open_ended and time.monotonic() < until:
            for client in list(open_ended):
                try:
                    client.sendall(b"x")
                except ConnectionError:
                    open_ended.remove(client)
            time.sleep(0.05)
        self.assertEqual([], open_ended)
        self.pictures(viewer, 1)  # an answer may take as long as it likes

    def test_stops_with_clients_at_the_line(self):
        rig = Rig(self.directory)
        self.pictures(self.connect(rig, "GET /api/cameras/garden/live.mjpg"), 1)
        self.assertEqual(0, rig.stop())
        self.assertFalse(pathlib.Path(rig.socket).exists())


class OmvTrigger(PageTest):
    def omv(self, *arguments):
        command = [OMV, "trigger", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE)

    def test_over_the_socket_of_the_rig_no_token_is_needed(self):
        rig = self.start(TOKEN)
        self.assertEqual(0, self.omv("door", "--rig", rig.socket, "who=me", "why=a&b=c d").returncode)
        rig.wait_for("raised door command who=me why=a&b=c d")
        self.assertEqual(0o600, pathlib.Path(rig.socket).stat().st_mode & 0o777)

    def test_over_the_page_with_a_token_from_a_file(self):
        rig = self.start(TOKEN)
        file = self.directory / "token"
        file.write_text(TOKEN + "\n")
        url = f"http://127.0.0.1:{rig.port}"
        self.assertEqual(0, self.omv("door", "--rig", url, "--token-file", file).returncode)
        rig.wait_for("raised door command")
        refused = self.omv("door", "--rig", url)
        self.assertEqual(1, refused.returncode)
        self.assertIn("a token is needed", refused.stderr)

    def test_directories_that_others_write_to_are_not_looked_at(self):
        place = pathlib.Path(tempfile.mkdtemp(dir="/tmp"))
        self.addCleanup(shutil.rmtree, place)
        (place / "omv").mkdir(mode=0o700)
        name = place.name  # no other rig of this machine has it
        rig = Rig(place / "omv", name=name)
        self.addCleanup(rig.stop)
        environment = {**os.environ, "XDG_RUNTIME_DIR": str(place)}
        environment.pop("RUNTIME_DIRECTORY", None)
        command = [OMV, "trigger", "door", "--rig", name]
        self.assertEqual(0, subprocess.run(command, env=environment, timeout=DEADLINE).returncode)
        (place / "omv").chmod(0o777)
        refused = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=DEADLINE)
        self.assertEqual((1, f"omv trigger: no rig '{name}' runs here\n"), (refused.returncode, refused.stderr))

    def test_says_what_went_wrong(self):
        rig = self.start()
        unknown = self.omv("nobody", "--rig", rig.socket)
        self.assertEqual((1, "omv trigger: there is no trigger 'nobody'\n"), (unknown.returncode, unknown.stderr))
        self.assertIn("too soon", self.omv("busy", "--rig", rig.socket).stdout)
        gone = self.omv("door", "--rig", self.directory / "no.sock")
        self.assertEqual(1, gone.returncode)
        self.assertIn("no rig answers at", gone.stderr)
        self.assertEqual(2, self.omv().returncode)
        self.assertEqual(2, self.omv("door", "novalue").returncode)


if __name__ == "__main__":
    FAKE_RIG, OMV = sys.argv[1:3]
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
