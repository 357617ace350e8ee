# The simulator of a Mac with Apple silicon, by Xcode's command-line tools.
set(CMAKE_SYSTEM_NAME iOS)
set(CMAKE_SYSTEM_PROCESSOR arm64)
set(CMAKE_OSX_SYSROOT iphonesimulator)
set(CMAKE_OSX_ARCHITECTURES arm64)
set(CMAKE_OSX_DEPLOYMENT_TARGET 15.0)
set(QF_TRIPLE aarch64-apple-darwin)
set(QF_OPENSSL_TARGET iossimulator-arm64-xcrun)
set(QF_MINIMUM_SYSTEM -mios-simulator-version-min=15.0)
