#!/usr/bin/env bash
# Mutation-tests packages: gremlins changes one operator, condition or assignment after the other in a copy of the
# module, and runs the package's tests on each change. Listed are the changes that the tests pass all the same (LIVED),
# that none of them reaches (NOT COVERED), and that made them hang (TIMED OUT, counted neither way).
#
# Usage: tools/mutate.sh PACKAGE...
#   tools/mutate.sh ./internal/claim ./scoring     a change costs a compilation, a link and a run: 2 to 6 s of CPU
#   WORKERS=2 tools/mutate.sh ./policies           two at a time
#   DIFF=HEAD~3 tools/mutate.sh ./ledger           only what changed since
set -euo pipefail
if (($# == 0)); then
	sed -n '6,9s/^# \{0,1\}//p' "$0" >&2
	exit 2
fi
gremlins=github.com/go-gremlins/gremlins/cmd/gremlins@v0.6.0

cd "$(dirname "$0")/.."
export CGO_ENABLED=0
# The time limit of a change is a multiple of the first run. A cached one takes no time, and everything would time out.
export GOFLAGS="${GOFLAGS:-} -count=1"
for package in "$@"; do
	echo "== $package"
	go run "$gremlins" unleash --tags lean --workers "${WORKERS:-1}" --timeout-coefficient 10 --output-statuses lct \
		--invert-logical --invert-loopctrl --invert-assignments --invert-bwassign --invert-bitwise --remove-self-assignments \
		${DIFF:+--diff "$DIFF"} "$package"
done
