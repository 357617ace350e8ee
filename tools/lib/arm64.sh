# The arm64 libraries that the product is linked to, unpacked for a cross compiler. Sourced after packages.sh.

ARM64_ROOT=build/arm64-root

# apt, told that this machine is an arm64 one where nothing is installed: it chooses among this machine's own sources, and
# keeps what it knows under ARM64_ROOT. Packages and architectures of this machine stay as they are.
arm64_apt() {
  local state=$PWD/$ARM64_ROOT/apt
  mkdir -p "$state/lists/partial" "$state/archives/partial"
  : >"$state/status"
  apt-get -qq -o APT::Architecture=arm64 -o APT::Architectures::=arm64 -o APT::Install-Recommends=0 -o APT::Sandbox::User=root \
    -o Dir::State="$state" -o Dir::State::status="$state/status" -o Dir::Cache="$state" "$@"
}

# Headers and libraries alone: a folder like /etc or /tmp in here would hide the machine's own from an emulated program.
arm64_unpack() { # package files
  local package
  ln -sfn usr/lib $ARM64_ROOT/lib
  for package in "$@"; do
    dpkg-deb --fsys-tarfile "$package" | tar -x -C $ARM64_ROOT --keep-directory-symlink --no-same-owner \
      --anchored --exclude=./etc --exclude=./var --exclude=./bin --exclude=./sbin --exclude=./usr/bin --exclude=./usr/sbin
  done
  # A link to /lib/... means one in here.
  find $ARM64_ROOT/usr -type l -lname '/*' -printf '%l %p\n' | while read -r to link; do
    ln -sfn --relative "$ARM64_ROOT$to" "$link"
  done
  ln -sfn /usr/bin $ARM64_ROOT/usr/bin  # gRPC's description for CMake wants its programs beside it: this machine's
}

# need_arm64_root: made once for one list of libraries.
need_arm64_root() {
  local wanted name
  wanted=$(newer_packages)
  for name in $BUILD_PACKAGES $TEST_PACKAGES; do
    case $name in lib*-dev) wanted="$wanted $name" ;; esac
  done
  [ "$(cat $ARM64_ROOT/complete 2>/dev/null)" = "$wanted" ] && return
  echo "Unpacking the arm64 libraries into $ARM64_ROOT" >&2
  rm -rf $ARM64_ROOT
  arm64_apt update
  # shellcheck disable=SC2086
  arm64_apt install -y --download-only $wanted
  arm64_unpack $ARM64_ROOT/apt/archives/*.deb
  rm -r $ARM64_ROOT/apt
  echo "$wanted" >$ARM64_ROOT/complete
}
