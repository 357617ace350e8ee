# Installs Debian packages by purpose. Sourced by the commands of tools/; needs root, or sudo.
#   need build            what compiles the product
#   need demo test sanitize lint jvm swift arm64   what each of these adds
# Packages that are there already cost a second. On Debian 12, SQLCipher and Boost come from the release's backports,
# whose source is added beside the machine's own, at the same mirror.

BUILD_PACKAGES="cmake ninja-build ccache g++ pkg-config git ca-certificates libgrpc++-dev protobuf-compiler
  protobuf-compiler-grpc libprotobuf-dev libabsl-dev libsodium-dev libssl-dev libzstd-dev libcli11-dev libspdlog-dev
  libtomlplusplus-dev libqrencode-dev libjpeg62-turbo-dev libspng-dev gettext"
DEMO_PACKAGES="mate-backgrounds libimage-exiftool-perl openssl python3 procps"
TEST_PACKAGES="libgtest-dev libgmock-dev libbenchmark-dev libjansson-dev openssl libimage-exiftool-perl abigail-tools
  python3 python3-grpcio python3-protobuf python3-cryptography python3-zstandard zsh fish valgrind libc6-dbg"
SANITIZE_PACKAGES="clang-19 libclang-rt-19-dev llvm-19 clang-format-19"
JVM_PACKAGES="default-jdk-headless libprotobuf-java junit4 libgoogle-gson-java python3 python3-protobuf
  aapt apksigner zipalign android-framework-res unzip"
SWIFT_PACKAGES="swiftlang python3 python3-protobuf"
ARM64_PACKAGES="g++-aarch64-linux-gnu qemu-user"
LINT_PACKAGES="clang-format-19 clang-tidy-19 clang-19"

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null; then sudo "$@"; else
    echo "This step installs packages and needs root or sudo: $*" >&2
    return 1
  fi
}

# True if every named package is installed.
installed() {
  local name
  for name in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || return 1
  done
}

apt() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 -o APT::Install-Recommends=0 "$@"; }

# need_packages PURPOSE PACKAGE…: those that are not there yet.
need_packages() {
  local purpose=$1
  shift
  installed "$@" && return
  echo "Installing packages for: $purpose" >&2
  apt update
  apt install -y "$@"
}

# SQLCipher >= 4.6 and Boost 1.83, as apt finds them: in Debian 13 itself, for Debian 12 in its backports.
newer_packages() {
  local release=""
  if grep -q '^VERSION_CODENAME=bookworm' /etc/os-release; then release=/bookworm-backports; fi
  echo "libsqlcipher-dev$release libboost1.83-dev$release"
}

need_backports() {
  installed libsqlcipher-dev libboost1.83-dev &&
    dpkg --compare-versions "$(dpkg-query -W -f '${Version}' libsqlcipher-dev)" ge 4.6 && return
  local packages
  packages=$(newer_packages)
  if [[ $packages == */* ]] && ! grep -q 'n=bookworm-backports' <<<"$(apt-cache policy)"; then
    local mirror
    mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | grep -v security | head -n 1)
    printf 'Types: deb\nURIs: %s\nSuites: bookworm-backports\nComponents: main\nSigned-By: /usr/share/keyrings/debian-archive-keyring.gpg\n' \
      "$mirror" | as_root tee /etc/apt/sources.list.d/qingfeng-backports.sources >/dev/null
  fi
  apt update
  # shellcheck disable=SC2086
  apt install -y $packages
}

need() {
  local purpose wanted=""
  for purpose in "$@"; do
    case $purpose in
      build) wanted="$wanted $BUILD_PACKAGES" ;;
      demo) wanted="$wanted $DEMO_PACKAGES" ;;
      test) wanted="$wanted $TEST_PACKAGES" ;;
      sanitize) wanted="$wanted $SANITIZE_PACKAGES" ;;
      jvm) wanted="$wanted $JVM_PACKAGES" ;;
      swift) wanted="$wanted $SWIFT_PACKAGES" ;;
      lint) wanted="$wanted $LINT_PACKAGES" ;;
      arm64) wanted="$wanted $ARM64_PACKAGES" ;;
    esac
  done
  case " $* " in *" jvm "*) need_npm ;; esac
  # shellcheck disable=SC2086
  need_packages "$*" $wanted
  need_backports
}

# Debian's npm conflicts with a newer Node that is there already, and brings its own.
need_npm() {
  command -v npm >/dev/null || need_packages npm npm
}

# buf, which holds the contract to its rules: one program in an npm package, version and digest pinned.
need_buf() {
  [ -x tests/compat/node_modules/@bufbuild/buf-linux-x64/bin/buf ] && return
  need_npm
  npm ci --prefix tests/compat --no-audit --no-fund >/dev/null
}

# A browser for the journeys of tests/e2e/web, in the language of its pages, and a font in which a person can read them.
need_browser() { need_packages browser chromium chromium-l10n fonts-wqy-microhei; }

# npm, protoc for what the web side generates from the contract, and what cuts its font. Packages of npm themselves are pinned
# by the lock file.
need_web() {
  need_npm
  need_packages web protobuf-compiler libharfbuzz-bin woff2
}

# unpack_package NAME FOLDER: what a package holds, there alone; prints its version. For a font that pages bring along and that
# this machine's own programs shall not begin to use.
unpack_package() {
  local name=$1 folder=$2
  mkdir -p "$folder"
  (
    cd "$folder"
    apt-get -qq download "$name" 2>/dev/null || { apt update && apt-get -qq download "$name"; } >&2
    dpkg-deb -x "$name"_*.deb .
    dpkg-deb -f "$name"_*.deb Version
  )
}
