# SPDX-License-Identifier: LGPL-2.1-or-later
"""The streaming scripts, of firmware 5 and of the ones before."""
import sys

import csi
import picture
from harness import broken, equal, messages, play, raised_by, script
from scene import PIXELS, TICKS_PERIOD, Misuse, Scene


def clock_lines(played):
    return [(ms, message["ticks_ms"]) for ms, message in messages(played, "ticks_ms")]


def check_clock(played):
    lines = clock_lines(played)
    equal(len(lines), 1 + 10000 // 1000)  # at once, then once a second
    for ms, ticks in lines:
        equal(ticks, (played.start + ms) % TICKS_PERIOD)
    for (before, _), (after, _) in zip(lines, lines[1:]):
        equal(after - before, 1000)


def test_stream_sends_every_picture_as_it_is():
    played = play(script("stream.py"), Scene(frames=50))
    equal([sent.number for sent in played.sent], list(range(50)))
    for sent in played.sent:
        equal((sent.w, sent.h, sent.pixformat, sent.quality), (320, 240, csi.RGB565, None))
    equal(played.calls, [("pixformat", csi.RGB565), ("framesize", "QVGA")])


def test_stream_tells_the_clock_once_a_second():
    check_clock(play(script("stream.py"), Scene(frames=251, period=40)))


def test_stream_prints_nothing_else():
    played = play(script("stream.py"), Scene(frames=251, period=40))
    equal(len(played.printed), len(clock_lines(played)))


def test_stream_lives_through_the_wrap_of_the_clock():
    check_clock(play(script("stream.py"), Scene(frames=251, period=40, start=TICKS_PERIOD - 4321)))


def test_stream_cuts_a_window_after_it_has_set_the_size():
    played = play(script("stream.py", WINDOW="(100, 50)"), Scene(frames=2))
    equal(played.calls[1:], [("framesize", "QVGA"), ("window", (100, 50))])
    equal((played.sent[0].w, played.sent[0].h), (100, 50))


def test_stream_compresses_with_the_quality():
    played = play(script("stream.py", QUALITY="35"), Scene(frames=20))
    equal([(sent.pixformat, sent.quality) for sent in played.sent], [(csi.JPEG, 35)] * 20)


def test_stream_works_around_the_first_quality_of_100():
    played = play(script("stream.py", QUALITY="100"), Scene(frames=20))
    equal([sent.quality for sent in played.sent], [99] + [100] * 19)


def test_stream_lets_a_sensor_compress_its_own_jpeg():
    played = play(script("stream.py", QUALITY="35", PIXFORMAT="csi.JPEG"), Scene(frames=3))
    assert ("quality", 35) in played.calls
    equal([sent.quality for sent in played.sent], [None] * 3)


def test_stream_sets_the_rate():
    played = play(script("stream.py", FRAMERATE="10"), Scene(frames=11, period=20))
    assert ("framerate", 10) in played.calls
    assert 1000 <= played.taken_at[-1] - played.taken_at[0] <= 1020, played.taken_at


def test_stream_keeps_the_rate_where_nothing_is_dropped():
    for change in ("drops", "knows_rates"):
        the_scene = Scene(frames=71, period=1)
        setattr(the_scene, change, False)
        taken_at = play(script("stream.py", FRAMERATE="7"), the_scene).taken_at
        assert abs(taken_at[-1] - taken_at[0] - 10000) <= 2, taken_at


def test_stream_keeps_the_rate_when_the_clock_wraps():
    the_scene = Scene(frames=71, period=1, start=TICKS_PERIOD - 4321)
    the_scene.drops = False
    taken_at = play(script("stream.py", FRAMERATE="7"), the_scene).taken_at
    assert abs(taken_at[-1] - taken_at[0] - 10000) <= 2, taken_at


def test_fakes_catch_a_camera_without_reset():
    assert isinstance(raised_by(broken(script("stream.py"), "camera.reset()", "pass"), Scene()), Misuse)


def test_fakes_catch_a_pixformat_that_is_text():
    text = script("stream.py", PIXFORMAT='"RGB565"')
    assert isinstance(raised_by(text, Scene()), RuntimeError)


def test_fakes_catch_a_window_before_the_size():
    text = broken(script("stream.py", WINDOW="(100, 50)"), "    camera.framesize(FRAMESIZE)\n", "")
    assert isinstance(raised_by(text, Scene()), RuntimeError)


def test_fakes_catch_an_unknown_keyword():
    text = broken(script("stream.py"), "camera.snapshot()\n        if", "camera.snapshot(wait=1)\n        if")
    assert isinstance(raised_by(text, Scene()), TypeError)


def test_fakes_catch_a_name_that_csi_lacks():
    assert isinstance(raised_by(script("stream.py", FRAMESIZE="csi.QQCIF"), Scene()), AttributeError)


def test_fakes_catch_a_picture_that_is_gone():
    text = broken(script("stream.py", QUALITY="50"), " compress(picture)", " camera.snapshot(); compress(picture)")
    assert isinstance(raised_by(text, Scene()), Misuse)


def play_fresh(text, the_scene):
    """As play(): which names the modules time and pyb have depends on the scene."""
    for name in ("time", "pyb", "sensor"):
        sys.modules.pop(name, None)
    return play(text, the_scene)


def legacy(**tunables):
    return script("legacy/stream.py", **tunables)


def test_legacy_runs_on_every_generation():
    for firmware, pyb in ((3, True), (4, True), (4, False)):
        played = play_fresh(legacy(), Scene(frames=251, period=40, firmware=firmware, pyb=pyb))
        equal([sent.number for sent in played.sent], list(range(251)))
        equal(played.calls, [("pixformat", picture.RGB565), ("framesize", "QVGA")])
        check_clock(played)


def test_legacy_clock_wraps_as_the_newer_one_does():
    for start in (TICKS_PERIOD - 4321, 2 * TICKS_PERIOD - 4321):
        check_clock(play_fresh(legacy(), Scene(frames=251, period=40, firmware=3, start=start)))


def test_legacy_compresses_with_the_quality():
    played = play_fresh(legacy(QUALITY="35"), Scene(frames=5, firmware=3))
    equal([sent.quality for sent in played.sent], [35] * 5)


def test_legacy_lets_a_sensor_compress_its_own_jpeg():
    played = play_fresh(legacy(QUALITY="35", PIXFORMAT="sensor.JPEG"), Scene(frames=5, firmware=3))
    equal(played.calls[-1], ("quality", 35))
    equal([sent.quality for sent in played.sent], [None] * 5)


def test_legacy_paces_itself_without_drift():
    for pyb, firmware in ((True, 3), (False, 4)):
        played = play_fresh(legacy(FRAMERATE="7"), Scene(frames=71, period=1, firmware=firmware, pyb=pyb))
        first, last = played.sent[0].ticks, played.sent[-1].ticks
        assert abs(last - first - 10000) <= 2, last - first


def test_legacy_keeps_its_pace_when_the_clock_wraps():
    played = play_fresh(legacy(FRAMERATE="7", TICKS_MASK="0xFFFF"), Scene(frames=701, period=1, firmware=3))
    assert abs(played.now() - 100000) <= 150, played.now()


def test_legacy_takes_what_a_slow_sensor_gives():
    played = play_fresh(legacy(FRAMERATE="50"), Scene(frames=30, period=100, firmware=3))
    equal(played.now(), 3000)


def test_legacy_does_not_hurry_after_a_pause():
    the_scene = Scene(frames=60, period=1, firmware=3)

    def pause(ms):
        if len(the_scene.taken_at) == 30:
            the_scene.advance(2000)
        return [100] * PIXELS

    the_scene.grey = pause
    times = play_fresh(legacy(FRAMERATE="10"), the_scene).taken_at
    for before, after in zip(times[31:], times[32:]):
        assert 99 <= after - before <= 101, times


def test_legacy_window_is_cut_after_the_size():
    played = play_fresh(legacy(WINDOW="(100, 50)"), Scene(frames=2, firmware=3))
    equal(played.calls[1:], [("framesize", "QVGA"), ("window", (100, 50))])


def test_fakes_catch_newer_functions_on_firmware_3():
    text = broken(legacy(), "from pyb import millis as ticks_ms, delay as sleep_ms", "raise ImportError")
    assert isinstance(raised_by(text, Scene(firmware=3), play_fresh), ImportError)
