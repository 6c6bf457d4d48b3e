#!/usr/bin/env bash
# All checks. Every gate says how much it examined and fails when that is nothing.
#   deploy/check.sh         tests on PostgreSQL, a part on SQLite, then the laws
#   deploy/check.sh laws    the laws only
set -euo pipefail
cd "$(dirname "$0")/.."

gate() { printf '\n== %s\n' "$1"; }

examined() {  # examined NUMBER WHAT LEAST
    if ! [[ "$1" =~ ^[0-9]+$ ]] || [ "$1" -lt "$3" ]; then
        echo "GAGAL: hanya ${1:-0} $2 yang diperiksa, paling sedikit $3." >&2
        exit 1
    fi
    echo "-- $1 $2 diperiksa"
}

run_tests() {  # run_tests LEAST pytest-arguments…
    local least=$1 report
    shift
    report=$(mktemp)
    python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder --junitxml="$report" "$@"
    examined "$(python - "$report" <<'PY'
import sys
import xml.etree.ElementTree as tree

suites = tree.parse(sys.argv[1]).getroot().iter("testsuite")
print(sum(int(suite.get("tests", 0)) - int(suite.get("skipped", 0)) for suite in suites))
PY
)" uji "$least"
    rm -f "$report"
}

tests() {
    gate "Uji pada PostgreSQL, Redis, dan Chromium"
    run_tests 2000
    gate "Sebagian uji pada SQLite"
    run_tests 1000 --db=sqlite -m "not browser and not slow and not postgres"
}

laws() {
    local folder
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' RETURN
    gate "ruff check"
    ruff check .
    examined "$(ruff check --show-files . | grep -c '\.py$')" "berkas Python" 40
    gate "ruff format"
    ruff format --check .
    gate "mypy"
    mypy | tee "$folder/mypy"
    examined "$(sed -nE 's/.*\(?(checked|in) ([0-9]+) source files.*/\2/p' "$folder/mypy" | tail -1)" "modul" 40
    gate "import-linter"
    lint-imports | tee "$folder/imports"
    examined "$(sed -nE 's/.*Contracts: ([0-9]+) kept.*/\1/p' "$folder/imports")" "aturan impor" 3
    gate "migrasi"
    SMARTCITY_VAR="$folder" python manage.py makemigrations --check --dry-run
    examined "$(find . -path '*/migrations/0*.py' -not -path './.venv/*' | wc -l)" "migrasi" 3
    gate "pengaturan produksi"
    mkdir "$folder/static"
    SMARTCITY_VAR="$folder" SMARTCITY_MODE=production SITE_URL=https://contoh.go.id ALLOWED_HOSTS=contoh.go.id \
        SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
        DATABASE_URL=postgres://u:p@127.0.0.1/x REDIS_URL=redis://:p@127.0.0.1/0 \
        python manage.py check --deploy --fail-level WARNING
    gate "Dockerfile dan docker-compose.yml"
    hadolint Dockerfile
    compose-lint check --no-env docker-compose.yml | tail -1
    examined "$(grep -cE '^    networks: ' docker-compose.yml)" "layanan" 7
}

case "${1:-all}" in
    all)  # on lines of their own: bash ignores failures inside `tests && laws`
        tests
        laws
        ;;
    laws) laws ;;
    *) echo "deploy/check.sh [laws]" >&2; exit 2 ;;
esac
gate "Semua pemeriksaan lulus"
