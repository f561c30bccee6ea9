#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# install-packages.sh GROUP...: installs what is missing of these groups of debian-packages.txt.
set -euo pipefail

list="$(dirname "$0")/debian-packages.txt"

packages_of() {
  awk -v groups=" $* " '
    { sub(/#.*/, "") }
    /^\[/ { gsub(/[][ \t]/, ""); wanted = index(groups, " " $0 " ") > 0; next }
    wanted && NF { print $1 }' "$list"
}

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    echo "install-packages.sh: neither root nor sudo; run as root: $*" >&2
    exit 1
  fi
}

if [ $# -eq 0 ]; then
  echo "Usage: install-packages.sh GROUP...   groups: $(sed -n 's/^\[\(.*\)\]$/\1/p' "$list" | paste -sd ' ')" >&2
  exit 2
fi
if ! command -v dpkg-query >/dev/null; then
  echo "install-packages.sh: not a Debian system; install the equivalents of: $(packages_of "$@" | sort -u | paste -sd ' ')" >&2
  exit 1
fi

missing=()
for package in $(packages_of "$@" | sort -u); do
  is_installed "$package" || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
  echo "Packages: nothing to install"
  exit 0
fi
echo "Packages: installing ${missing[*]}"
as_root apt-get update -qq
as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null
