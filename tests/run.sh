#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Installs what is missing, builds, runs the tests, and ends with the line `N passed, N failed, N skipped`.
set -euo pipefail

usage() {
  cat <<'EOF'
Usage: tests/run.sh [OPTION...]

Without a suite option the plain build is tested. Each suite has its own build folder; several may be asked for.
  --plain           the plain build (in $BUILD, default build/)
  --sanitize        address and undefined behaviour sanitizers (in $BUILD-asan, clang)
  --tsan            thread sanitizer: library, elements, runner (in $BUILD-tsan)
  --fuzz SECONDS    every fuzz target for so many seconds (in $BUILD-fuzz; with --sanitize, in its folder)
  --filter GLOB     only test programs whose name matches, e.g. 'lib_image_*'; GTEST_FILTER narrows further
  --werror          warnings of the plain build are errors
  --lean            the plain build has debug information for lines only, which takes a quarter less to compile
  --no-install      install no packages
EOF
}

suites=() filter='*' fuzz_seconds='' werror=false lean='' install=true
while [ $# -gt 0 ]; do
  case $1 in
    --plain) suites+=(plain) ;;
    --sanitize) suites+=(sanitize) ;;
    --tsan) suites+=(tsan) ;;
    --fuzz) suites+=(fuzz); fuzz_seconds=${2:?--fuzz needs a number of seconds}; shift ;;
    --filter) filter=${2:?--filter needs a pattern}; shift ;;
    --werror) werror=true ;;
    --lean) lean=-g1 ;;
    --no-install) install=false ;;
    -h | --help) usage; exit 0 ;;
    *) echo "run.sh: unknown option '$1'" >&2; usage >&2; exit 2 ;;
  esac
  shift
done
[ ${#suites[@]} -gt 0 ] || suites=(plain)

cd "$(dirname "$0")/.."
BUILD=${BUILD:-build}
status=0
build_dirs=()

# Enough optimisation for tests that are not slow. Stacks need lines, not variables.
instrumented=(-Doptimization=1 -Db_lundef=false -Dwerror=false -Dcpp_args=-g1)
# clang takes half of gcc's time for the address sanitizer, and one build serves the fuzz targets too.
clang=$(command -v ccache >/dev/null && echo "ccache clang++" || echo clang++)
sanitized="$BUILD-asan" fuzzed="$BUILD-fuzz"
# Corpora run where the fuzzers do.
case " ${suites[*]} " in *" fuzz "*) replay=disabled ;; *) replay=auto ;; esac
# Else ccache keeps nothing that has a precompiled header.
export CCACHE_SLOPPINESS=${CCACHE_SLOPPINESS:-pch_defines,time_macros,include_file_mtime,include_file_ctime}

say() { printf '\n== %s\n' "$*"; }

configure() {
  local dir=$1
  shift
  if [ -f "$dir/build.ninja" ]; then
    meson configure "$dir" "$@"
  else
    meson setup "$dir" "$@" </dev/null
  fi
}

# prepare DIR OPTION...: a configured and built folder.
prepare() {
  local dir=$1
  shift
  if ! { configure "$dir" -Dtests=enabled "$@" && meson compile -C "$dir"; }; then
    say "The build in $dir failed"
    echo "0 passed, 1 failed, 0 skipped"
    exit 1
  fi
}

# Names of the tests that match the filter, one per line.
matching_tests() {
  local name
  meson introspect --tests "$1" | python3 -c 'import json, sys; [print(t["name"]) for t in json.load(sys.stdin)]' |
    while read -r name; do
      # shellcheck disable=SC2053  # the filter is a glob
      if [[ $name == $filter ]]; then echo "$name"; fi
    done
}

# run_tests DIR OPTION...: a failing test fails the script at its end, after the other suites.
run_tests() {
  local dir=$1 names=()
  shift
  build_dirs+=("$dir")
  # Results of earlier runs must not be counted, should a program die before it writes its own.
  rm -f "$dir"/*.xml "$dir"/meson-logs/testlog* "$dir"/fuzz-results.txt
  if [ "$filter" != '*' ]; then
    mapfile -t names < <(matching_tests "$dir")
    [ ${#names[@]} -gt 0 ] || { echo "run.sh: no test matches '$filter'" >&2; return 0; }
  fi
  # Many tests wait for a link or a clock: one more at a time than there are processors.
  meson test -C "$dir" --no-rebuild --print-errorlogs --num-processes $(($(nproc) + 1)) "$@" "${names[@]}" \
    </dev/null || status=1
}

run_plain() {
  say "Tests of the plain build"
  prepare "$BUILD" "-Dwerror=$werror" "-Dcpp_args=$lean" "-Dfuzz=$replay"
  run_tests "$BUILD"
}

run_sanitize() {
  say "Tests under the address and undefined behaviour sanitizers"
  # Templates of precompiled headers are instantiated once, not in every file: a tenth of the time.
  CXX=$clang CXX_LD=lld prepare "$sanitized" -Db_sanitize=address,undefined -Dfuzz=enabled "${instrumented[@]}" \
    "-Dcpp_args=-g1 -fpch-instantiate-templates"
  # Other plugins leak when they are looked at: a program without the sanitizer does that for the tests.
  GST_REGISTRY=$sanitized/tests/gst/registry.dat gst-inspect-1.0 >/dev/null || status=1
  ASAN_OPTIONS=halt_on_error=1:detect_stack_use_after_return=1 \
    UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 \
    LSAN_OPTIONS="suppressions=$PWD/tests/support/lsan.supp:print_suppressions=0" \
    G_SLICE=always-malloc run_tests "$sanitized" --timeout-multiplier 4
}

# GLib and GStreamer are not built with the sanitizer: what the programs of the elements and of the runner tell it of
# their locks is in tests/support/tsan_glib.cpp. The command does not; scripts that run it are left out.
run_tsan() {
  say "Tests under the thread sanitizer"
  prepare "$BUILD-tsan" -Db_sanitize=thread "${instrumented[@]}"
  # GLib's own allocator hands memory from thread to thread unseen.
  TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1 G_SLICE=always-malloc \
    run_tests "$BUILD-tsan" --suite lib --suite gst --suite runner --timeout-multiplier 6
}

run_fuzz() {
  say "Fuzz targets, $fuzz_seconds s each"
  case " ${suites[*]} " in *" sanitize "*) fuzzed=$sanitized ;; *) build_dirs+=("$fuzzed") ;; esac
  BUILD=$fuzzed tests/fuzz/run.sh "$fuzz_seconds" || status=1
}

if $install; then
  groups=(build run test)
  case " ${suites[*]} " in *" sanitize "* | *" fuzz "*) groups+=(clang) ;; esac
  packaging/install-packages.sh "${groups[@]}"
  packaging/install-micropython.sh
fi
for suite in "${suites[@]}"; do
  case $suite in
    plain) run_plain ;;
    sanitize) run_sanitize ;;
    tsan) run_tsan ;;
    fuzz) run_fuzz ;;
  esac
done

say "Summary"
python3 tests/house/summary.py "${build_dirs[@]}" || status=1
exit $status
