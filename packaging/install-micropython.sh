#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Installs MicroPython for node, on which firmware/ is tested, below tests/firmware. Without network nothing is
# installed and nothing fails: those tests are then skipped.
set -euo pipefail

cd "$(dirname "$0")/../tests/firmware"
package=@micropython/micropython-webassembly-pyscript
wanted=$(sed -n "s|.*\"$package\": \"\(.*\)\".*|\1|p" package.json)

installed() { sed -n 's/.*"version": "\(.*\)".*/\1/p' "node_modules/$package/package.json" 2>/dev/null; }

if [ "$(installed)" = "$wanted" ]; then
  echo "MicroPython: $wanted is there"
  exit 0
fi
if ! command -v npm >/dev/null; then ../../packaging/install-packages.sh firmware; fi
echo "MicroPython: installing $wanted"
npm ci --no-audit --no-fund --silent </dev/null ||
  echo "MicroPython: npm could not install it; the tests of firmware/ will be skipped"
