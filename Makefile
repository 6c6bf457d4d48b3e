# Dua perintah: make run (menjalankan), make test (memeriksa). Selebihnya untuk pengembang.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
PYTHON ?= $(firstword $(shell command -v python3.11 python3.12 python3.13 python3 2>/dev/null))
BIN := .venv/bin

.PHONY: run compiled test lint story faults kills mutants bench bench-books bench-review requirements screenshots

run:  ## pasang yang kurang, lalu nyalakan aplikasi di http://127.0.0.1:8000
	@$(PYTHON) deploy/install.py
	@exec $(BIN)/python manage.py up

compiled:  ## terjemahkan perender buku ke kode mesin, sekali saja (perlu gcc, sekitar dua menit): buku dicetak seperenam lebih cepat
	@$(PYTHON) deploy/install.py --compiled

test:  ## seluruh pemeriksaan, dengan PostgreSQL, Redis, dan Chromium
	@$(PYTHON) deploy/install.py --dev --system
	@PATH="$(CURDIR)/$(BIN):$$PATH" deploy/check.sh

lint:  ## hanya aturan kode, tanpa uji
	@$(PYTHON) deploy/install.py --dev
	@PATH="$(CURDIR)/$(BIN):$$PATH" deploy/check.sh laws

story:  ## satu daerah dari kosong sampai buku, setiap halaman, arsip, angka 200 rencana acak, buku tertaut melawan satu kali render (sekitar satu jam)
	@$(PYTHON) deploy/install.py --dev --system
	@PATH="$(CURDIR)/$(BIN):$$PATH" python -m pytest -q tests/story --durations=0
	@PATH="$(CURDIR)/$(BIN):$$PATH" python -m pytest -q tests/story/test_writing_together.py --db=sqlite -m "not browser" --durations=0

faults:  ## cetak buku Batam selagi perender, pekerja, dan antrean dimatikan paksa (sekitar 10 menit)
	@$(PYTHON) deploy/install.py --dev --system
	@PATH="$(CURDIR)/$(BIN):$$PATH" python -m pytest -q -s tests/faults --ignore=tests/faults/test_random_kills.py --durations=0

kills:  ## 50 pemadaman acak perender, pekerja, dan antrean selagi buku dicetak: make kills [KILLS=50]
	@$(PYTHON) deploy/install.py --dev --system
	@PATH="$(CURDIR)/$(BIN):$$PATH" python -m pytest -q -s tests/faults/test_random_kills.py

mutants:  ## lepas satu kunci akses setiap kali; uji akses harus merah
	@$(PYTHON) deploy/install.py --dev --system
	@PATH="$(CURDIR)/$(BIN):$$PATH" python -m tests.mutations

bench-books:  ## buku tertaut sama dengan satu kali render? lalu tabel biayanya: make bench-books [BOOKS="--pairs 5 --size 5"]
	@$(PYTHON) deploy/install.py --dev --system --compiled
	@PATH="$(CURDIR)/$(BIN):$$PATH" python -m benchmarks.books $(BOOKS)

bench:  ## ukur simpan otomatis, buku kerja, dan tabel isian 400 program
	@$(PYTHON) deploy/install.py --dev --system
	@PATH="$(CURDIR)/$(BIN):$$PATH" python -m benchmarks.autosave
	@PATH="$(CURDIR)/$(BIN):$$PATH" python -m benchmarks.workbooks
	@PATH="$(CURDIR)/$(BIN):$$PATH" python -m benchmarks.grid

bench-review:  ## ukur perbandingan dua potret 400 program
	@$(PYTHON) deploy/install.py --dev --system
	@PATH="$(CURDIR)/$(BIN):$$PATH" python -m benchmarks.differences

requirements:  ## susun ulang requirements*.txt dari requirements*.in
	@$(PYTHON) deploy/install.py --dev
	@PATH="$(CURDIR)/$(BIN):$$PATH" deploy/compile_requirements.sh

screenshots:  ## gambar panduan dari aplikasi yang sedang berjalan: make screenshots [URL=http://127.0.0.1:8000]
	@$(PYTHON) deploy/install.py --dev
	@$(BIN)/python manage.py demo_passwords | $(BIN)/python docs/screenshots.py $(URL)
