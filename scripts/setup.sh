#!/usr/bin/env bash
# Makes .venv and installs into it what is pinned. Says what it does on standard error: standard output belongs to
# the command that follows. Does nothing where a stamp says it was done for these very files.
#
#   scripts/setup.sh         the product
#   scripts/setup.sh test    the product and what its tests need
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec 3>&1 1>&2

part=${1:-run}
requirements=requirements.txt
[ "$part" = test ] && requirements=requirements-test.txt
stamp=.venv/.stamp-$part

# The stamp holds a fingerprint rather than a date: a git checkout changes the dates of files it did not change.
fingerprint() { cat "$requirements" scripts/requirements-build.txt pyproject.toml; pwd; .venv/bin/python -V; }
up_to_date() {
  [ -x .venv/bin/python ] && [ -x .venv/bin/ivr ] && [ -f "$stamp" ] && [ "$(cksum < <(fingerprint))" = "$(cat "$stamp")" ]
}

suitable() { "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
  local name
  for name in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.14}; do
    if suitable "$name"; then echo "$name"; return; fi
  done
  echo "No Python 3.11 or newer with its venv module was found." >&2
  echo "On Debian or Ubuntu: sudo apt install python3 python3-venv. Elsewhere: make setup PYTHON=/path/to/python3" >&2
  return 1
}

progress='
  /^Collecting /  { name = $2; sub(/[=<>;].*/, "", name); printf "  %3d  %s\n", ++n, name; fflush() }
  /^Processing /  { name = $2; sub(/.*\//, "", name); sub(/-.*/, "", name); printf "  %3d  %s\n", ++n, name; fflush() }
  /^Installing collected/ && n { print "  installing " n " packages"; fflush() }'

# One line for each package instead of pip's three, and everything when pip fails.
install() {
  local log
  log=$(mktemp)
  if ! .venv/bin/python -m pip install --disable-pip-version-check --no-input --progress-bar off "$@" 2>&1 </dev/null \
      | tee "$log" | awk "$progress"; then
    cat "$log"
    rm -f "$log"
    return 1
  fi
  rm -f "$log"
}

up_to_date && exit 0

# Two at once in one tree would write over each other.
if command -v flock >/dev/null; then
  mkdir -p .venv
  exec 9>.venv/.setup-lock
  flock 9
  up_to_date && exit 0
fi

if ! [ -x .venv/bin/python ] || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
  python=$(find_python)
  echo "Making .venv with $("$python" -V)"
  "$python" -m venv .venv
fi

echo "Installing what $requirements pins (a minute or two the first time)"
install --require-hashes -r "$requirements"
echo "Installing Presszero itself"
install --require-hashes -r scripts/requirements-build.txt
install --no-deps --no-index --no-build-isolation --force-reinstall -e .
cksum < <(fingerprint) > "$stamp"
# Everything the product needs is among what the tests need.
[ "$part" = test ] && (requirements=requirements.txt; cksum < <(fingerprint) > .venv/.stamp-run)
echo "Ready."
