set(ANDROID_ABI x86_64)
set(QF_TRIPLE x86_64-linux-android)
set(QF_OPENSSL_TARGET "android-x86_64 -D__ANDROID_API__=26")
include(${CMAKE_CURRENT_LIST_DIR}/android.cmake)
