#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# tests/fuzz/run.sh SECONDS [TARGET...]: runs fuzz targets (all, if none is named) for so many seconds each.
# Built with clang in $BUILD (default build-fuzz); what makes a target fail is saved in $BUILD/fuzz-crashes.
set -euo pipefail

if ! [[ ${1:-} =~ ^[0-9]+$ ]]; then
  echo "Usage: tests/fuzz/run.sh SECONDS [TARGET...]" >&2
  exit 2
fi
seconds=$1
shift
cd "$(dirname "$0")/../.."
build=${BUILD:-build-fuzz}
results=$build/fuzz-results.txt

# A finding of the undefined behaviour sanitizer ends the run, as one of the address sanitizer does.
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
# One-time allocations of GLib are no finding; they are known by stacks that only the slow unwinder sees.
export LSAN_OPTIONS=suppressions=$PWD/tests/support/lsan.supp:print_suppressions=0
asan_options_of() {
  if [ "$1" = camera_record ]; then echo fast_unwind_on_malloc=0:malloc_context_size=12; fi
}

if [ ! -f "$build/build.ninja" ]; then
  cxx=$(command -v ccache >/dev/null && echo "ccache clang++" || echo clang++)
  CXX=$cxx meson setup "$build" -Dtests=enabled -Dfuzz=enabled -Db_sanitize=address,undefined -Db_lundef=false \
    -Doptimization=1 -Dcpp_args=-gline-tables-only </dev/null
fi
meson compile -C "$build" fuzz
: >"$results"

# Seeds: the regression corpus, and genuine recordings where they lie beside the source tree.
seeds_of() {
  local folder
  for folder in "tests/data/fuzz/$1" "../shared/samples/$1"; do
    if [ -d "$folder" ]; then echo "$folder"; fi
  done
}

# fuzz NAME: libFuzzer's log is shown only when it found something.
fuzz() {
  local name=$1 log=$build/fuzz-$1.log crashes=$build/fuzz-crashes/$1
  mkdir -p "$build/fuzz-corpus/$name" "$crashes"
  # shellcheck disable=SC2046  # one word per folder
  if ASAN_OPTIONS=$(asan_options_of "$name") "$build/tests/fuzz/fuzz_$name" -max_total_time="$seconds" -timeout=10 \
    -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$crashes/" "$build/fuzz-corpus/$name" $(seeds_of "$name") >"$log" 2>&1 </dev/null; then
    echo "passed $name" >>"$results"
    echo "fuzz $name: ok, $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs in $seconds s"
  else
    echo "failed $name" >>"$results"
    tail -n 60 "$log"
    echo "fuzz $name: FAILED, log in $log, input in $crashes/; once mended, keep it in tests/data/fuzz/$name/"
  fi
}

if [ $# -eq 0 ]; then
  for program in "$build"/tests/fuzz/fuzz_*; do
    if [ -f "$program" ] && [ -x "$program" ]; then set -- "$@" "${program##*/fuzz_}"; fi
  done
fi
# Every target has one thread: as many at once as there are processors.
for name in "$@"; do
  while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do wait -n; done
  fuzz "$name" &
done
wait
if grep -q '^failed' "$results"; then exit 1; fi
