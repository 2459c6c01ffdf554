#!/bin/sh
# constraints.txt from pyproject.toml: every version that any set of extras may install, for all supported Pythons.
# The GPU libraries that torch names are left out: setup-all takes a CPU build, and they weigh gigabytes.
set -eu
uv="$1"
all="$(mktemp)"
trap 'rm -f "$all"' EXIT
"$uv" pip compile --quiet --universal --all-extras --python-version 3.11 --no-annotate --no-header pyproject.toml >"$all"
{
    echo "# Made by 'make lock' from pyproject.toml; every set of extras installs these versions."
    grep -viE '^(nvidia-|cuda-|triton|-)' "$all"
} >constraints.txt
