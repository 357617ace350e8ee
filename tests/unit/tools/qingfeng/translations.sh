#!/bin/sh
# Compares the texts in the sources of the command line (folder $1) with po/zh_CN.po: fails with each one that is missing.
set -eu
cd "$1"
texts=$(mktemp)
trap 'rm -f "$texts"' EXIT
xgettext --from-code=UTF-8 --language=C++ --keyword --keyword=Tr --keyword=Mark --omit-header --output="$texts" ./*.cc
missing=$(msgcmp po/zh_CN.po "$texts" 2>&1 | grep -v 'this message is not used' || true)
if [ -n "$missing" ]; then
  echo "$missing"
  exit 1
fi
