# SPDX-License-Identifier: LGPL-2.1-or-later
"""The module image: pictures of one's own, and ImageIO streams (spec: imageio, sections 4, 7 and 8)."""
import picture
import scene


class Image(picture.Picture):
    def __init__(self, width, height, pixformat):
        if pixformat not in picture.MUTABLE:
            raise ValueError("pixformat")
        super().__init__(width, height, pixformat, [0] * scene.PIXELS)


def _copy(source):
    copy = picture.Picture(source.w, source.h, source.pixformat, source.pixels, source.number, source.ticks)
    copy.quality, copy.jpeg_size = source.quality, source.jpeg_size
    return copy


def _align32(size):
    return (size + 31) // 32 * 32


def _capacity(width, height, pixformat):
    binary_line = (width + 31) // 32 * 4
    if pixformat == picture.JPEG:
        return _align32(binary_line * 2 * height)
    if pixformat == picture.BINARY:
        return _align32(binary_line * height)
    return _align32(width * height * picture.PIXFORMATS[pixformat])


class _Stream:
    """A chunk is (interval, picture)."""

    def __init__(self):
        self.closed = False
        self.cursor = 0
        self.last = scene.current.ticks

    def check_open(self):
        if self.closed:
            raise OSError("Stream closed")

    def interval(self):
        interval = scene.current.ticks - self.last
        self.last = scene.current.ticks
        return interval & 0xFFFFFFFF

    def offset(self):
        return self.cursor

    def close(self):
        self.closed = True


class _FileStream(_Stream):
    def __init__(self, path, mode):
        super().__init__()
        if mode[0] != "w":
            raise ValueError("the scripts under test only write")
        self.chunks = []
        self.synced = []  # how many chunks would survive a loss of power, at each sync
        scene.current.keep_file(path, self)

    def write(self, source):
        self.check_open()
        self.chunks.append((self.interval(), _copy(source.use())))
        self.cursor += 1
        scene.current.advance(scene.current.write_time)
        return self

    def count(self):
        return self.cursor

    def sync(self):
        self.check_open()
        self.synced.append(len(self.chunks))
        return self


class _MemoryStream(_Stream):
    def __init__(self, geometry, slots):
        super().__init__()
        width, height, pixformat = geometry
        if slots < 1:
            raise MemoryError()
        self.capacity = _capacity(width, height, pixformat)
        self.slots = [None] * slots

    def buffer_size(self):
        return self.capacity

    def count(self):
        return len(self.slots)

    def write(self, source):
        self.check_open()
        if source.use().size() > self.capacity:
            raise ValueError("Invalid frame size")
        self.check_end()
        self.slots[self.cursor] = (self.interval(), _copy(source))
        self.cursor += 1
        return self

    def read(self, copy_to_fb=True, *, loop=True, pause=True):
        self.check_open()
        self.check_end()
        if self.slots[self.cursor] is None:
            raise scene.Misuse("slot %d is read before it was written" % self.cursor)
        interval, stored = self.slots[self.cursor]
        if pause:
            scene.current.advance(max(0, interval - (scene.current.ticks - self.last & 0xFFFFFFFF)))
        self.last += interval
        self.cursor += 1
        return _copy(stored)

    def seek(self, offset):
        self.check_open()
        if not 0 <= offset < len(self.slots):
            raise ValueError("Invalid stream offset")
        self.cursor = offset
        return self

    def check_end(self):
        if self.cursor == len(self.slots):
            raise EOFError("End of stream")


def ImageIO(path, mode):
    if isinstance(path, str):
        return _FileStream(path, mode)
    if isinstance(path, tuple) and isinstance(mode, int):
        return _MemoryStream(path, mode)
    raise ValueError("Invalid stream type")
