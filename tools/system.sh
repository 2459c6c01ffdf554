#!/bin/sh
# Programs that pip cannot install: the Voikko library, OCR with its languages, a browser for looking at reports.
set -eu
if ! command -v apt-get >/dev/null 2>&1; then
    cat <<'END'
This is no Debian or Ubuntu. muistio runs without these; to have them, install
  - libvoikko with the Finnish dictionary (macOS: brew install libvoikko; Fedora: dnf install libvoikko malaga-suomi-voikko)
  - Tesseract with the languages fin and swe (macOS: brew install tesseract tesseract-lang)
  - Chromium or Chrome, for the tests that open the report
END
    exit 0
fi
root=""
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "make system needs root: run it as root, or install sudo." >&2
        exit 2
    fi
    root=sudo
fi
export DEBIAN_FRONTEND=noninteractive
$root apt-get update -qq
$root apt-get install -y -qq --no-install-recommends \
    libvoikko1 voikko-fi tesseract-ocr tesseract-ocr-fin tesseract-ocr-swe chromium >/dev/null
echo "Installed: Voikko, Tesseract (fin, swe), Chromium."
