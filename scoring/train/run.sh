#!/bin/sh
# Makes scoring/models anew: simulated worlds, rows by the serving code, training, evaluation, card.
# Takes about ten minutes on two cores. Needs Go and Python 3.11; everything else is pinned by hash in requirements.txt.
#
# Usage: scoring/train/run.sh [FOLDER]   FOLDER keeps the rows and the Python environment; default: the user's cache.
set -eu
work="${1:-${XDG_CACHE_HOME:-$HOME/.cache}/assize/train}"
mkdir -p "$work"
work="$(cd "$work" && pwd)"
cd "$(dirname "$0")/../.."
if [ ! -x "$work/python/bin/python" ]; then
	python3.11 -m venv "$work/python"
fi
"$work/python/bin/pip" install --quiet --require-hashes -r scoring/train/requirements.txt
go run ./scoring/train/export -out "$work/rows"
PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=scoring/train "$work/python/bin/python" -m train --rows "$work/rows" --out scoring/models
go test ./scoring
