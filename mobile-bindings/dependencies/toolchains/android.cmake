# Android, by the NDK in ANDROID_NDK_HOME (r28 or newer): what android-<ABI>.cmake share. minSdk is that of ../../android/module.
set(ANDROID_PLATFORM 26)
set(ANDROID_STL c++_shared)
set(ANDROID_SUPPORT_FLEXIBLE_PAGE_SIZES ON)  # pages of 16 KiB; ../../android/check_page_size.py looks at the result
include($ENV{ANDROID_NDK_HOME}/build/cmake/android.toolchain.cmake)
