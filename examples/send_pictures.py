#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Sends JPEG files over a socket, each behind its length: send_pictures.py HOST PORT FILE...

    gst-launch-1.0 tcpserversrc host=0.0.0.0 port=8000 do-timestamp=true ! omvlendepay ! jpegdec \\
        ! autovideosink sync=false &
    examples/send_pictures.py 127.0.0.1 8000 *.jpg

A picture has the time at which it began to come, and is whole later: a sink that waits for times would drop it as late.
"""

import pathlib
import socket
import struct
import sys
import time

INTERVAL = 1 / 30  # seconds between pictures


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    with socket.create_connection((sys.argv[1], int(sys.argv[2]))) as connection:
        for name in sys.argv[3:]:
            picture = pathlib.Path(name).read_bytes()
            connection.sendall(struct.pack("<L", len(picture)) + picture)
            time.sleep(INTERVAL)
        connection.sendall(struct.pack("<L", 0))


if __name__ == "__main__":
    main()
