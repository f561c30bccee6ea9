#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""`omv rig run` with emulated cameras: what is recorded, what survives, how it ends: rig_run_test.py OMV [arguments]."""

import os
import pty
import select
import signal
import socket
import subprocess
import unittest

from rigs import CAMERA, DEADLINE, EX_CONFIG, HEAD, LOSSY, OMV, SEGMENTS, SIGNAL, RigTestCase, RunningRig


class RigRunTest(RigTestCase):
    def test_segments_follow_each_other_without_a_lost_frame(self):
        rig = self.run_rig(HEAD + CAMERA + SEGMENTS)
        for _ in range(3):
            rig.wait_for("segment")
        self.assertEqual(rig.stop(), 0)
        facts = self.facts("all/*.bin.json")
        self.assertGreaterEqual(len(facts), 4)
        for before, after in zip(facts, facts[1:]):
            self.assertEqual(after["first_sequence"], before["last_sequence"] + 1)
            self.assertTrue(after["continues"])
        for fact in facts:
            self.assertTrue(fact["complete"])
            self.assertEqual(fact["frames"], fact["frames_delivered"])
            self.assertLessEqual(fact["file_bytes"], 100_000)
        self.assertEqual(list(self.out.rglob("*.part")), [])

    def test_a_trigger_makes_clips_and_stills_of_all_cameras(self):
        text = HEAD + CAMERA + CAMERA.replace("camera.a", "camera.b") + SIGNAL
        text += '[trigger.door]\ntype = "file"\npath = "door"\n'
        text += '[record.clips]\ntype = "clip"\ntriggers = "usr"\npre = "500ms"\npost = "200ms"\nring = "4MiB"\n'
        text += '[record.stills]\ntype = "still"\ntriggers = "door"\nburst = 3\n'
        rig = self.run_rig(text)
        found = {rig.wait_for("camera-found")["camera"], rig.wait_for("camera-found")["camera"]}
        self.assertEqual(found, {"a", "b"})
        rig.signal(signal.SIGUSR1)
        with open(self.dir / "door", "w") as door:
            door.write("case 17\n")
        for camera in "ab":
            for _ in range(3):
                rig.wait_for("still", trigger="door")
        while len(rig.told("clip")) < 2:
            rig.wait_for("clip", trigger="usr")
        self.assertEqual(rig.stop(), 0)
        triggers = [fact["triggers"][0] for fact in self.facts("clips/**/*.json")]
        self.assertEqual(len(triggers), 2)
        self.assertEqual(triggers[0]["running_time_ns"], triggers[1]["running_time_ns"])
        self.assertEqual(len(list(self.out.glob("stills/**/*.jpg"))), 6)

    def test_motion_starts_a_clip(self):
        text = HEAD + CAMERA + '[trigger.move]\ntype = "motion"\ncamera = "a"\nwarm_up = "200ms"\n'
        text += '[record.clips]\ntype = "clip"\ntriggers = "move"\npre = "100ms"\npost = "100ms"\nmax = "1s"\nring = "4MiB"\n'
        rig = self.run_rig(text)
        rig.wait_for("trigger", trigger="move")
        rig.wait_for("clip", trigger="move")
        self.assertEqual(rig.stop(), 0)

    def test_an_element_that_is_missing_ends_it_with_a_cure(self):
        rig = self.run_rig(HEAD + '[camera.a]\npipeline = "omvnosuch ! image/jpeg"\n' + SEGMENTS)
        lost = rig.wait_for("camera-lost", level="error")
        cure = 'no element "omvnosuch"; is its plugin installed, or in a folder that GST_PLUGIN_PATH names?'
        self.assertIn(cure, lost["text"])
        self.assertEqual(rig.wait(), 1)

    def test_what_is_in_progress_is_finished(self):
        text = HEAD + CAMERA + SIGNAL
        text += '[record.clips]\ntype = "clip"\ntriggers = "usr"\npost = "1h"\nmax = "0s"\nring = "4MiB"\nformat = "avi"\n'
        rig = self.run_rig(text)
        rig.wait_for("camera-found")
        rig.signal(signal.SIGUSR1)
        rig.wait_for("trigger")
        self.assertEqual(rig.stop(), 0)
        self.assertEqual(len(list(self.out.rglob("*.avi"))), 1)
        self.assertEqual(list(self.out.rglob("*.part")), [])

    def test_a_file_that_is_read_again_applies_when_it_is_right(self):
        rig = self.run_rig(HEAD + CAMERA + SEGMENTS)
        rig.wait_for("segment")
        rig.file.write_text(HEAD + CAMERA + SEGMENTS + '[record.all]\ntype = "clip"\n')
        rig.signal(signal.SIGHUP)
        rig.wait_for("reload", level="error")
        rig.wait_for("segment", record="all")
        rig.file.write_text(HEAD + CAMERA + SEGMENTS + SEGMENTS.replace("all", "more"))
        rig.signal(signal.SIGHUP)
        rig.wait_for("reload", level="info")
        rig.wait_for("segment", record="more")
        rig.wait_for("segment", record="all")
        self.assertEqual(rig.stop(), 0)
        facts = self.facts("all/*.json")
        for before, after in zip(facts, facts[1:]):
            self.assertEqual(after["first_sequence"], before["last_sequence"] + 1, "the record was not left alone")

    def test_a_script_that_was_edited_is_run_anew(self):
        script = self.dir / "camera.py"
        script.write_text("import csi\n")
        rig = self.run_rig(HEAD + CAMERA + 'script = "camera.py"\n' + SEGMENTS)
        rig.wait_for("camera-found")
        rig.signal(signal.SIGHUP)
        rig.wait_for("reload", level="info")
        rig.wait_for("segment")
        self.assertEqual(len(rig.told("camera-found")), 1, "nothing has changed")
        script.write_text("import csi, time\n")
        rig.signal(signal.SIGHUP)
        rig.wait_for("reload", level="info")
        rig.wait_for("camera-found")
        self.assertEqual(rig.stop(), 0)

    def test_a_directory_of_settings_is_switched_by_a_link(self):
        for name in ("1", "2"):
            (self.dir / name).mkdir()
        (self.dir / "now").symlink_to("1")
        rig = RunningRig(self.dir / "now", HEAD + CAMERA + SEGMENTS)
        self.addCleanup(self.end, rig)
        rig.wait_for("segment")
        (self.dir / "2/rig.toml").write_text(HEAD + CAMERA + SEGMENTS + SEGMENTS.replace("all", "more"))
        (self.dir / "next").symlink_to("2")
        (self.dir / "next").rename(self.dir / "now")
        rig.signal(signal.SIGHUP)
        rig.wait_for("reload", level="warning")
        rig.wait_for("reload", level="info")
        rig.wait_for("segment", record="more")
        self.assertEqual(rig.stop(), 0)
        self.assertTrue((self.dir / "1/out/more").exists(), "files go where they went")

    def test_commands_of_the_last_events_have_time(self):
        tell = '[notify]\nevents = ["segment"]\ncommand = ["sh", "-c", "sleep 0.7; echo >> told"]\n'
        rig = self.run_rig(HEAD + CAMERA + SEGMENTS.replace("100kB", "1MB") + tell)
        rig.wait_for("camera-found")
        self.assertEqual(rig.stop(), 0)
        self.assertEqual(len(rig.told("segment")), 1)
        self.assertTrue((self.dir / "told").exists())

    def test_limits_of_a_file_that_is_refused_do_not_apply(self):
        text = HEAD + CAMERA + SEGMENTS
        rig = self.run_rig(text)
        rig.wait_for("segment", path="out/all/0002.bin")
        for refused in (
            '[notify]\nmqtt = "mqtt://127.0.0.1:1"\nmqtt_user = "a"\nmqtt_password_file = "nothing"\n',
            'hook = ["true"]\n',
        ):
            (self.out / ".outbox").write_text("in the way of a directory")
            rig.file.write_text(text + refused + "[[retain]]\nmax_files = 1\n")
            rig.signal(signal.SIGHUP)
            rig.wait_for("reload", level="error")
            for _ in range(2):
                rig.wait_for("segment")
        self.assertEqual(rig.stop(), 0)
        self.assertTrue((self.out / "all/0000.bin").exists())

    def start_emulator(self, *options):
        """The process, and what it says of itself."""
        emulator = subprocess.Popen([OMV, "emulate", "--fps", "40", *options], stdout=subprocess.PIPE, text=True)
        self.addCleanup(emulator.stdout.close)
        self.addCleanup(emulator.wait, DEADLINE)
        self.addCleanup(emulator.kill)
        return emulator, emulator.stdout.readline()

    def test_a_camera_that_changes_lets_go_of_its_port_first(self):
        port = str(self.dir / "camera")
        self.start_emulator("--pty", "--link", port)
        text = HEAD + f'[camera.a]\ndevice = "{port}"\n'
        rig = self.run_rig(text + SEGMENTS)
        rig.wait_for("camera-found")
        rig.file.write_text(text + "quality = 40\n" + SEGMENTS)
        rig.signal(signal.SIGHUP)
        rig.wait_for("reload", level="info")
        rig.wait_for("camera-found")
        rig.stop()
        self.assertEqual(rig.told("camera-lost"), [])

    def test_limits_hold_over_restarts(self):
        text = HEAD + CAMERA + SEGMENTS + "[[retain]]\nmax_files = 3\n"
        rig = self.run_rig(text)
        for _ in range(5):
            rig.wait_for("segment")
        self.assertEqual(rig.stop(), 0)
        first = sorted(path.name for path in self.out.glob("all/*.bin"))
        self.assertEqual(len(first), 3)
        rig = self.run_rig(text)
        rig.wait_for("segment")
        self.assertEqual(rig.stop(), 0)
        second = sorted(path.name for path in self.out.glob("all/*.bin"))
        self.assertEqual(len(second), 3)
        self.assertNotEqual(first[0], second[0])
        self.assertEqual(len(list(self.out.glob("all/*.json"))), 3)

    def test_hooks_are_tried_again_also_by_the_next_run(self):
        hook = 'test -e open && cat "$0" >> sent'
        text = HEAD + CAMERA + SEGMENTS.replace("100kB", "1MB")
        text += f"hook = ['sh', '-c', '{hook}', '{{path}}']\nhook_delay = '100ms'\n"
        rig = self.run_rig(text)
        rig.wait_for("camera-found")
        self.assertEqual(rig.stop(), 0)
        self.assertEqual(len(list(self.out.glob(".outbox/*.job"))), 1)
        rig = self.run_rig(text)
        rig.wait_for("hook", level="warning")
        (self.dir / "open").touch()
        path = rig.wait_for("hook", level="info")["path"]
        self.assertEqual((self.dir / "sent").read_bytes(), (self.dir / path).read_bytes())
        self.assertEqual(rig.stop(), 0)

    def test_a_camera_dies_and_returns_alone(self):
        emulator, said = self.start_emulator("--tcp", "0")
        address = next(word for word in said.split() if word.startswith("tcp://"))
        text = HEAD + CAMERA + '[camera.b]\n' + f'device = "{address}"\nreconnect = false\nrestart_delay = "100ms"\n'
        rig = self.run_rig(text + SEGMENTS.replace("all/", "all/%{camera}-"))
        rig.wait_for("segment", camera="b")
        emulator.kill()
        emulator.wait(DEADLINE)
        rig.wait_for("camera-lost", camera="b")
        rig.wait_for("segment", camera="a")
        again = subprocess.Popen(
            [OMV, "emulate", "--tcp", address.removeprefix("tcp://"), "--fps", "40"], stdout=subprocess.DEVNULL
        )
        self.addCleanup(again.wait, DEADLINE)
        self.addCleanup(again.kill)
        rig.wait_for("camera-found", camera="b")
        rig.wait_for("segment", camera="b")
        self.assertIn(rig.stop(), (0, LOSSY))
        self.assertEqual([line for line in rig.told("camera-lost") if line["camera"] == "a"], [])

    def test_a_camera_whose_own_script_fails_is_told_and_started_again(self):
        camera = CAMERA.replace("fps=40", "fps=40&exception=20")
        rig = self.run_rig(HEAD + camera + 'script_text = "import csi"\nrestart_delay = "100ms"\n' + SEGMENTS)
        rig.wait_for("camera-found")
        self.assertIn("its script has failed", rig.wait_for("camera-lost")["text"])
        rig.wait_for("camera-found")
        rig.wait_for("segment")
        rig.stop()

    def test_a_camera_whose_own_script_ends_is_told(self):
        camera = CAMERA.replace("fps=40", "fps=40&frames=20")
        rig = self.run_rig(HEAD + camera + 'script_text = "import csi"\n' + SEGMENTS)
        self.assertEqual(rig.wait_for("camera-lost")["text"], "its script has ended")
        self.assertEqual(rig.stop(), 0)

    def test_a_camera_that_is_not_there_ends_the_start_unless_it_is_optional(self):
        missing = '[camera.b]\ndevice = "tcp://127.0.0.1:1"\n'
        self.assertEqual(self.run_rig(HEAD + CAMERA + missing + SEGMENTS.replace("all/", "%{camera}/")).wait(), 1)
        rig = self.run_rig(HEAD + CAMERA + missing + "optional = true\n" + SEGMENTS.replace("all/", "%{camera}/"))
        rig.wait_for("camera-lost", camera="b")
        rig.wait_for("segment", camera="a")
        self.assertEqual(rig.stop(), 0)

    def test_too_little_room_stops_writing_but_not_the_rig(self):
        rig = self.run_rig(HEAD.replace('stop_free = "0B"', 'stop_free = "1PiB"') + CAMERA + SEGMENTS)
        rig.wait_for("disk", level="warning")
        rig.wait_for("camera-found")
        rig.file.write_text(HEAD + CAMERA + SEGMENTS)
        rig.signal(signal.SIGHUP)
        rig.wait_for("disk", level="info")
        rig.wait_for("segment")
        self.assertEqual(rig.stop(), LOSSY)

    def test_a_trigger_that_is_refused_is_a_loss(self):
        text = HEAD.replace('stop_free = "0B"', 'stop_free = "1PiB"') + CAMERA + SIGNAL
        rig = self.run_rig(text + '[record.clips]\ntype = "clip"\ntriggers = "usr"\nring = "4MiB"\n')
        rig.wait_for("disk", level="warning")
        rig.wait_for("camera-found")
        rig.signal(signal.SIGUSR1)
        rig.wait_for("trigger", level="warning", record="clips")
        self.assertEqual(rig.stop(), LOSSY)
        self.assertIn("1 in all of triggers", rig.told("losses")[-1]["text"])

    def test_the_service_manager_is_told(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.settimeout(DEADLINE)
            manager.bind(str(self.dir / "notify"))
            rig = self.run_rig(
                HEAD + CAMERA + SEGMENTS, {"NOTIFY_SOCKET": str(self.dir / "notify"), "WATCHDOG_USEC": "200000"}
            )
            self.assertEqual(manager.recv(100), b"READY=1")
            self.assertEqual(manager.recv(100), b"WATCHDOG=1")

            def wait_for(said):
                while not manager.recv(200).startswith(said):
                    pass

            wait_for(b"STATUS=a ")
            rig.signal(signal.SIGTERM)
            wait_for(b"STOPPING=1")
            self.assertEqual(rig.wait(), 0)

    def on_a_terminal(self, text, until):
        """What a rig writes there, up to this and then to its end."""
        (self.dir / "rig.toml").write_text(text)
        ours, its = pty.openpty()
        rig = subprocess.Popen([OMV, "rig", "run", str(self.dir / "rig.toml")], stderr=its,
                               env={**os.environ, "XDG_RUNTIME_DIR": str(self.dir)})
        self.addCleanup(rig.wait, DEADLINE)
        self.addCleanup(rig.kill)
        os.close(its)
        self.addCleanup(os.close, ours)
        said = self.read_terminal(ours, lambda said: until in said)
        self.assertIn(until, said)
        rig.terminate()
        return said + self.read_terminal(ours, lambda said: False)

    def read_terminal(self, terminal, is_enough):
        said = b""
        try:
            while not is_enough(said) and select.select([terminal], [], [], DEADLINE)[0]:
                said += os.read(terminal, 1 << 16)
        except OSError:  # that is how a terminal ends
            pass
        return said

    def test_a_terminal_has_a_status_line_out_of_the_way_of_the_log(self):
        text = (HEAD + CAMERA + SEGMENTS).replace('"json"', '"text"')
        said = self.on_a_terminal(text, b"1 recording | ").decode()
        self.assertRegex(said, r"\r\x1b\[Ka [0-9.]+/s \| [0-9.]+ kB/s \| 0 lost \| 1 recording \| ")
        for line in said.replace("\r\n", "\n").split("\n")[:-1]:
            self.assertRegex(line.rsplit("\x1b[K", 1)[-1], r"^20\d\d-\S+Z (debug|info) \S+: ")
        self.assertTrue(said.endswith("\r\x1b[K"), "it is wiped at the end")

    def test_json_on_a_terminal_is_json_alone(self):
        said = self.on_a_terminal(HEAD + CAMERA + SEGMENTS, b'"segment"').decode()
        self.assertNotIn("\x1b", said)

    def test_a_wrong_file_is_not_run(self):
        self.assertEqual(self.run_rig("[camera.a]\nframesiz = 'VGA'\n").wait(), EX_CONFIG)


if __name__ == "__main__":
    unittest.main()
