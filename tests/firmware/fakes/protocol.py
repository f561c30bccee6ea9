# SPDX-License-Identifier: LGPL-2.1-or-later
"""The module protocol of firmware 5 (spec: protocol-v2, sections 10 and 12), and a host at its other end."""
import scene

CHANNEL_FLAG_READ, CHANNEL_FLAG_WRITE, CHANNEL_FLAG_LOCK, CHANNEL_FLAG_PHYSICAL = 1, 2, 8, 0x40
LARGEST_PAYLOAD = 4096 - 10 - 4  # of the smaller boards
PIECE = 512  # read() of a script's channel is asked for so many bytes at once


class _Channel:
    def __init__(self, name):
        self.name = name

    def send_event(self, event, wait_ack=False):
        if not scene.current.host:
            raise RuntimeError("Failed to send channel event")
        scene.current.events.append((scene.current.now(), self.name, event))


def init(
    crc=True,
    seq=True,
    ack=True,
    events=True,
    max_payload=LARGEST_PAYLOAD,
    rtx_retries=3,
    rtx_timeout_ms=500,
    lock_interval_ms=10,
    poll_ms=0,
):
    if not 50 <= max_payload <= LARGEST_PAYLOAD or lock_interval_ms < 10:
        raise RuntimeError("Failed to initialize protocol")
    if poll_ms == 0:
        raise scene.Misuse("nobody would poll the transport")
    scene.current.channels = {}
    scene.current.protocol = {"ack": ack, "events": events, "max_payload": max_payload, "crc": crc, "seq": seq}


def register(name, flags=0, backend=None):
    if backend is None:
        raise TypeError("'backend' argument required")
    if len(name) > 13:
        raise scene.Misuse("the name is cut to 13 characters")
    if flags & CHANNEL_FLAG_PHYSICAL and scene.current.protocol is None:
        raise scene.Misuse("the USB protocol is replaced without its settings: call init() first")
    scene.current.channels[name] = (flags, backend)
    return _Channel(name)


def host_read(name):
    """What a host does on an event: SIZE, then READ of as much, which the camera serves in pieces."""
    backend = scene.current.channels[name][1]
    left, offset, data = backend.size(), 0, b""
    while left > 0:
        piece = bytes(backend.read(offset, min(left, PIECE)))
        if not piece:
            raise scene.Misuse("read() gives less than size() told")
        data += piece
        offset += len(piece)
        left -= len(piece)
    return data
