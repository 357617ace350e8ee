# What the core is linked with on a phone: each package once, with version, upstream's archive and its SHA-256.
#
#   qf_package(NAME VERSION … URL … SHA256 … [REPACKED FILE HASH])
#
# A hash was computed from the archive itself where REPACKED is missing: Debian carries it byte for byte, and OpenSSL and c-ares
# are signed by their authors, which was checked. With REPACKED it is the one that upstream's users publish, and nobody of us
# has held that archive: what was built here is the same release as Debian packs it, FILE, whose hash is computed. Either
# serves: QF_SOURCES takes a file by its hash, whatever its name.
#
# A new version: change its line, compute the hash, and follow docs/bindings.md, "Dependencies". gRPC 1.51.1 and Protobuf
# 3.21.12 are the pair of Debian 12 and 13, with which everything else of the product is built and tested.

qf_package(zlib
  VERSION 1.3.1
  URL https://github.com/madler/zlib/releases/download/v1.3.1/zlib-1.3.1.tar.gz
  SHA256 9a93b2b7dfdac77ceba5a558a580e74667dd6fede4585b91eefb60f03b72df23
  REPACKED zlib_1.3.dfsg+really1.3.1.orig.tar.gz 60dd315c07f616887caa029408308a018ace66e3d142726a97db164b3b8f69fb)
qf_package(zstd
  VERSION 1.5.7
  URL https://github.com/facebook/zstd/releases/download/v1.5.7/zstd-1.5.7.tar.gz
  SHA256 eb33e51f49a15e023950cd7825ca74a4a2b43db8354825ac24fc1b7ee09e6fa3
  REPACKED libzstd_1.5.7+dfsg.orig.tar.xz 0c092ef267edce57ba7f3f2645c861f72eaf5e76273c6c3632869423464b90a5)
qf_package(libjpeg-turbo
  VERSION 3.1.3
  URL https://github.com/libjpeg-turbo/libjpeg-turbo/archive/refs/tags/3.1.3.tar.gz
  SHA256 3a13a5ba767dc8264bc40b185e41368a80d5d5f945944d1dbaa4b2fb0099f4e5)
qf_package(libspng
  VERSION 0.7.4
  URL https://github.com/randy408/libspng/archive/refs/tags/v0.7.4.tar.gz
  SHA256 47ec02be6c0a6323044600a9221b049f63e1953faf816903e7383d4dc4234487)
qf_package(qrencode
  VERSION 4.1.1
  URL https://fukuchi.org/works/qrencode/qrencode-4.1.1.tar.bz2
  SHA256 e455d9732f8041cf5b9c388e345a641fd15707860f928e94507b1961256a6923)
qf_package(libsodium
  VERSION 1.0.22
  URL https://github.com/jedisct1/libsodium/archive/refs/tags/1.0.22-RELEASE.tar.gz
  SHA256 5838bb0c3da6148c24ebe531d1ed1297de9a87aea77d426bcd99f289e681631c)
qf_package(openssl
  VERSION 3.5.7
  URL https://github.com/openssl/openssl/releases/download/openssl-3.5.7/openssl-3.5.7.tar.gz
  SHA256 a8c0d28a529ca480f9f36cf5792e2cd21984552a3c8e4aa11a24aa31aeac98e8)
qf_package(sqlcipher
  VERSION 4.6.1
  URL https://github.com/sqlcipher/sqlcipher/archive/refs/tags/v4.6.1.tar.gz
  SHA256 d8f9afcbc2f4b55e316ca4ada4425daf3d0b4aab25f45e11a802ae422b9f53a3)
qf_package(abseil
  VERSION 20240722.0
  URL https://github.com/abseil/abseil-cpp/releases/download/20240722.0/abseil-cpp-20240722.0.tar.gz
  SHA256 f50e5ac311a81382da7fa75b97310e4b9006474f9560ac46f54a9967f07d4ae3
  REPACKED abseil_20240722.0.orig.tar.gz df6d1f5ef540725f3851201176a60486aab332410788465c9877910bb471c34a)
qf_package(protobuf
  VERSION 3.21.12
  URL https://github.com/protocolbuffers/protobuf/archive/refs/tags/v3.21.12.tar.gz
  SHA256 930c2c3b5ecc6c9c12615cf5ad93f1cd6e12d0aba862b572e076259970ac3a53)
qf_package(c-ares
  VERSION 1.34.8
  URL https://github.com/c-ares/c-ares/releases/download/v1.34.8/c-ares-1.34.8.tar.gz
  SHA256 c222b6d681096f9444d2c4863d2c1174019e27cacca0a4a5c114d36dd7d7bf78)
qf_package(re2
  VERSION 2024-07-02
  URL https://github.com/google/re2/releases/download/2024-07-02/re2-2024-07-02.tar.gz
  SHA256 eb2df807c781601c14a260a507a5bb4509be1ee626024cb45acbd57cb9d4032b)
qf_package(grpc
  VERSION 1.51.1
  URL https://github.com/grpc/grpc/archive/refs/tags/v1.51.1.tar.gz
  SHA256 b55696fb249669744de3e71acc54a9382bea0dce7cd5ba379b356b12b82d4229)
