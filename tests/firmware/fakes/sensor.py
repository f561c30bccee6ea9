# SPDX-License-Identifier: LGPL-2.1-or-later
"""The module sensor of firmware 3 and 4: one camera, set by functions."""
import camera_core
import picture
import scene

BINARY, GRAYSCALE, RGB565 = picture.BINARY, picture.GRAYSCALE, picture.RGB565
BAYER, YUV422, JPEG = picture.BAYER, picture.YUV422, picture.JPEG

for _name in camera_core.NAMES:
    globals()[_name] = camera_core.framesize_id(_name)

_core = camera_core.CameraCore()


def reset():
    _core.reset()


def set_pixformat(value):
    _core.set_pixformat(value)
    scene.current.called("pixformat", value)


def set_framesize(value):
    _core.set_size(value)
    scene.current.called("framesize", camera_core.NAMES[value - 1])


def set_windowing(value):
    _core.set_window(value, 8)
    scene.current.called("window", value)


def set_quality(value):
    _core.ready()
    if _core.pixformat != JPEG:
        raise scene.Misuse("set_quality() is of the sensor's own JPEG")
    scene.current.called("quality", value)


def snapshot():
    return _core.take()
