#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# parallel.sh IN OUT [PARTS]: converts a long recording in parts, as many at once as there are processors, and joins them.
#
#   parallel.sh night.bin night.avi
#   parallel.sh night.bin night.avi 64 --sshlogin node1,node2    # what follows is GNU parallel's
set -euo pipefail

in=$1
out=$2
parts=${3:-$(nproc)}
shift $(($# < 3 ? $# : 3))

[ ! -e "$out" ] || { echo "parallel.sh: $out exists" >&2; exit 1; }
work=$(mktemp -d -p "$(dirname "$out")" .parallel-XXXXXX)
trap 'rm -rf "$work"' EXIT

# Parts of ImageIO (.bin) follow each other exactly, those of AVI to a slot of its grid, of GIF to 10 ms.
kind=${out##*.}
seq -w "$parts" | parallel --halt now,fail=1 "$@" omv convert --quiet --shard "{}/$parts" "$in" "$work/{}.$kind"
omv convert --quiet "$work"/*."$kind" "$out"
