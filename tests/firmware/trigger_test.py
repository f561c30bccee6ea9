# SPDX-License-Identifier: LGPL-2.1-or-later
"""The scripts that raise triggers: when, how often, and with which time."""
import csi
from harness import broken, equal, messages, play, raised_by, script
from scene import PIXELS, TICKS_PERIOD, Misuse, Scene

PERIOD = 40
SETTLED = 1000  # ms: SETTLE of the scripts


def triggers(played, kind):
    found = messages(played, "trigger")
    for ms, message in found:
        equal(message["trigger"], kind)
    return found


def check_times(played, kind, wanted):
    """Triggers are told at these times, with the ticks of the picture that shows why, before the next is taken."""
    found = triggers(played, kind)
    equal([ms for ms, _ in found], wanted)
    equal([message["ticks_ms"] for _, message in found], [(played.start + ms) % TICKS_PERIOD for ms in wanted])


def test_every_trigger_script_tells_the_clock():
    for name in ("trigger_blob", "trigger_motion", "trigger_pin", "trigger_channel"):
        played = play(script(name + ".py"), Scene(frames=100, period=PERIOD))
        clock = [(ms, one["ticks_ms"]) for ms, one in messages(played, "ticks_ms") if "trigger" not in one]
        assert len(clock) >= 3, (name, clock)
        for ms, ticks in clock:
            equal(ticks, played.start + ms)


def seen_between(begin, end, what, otherwise):
    return lambda ms: what if begin <= ms < end else otherwise


def blob_scene(begin=2000, end=100000, blob=(500, 600), **more):
    return Scene(blobs=seen_between(begin, end, [blob], []), period=PERIOD, **more)


def test_blob_is_told_once_with_the_time_of_its_picture():
    played = play(script("trigger_blob.py"), blob_scene(end=3000, frames=200))
    check_times(played, "blob", [2000])
    equal(triggers(played, "blob")[0][1]["blob"], {"x": 10, "y": 20, "w": 600, "h": 1, "pixels": 500})


def test_blob_triggers_again_after_the_hold_off():
    played = play(script("trigger_blob.py", HOLD_OFF="1000"), blob_scene(end=4500, frames=200))
    check_times(played, "blob", [2000, 3000, 4000])


def test_blob_hold_off_outlives_the_wrap_of_the_clock():
    played = play(script("trigger_blob.py"), blob_scene(end=6500, frames=200, start=TICKS_PERIOD - 3000))
    check_times(played, "blob", [2000, 4000, 6000])


MINUTE = 60 * 1000
HOUR = 60 * MINUTE
WEEK = 7 * 24 * HOUR  # more than half of the clock's period: its differences turn negative


def test_a_trigger_is_not_held_off_by_one_of_last_week():
    rare = Scene(blobs=lambda ms: [(500, 600)] if ms in (HOUR, WEEK) else [], frames=1010, period=10 * MINUTE)
    times = [ms for ms, _ in triggers(play(script("trigger_blob.py"), rare), "blob")]
    equal(times, [HOUR, WEEK])


def test_an_edge_is_not_held_off_by_one_of_last_week():
    pins = [(1000, "P7", 0), (2000, "P7", 1), (WEEK, "P7", 0)]
    played = play(script("trigger_pin.py"), Scene(frames=1010, period=10 * MINUTE, pins=pins))
    equal([message["ticks_ms"] - played.start for _, message in triggers(played, "pin")], [1000, WEEK])


def test_blob_that_is_too_small_is_none():
    for blob in ((199, 600), (500, 199)):
        equal(triggers(play(script("trigger_blob.py"), blob_scene(blob=blob)), "blob"), [])


def test_blob_sends_every_picture_and_fixes_the_colours():
    played = play(script("trigger_blob.py"), blob_scene(frames=60))
    equal(len(played.sent), 60)
    equal(played.calls[-2:], [("auto_gain", False), ("auto_whitebal", False)])


def test_blob_check_can_fail():
    late = broken(script("trigger_blob.py"), "raised = now\n", "raised = now\n            camera.snapshot()\n")
    played = play(late, blob_scene(end=3000, frames=200))
    try:
        check_times(played, "blob", [2000])
    except AssertionError:
        return
    raise AssertionError("a trigger that is told a picture late goes through")


def test_fakes_catch_thresholds_that_do_not_suit():
    text = script("trigger_blob.py", PIXFORMAT="csi.GRAYSCALE")
    assert isinstance(raised_by(text, blob_scene()), Misuse)


STILL = [100] * PIXELS


def moving(pixels, by=60):
    return [100 + by] * pixels + [100] * (PIXELS - pixels)


def motion_scene(begin, end, pixels=5, by=60, frames=150, **more):
    return Scene(grey=seen_between(begin, end, moving(pixels, by), STILL), frames=frames, period=PERIOD, **more)


def test_motion_is_told_with_the_time_of_its_picture():
    played = play(script("trigger_motion.py"), motion_scene(2000, 2400))
    check_times(played, "motion", [2000])
    assert triggers(played, "motion")[0][1]["level"] >= 55


def test_motion_leaves_the_pictures_as_they_are():
    played = play(script("trigger_motion.py"), motion_scene(2000, 2400))
    for sent in played.sent:
        wanted = moving(5) if 2000 <= sent.ticks - played.start < 2400 else STILL
        equal(sent.pixels, wanted)
        equal(sent.pixformat, csi.GRAYSCALE)


def test_motion_of_few_pixels_or_of_small_changes_is_none():
    for pixels, by in ((1, 100), (50, 20)):
        equal(triggers(play(script("trigger_motion.py"), motion_scene(2000, 9000, pixels, by)), "motion"), [])


def test_motion_becomes_background():
    # What stays is learned: no trigger once the hold-off is over, but one when it goes.
    played = play(script("trigger_motion.py"), motion_scene(2000, 6000, frames=200))
    check_times(played, "motion", [2000, 6000])


def test_motion_holds_off():
    flicker = Scene(grey=lambda ms: moving(5) if ms % 80 else STILL, frames=200, period=PERIOD)
    times = [ms for ms, _ in triggers(play(script("trigger_motion.py", HOLD_OFF="1000"), flicker), "motion")]
    assert len(times) >= 5, times
    for before, after in zip(times, times[1:]):
        assert after - before >= 1000, times


def test_motion_check_can_fail():
    text = broken(script("trigger_motion.py"), "get_histogram(difference=background)", "get_histogram()")
    found = triggers(play(text, motion_scene(2000, 2400)), "motion")
    assert [ms for ms, _ in found] != [2000], "a picture without its difference goes through"


def pin_scene(*levels, frames=100):
    return Scene(frames=frames, period=PERIOD, pins=[(ms, "P7", level) for ms, level in levels])


def test_pin_is_told_with_the_time_of_its_edge():
    played = play(script("trigger_pin.py"), pin_scene((1234, 0), (1500, 1)))
    (told, message), = triggers(played, "pin")
    equal(message, {"trigger": "pin", "ticks_ms": played.start + 1234, "pin": "P7"})
    equal(told, 1240)  # with the picture that was under way


def test_pin_that_bounces_is_one_edge():
    played = play(script("trigger_pin.py"), pin_scene((1000, 0), (1003, 1), (1005, 0), (1200, 1), (1210, 0)))
    equal([message["ticks_ms"] - played.start for _, message in triggers(played, "pin")], [1000, 1210])


def test_pin_that_rises_is_none():
    equal(triggers(play(script("trigger_pin.py"), pin_scene((0, 0), (1000, 1))), "pin")[1:], [])


def test_pin_check_can_fail():
    text = script("trigger_pin.py", EDGE="machine.Pin.IRQ_RISING")
    played = play(text, pin_scene((1234, 0), (1500, 1)))
    equal([message["ticks_ms"] - played.start for _, message in triggers(played, "pin")], [1500])


def test_fakes_catch_interrupts_of_an_output():
    text = broken(script("trigger_pin.py"), "machine.Pin.IN,", "machine.Pin.OUT,")
    assert isinstance(raised_by(text, pin_scene()), Misuse)
