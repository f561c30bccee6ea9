#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""send_file.py PORT FILE: sends the file to the first client, as fast as the kernel can."""

import socket
import sys

with socket.create_server(("127.0.0.1", int(sys.argv[1]))) as server:
    client, _ = server.accept()
    with client, open(sys.argv[2], "rb") as file:
        client.sendfile(file)
