#!/bin/sh
# Turns the dependencies named in pyproject.toml into exact versions with hashes, for every supported Python and system.
# No file names a package index: whoever installs decides where packages come from.
#   requirements/lock.sh VENV        VENV holds uv at the version of requirements/lock.txt
#   UPGRADE= requirements/lock.sh .. keeps every version that still fits
set -eu

venv=$1
upgrade=${UPGRADE---upgrade}
cd "$(dirname "$0")/.."

compile() {
    output=requirements/$1.txt
    shift
    # shellcheck disable=SC2086  # an empty $upgrade is no word at all
    "$venv/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
        $upgrade --output-file "$output" "$@"
}

# dev.txt is chosen first and holds everything; the others take their versions from it, so that all three agree.
compile dev pyproject.toml --group dev --group build
upgrade=
compile runtime pyproject.toml --constraint requirements/dev.txt
compile build --group build --constraint requirements/dev.txt
upgrade=${UPGRADE---upgrade}
compile lock --group lock

if grep -n ':[/][/]' requirements/*.txt; then
    echo "A lock file names an address (above); locks hold names, versions and hashes only." >&2
    exit 1
fi
