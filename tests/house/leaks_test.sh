#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Runs typical launch lines under GStreamer's leak tracer; the programs of tests/gst do that by themselves.
# Criticals are fatal, warnings of GStreamer and GLib count as failures.
set -uo pipefail

export GST_TRACERS=leaks GST_DEBUG=GST_TRACER:7 GST_DEBUG_NO_COLOR=1 G_DEBUG=fatal-criticals
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0

# judge NAME STATUS: looks through what the program said on standard error.
judge() {
  local found
  found=$(grep -E ':: object-alive, |-(CRITICAL|WARNING) \*\*' "$dir/stderr")
  if [ "$2" -eq 0 ] && [ -z "$found" ]; then
    echo "ok: $1"
    return
  fi
  echo "FAILED (status $2): $1"
  if [ -n "$found" ]; then cut -c1-400 <<<"$found"; else grep -v GST_TRACER "$dir/stderr" | tail -n 20; fi
  failed=1
}

launch() {
  timeout 100 gst-launch-1.0 -q "$@" >/dev/null 2>"$dir/stderr" </dev/null
  judge "$*" $?
}

# Ctrl-C once the recording has grown.
interrupt() {
  rm -f "$dir/cut.bin"
  gst-launch-1.0 "$@" ! imageiomux ! filesink buffer-mode=unbuffered location="$dir/cut.bin" \
    >/dev/null 2>"$dir/stderr" </dev/null &
  local launch=$! tries=0 status=0
  while [ "$(stat -c %s "$dir/cut.bin" 2>/dev/null || echo 0)" -lt 20000 ] && [ $((tries++)) -lt 3000 ]; do
    sleep 0.01
  done
  kill -INT "$launch"
  wait "$launch" || status=$?
  judge "Ctrl-C: $*" $status
}

# A shell without job control starts background programs deaf to Ctrl-C.
set -m

camera='emulator:?fps=0&size=QQVGA'
launch omvsrc device="$camera" num-buffers=30 ! imageiomux ! filesink location="$dir/jpeg.bin"
launch omvsrc device="$camera" stream=raw num-buffers=30 ! imageiomux ! filesink location="$dir/raw.bin"
for recording in jpeg raw; do
  launch filesrc location="$dir/$recording.bin" ! imageiodemux ! fakesink
  launch filesrc location="$dir/$recording.bin" ! imageiodecodebin ! videoconvert ! fakesink
  launch filesrc location="$dir/$recording.bin" ! decodebin ! videoconvert ! fakesink
  launch playbin uri="file://$dir/$recording.bin" video-sink=fakesink
done
interrupt -e omvsrc device="$camera"
interrupt omvsrc device="$camera"
interrupt -e videotestsrc ! video/x-raw,format=RGB16,width=64,height=48

exit $failed
