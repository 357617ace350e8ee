#!/usr/bin/env bash
# Builds the JVM core of the Android binding, and its tests:
#   build.sh [BUILD_FOLDER]     (build/jvm)
# BUILD_FOLDER/jvm then holds libqingfeng_jni.so with libqingfeng.so, qingfeng.jar, tests.jar, and `classpath`, the jars
# that a program needs beside them. Needs the packages of `need build jvm` (tools/lib/packages.sh) and, for the Kotlin
# compiler, npm.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
build=$(realpath -m "${1:-$root/build/jvm}")
here=$root/mobile-bindings/android
out=$build/jvm
kotlin=$here/node_modules/kotlin-compiler
tests=$root/tests/bindings/jvm
jars=/usr/share/java
export JAVA_HOME=${JAVA_HOME:-$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")}  # where CMake finds jni.h

[ -d "$kotlin" ] || npm ci --prefix "$here" --no-audit --no-fund >/dev/null
[ -f "$build/CMakeCache.txt" ] || cmake --preset release -DQF_TESTS=OFF -B "$build" -S "$root"
cmake -DQF_JVM=ON "$build" >/dev/null
cmake --build "$build" --target qingfeng_jni

runtime=$kotlin/lib/kotlin-stdlib.jar:$kotlin/lib/kotlinx-coroutines-core-jvm.jar:$jars/protobuf.jar
testing=$jars/junit4.jar:$jars/hamcrest.jar:$jars/gson.jar

# Classes of Java and Kotlin files, which may use each other: compile CLASSES CLASSPATH [OPTION…] FILE…
compile() {
  local classes=$1 path=$2
  shift 2
  mkdir -p "$classes"
  bash "$kotlin/bin/kotlinc" -no-stdlib -jvm-target 11 -Xjdk-release=11 -Werror -cp "$path" -d "$classes" "$@"
  local java=()
  for file in "$@"; do [[ $file != *.java ]] || java+=("$file"); done
  [ ${#java[@]} = 0 ] || javac -encoding UTF-8 --release 11 -Xlint:all,-processing -Werror -cp "$classes:$path" -d "$classes" "${java[@]}"
}

rm -rf "$out"
mkdir -p "$out/generated/java" "$out/classes" "$out/samples"
cp -P "$build"/mobile-bindings/c/libqingfeng.so* "$build/mobile-bindings/android/jni/libqingfeng_jni.so" "$out"

# The messages, by protoc; protobuf.jar has Google's own.
cd "$root/proto"
protoc --include_imports --include_source_info -o "$out/contract.binpb" qingfeng/client/v1/*.proto google/rpc/status.proto
"$here/core/generate.py" "$out/contract.binpb" "$out/generated"
xargs protoc --descriptor_set_in="$out/generated/java.binpb" --java_out="$out/generated/java" <"$out/generated/java.protos"
find "$out/generated/java" -name '*.java' >"$out/generated/java.files"
javac -encoding UTF-8 --release 11 -nowarn -cp "$jars/protobuf.jar" -d "$out/classes" "@$out/generated/java.files"

compile "$out/classes" "$out/classes:$runtime" -module-name qingfeng "$here"/core/src/*.kt "$out"/generated/kotlin/*.kt
jar --create --file "$out/qingfeng.jar" -C "$out/classes" .

awk -v languages='kotlin|java' -v out="$out/samples" -f "$root/tests/bindings/samples.awk" "$root/docs/bindings.md"
compile "$out/tests" "$out/qingfeng.jar:$runtime:$testing" "$out"/samples/* "$tests"/*
jar --create --file "$out/tests.jar" -C "$out/tests" .
echo "$out/qingfeng.jar:$out/tests.jar:$runtime:$testing" >"$out/classpath"
