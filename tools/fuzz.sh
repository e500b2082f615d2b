#!/usr/bin/env bash
# Fuzzes every target of the module in rotation, guided by coverage: a piece of time each, as many rounds as wanted.
# What it learns stays in Go's fuzz cache, so that the next round, or the next run, goes on from there. An input that fails
# is written to testdata/fuzz of its package: mend what it found, and commit it. Ends with status 1 if there was one.
#
# Usage: tools/fuzz.sh [SECONDS [WORKERS [ROUNDS [TARGETS [LOG]]]]]
#   tools/fuzz.sh                                        60 s of every target with two workers, once
#   tools/fuzz.sh 90 2 0 'x12|flat' /tmp/fuzz.log        those of two packages, until interrupted; figures kept in a file
#   tools/fuzz.sh 300 4 1 'ledger.FuzzReadExport$'       one target
#   tools/fuzz.sh sum /tmp/fuzz.log                      what every target has had so far, by the file
# A line each piece: target, CPU seconds, executions, inputs newly kept, inputs kept in all, ok or FAILED. What the fuzzer
# says of a failure goes to standard error.
set -euo pipefail

# sum_up adds the pieces of a log, target by target.
sum_up() {
	awk '{ cpu[$1] += $2; execs[$1] += $3; kept[$1] += $4; total[$1] = $5; if ($6 != "ok") failed[$1]++ }
		END { for (t in cpu) printf "%-50s %9.0f s CPU %13d execs %6d new %6d kept %3d failed\n",
			t, cpu[t], execs[t], kept[t], total[t], failed[t] }' "$1" | sort
}

case ${1:-} in
sum) sum_up "$2" && exit ;;
-h | --help) sed -n '6,12s/^# \{0,1\}//p' "$0" && exit ;;
esac
seconds=${1:-60} workers=${2:-2} rounds=${3:-1} wanted=${4:-.} log=${5:-}

cd "$(dirname "$0")/.."
# Without the Temporal server, no target of which is ours to fuzz; without cgo, for a cache that serves every machine.
export CGO_ENABLED=0 GOFLAGS="${GOFLAGS:-} -tags=lean"
module=$(go list -m) cache=$(go env GOCACHE)/fuzz work=$(mktemp -d)
log=${log:-$work/log}
failed=0
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# targets prints folder and name of every fuzz target whose "folder.Name" matches what is wanted.
targets() {
	grep -rn --include='*_test.go' --exclude-dir=node_modules '^func Fuzz' . |
		sed -E 's|^\./([^:]*)/[^/]*:[0-9]+:func (Fuzz[A-Za-z0-9_]*).*|\1 \2|' |
		awk -v wanted="$wanted" '($1 "." $2) ~ wanted' | sort -u
}

# binary builds the instrumented tests of a folder, once a round, and prints where they are.
binary() {
	local built=$work/${1//\//_}.test
	[[ $built -nt $work/round ]] || go test -c -fuzz=. -o "$built" "./$1" >&2
	printf %s "$built"
}

# within runs a command in a folder; what calls it is a shell of its own.
within() { cd "$1" && "${@:2}"; }

# piece fuzzes one target for the given time and prints its line.
piece() {
	local folder=$1 name=$2 built result=ok
	built=$(binary "$folder")
	mkdir -p "$cache/$module/$folder"
	TIMEFORMAT='%U %S'
	{ time within "$folder" "$built" -test.fuzz="^$name\$" -test.run='^$' -test.fuzztime="${seconds}s" \
		-test.fuzzminimizetime=5s -test.parallel="$workers" -test.fuzzcachedir="$cache/$module/$folder" \
		>"$work/out" 2>&1; } 2>"$work/time" || result=FAILED
	# A fuzzer whose time ends while it makes an input smaller says so by this error, and found nothing (go.dev/issue/48591).
	if [[ $result != ok ]] && grep -q '^ *context deadline exceeded$' "$work/out" && ! grep -q 'Failing input written' "$work/out"; then
		result=ok
	fi
	if [[ $result != ok ]]; then
		grep -v '^fuzz: elapsed' "$work/out" | head -c 4000 >&2
	fi
	awk -v target="$folder.$name" -v result="$result" '
		NR == FNR { cpu = $1 + $2; next }
		/execs: / { execs = $0; sub(/.*execs: /, "", execs); sub(/ .*/, "", execs) }
		/new interesting: / { kept = $0; sub(/.*interesting: /, "", kept); total = kept; sub(/ .*/, "", kept)
			sub(/.*total: /, "", total); sub(/\).*/, "", total) }
		END { printf "%s %.1f %d %d %d %s\n", target, cpu, execs, kept, total, result }' "$work/time" "$work/out"
}

for ((round = 1; rounds == 0 || round <= rounds; round++)); do
	touch "$work/round"
	while read -r folder name; do
		line=$(piece "$folder" "$name")
		[[ $line == *' ok' ]] || failed=1
		printf '%s\n' "$line" >>"$log"
		printf '%-50s %8s s CPU %10s execs %5s new %6s kept  %s\n' $line
	done < <(targets)
done
sum_up "$log"
exit "$failed"
