# How everything is compiled: one place for language, warnings, hardening and sanitizers.

option(QF_PROGRAMS "Build server, command line and the apps' host; OFF: the core alone, as on a phone" ON)
option(QF_TESTS "Build tests, simulator and benchmarks" ON)
option(QF_JVM "Build the JNI library of the JVM binding (needs a JDK)" OFF)
option(QF_SWIFT "Test the Swift binding (needs swiftlang)" OFF)
option(QF_FUZZ "Build the libFuzzer programs (clang only)" OFF)
set(QF_FUZZ_SECONDS 20 CACHE STRING "How long each fuzzer looks in a run of the tests")
set(QF_SANITIZE "" CACHE STRING "Sanitizers, comma separated: address,undefined or thread")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 99)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

find_program(QF_CCACHE ccache)
if(QF_CCACHE)
  # The base folder makes a second checkout hit the cache of the first; the rest is what precompiled headers need.
  set(QF_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
                  CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${QF_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${QF_LAUNCHER})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${QF_LAUNCHER})
endif()

add_compile_options(
  -Wall -Wextra -Werror -Wno-missing-field-initializers
  -fstack-protector-strong "$<$<CONFIG:Release>:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=2>"
  $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor>
  $<$<COMPILE_LANGUAGE:CXX>:-Woverloaded-virtual>)
if(NOT APPLE)  # whose linker does all of it unasked
  add_link_options(-Wl,-z,relro,-z,now -Wl,--as-needed)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1")
set(CMAKE_C_FLAGS_RELEASE "-O2 -g1")
set(CMAKE_CXX_FLAGS_SANITIZED "-O1 -g1")
set(CMAKE_C_FLAGS_SANITIZED "-O1 -g1")

if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  add_compile_options(-Wthread-safety)
  if(NOT QF_PACKAGES)
    # Debian's Abseil is built by g++: clang 18 and later mangle one of its constructors otherwise.
    add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fclang-abi-compat=17>)
  endif()
  add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:SHELL:-Xclang -fno-pch-timestamp>")
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # False positives of g++ 12 inside std::string and protobuf when everything is inlined.
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict> $<$<COMPILE_LANGUAGE:CXX>:-Wno-maybe-uninitialized>
                      $<$<COMPILE_LANGUAGE:CXX>:-Wno-stringop-overflow> $<$<COMPILE_LANGUAGE:CXX>:-Wno-array-bounds>)
endif()

if(QF_SANITIZE)
  add_compile_options(-fsanitize=${QF_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${QF_SANITIZE})
  # Newer Abseil lays its hash tables out otherwise under a sanitizer; the system's library, which shares them, is built
  # without one. This is Abseil's switch for it.
  add_compile_definitions(NDEBUG_SANITIZER)
  if(QF_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize-recover=undefined)
  endif()
endif()
# Tests are many and run once: translating them costs more than running them slowly. (_FORTIFY_SOURCE wants some.)
set(QF_TEST_OPTIONS $<$<CONFIG:Release>:-O1> $<$<CONFIG:Sanitized>:-O0>)

if(QF_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
