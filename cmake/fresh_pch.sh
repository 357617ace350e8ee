#!/bin/sh
# fresh_pch.sh COMPILER-COMMAND…: runs it, after removing the precompiled header that it makes. A cache of compilations
# that finds the one of before takes it for an input and its includes for known: it would give it back as it was.
for word in "$@"; do
  case "$last $word" in "-o "*.gch | "-o "*.pch) rm -f "$word" ;; esac
  last=$word
done
exec "$@"
