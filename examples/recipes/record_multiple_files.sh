#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Video in files of a second, without a lost frame at the cuts, and no more than the last three of them.
set -euo pipefail
device="${OMV_DEVICE:-emulator:?size=VGA}"

gst-launch-1.0 -q -e omvsrc device="$device" num-buffers=150 ! \
  omvclipsink location='part-%{index:03d}.avi' trigger=start pre-time=0 post-time=-1 max-time=1000000000 max-files=3
