#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Streams of a rig: frames arrive, hubs go and come back, and nobody waits: rig_streams_test.py OMV [HUB] [arguments]."""

import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import unittest

from rigs import CAMERA, DEADLINE, HEAD, LOSSY, SEGMENTS, RigTestCase, free_port

HUB = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 and pathlib.Path(sys.argv[1]).is_file() else None
PACKET = 188
# RTP has no JPEG with all of the chroma.
RTP_CAMERA = CAMERA.replace("QQVGA", "QQVGA&quality=50")
H264 = "rtph264depay name=depay0 ! h264parse ! video/x-h264,stream-format=avc,alignment=au"
JPEG = "rtpjpegdepay name=depay0"
COUNT = " ! fakesink name=frames signal-handoffs=true sync=false"


def has_element(name):
    inspect = shutil.which("gst-inspect-1.0")
    return inspect and subprocess.run([inspect, "--exists", name], check=False).returncode == 0


def stream(url, more=""):
    return f'[record.live]\ntype = "stream"\nurl = "{url}"\nqueue = "256KiB"\n{more}\n'


# When a hub goes, rtspclientsink of GStreamer 1.22 asks the socket that it has just closed for its time-out: a critical
# warning of GIO and nothing else, unless such warnings are made to end the process.
LENIENT = {"G_DEBUG": ""}


class Counter:
    """Counts on a thread of its own what a function finds, and knows how to wait."""

    def __init__(self):
        self.frames = 0
        self.changed = threading.Condition()

    def add(self):
        with self.changed:
            self.frames += 1
            self.changed.notify_all()

    def wait_for(self, frames):
        with self.changed:
            if not self.changed.wait_for(lambda: self.frames >= frames, DEADLINE):
                raise AssertionError(f"{self.frames} frames of {frames}")


class TcpHub(Counter):
    """Takes whole JPEGs behind their lengths, of the first who sends any: others may try this port, too."""

    def __init__(self, port=0):
        super().__init__()
        self.listener = socket.create_server(("127.0.0.1", port))
        self.port = self.listener.getsockname()[1]
        self.connection = None
        self.ended = False
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        while self.frames == 0 and not self.ended:
            try:
                self.connection, _ = self.listener.accept()
            except OSError:
                return  # closed
            self.take_pictures()

    def take_pictures(self):
        with self.connection.makefile("rb") as source:
            while len(head := source.read(4)) == 4:
                picture = source.read(struct.unpack("<I", head)[0])
                if not picture:
                    self.ended = True
                    return
                assert picture.startswith(b"\xff\xd8"), picture[:8]
                self.add()

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)  # wakes who waits for a connection
        self.listener.close()
        if self.connection:
            self.connection.shutdown(socket.SHUT_RDWR)
        self.thread.join(DEADLINE)
        if self.connection:
            self.connection.close()


class Program(Counter):
    """A program that tells of frames on its standard output."""

    def __init__(self, *command):
        super().__init__()
        # The plugin may be built with a sanitizer, which these programs are not.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GST_")}
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment)
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def end(self, how=signal.SIGKILL):
        self.process.send_signal(how)
        self.process.wait(DEADLINE)
        self.thread.join(DEADLINE)
        self.process.stdout.close()


class RtspHub(Program):
    def __init__(self, port, launch):
        self.listens = threading.Event()
        super().__init__(HUB, str(port), launch + COUNT)
        if not self.listens.wait(DEADLINE):
            raise AssertionError("the hub does not listen")

    def read(self):
        for line in self.process.stdout:
            self.listens.set() if line.startswith(b"listening") else self.add()


class SrtHub(Program):
    """Counts what begins in the packets of the one stream that is no table."""

    def __init__(self, port):
        super().__init__("gst-launch-1.0", "-q", "srtsrc", f"uri=srt://127.0.0.1:{port}?mode=listener", "!", "fdsink")

    def read(self):
        while len(packet := self.process.stdout.read(PACKET)) == PACKET:
            begins = packet[1] & 0x40
            program = (packet[1] & 0x1F) << 8 | packet[2]
            if packet[0] == 0x47 and begins and 0x40 < program < 0x1FFF:
                self.add()

    def end(self):
        super().end(signal.SIGINT)  # closes its socket; SRT takes 5 s to miss one that does not


class RigStreamsTest(RigTestCase):
    def assert_nothing_is_missing(self):
        facts = self.facts("all/*.json")
        self.assertGreater(len(facts), 0)
        for before, after in zip(facts, facts[1:]):
            self.assertEqual(after["first_sequence"], before["last_sequence"] + 1)
        self.assertEqual([fact["frames_lost"] for fact in facts], [0] * len(facts))
        return sum(fact["frames"] for fact in facts)

    def assert_comes_back(self, url, start_hub, more=""):
        """Frames arrive at a hub; at its successor too; and the other record has them all."""
        hub = start_hub()
        self.addCleanup(lambda: hub.end())
        rig = self.run_rig(HEAD + RTP_CAMERA + SEGMENTS + stream(url, more), LENIENT if url.startswith("rtsp") else {})
        rig.wait_for("stream", level="info")
        hub.wait_for(20)
        hub.end()
        rig.wait_for("losses", record="live")
        rig.wait_for("segment")
        hub = start_hub()
        rig.wait_for("stream", level="info")
        hub.wait_for(20)
        self.assertEqual(rig.stop(), LOSSY)
        self.assertGreater(int(rig.told("losses")[-1]["text"].split()[0]), 0)
        self.assert_nothing_is_missing()

    def test_a_tcp_hub_gets_every_frame(self):
        hub = TcpHub()
        rig = self.run_rig(HEAD + CAMERA + SEGMENTS + stream(f"tcp://127.0.0.1:{hub.port}"))
        hub.wait_for(40)
        self.assertEqual(rig.stop(), 0)
        hub.thread.join(DEADLINE)
        self.assertTrue(hub.ended)
        self.assertEqual(hub.frames, self.assert_nothing_is_missing())
        hub.close()

    def test_a_tcp_hub_goes_and_comes_back(self):
        hub = TcpHub()
        rig = self.run_rig(HEAD + CAMERA + SEGMENTS + stream(f"tcp://127.0.0.1:{hub.port}"))
        hub.wait_for(10)
        hub.close()
        rig.wait_for("losses", record="live")
        rig.wait_for("segment")
        again = TcpHub(hub.port)
        again.wait_for(10)
        self.assertEqual(rig.stop(), LOSSY)
        self.assert_nothing_is_missing()
        again.close()

    def test_a_hub_that_takes_nothing_holds_nobody_up(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            camera = CAMERA.replace("QQVGA", "VGA&quality=95")  # more than sockets hold
            segments = SEGMENTS.replace("100kB", "2MB")
            rig = self.run_rig(HEAD + camera + segments + stream(f"tcp://127.0.0.1:{silent.getsockname()[1]}"))
            for _ in range(6):
                rig.wait_for("segment")
            before = time.monotonic()
            self.assertEqual(rig.stop(), LOSSY)
            self.assertLess(time.monotonic() - before, 20)  # stop_timeout is 30 s
        self.assert_nothing_is_missing()

    def test_a_hub_that_is_not_there_is_told_once_and_tried_again(self):
        port = free_port()
        rig = self.run_rig(HEAD + CAMERA + SEGMENTS + stream(f"tcp://127.0.0.1:{port}"))
        rig.wait_for("stream", level="debug")  # the second failure
        self.assertEqual(len(rig.told("losses")), 1)
        hub = TcpHub(port)
        hub.wait_for(10)
        rig.stop()
        hub.close()
        self.assert_nothing_is_missing()

    @unittest.skipUnless(HUB and has_element("rtspclientsink"), "needs rtspclientsink and the test's RTSP server")
    def test_an_rtsp_hub_gets_jpeg_and_comes_back(self):
        port = free_port()
        self.assert_comes_back(f"rtsp://127.0.0.1:{port}/live", lambda: RtspHub(port, JPEG))

    @unittest.skipUnless(HUB and has_element("rtspclientsink"), "needs rtspclientsink and the test's RTSP server")
    def test_jpeg_that_rtp_has_no_type_for_is_told(self):
        port = free_port()
        hub = RtspHub(port, JPEG)
        self.addCleanup(hub.end)
        rig = self.run_rig(HEAD + CAMERA + SEGMENTS + stream(f"rtsp://127.0.0.1:{port}/live"), LENIENT)
        self.assertIn('codec = "h264"', rig.wait_for("losses", record="live")["text"])
        rig.wait_for("segment")
        self.assertEqual(rig.stop(), LOSSY)
        self.assertEqual(hub.frames, 0)

    @unittest.skipUnless(HUB and has_element("rtspclientsink") and has_element("x264enc"), "needs x264enc and the hub")
    def test_an_rtsp_hub_gets_h264(self):
        port = free_port()
        hub = RtspHub(port, H264)
        self.addCleanup(hub.end)
        rig = self.run_rig(HEAD + CAMERA + stream(f"rtsp://127.0.0.1:{port}/live", 'codec = "h264"'), LENIENT)
        hub.wait_for(40)
        self.assertIn(rig.stop(), (0, LOSSY))  # an encoder may be too slow for the machine

    @unittest.skipUnless(HUB and has_element("rtspclientsink"), "needs rtspclientsink and the test's RTSP server")
    def test_an_rtsp_hub_that_has_stopped_holds_nobody_up(self):
        port = free_port()
        hub = RtspHub(port, JPEG)
        self.addCleanup(hub.end)
        rig = self.run_rig(HEAD + RTP_CAMERA + SEGMENTS + stream(f"rtsp://127.0.0.1:{port}/live"), LENIENT)
        hub.wait_for(10)
        hub.process.send_signal(signal.SIGSTOP)
        for _ in range(2):
            rig.wait_for("segment")
        before = time.monotonic()
        rig.stop()
        self.assertLess(time.monotonic() - before, 20)
        self.assert_nothing_is_missing()

    @unittest.skipUnless(has_element("srtsrc") and has_element("x264enc"), "needs srtsrc and x264enc")
    def test_srt_arrives_and_comes_back(self):
        port = free_port(socket.SOCK_DGRAM)
        self.assert_comes_back(f"srt://127.0.0.1:{port}", lambda: SrtHub(port), 'codec = "h264"')


if __name__ == "__main__":
    unittest.main()
