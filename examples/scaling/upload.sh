#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# upload.sh PATH REMOTE: the hook of a record: a file and what is known of it, to any store that rclone knows.
#
#   hook = ["/usr/local/bin/upload.sh", "{path}", "shop:bench/{camera}/{name}"]
#
# Facts go first: whoever finds the file finds them too. A try that fails is repeated by the rig as a whole, and does no
# harm: rclone sends nothing that is there already.
set -euo pipefail

path=$1
remote=$2

if [ -e "$path.json" ]; then rclone copyto --retries 1 "$path.json" "$remote.json"; fi
if [ -d "$path" ]; then
  rclone copy --retries 1 "$path" "$remote"
else
  rclone copyto --retries 1 "$path" "$remote"
fi
