# SPDX-License-Identifier: LGPL-2.1-or-later
"""The built-in scripts, as the library writes them for every combination of settings, do what was asked for."""
import sys

import camera_core
import picture
from harness import equal, messages, play, read
from scene import Scene

FRAMES = 12


def scripts():
    """(module, settings, text) of what capture_scripts.cpp prints."""
    for part in ("\n" + read("/program.txt")).split("\n%%% ")[1:]:
        title, text = part.split("\n", 1)
        words = title.split(" ")
        yield words[0], dict(word.split("=") for word in words[1:]), text


def scenes(module):
    if module == "csi":
        return [Scene(frames=FRAMES)]
    return [Scene(frames=FRAMES, firmware=3), Scene(frames=FRAMES, firmware=4, pyb=False)]


def geometry(settings):
    framesize = settings.get("framesize", "QVGA")
    if framesize in camera_core.SIZES:
        return camera_core.SIZES[framesize]
    return tuple(int(side) for side in framesize.split("x"))


def quality_of(settings, number):
    if "quality" not in settings or settings.get("pixformat") == "JPEG":
        return None
    return int(settings["quality"])


def check_pictures(module, settings, played):
    equal(len(played.sent), FRAMES)
    pixformat = getattr(picture, settings.get("pixformat", "RGB565"))
    for number, sent in enumerate(played.sent):
        quality = quality_of(settings, number)
        equal((sent.w, sent.h), geometry(settings))
        equal(sent.pixformat, picture.JPEG if quality else pixformat)
        if number or module == "sensor":  # csi: the first is not of quality 100
            equal(sent.quality, quality)


def check_rate(settings, played):
    if "framerate" in settings:
        wanted = max(40, 1000 // int(settings["framerate"]))
        mean = (played.taken_at[-1] - played.taken_at[0]) / (FRAMES - 1)
        assert wanted - 1 <= mean <= wanted + 40, (wanted, mean)


def check(module, settings, text, the_scene):
    for name in ("time", "pyb", "sensor"):
        sys.modules.pop(name, None)
    played = play(text, the_scene)
    check_pictures(module, settings, played)
    check_rate(settings, played)
    assert messages(played, "ticks_ms"), "no clock"


def test_every_script_does_what_was_asked_for():
    ran = 0
    for module, settings, text in scripts():
        if text.startswith("!"):
            continue
        for the_scene in scenes(module):
            try:
                check(module, settings, text, the_scene)
            except BaseException as error:
                print(module, settings)
                raise error
            ran += 1
    assert ran > 600, ran


def test_only_windows_of_sensor_jpeg_are_refused():
    for module, settings, text in scripts():
        has_window = "x" in settings.get("framesize", "") or (module == "csi" and settings.get("framesize") == "LCD")
        is_refused = settings.get("pixformat") == "JPEG" and has_window
        equal((settings, text.startswith("!")), (settings, is_refused))


def test_the_check_can_fail():
    module, settings, text = [one for one in scripts() if one[1].get("framesize") == "321x241"][0]
    try:
        check(module, settings, text.replace("WINDOW = (321, 241)", "WINDOW = None"), scenes(module)[0])
    except AssertionError:
        return
    raise AssertionError("a script without its window goes through")
