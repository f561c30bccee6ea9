#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Shows what a camera sees, and keeps what was around each event: record_on_event.py [DEVICE].

Each line of the standard input is an event; its end, or Ctrl-D, ends the program. The same as record_on_event.cpp, with
PyGObject (Debian: python3-gi, gir1.2-gst-plugins-base-1.0).
"""

import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstApp", "1.0")
from gi.repository import GLib, Gst, GstApp  # noqa: E402,F401 (GstApp gives the appsink its methods)

PIPELINE = """
    omvsrc name=camera ! tee name=t
    t. ! queue leaky=downstream max-size-buffers=1 ! appsink name=preview sync=false max-buffers=1 drop=true
    t. ! queue ! omvclipsink name=clips location=event-%{index:02d}.avi pre-time=1000000000 post-time=1000000000
"""
PREVIEW_MS = 500


class Application:
    def __init__(self, device):
        self.pipeline = Gst.parse_launch(PIPELINE)
        self.preview = self.pipeline.get_by_name("preview")
        self.clips = self.pipeline.get_by_name("clips")
        if device:
            self.pipeline.get_by_name("camera").set_property("device", device)
        self.loop = GLib.MainLoop()
        self.status = 0

    def show(self):
        """Where a program with a window would draw: the latest frame, taken whenever it is wanted."""
        sample = self.preview.try_pull_sample(0)
        if sample:
            frame = sample.get_buffer()
            print(f"frame at {frame.pts / Gst.SECOND:.1f} s, {frame.get_size()} bytes, {sample.get_caps().to_string()}",
                  flush=True)
        return GLib.SOURCE_CONTINUE

    def raise_trigger(self, what):
        """`source` names who raised it, whatever else is in it goes into the facts of the clip."""
        trigger = Gst.Structure.new_empty("omv-trigger")
        trigger.set_value("source", "event")
        trigger.set_value("what", what)
        self.clips.emit("trigger", trigger)

    def on_input(self, source, _condition):
        line = source.readline()
        if line:
            self.raise_trigger(line.rstrip("\n"))
            return GLib.SOURCE_CONTINUE
        self.pipeline.send_event(Gst.Event.new_eos())  # a clip that is open is finished
        return GLib.SOURCE_REMOVE

    def on_message(self, _bus, message):
        if message.type == Gst.MessageType.ELEMENT and message.has_name("omv-clip-done"):
            clip = message.get_structure()
            print(f"clip {clip.get_string('location')}: {clip.get_uint64('file-frames').value} frames", flush=True)
        elif message.type == Gst.MessageType.ERROR:
            print(message.parse_error().gerror.message, file=sys.stderr)
            self.status = 1
            self.loop.quit()
        elif message.type == Gst.MessageType.EOS:
            self.loop.quit()

    def run(self):
        bus = self.pipeline.get_bus()
        bus.add_signal_watch()
        bus.connect("message", self.on_message)
        GLib.io_add_watch(sys.stdin, GLib.PRIORITY_DEFAULT, GLib.IOCondition.IN | GLib.IOCondition.HUP, self.on_input)
        GLib.timeout_add(PREVIEW_MS, self.show)
        self.pipeline.set_state(Gst.State.PLAYING)  # what is wrong comes as a message
        self.loop.run()
        self.pipeline.set_state(Gst.State.NULL)
        bus.remove_signal_watch()
        return self.status


if __name__ == "__main__":
    Gst.init(None)
    sys.exit(Application(sys.argv[1] if len(sys.argv) > 1 else None).run())
