# SPDX-License-Identifier: LGPL-2.1-or-later
"""What happens in front of a fake camera, on its pins and on its clock, and what the script under test did about it.

The other fakes share the one scene, `current`. Time passes only when the script waits: for a picture, asleep, or
writing to the card.
"""

TICKS_PERIOD = 1 << 30  # of time.ticks_ms()
PIXELS = 100  # of a fake picture: one for each percent of its area


class EndOfScene(BaseException):
    """The script has seen all frames; raised by the camera, and not for the script to catch."""


class Misuse(BaseException):
    """The script did what genuine firmware would let pass, or answer with rubbish."""


class Scene:
    def __init__(self, frames=100, period=40, start=1000, firmware=5, pyb=True, grey=None, blobs=None, pins=()):
        self.frames = frames  # pictures before the end
        self.period = period  # ms between pictures
        self.ticks = start  # ms since the camera was switched on
        self.start = start
        self.firmware = firmware
        self.pyb = pyb  # an STM32 board
        self.grey = grey or (lambda ms: [100] * PIXELS)  # what the picture shows so many ms after the start
        self.blobs = blobs or (lambda ms: [])  # (pixels, area) each
        self.pin_events = sorted(pins)  # (ms after the start, name, level)
        self.pin_levels = {}
        self.pin_handlers = {}  # name: (edge, function)
        self.drops = True  # the board drops pictures to keep the rate that csi was told
        self.knows_rates = True  # the sensor does
        self.taken_at = []  # ms after the start, of each picture
        self.sent = []  # pictures that the host got
        self.printed = []  # (ms after the start, text)
        self.calls = []  # of the camera's settings: (name, arguments)
        self.files = {}  # path: what the fakes of image, gif and mjpeg wrote
        self.channels = {}  # name: (flags, backend)
        self.protocol = None  # arguments of protocol.init
        self.events = []  # (ms, channel, event) that the host got
        self.host = True  # somebody listens to events
        self.datagrams = []  # for the next sockets: (data, address) or an errno
        self.answers = []  # of the sockets: (data, address)
        self.network_after = 0  # ms until a link is up; None: never
        self.write_time = 0  # ms that the card takes for a picture

    def now(self):
        return self.ticks - self.start

    def advance(self, ms):
        end = self.ticks + ms
        while self.pin_events and self.start + self.pin_events[0][0] <= end:
            at, name, level = self.pin_events.pop(0)
            self.ticks = max(self.ticks, self.start + at)
            self.set_pin(name, level)
        self.ticks = max(self.ticks, end)

    def set_pin(self, name, level):
        before = self.pin_levels.get(name, 1)
        self.pin_levels[name] = level
        edge, handler = self.pin_handlers.get(name, (None, None))
        if handler and before != level and edge == ("rising" if level else "falling"):
            handler(name)

    def next_picture(self):
        if len(self.taken_at) == self.frames:
            raise EndOfScene()
        self.advance(self.period - self.now() % self.period)  # the sensor runs on whether it is asked or not
        self.taken_at.append(self.now())
        return len(self.taken_at) - 1

    def called(self, name, *arguments):
        self.calls.append((name,) + arguments)

    def print(self, *values, end="\n"):
        self.printed.append((self.now(), " ".join(str(value) for value in values) + end))

    def keep_file(self, path, file):
        if not isinstance(path, str):
            raise TypeError("can't convert to str")
        open(path, "w").close()
        self.files[path] = file
        return file


current = None


def begin(scene):
    global current
    current = scene
    return scene
