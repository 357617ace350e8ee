#!/usr/bin/env bash
# Builds the Swift package, its tests, and the core that they need, on Linux:
#   build.sh [BUILD_FOLDER]     (build/swift)
# BUILD_FOLDER/swift then holds what swift_test.py runs. Needs the packages of `need build swift` (tools/lib/packages.sh).
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
build=$(realpath -m "${1:-$root/build/swift}")
tests=$root/tests/bindings/swift
core=$build/mobile-bindings/c
samples=$tests/Sources/Phone/Samples

[ -f "$build/CMakeCache.txt" ] || cmake --preset release -DQF_TESTS=OFF -B "$build" -S "$root"
cmake --build "$build" --target qingfeng

"$root/mobile-bindings/ios/generate"
rm -rf "$samples" && mkdir -p "$samples"
awk -v languages=swift -v out="$samples" -f "$root/tests/bindings/samples.awk" "$root/docs/bindings.md"

# What a warning says is looked at: none is let through.
swift build --build-tests --package-path "$tests" --scratch-path "$build/swift" \
  -Xswiftc -warnings-as-errors -Xlinker "-L$core" -Xlinker "-rpath=$core"

# The app itself is Apple's alone: what can be seen of it here is that it is Swift.
swiftc -frontend -parse "$root"/mobile-bindings/ios/App/*.swift
