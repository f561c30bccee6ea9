# SPDX-License-Identifier: LGPL-2.1-or-later
"""The scripts that record on the SD card: time-lapse, pre-trigger ring, MJPEG, GIF."""
import os

import csi
from harness import broken, equal, messages, play, raised_by, script
from scene import Misuse, Scene

RING = {"BEFORE": "10", "AFTER": "5", "SETTLE": "0"}


def test_lapse_keeps_its_interval_without_drift():
    played = play(script("timelapse.py", INTERVAL="5000", PICTURES="20"), slow_card(Scene(frames=10000)))
    times = sorted(ms for ms, _ in stills(played))
    equal(len(times), 20)
    for before, after in zip(times, times[1:]):
        assert abs(after - before - 5000) <= 40, times
    assert abs(times[-1] - times[0] - 95000) <= 40, times


def slow_card(the_scene, ms=700):
    the_scene.write_time = ms
    return the_scene


def stills(played):
    """(ms at which it was taken, path) of the JPEG files."""
    found = []
    for path, (pixformat, number, quality) in played.files.items():
        equal((pixformat, quality), (csi.JPEG, 90))
        found.append((played.taken_at[number], path))
    return found


def test_lapse_throws_away_what_is_old():
    played = play(script("timelapse.py", INTERVAL="5000", PICTURES="3"), Scene(frames=1000))
    taken = sorted(number for _, number, _ in played.files.values())
    for number in taken:
        thrown_away = played.taken_at[max(0, number - 12) : number]
        assert thrown_away[-1] - thrown_away[0] >= 400, "picture %d was taken at once" % number


def test_lapse_goes_on_with_the_numbers_of_the_last_run():
    os.mkdir("/card/timelapse")
    for name in ("000006.jpg", "000007.jpg", "readme.txt"):
        open("/card/timelapse/" + name, "w").close()
    played = play(script("timelapse.py", INTERVAL="5000", PICTURES="2"), Scene(frames=1000))
    equal(sorted(played.files), ["timelapse/000008.jpg", "timelapse/000009.jpg"])


def test_lapse_makes_its_folder():
    play(script("timelapse.py", PICTURES="1"), Scene(frames=1000))
    assert "timelapse" in os.listdir("/card")


def test_lapse_syncs_and_closes_its_recording():
    text = script("timelapse.py", FOLDER="None", RECORDING='"lapse.bin"', INTERVAL="5000")
    played = play(text, Scene(frames=1000))  # which ends in the midst of it, as a stopped script does
    recording = played.files["lapse.bin"]
    assert recording.closed
    equal(recording.synced, list(range(1, len(recording.chunks) + 1)))
    intervals = [interval for interval, _ in recording.chunks]
    assert len(intervals) >= 5, intervals
    for interval in intervals[1:]:
        assert abs(interval - 5000) <= 40, intervals


def test_lapse_check_can_fail():
    drifting = broken(
        script("timelapse.py", INTERVAL="5000", PICTURES="20"),
        "due = time.ticks_add(due, INTERVAL)",
        "due = time.ticks_add(time.ticks_ms(), INTERVAL)",
    )
    played = play(drifting, slow_card(Scene(frames=10000)))
    times = sorted(ms for ms, _ in stills(played))
    assert times[-1] - times[0] > 95000 + 40, "drift goes through"


def ring_scene(*pins, frames=100):
    return Scene(frames=frames, period=40, pins=[(ms, "P7", level) for ms, level in pins])


def numbers_of(recording):
    return [stored.number for _, stored in recording.chunks]


def test_ring_keeps_what_was_before_and_what_follows():
    played = play(script("ring_imageio.py", **RING), ring_scene((2010, 0), (2500, 1)))
    recording = played.files["ring-0000.bin"]
    trigger = 2040 // 40 - 1  # the first picture that is complete after the edge
    equal(numbers_of(recording), list(range(trigger - 9, trigger + 6)))
    assert recording.closed


def test_ring_keeps_the_times():
    played = play(script("ring_imageio.py", **RING), ring_scene((2010, 0), (2500, 1)))
    intervals = [interval for interval, _ in played.files["ring-0000.bin"].chunks]
    equal(intervals[1:], [40] * 14)


def test_ring_that_is_not_full_yet_has_what_there_is():
    played = play(script("ring_imageio.py", **RING), ring_scene((130, 0), (500, 1)))
    equal(numbers_of(played.files["ring-0000.bin"]), list(range(0, 9)))


def test_ring_after_a_clip_starts_anew_with_another_file():
    pins = ((2010, 0), (2500, 1), (3200, 0), (5100, 1))
    played = play(script("ring_imageio.py", **RING), ring_scene(*pins, frames=200))
    equal(sorted(played.files), ["ring-0000.bin", "ring-0001.bin"])
    first, second = numbers_of(played.files["ring-0000.bin"]), numbers_of(played.files["ring-0001.bin"])
    equal(second, list(range(first[-1] + 1, second[-1] + 1)))  # nothing twice, and nothing from before
    assert 5 < len(second) < 15, second


def test_ring_skips_what_does_not_fit_and_says_so():
    text = broken(
        script("ring_imageio.py", **RING),
        "ring.write(camera.snapshot().to_jpeg(quality=QUALITY))",
        "picture = camera.snapshot().to_jpeg(quality=QUALITY)\n"
        "    if picture.number % 3 == 0:\n"
        "        picture.jpeg_size = 19201\n"  # a slot holds 19200 at QVGA
        "    ring.write(picture)",
    )
    played = play(text, ring_scene((2010, 0), (2500, 1)))
    for number in numbers_of(played.files["ring-0000.bin"]):
        assert number % 3, "picture %d does not fit" % number
    assert "too large" in played.printed[0][1] and not played.printed[0][1].endswith(" 0 too large\n")


def test_ring_check_can_fail():
    wrong_order = broken(script("ring_imageio.py", **RING), "oldest = self.stream.offset() if", "oldest = 0 if")
    played = play(wrong_order, ring_scene((2010, 0), (2500, 1)))
    numbers = numbers_of(played.files["ring-0000.bin"])
    assert numbers != sorted(numbers), "pictures in the order of the slots go through"


def test_fakes_catch_a_ring_that_does_not_wrap():
    text = broken(script("ring_imageio.py", **RING), "if self.stream.offset() == self.slots:", "if False:")
    assert isinstance(raised_by(text, ring_scene()), EOFError)


def test_fakes_catch_a_slot_that_was_never_written():
    text = broken(script("ring_imageio.py", **RING), "min(self.valid + 1, self.slots)", "self.slots - 1")
    assert isinstance(raised_by(text, ring_scene((130, 0))), Misuse)


def test_fakes_catch_one_read_that_does_not_pause():
    text = broken(script("ring_imageio.py", **RING), "read(pause=True)", "read(pause=number > oldest)")
    played = play(text, ring_scene((2010, 0), (2500, 1)))
    intervals = [interval for interval, _ in played.files["ring-0000.bin"].chunks]
    assert intervals[1:] != [40] * 14, intervals


def test_mjpeg_records_for_its_time_and_closes():
    played = play(script("record_mjpeg.py"), Scene(frames=1000, period=40))
    recording = played.files["record.avi"]
    assert recording.closed
    equal(recording.geometry, (320, 240))
    equal(set(recording.qualities), {80})
    assert 150 <= recording.count() <= 153, recording.count()  # 10 s at 15 per second
    equal(played.printed[0][1], "record.avi: %d pictures\n" % recording.count())


def test_scripts_that_end_announce_it_when_they_are_done_and_only_then():
    for name, tunables in (("record_mjpeg", {}), ("record_gif", {}), ("timelapse", {"PICTURES": "2"})):
        for frames, announced in ((3000, 1), (20, 0)):
            played = play(script(name + ".py", **tunables), Scene(frames=frames, period=40))
            equal((name, len(messages(played, "end"))), (name, announced))


def test_mjpeg_syncs_once_a_second():
    synced = play(script("record_mjpeg.py"), Scene(frames=1000, period=40)).files["record.avi"].synced
    assert len(synced) >= 10, synced
    for (before, _), (after, _) in zip(synced, synced[1:]):
        assert after - before <= 1000 + 80, synced


def test_mjpeg_is_closed_when_the_script_is_stopped():
    assert play(script("record_mjpeg.py"), Scene(frames=60)).files["record.avi"].closed


def test_fakes_catch_mjpeg_frames_after_close():
    text = broken(script("record_mjpeg.py"), "    recording.close()\n", "    recording.close(); recording.sync()\n")
    assert isinstance(raised_by(text, Scene(frames=1000)), OSError)


def test_fakes_catch_an_mjpeg_of_another_size():
    text = broken(script("record_mjpeg.py"), "camera.width(), camera.height()", "160, 120")
    assert isinstance(raised_by(text, Scene(frames=1000)), Misuse)


def gif_of(text, the_scene):
    played = play(text, the_scene)
    recording = played.files["record.gif"]
    assert recording.closed
    return played, recording


def check_delays(recording):
    """Each delay is how long its picture was the newest, and their sum never runs away from the clock."""
    shown = 0
    for number, ticks in enumerate(recording.ticks):
        assert abs((ticks - recording.ticks[0]) / 10 - shown) <= 5, (number, shown, recording.ticks)
        shown += recording.delays[number]


def test_gif_delays_follow_the_clock():
    for rate in (3, 7, 8, 10):
        _, recording = gif_of(script("record_gif.py", FRAMERATE=str(rate)), Scene(frames=10000, period=10))
        check_delays(recording)
        equal(len(recording.delays), 5 * rate if 1000000 % rate == 0 else 5 * rate + 1)
        assert abs(sum(recording.delays) - 100 * len(recording.delays) / rate) <= 1


def test_gif_delays_round_their_sum_and_not_themselves():
    _, recording = gif_of(script("record_gif.py", FRAMERATE="7"), Scene(frames=10000, period=1))
    equal(recording.delays[:7], [14, 15, 14, 14, 14, 15, 14])


def test_gif_delays_follow_the_clock_of_a_slow_card():
    card = slow_card(Scene(frames=10000, period=10), 333)
    _, recording = gif_of(script("record_gif.py", DURATION="9000"), card)
    check_delays_of_slow(recording)


def check_delays_of_slow(recording):
    # A picture that is late makes the one before it too short: by no more than the lateness of one.
    total = (recording.ticks[-1] - recording.ticks[0]) / 10
    assert abs(total - sum(recording.delays[:-1])) <= 40, (total, recording.delays)


def test_gif_delays_are_long_enough_for_players():
    _, recording = gif_of(script("record_gif.py", FRAMERATE="90"), Scene(frames=10000, period=5))
    assert min(recording.delays) >= 2, recording.delays


def test_gif_is_closed_when_the_script_is_stopped():
    _, recording = gif_of(script("record_gif.py"), Scene(frames=60))
    assert recording.delays


def test_gif_check_can_fail():
    text = broken(script("record_gif.py", FRAMERATE="7"), "elapsed()))", "elapsed()) and 10)")
    recording = play(text, Scene(frames=10000, period=10)).files["record.gif"]
    try:
        check_delays(recording)
    except AssertionError:
        return
    raise AssertionError("wrong delays go through")


def test_fakes_catch_gif_frames_after_close():
    text = broken(script("record_gif.py"), "    record(camera,", "    recording.close(); record(camera,")
    assert isinstance(raised_by(text, Scene(frames=1000)), Misuse)


def test_fakes_catch_gif_frames_that_are_coded():
    text = broken(script("record_gif.py"), "picture = camera.snapshot()", "picture = camera.snapshot().to_jpeg()")
    assert isinstance(raised_by(text, Scene(frames=1000)), OSError)
