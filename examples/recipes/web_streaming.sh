#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Live pictures in a browser: http://127.0.0.1:8000/, for one viewer. At the end the viewer is a program that saves three.
# For more viewers, and with history and buttons, give a rig `listen`.
set -euo pipefail
device="${OMV_DEVICE:-emulator:?size=VGA}"
port=${PORT:-8000}

cat >serve.py <<'PYTHON'
import http.server, struct, sys

class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=picture")
        self.end_headers()
        while size := struct.unpack("<L", sys.stdin.buffer.read(4))[0]:
            self.wfile.write(b"--picture\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % size)
            self.wfile.write(sys.stdin.buffer.read(size) + b"\r\n")

http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Page).handle_request()
PYTHON
gst-launch-1.0 -q -e omvsrc device="$device" num-buffers=60 ! omvlenpay ! fdsink | python3 serve.py "$port" &
until grep -q ":$(printf %04X "$port") 00000000:0000 0A" /proc/net/tcp; do sleep 0.1; done  # it listens
python3 -c '
import pathlib, sys, urllib.request
with urllib.request.urlopen(sys.argv[1]) as page:
    for number in range(3):
        lines = [page.readline() for _ in range(4)]
        size = int(lines[2].split()[1])
        pathlib.Path(f"seen-{number}.jpg").write_bytes(page.read(size))
        page.readline()
    page.read()' "http://127.0.0.1:$port/"
wait
