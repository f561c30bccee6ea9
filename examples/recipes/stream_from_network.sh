#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The other way: pictures of a program over a socket become video, and an AVI.
set -euo pipefail
port=${PORT:-8000}

gst-launch-1.0 -q videotestsrc num-buffers=30 ! jpegenc ! multifilesink location=test-%02d.jpg
gst-launch-1.0 -q -e tcpserversrc host=127.0.0.1 port="$port" do-timestamp=true ! omvlendepay ! omvmjpegmux ! \
  filesink location=received.avi &
until grep -q ":$(printf %04X "$port") 00000000:0000 0A" /proc/net/tcp; do sleep 0.1; done  # it listens
"$(dirname "$0")/../send_pictures.py" 127.0.0.1 "$port" test-*.jpg
wait
