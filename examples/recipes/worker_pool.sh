#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# A pool of workers: each frame goes to a free processor, results leave in order. For programs of your own, or
# for more than one machine, parts of a recording go to processes.
set -euo pipefail
device="${OMV_DEVICE:-emulator:?size=QVGA}"

gst-launch-1.0 -q -e omvsrc device="$device" stream=raw num-buffers=40 ! tee name=t \
  t. ! queue ! omvpngenc threads=0 ! multifilesink location=frame-%03d.png \
  t. ! queue ! imageiomux ! filesink location=all.bin
seq 4 | xargs -P 4 -I PART omv convert --quiet --shard PART/4 all.bin part-PART.avi
