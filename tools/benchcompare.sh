#!/usr/bin/env bash
# Compares the Go benchmarks of two states of the source: runs them on both, by turns, and prints benchstat's table.
# Trust ratios and CPU, not times, on a machine that others use.
#
# Usage: tools/benchcompare.sh COMMIT PACKAGE [BENCHMARKS [ROUNDS]]
#   tools/benchcompare.sh HEAD~5 ./policies                      all benchmarks of a package, then and now
#   tools/benchcompare.sh main ./ledger 'Record|Verify' 10       some of them, ten rounds
set -euo pipefail
if (($# < 2)); then
	sed -n '5,7s/^# \{0,1\}//p' "$0" >&2
	exit 2
fi
commit=$1 package=$2 benchmarks=${3:-.} rounds=${4:-6}
benchstat=golang.org/x/perf/cmd/benchstat@v0.0.0-20260908200009-22c9c6c9d4da

cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'git worktree remove --force "$work/then" 2>/dev/null || true; rm -rf "$work"' EXIT
git worktree add --quiet --detach "$work/then" "$commit"

# One round of each by turns: what slows the machine down meanwhile slows both down.
for ((round = 1; round <= rounds; round++)); do
	(cd "$work/then" && go test -run '^$' -bench "$benchmarks" -benchmem "$package") >>"$work/then.txt"
	go test -run '^$' -bench "$benchmarks" -benchmem "$package" >>"$work/now.txt"
done
go run "$benchstat" "then=$work/then.txt" "now=$work/now.txt"
