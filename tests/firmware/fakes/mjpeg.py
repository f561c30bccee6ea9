# SPDX-License-Identifier: LGPL-2.1-or-later
"""The module mjpeg (spec: media, section 4)."""
import scene


class Mjpeg:
    def __init__(self, path, width=-1, height=-1):
        if width == 0 or height == 0:
            raise scene.Misuse("a side of 0 is taken as it is")
        self.geometry = (width, height)
        self.qualities = []
        self.synced = []  # (ms, frames): what the header says
        self.closed = False
        scene.current.keep_file(path, self)

    def add_frame(self, source, *, quality=90):
        self.check_open()
        source.use()
        if not 1 <= quality <= 100:
            raise ValueError("Quality ranges between 0 and 100")
        if (source.w, source.h) != self.geometry:
            raise scene.Misuse("the picture would be scaled on the camera")
        self.qualities.append(quality)
        scene.current.advance(scene.current.write_time)

    def check_open(self):
        if self.closed:
            raise OSError("MJPEG stream is closed")

    def count(self):
        return len(self.qualities)

    def size(self):
        self.check_open()
        return 224

    def sync(self):
        self.check_open()
        self.synced.append((scene.current.now(), self.count()))

    def close(self):
        if not self.closed:
            self.sync()
        self.closed = True
