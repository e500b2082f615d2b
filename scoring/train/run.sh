#!/bin/sh
# Makes scoring/models anew: simulated worlds, rows by the serving code, training, evaluation, card.
# Takes about ten minutes on two cores. Needs Go and Python 3.11; everything else is pinned by hash in requirements.txt.
#
# Usage: scoring/train/run.sh [FOLDER [CLAIMS]]
#   FOLDER keeps the rows and the Python environment; default: the user's cache.
#   CLAIMS of each world, 12000 when left out. 2000 are enough to see that every step works; such a model is not to be kept.
set -eu
work="${1:-${XDG_CACHE_HOME:-$HOME/.cache}/assize/train}"
mkdir -p "$work"
work="$(cd "$work" && pwd)"
cd "$(dirname "$0")/../.."
if [ ! -x "$work/python/bin/python" ]; then
	python3.11 -m venv "$work/python"
fi
"$work/python/bin/pip" install --quiet --require-hashes -r scoring/train/requirements.txt
go run ./scoring/train/export -out "$work/rows" -claims "${2:-12000}"
PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=scoring/train "$work/python/bin/python" -m train --rows "$work/rows" --out scoring/models
go test ./scoring
