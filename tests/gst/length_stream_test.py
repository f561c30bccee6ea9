#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""omvlenpay and omvlendepay over TCP, against the plain socket scripts of examples/ and against each other.

length_stream_test.py SOURCE-ROOT
"""

import contextlib
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest

DEADLINE = 60
FRAMES = 12
EXAMPLES = pathlib.Path(sys.argv.pop(1) if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2]) / "examples"
SOURCE = f"videotestsrc num-buffers={FRAMES} ! video/x-raw,width=320,height=240 ! jpegenc"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_listening(port):
    """Without connecting, which would be taken for the client."""
    sockets = [line.split() for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return any(int(fields[1].split(":")[1], 16) == port and fields[3] == "0A" for fields in sockets)


@contextlib.contextmanager
def started(command, port):
    """A process that listens on the port; waited for at the end."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        end = time.monotonic() + DEADLINE
        while not is_listening(port) and process.poll() is None and time.monotonic() < end:
            time.sleep(0.01)
        yield process
        process.output, _ = process.communicate(timeout=DEADLINE)
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()


def launch(line):
    return ["gst-launch-1.0", *line.split()]


def run(command):
    return subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE)


@unittest.skipUnless(shutil.which("gst-launch-1.0"), "no gst-launch-1.0")
class LengthStreamTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.dir = pathlib.Path(folder.name)
        self.port = free_port()
        result = run(launch(f"-q {SOURCE} ! multifilesink location={self.dir}/in-%05d.jpg"))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.sent = [path.read_bytes() for path in sorted(self.dir.glob("in-*"))]
        self.assertEqual(len(self.sent), FRAMES)

    def received(self, pattern):
        return [path.read_bytes() for path in sorted(self.dir.glob(pattern))]

    def test_a_plain_socket_reader_gets_what_omvlenpay_sends(self):
        receiver = [str(EXAMPLES / "receive_pictures.py"), str(self.port), str(self.dir / "out")]
        with started([sys.executable, *receiver], self.port) as process:
            sender = run(launch(f"-q {SOURCE} ! omvlenpay ! tcpclientsink host=127.0.0.1 port={self.port}"))
            self.assertEqual(sender.returncode, 0, sender.stderr)
        self.assertEqual(process.returncode, 0, process.output)
        self.assertEqual(process.output, f"{FRAMES} pictures\n")
        self.assertEqual(self.received("out/*.jpg"), self.sent)

    def receive_with_omvlendepay(self, sender):
        receiver = (f"tcpserversrc host=127.0.0.1 port={self.port} do-timestamp=true ! omvlendepay ! "
                    f"multifilesink location={self.dir}/out-%05d.jpg")
        with started(launch(receiver), self.port) as process:
            result = run(sender)
            self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(process.returncode, 0, process.output)
        self.assertIn("Got EOS from element", process.output)
        self.assertNotIn("WARNING", process.output)
        self.assertEqual(self.received("out-*.jpg"), self.sent)

    def test_omvlendepay_gets_what_a_plain_socket_writer_sends(self):
        files = sorted(map(str, self.dir.glob("in-*")))
        self.receive_with_omvlendepay([sys.executable, str(EXAMPLES / "send_pictures.py"), "127.0.0.1",
                                       str(self.port), *files])

    def test_omvlendepay_gets_what_omvlenpay_sends(self):
        self.receive_with_omvlendepay(
            launch(f"-q {SOURCE} ! omvlenpay ! tcpclientsink host=127.0.0.1 port={self.port}"))

    def test_a_client_gets_frames_from_where_it_comes_in(self):
        serve = (f"videotestsrc is-live=true num-buffers=60 ! video/x-raw,width=64,height=48 ! jpegenc ! omvlenpay ! "
                 f"tcpserversink host=127.0.0.1 port={self.port}")
        with started(launch(serve), self.port):
            client = run(launch(f"tcpclientsrc host=127.0.0.1 port={self.port} ! omvlendepay ! fakesink"))
            self.assertEqual(client.returncode, 0, client.stderr)
            self.assertIn("Got EOS from element", client.stdout)
            self.assertNotIn("WARNING", client.stdout + client.stderr)


if __name__ == "__main__":
    unittest.main()
