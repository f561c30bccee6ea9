# SPDX-License-Identifier: LGPL-2.1-or-later
"""The module gif (spec: media, section 5)."""
import picture
import scene


class Gif:
    def __init__(self, path, *, width=-1, height=-1, color=-1, loop=True):
        self.geometry = (width, height)
        self.delays = []
        self.ticks = []  # when the pictures were taken
        self.pixformat = None
        self.closed = False
        scene.current.keep_file(path, self)

    def add_frame(self, source, *, delay=10):
        if self.closed:
            raise scene.Misuse("add_frame() after close() does nothing, and does not say so")
        source.use()
        if (source.w, source.h) != self.geometry:
            raise OSError("Unexpected image geometry")
        if source.pixformat not in (picture.GRAYSCALE, picture.RGB565):
            raise OSError("Image format is not supported")
        if self.pixformat not in (None, source.pixformat):
            raise scene.Misuse("one GIF, two formats: the colours of one are wrong")
        if not isinstance(delay, int):
            raise TypeError("can't convert float to int")
        if not 0 <= delay <= 0xFFFF:
            raise scene.Misuse("delay %s is stored modulo 65536" % delay)
        self.pixformat = source.pixformat
        self.delays.append(delay)
        self.ticks.append(source.ticks)
        scene.current.advance(scene.current.write_time)

    def close(self):
        self.closed = True
