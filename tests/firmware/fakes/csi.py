# SPDX-License-Identifier: LGPL-2.1-or-later
"""The module csi of firmware 5: a camera is an object, and not every frame size has a name."""
import camera_core
import picture
import scene

BINARY, GRAYSCALE, RGB565 = picture.BINARY, picture.GRAYSCALE, picture.RGB565
BAYER, YUV422, JPEG = picture.BAYER, picture.YUV422, picture.JPEG

for _name in (
    "QCIF CIF QSIF SIF QQQVGA QQVGA QVGA VGA HQVGA HVGA WVGA WVGA2 SVGA XGA WXGA SXGA SXGAM UXGA HD FHD QHD QXGA "
    "WQXGA WQXGA2"
).split():
    globals()[_name] = camera_core.framesize_id(_name)


class CSI:
    def __init__(self, *, cid=-1):
        self.core = camera_core.CameraCore()

    def reset(self, *, hard=True):
        self.core.reset()

    def pixformat(self, value):
        self.core.set_pixformat(value)
        scene.current.called("pixformat", value)

    def framesize(self, value):
        self.core.set_size(value)
        scene.current.called("framesize", camera_core.NAMES[value - 1])

    def window(self, value):
        self.core.set_window(value, 1)
        scene.current.called("window", value)

    def framerate(self, value):
        self.core.ready()
        if not isinstance(value, int):
            raise TypeError("can't convert float to int")
        if value < 1:
            raise ValueError("An invalid argument is used.")
        if not scene.current.knows_rates:
            raise RuntimeError("Sensor control failed.")
        if scene.current.drops:
            scene.current.period = max(scene.current.period, 1000 // value)
        scene.current.called("framerate", value)

    def quality(self, value):
        self.core.ready()
        if not 0 <= value <= 100:
            raise ValueError("quality")
        if self.core.pixformat != JPEG:
            raise scene.Misuse("quality() is of the sensor's own JPEG")
        scene.current.called("quality", value)
        return True

    def auto_gain(self, enable, *, gain_db=None, gain_db_ceiling=None):
        scene.current.called("auto_gain", enable)

    def auto_exposure(self, enable, *, exposure_us=-1):
        scene.current.called("auto_exposure", enable)

    def auto_whitebal(self, enable, *, rgb_gain_db=None):
        scene.current.called("auto_whitebal", enable)

    def width(self):
        return self.core.size[0]  # of the frame size, whatever the window

    def height(self):
        return self.core.size[1]

    def snapshot(self, *, time=-1, frames=-1, blocking=True):
        if time == -1 and frames == -1:
            return self.core.take()
        end = scene.current.ticks + time
        while time != -1 and scene.current.ticks < end or frames > 0:
            self.core.take()
            frames -= 1
        return None
