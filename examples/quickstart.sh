#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# From a fresh Debian 12 machine to a recording, its playback, and a rig that records on its own; no camera needed, the
# emulated one is recorded.
set -euo pipefail

usage() {
  cat <<'EOF'
Usage: examples/quickstart.sh [OPTION...] [VIDEO]

Without VIDEO the emulated camera shows a synthetic scene. With VIDEO (anything GStreamer decodes) the emulated camera
delivers the frames of that video, and the recording is compared with what went in, frame by frame.
  --out DIR       where results go (default: out/)
  --no-install    install no packages
EOF
}

FRAMES=90            # of the synthetic scene
TILE_COLUMNS=4       # of the contact sheet
TILE_ROWS=3
TILE_WIDTH=240
TILE_HEIGHT=180
RIG_SECONDS=5        # that the rig runs at least
RIG_LIMIT=60         # and at most, until there is a clip

out='' install=true video=''
while [ $# -gt 0 ]; do
  case $1 in
    --out) out=$(realpath -m "${2:?--out needs a folder}"); shift ;;
    --no-install) install=false ;;
    -h | --help) usage; exit 0 ;;
    -*) echo "quickstart.sh: unknown option '$1'" >&2; usage >&2; exit 2 ;;
    *)
      [ -z "$video" ] || { echo "quickstart.sh: one video, please" >&2; exit 2; }
      [ -r "$1" ] || { echo "quickstart.sh: cannot read '$1'" >&2; exit 2; }
      video=$(realpath "$1")
      ;;
  esac
  shift
done

cd "$(dirname "$0")/.."
BUILD=${BUILD:-build}
out=${out:-$PWD/out}
tiles=''
rig=''
trap '[ -z "$tiles" ] || rm -rf "$tiles"; [ -z "$rig" ] || kill "$rig" 2>/dev/null || true' EXIT

step() { printf '\n==> %s\n' "$*"; }
fail() { printf '\nquickstart.sh: %s\n' "$*" >&2; exit 1; }

# as_typed WORD...: the command line as a user would type it.
as_typed() {
  local word line=''
  for word in "$@"; do
    case $word in
      *[!a-zA-Z0-9_./:=,!%@+-]*) line+=" '$word'" ;;
      *) line+=" $word" ;;
    esac
  done
  echo "${line# }"
}

show_and_run() {
  echo "    $(as_typed "$@")"
  "$@" </dev/null || fail "this failed: $(as_typed "$@")"
}

launch() { show_and_run gst-launch-1.0 -q -e "$@"; }

build() {
  [ -f "$BUILD/build.ninja" ] || meson setup "$BUILD" </dev/null
  meson compile -C "$BUILD" gstopenmv:shared_library omv:executable
}

# The plugin and the command of the build folder, as `meson devenv` offers them.
enter_build_environment() {
  local settings
  settings=$(meson devenv -C "$BUILD" --dump)
  set +u  # the settings extend variables that may be unset
  eval "$settings"
  set -u
  gst-inspect-1.0 omvsrc >/dev/null 2>&1 || fail "GStreamer does not find the plugin in $BUILD"
}

# number FILE KEY: a whole number of `omv info --json`.
number() { omv info --json "$1" | sed -n "s/^.*\"$2\"[ ]*:[ ]*\([0-9]*\).*$/\1/p" | head -n 1; }

payload_hashes() { omv info --frames --json "$1" | grep -o '"sha256"[ ]*:[ ]*"[0-9a-f]*"'; }

# uri_path FILE: the path with everything percent-encoded that a query of the device URI could trip over.
uri_path() {
  local LC_ALL=C char i
  for ((i = 0; i < ${#1}; i++)); do
    char=${1:i:1}
    case $char in
      [a-zA-Z0-9/._~-]) printf '%s' "$char" ;;
      *) printf '%%%02X' "'$char" ;;
    esac
  done
}

describe() { show_and_run omv info "$1"; }

# Plays a recording as anything GStreamer has would, and counts what arrives.
play_back() {
  local wanted played
  wanted=$(number "$1" frame_count)
  echo "    $(as_typed gst-launch-1.0 filesrc location="$1" ! decodebin ! fakesink)"
  played=$(gst-launch-1.0 -v filesrc location="$1" ! decodebin ! fakesink silent=false </dev/null |
    grep -c 'last-message = chain') || fail "playing $1 failed"
  [ "$played" -eq "$wanted" ] || fail "$played frames were played, but $1 has $wanted"
  echo "    $played of $wanted frames played"
}

# Writes some pictures of a recording, evenly spread, into one PNG.
contact_sheet() {
  local recording=$1 sheet=$2 count=$((TILE_COLUMNS * TILE_ROWS)) duration i tile column row
  duration=$(number "$recording" duration_us)
  tiles=$(mktemp -d)
  gst-launch-1.0 -q filesrc location="$recording" ! decodebin ! \
    videorate ! "video/x-raw,framerate=$((count * 1000))/$((duration >= 1000 ? duration / 1000 : 1000))" ! \
    videoconvert ! videoscale add-borders=true ! \
    "video/x-raw,width=$TILE_WIDTH,height=$TILE_HEIGHT,pixel-aspect-ratio=1/1" ! \
    pngenc ! multifilesink location="$tiles/%02d.png" </dev/null || fail "no pictures of $recording"

  local pads=(compositor name=sheet background=black) branches=()
  for ((i = 0; i < count; i++)); do
    tile=$(printf '%s/%02d.png' "$tiles" "$i")
    [ -f "$tile" ] || break
    column=$((i % TILE_COLUMNS)) row=$((i / TILE_COLUMNS))
    pads+=("sink_$i::xpos=$((column * (TILE_WIDTH + 4)))" "sink_$i::ypos=$((row * (TILE_HEIGHT + 4)))")
    branches+=(filesrc location="$tile" ! pngdec ! imagefreeze num-buffers=1 ! videoconvert ! "sheet.sink_$i")
  done
  gst-launch-1.0 -q "${pads[@]}" ! videoconvert ! pngenc snapshot=true ! filesink location="$sheet" \
    "${branches[@]}" </dev/null || fail "no contact sheet of $recording"
  rm -rf "$tiles"
  tiles=''
  [ -s "$sheet" ] || fail "$sheet was not written"
  echo "    $i pictures"
}

record_scene() {
  step "Recording $FRAMES frames of the emulated camera"
  launch omvsrc device='emulator:?size=QVGA&fps=30' num-buffers="$FRAMES" ! imageiomux ! filesink location="$1"
}

record_video() {
  local source="$out/video.bin"
  step "Turning the video into an ImageIO recording (RGB565)"
  launch filesrc location="$video" ! decodebin ! videoconvert ! video/x-raw,format=RGB16 ! imageiomux ! \
    filesink location="$source"
  step "Recording the emulated camera that shows it, without loss and as fast as it goes"
  launch omvsrc device="emulator:?file=$(uri_path "$source")&fps=0&loop=false&lock-interval=0" stream=raw \
    num-buffers="$(number "$source" frame_count)" ! imageiomux ! filesink location="$1"
  step "Comparing the payloads of both recordings"
  cmp <(payload_hashes "$source") <(payload_hashes "$1") || fail "the payloads of $1 are not those of $source"
  echo "    all $(payload_hashes "$1" | wc -l) payloads are equal (sha256)"
}

# Runs a rig as a service manager would: in the background, until SIGTERM, which finishes its files.
run_rig() {
  local file=$1 files=$2 start=$SECONDS status=0
  echo "    omv rig run $file"
  omv rig run "$file" </dev/null &
  rig=$!
  until [ $((SECONDS - start)) -ge $RIG_SECONDS ] && [ -e "$files/animation-000.gif" ]; do
    kill -0 "$rig" 2>/dev/null || fail "the rig has ended"
    [ $((SECONDS - start)) -lt $RIG_LIMIT ] || fail "nothing has moved in front of the camera"
    sleep 0.2
  done
  kill -TERM "$rig"
  wait "$rig" || status=$?
  rig=''
  case $status in
    0) ;;
    3) echo "    some frames were lost, as the log says; is the machine busy?" ;;
    *) fail "the rig ended with status $status" ;;
  esac
}

if $install; then
  step "Installing what is missing"
  packaging/install-packages.sh build run
fi
step "Building in $BUILD"
build
enter_build_environment

mkdir -p "$out"
recording=$out/camera.bin
sheet=$out/camera.png
if [ -n "$video" ]; then record_video "$recording"; else record_scene "$recording"; fi

step "What was recorded"
describe "$recording"
step "Playing it back"
play_back "$recording"
step "Making a contact sheet"
contact_sheet "$recording" "$sheet"

step "Running a rig: everything as ImageIO, clips and animations of what moves, stills"
cp examples/rigs/quickstart.toml "$out/quickstart.toml"
rm -rf "$out/rig"
run_rig "$out/quickstart.toml" "$out/rig"
step "What the rig has recorded"
for file in everything-000.bin clip-000.avi animation-000.gif still-000.jpg; do describe "$out/rig/$file"; done
show_and_run omv info --sheet="$out/clip.png" "$out/rig/clip-000.avi" >/dev/null

step "Done"
echo "    $recording   the recording; play it with"
echo "                 meson devenv -C $BUILD gst-launch-1.0 playbin uri=file://$(uri_path "$recording")"
echo "    $sheet   some of its pictures"
echo "    $out/rig/   what the rig has recorded: $(find "$out/rig" -name '*.jpg' | wc -l) stills, and to look at"
echo "                 $out/rig/animation-000.gif   what moved"
echo "                 $out/clip.png   the same as one picture"
[ -z "$video" ] || echo "    $out/video.bin    the video as an ImageIO recording"
