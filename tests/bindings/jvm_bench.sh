#!/usr/bin/env bash
# Round trips of an echo of 3 KiB through the C ABI and through the JVM, by turns; then a million of them on the JVM, watched for
# growth.
#   jvm_bench.sh BUILD_FOLDER      after mobile-bindings/android/build.sh BUILD_FOLDER
set -euo pipefail
build=$(realpath "$1")
jvm() { java -Xmx256m -Djava.library.path="$build/jvm" -cp "$(cat "$build/jvm/classpath")" EchoBenchKt "$@"; }
for _ in 1 2 3 4 5; do
  "$build/tests/bindings/echo_bench" 100000
  jvm 100000 | grep us
done
jvm 1000 1000000
