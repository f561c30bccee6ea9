#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Saves pictures that come over a socket, each behind its length: receive_pictures.py PORT FOLDER.

    examples/receive_pictures.py 8000 pictures &
    gst-launch-1.0 omvsrc num-buffers=90 ! omvlenpay ! tcpclientsink host=127.0.0.1 port=8000
"""

import pathlib
import socket
import struct
import sys


def receive(stream):
    """The pictures of a stream, up to the length 0. EOFError when it ends without."""
    while True:
        header = stream.read(4)
        if len(header) < 4:
            raise EOFError("the stream ends without a length of 0")
        (length,) = struct.unpack("<L", header)
        if length == 0:
            return
        picture = stream.read(length)
        if len(picture) < length:
            raise EOFError("the stream ends within a picture")
        yield picture


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    with socket.create_server(("", int(sys.argv[1]))) as server:
        connection, _ = server.accept()
        with connection, connection.makefile("rb") as stream:
            count = 0
            for count, picture in enumerate(receive(stream), 1):
                (folder / f"{count:05}.jpg").write_bytes(picture)
    print(f"{count} pictures")


if __name__ == "__main__":
    main()
