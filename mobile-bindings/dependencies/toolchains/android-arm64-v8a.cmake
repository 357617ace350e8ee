set(ANDROID_ABI arm64-v8a)
set(QF_TRIPLE aarch64-linux-android)
set(QF_OPENSSL_TARGET "android-arm64 -D__ANDROID_API__=26")
include(${CMAKE_CURRENT_LIST_DIR}/android.cmake)
