#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""send_file.py PORT FILE: sends the file, from memory, to the first client.

Large writes, because tcpclientsrc, which takes 4 KiB at a time, receives more from them than from sendfile.
"""

import mmap
import socket
import sys

PIECE = 256 * 1024

with open(sys.argv[2], "rb") as file:
    flags = mmap.MAP_PRIVATE | mmap.MAP_POPULATE
    data = memoryview(mmap.mmap(file.fileno(), 0, flags=flags, prot=mmap.PROT_READ))
with socket.create_server(("127.0.0.1", int(sys.argv[1]))) as server:
    client, _ = server.accept()
    with client:
        for start in range(0, len(data), PIECE):
            client.sendall(data[start:start + PIECE])
