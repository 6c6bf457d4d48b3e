#!/usr/bin/env bash
# Compiles requirements*.txt with hashes. They hold no host names, so they work with any index.
set -euo pipefail
cd "$(dirname "$0")/.."
for name in requirements requirements-dev requirements-press; do
    uv pip compile --quiet --generate-hashes --universal --no-header --no-emit-index-url "$name.in" -o "$name.txt" "$@"
    echo "$name.txt: $(grep -c '==' "$name.txt") paket"
done
if grep -nE '(https?|file)://' requirements*.txt; then
    echo "Alamat indeks tidak boleh ada di berkas ini." >&2
    exit 1
fi
