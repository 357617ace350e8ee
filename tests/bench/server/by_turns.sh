#!/usr/bin/env bash
# S3 of docs/performance.md: loads a server and the bare carrier by turns, each with a fresh folder, and prints the ratio of
# their rates for each kind of load: median, lowest, highest. A minute and a half; nothing else should run.
#   tests/bench/server/by_turns.sh [BUILD] [TIMES]      (build/release, 5)
set -euo pipefail
build=${1:-build/release} times=${2:-5}
bench=$build/tests/bench/server/bench_intake daemon=$build/server/qingfengd
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# clients, packs of each, records of a pack, bytes of a body
for load in "1 600 1 2048" "32 60 1 2048" "8 60 64 2048" "75 8 64 2048"; do
  for turn in $(seq "$times"); do
    rm -rf "$folder/server" "$folder/floor"
    mkdir "$folder/floor"
    "$daemon" init --dir "$folder/server" --host 127.0.0.1 --listen 127.0.0.1:18443 >/dev/null
    sed -i 's/^#* *unsigned_calls_burst.*/unsigned_calls_burst = 1000/' "$folder"/server/*.toml
    "$bench" found "$folder/server" >/dev/null
    "$daemon" install --dir "$folder/server" --bundle "$folder/server/office.bundle" >/dev/null
    "$daemon" run --dir "$folder/server" >"$folder/server.log" 2>&1 &
    server=$!
    "$bench" floor "$folder/floor" 127.0.0.1:18444 >"$folder/floor.log" 2>&1 &
    floor=$!
    sleep 1
    subject() { "$bench" load "$folder/server" 127.0.0.1:18443 $server $load; }
    carrier() { "$bench" load-floor "$folder/floor" 127.0.0.1:18444 $floor $load; }
    if ((turn % 2)); then subject && carrier; else carrier && subject; fi
    kill $server $floor
    wait $server $floor || true
  done
done | python3 -c '
import collections, json, statistics, sys
seen = collections.defaultdict(list)
for line in sys.stdin:
    run = json.loads(line)
    seen[run["clients"], run["pack"], run["what"]].append(run)
for clients, pack in sorted({key[:2] for key in seen}):
    ours, floor = seen[clients, pack, "server"], seen[clients, pack, "floor"]
    ratios = [a["rate"] / b["rate"] for a, b in zip(ours, floor)]
    rate, cpu, floor_rate, floor_cpu = (
        statistics.median(run[name] for run in runs) for runs in (ours, floor) for name in ("rate", "server_us"))
    print(f"{clients} clients, packs of {pack}: {statistics.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f}), "
          f"{rate} records a second, {cpu} us of CPU a record; floor {floor_rate}, {floor_cpu} us")
'
