# SPDX-License-Identifier: LGPL-2.1-or-later
"""The module socket: datagrams that the scene sends."""
import errno

import scene

AF_INET, SOCK_DGRAM, SOL_SOCKET, SO_REUSEADDR = 2, 2, 0xFFF, 4
LARGEST_UNSPLIT = 1472  # UDP payload in an Ethernet frame


class socket:
    def __init__(self, family, kind):
        if (family, kind) != (AF_INET, SOCK_DGRAM):
            raise scene.Misuse("the protocol goes over datagrams")
        self.blocks = True

    def setsockopt(self, level, option, value):
        pass

    def bind(self, address):
        scene.current.called("bind", address)

    def setblocking(self, blocks):
        self.blocks = blocks

    def recvfrom(self, size):
        if self.blocks:
            raise scene.Misuse("a blocking socket would stop the camera")
        if not scene.current.datagrams:
            raise OSError(errno.EAGAIN)
        data, address = scene.current.datagrams.pop(0)
        if isinstance(data, int):
            raise OSError(data)
        if len(data) > size:
            raise scene.Misuse("a datagram of %d bytes is cut to %d" % (len(data), size))
        return data, address

    def sendto(self, data, address):
        if len(data) > LARGEST_UNSPLIT:
            raise scene.Misuse("a datagram of %d bytes is split on its way" % len(data))
        scene.current.answers.append((bytes(data), address))
        return len(data)
