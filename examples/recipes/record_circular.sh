#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The last two seconds in memory; when the stream ends, they are saved. Ctrl-C is an end too (-e).
set -euo pipefail
device="${OMV_DEVICE:-emulator:?size=VGA&fps=30}"

gst-launch-1.0 -q -e omvsrc device="$device" num-buffers=90 ! \
  omvclipsink location=last.avi pre-time=2000000000 lateness=0 on-eos=save
