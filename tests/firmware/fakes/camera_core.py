# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the modules csi and sensor have in common: a camera that must be set up in the right order."""
import picture
import scene

SIZES = {
    "QQCIF": (88, 72), "QCIF": (176, 144), "CIF": (352, 288), "QQSIF": (88, 60), "QSIF": (176, 120),
    "SIF": (352, 240), "QQQQVGA": (40, 30), "QQQVGA": (80, 60), "QQVGA": (160, 120), "QVGA": (320, 240),
    "VGA": (640, 480), "HQQQQVGA": (30, 20), "HQQQVGA": (60, 40), "HQQVGA": (120, 80), "HQVGA": (240, 160),
    "HVGA": (480, 320), "B64X32": (64, 32), "B64X64": (64, 64), "B128X64": (128, 64), "B128X128": (128, 128),
    "B160X160": (160, 160), "B320X320": (320, 320), "LCD": (128, 160), "QQVGA2": (128, 160), "WVGA": (720, 480),
    "WVGA2": (752, 480), "SVGA": (800, 600), "XGA": (1024, 768), "WXGA": (1280, 768), "SXGA": (1280, 1024),
    "SXGAM": (1280, 960), "UXGA": (1600, 1200), "HD": (1280, 720), "FHD": (1920, 1080), "QHD": (2560, 1440),
    "QXGA": (2048, 1536), "WQXGA": (2560, 1600), "WQXGA2": (2592, 1944),
}
NAMES = sorted(SIZES)
PIXFORMAT_NAMES = ("BINARY", "GRAYSCALE", "RGB565", "BAYER", "YUV422", "JPEG")


def framesize_id(name):
    return NAMES.index(name) + 1


class CameraCore:
    def __init__(self):
        self.is_reset = False
        self.pixformat = None
        self.size = None
        self.window = None
        self.previous = None

    def reset(self):
        self.__init__()
        self.is_reset = True

    def ready(self):
        if not self.is_reset:
            raise scene.Misuse("the camera is used before reset()")

    def set_pixformat(self, value):
        self.ready()
        if value not in picture.PIXFORMATS or (value == picture.JPEG and self.window):
            raise RuntimeError("Pixel format is not supported or is not set.")
        self.pixformat = value

    def set_size(self, value):
        self.ready()
        if not isinstance(value, int) or not 1 <= value <= len(NAMES):
            raise RuntimeError("Frame size is not supported or is not set.")
        self.size = SIZES[NAMES[value - 1]]
        self.window = None  # a new size undoes the window

    def set_window(self, value, smallest):
        self.ready()
        if self.size is None:
            raise RuntimeError("Frame size is not supported or is not set.")
        if self.pixformat == picture.JPEG:
            raise RuntimeError("The requested operation is not supported on the current pixel format.")
        w, h = value
        if w < smallest or h < smallest or w > self.size[0] or h > self.size[1]:
            raise ValueError("window")
        self.window = (w, h)

    def geometry(self):
        return self.window or self.size

    def take(self):
        self.ready()
        if self.pixformat is None or self.size is None:
            raise RuntimeError("Pixel format is not supported or is not set.")
        self.send_previous()
        now = scene.current
        number = now.next_picture()
        width, height = self.geometry()
        pixels = list(now.grey(now.now()))
        self.previous = picture.Picture(width, height, self.pixformat, pixels, number, now.ticks)
        return self.previous

    def send_previous(self):
        # The host gets a picture when the next one is asked for, as the script has left it.
        if self.previous:
            scene.current.sent.append(self.previous)
            self.previous.overwritten = True
