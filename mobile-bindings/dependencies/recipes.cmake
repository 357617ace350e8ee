# How packages are built: static, without tests and programs, to the same bytes wherever and whenever they are built.

include(ExternalProject)
include(ProcessorCount)
ProcessorCount(QF_JOBS)

# Nothing of the clock, the machine or its folders gets into an archive.
set(QF_STEADY ${CMAKE_COMMAND} -E env SOURCE_DATE_EPOCH=1700000000 ZERO_AR_DATE=1 TZ=UTC LC_ALL=C)
set(QF_FLAGS "-O2 -fPIC -ffunction-sections -fdata-sections -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2")
# The same, and no folder of ours in __FILE__.
set(QF_MAPPED "${QF_FLAGS} -ffile-prefix-map=${CMAKE_BINARY_DIR}=/build -ffile-prefix-map=${CMAKE_INSTALL_PREFIX}=/packages")

set(QF_FORWARDED "")
foreach(name CMAKE_TOOLCHAIN_FILE CMAKE_C_COMPILER CMAKE_CXX_COMPILER CMAKE_C_COMPILER_LAUNCHER CMAKE_CXX_COMPILER_LAUNCHER
             CMAKE_EXE_LINKER_FLAGS)
  # A toolchain chooses compilers by itself.
  if(${name} AND NOT (CMAKE_TOOLCHAIN_FILE AND name MATCHES "COMPILER$"))
    list(APPEND QF_FORWARDED -D${name}=${${name}})
  endif()
endforeach()

# The archive of a package, by its hash: a file of QF_SOURCES, or else upstream's, downloaded.
function(qf_source name out)
  set(hash ${QF_${name}_SHA256})
  foreach(file ${QF_SOURCE_FILES})
    file(SHA256 ${file} found)
    if(found STREQUAL hash OR found STREQUAL "${QF_${name}_REPACKED_SHA256}")
      set(${out} URL ${file} URL_HASH SHA256=${found} PARENT_SCOPE)
      return()
    endif()
  endforeach()
  if(QF_SOURCES)
    message(FATAL_ERROR "${QF_SOURCES} holds no ${name} ${QF_${name}_VERSION}. Put ${QF_${name}_URL} there (SHA-256 ${hash}), "
                        "or leave QF_SOURCES out to download it.")
  endif()
  set(${out} URL ${QF_${name}_URL} URL_HASH SHA256=${hash} PARENT_SCOPE)
endfunction()

# One package: qf_build(openssl [IN_SOURCE] [PATCH …] CONFIGURE … BUILD … INSTALL …). It uses all cores, so the next waits for it.
function(qf_build name)
  cmake_parse_arguments(A "IN_SOURCE" "" "PATCH;CONFIGURE;BUILD;INSTALL" ${ARGN})
  qf_source(${name} source)
  get_property(last GLOBAL PROPERTY QF_LAST_PACKAGE)
  ExternalProject_Add(${name} ${source} DOWNLOAD_EXTRACT_TIMESTAMP OFF BUILD_IN_SOURCE ${A_IN_SOURCE} DEPENDS "${last}"
    PATCH_COMMAND "${A_PATCH}" CONFIGURE_COMMAND ${A_CONFIGURE} BUILD_COMMAND ${A_BUILD} INSTALL_COMMAND ${A_INSTALL})
  set_property(GLOBAL PROPERTY QF_LAST_PACKAGE ${name})
endfunction()

# What every package that CMake builds is configured with.
set(QF_CMAKE_OPTIONS -G Ninja ${QF_FORWARDED}
  -DCMAKE_BUILD_TYPE=Release -DCMAKE_C_FLAGS_RELEASE=-DNDEBUG -DCMAKE_CXX_FLAGS_RELEASE=-DNDEBUG
  "-DCMAKE_C_FLAGS=${QF_MAPPED} ${CMAKE_C_FLAGS}" "-DCMAKE_CXX_FLAGS=${QF_MAPPED} ${CMAKE_CXX_FLAGS}" -DCMAKE_CXX_STANDARD=17
  -DCMAKE_INSTALL_PREFIX=${CMAKE_INSTALL_PREFIX} -DCMAKE_INSTALL_LIBDIR=lib -DCMAKE_PREFIX_PATH=${CMAKE_INSTALL_PREFIX}
  -DCMAKE_FIND_ROOT_PATH=${CMAKE_INSTALL_PREFIX} -DBUILD_SHARED_LIBS=OFF -DBUILD_TESTING=OFF
  -DCMAKE_POLICY_DEFAULT_CMP0077=NEW -DCMAKE_POLICY_VERSION_MINIMUM=3.5)

# One of them: qf_cmake(zstd SUBDIR build/cmake OPTIONS -DZSTD_BUILD_PROGRAMS=OFF [PATCH command]).
function(qf_cmake name)
  cmake_parse_arguments(A "" "SUBDIR" "OPTIONS;PATCH" ${ARGN})
  qf_build(${name} PATCH ${A_PATCH}
    CONFIGURE ${QF_STEADY} ${CMAKE_COMMAND} -S <SOURCE_DIR>/${A_SUBDIR} -B <BINARY_DIR> ${QF_CMAKE_OPTIONS} ${A_OPTIONS}
    BUILD ${QF_STEADY} ${CMAKE_COMMAND} --build <BINARY_DIR> -j ${QF_JOBS}
    INSTALL ${CMAKE_COMMAND} --install <BINARY_DIR>)
endfunction()
