include(QfPrecompiled)

# The four shapes of target. A folder is a library; its DEPS are the arrows that tests/tidy compares with the includes.

# qf_library(base SRCS a.cc b.cc DEPS absl::status PRIVATE_DEPS PkgConfig::SODIUM) makes qf_base, alias qf::base.
function(qf_library name)
  cmake_parse_arguments(A "" "" "SRCS;DEPS;PRIVATE_DEPS" ${ARGN})
  add_library(qf_${name} STATIC ${A_SRCS})
  add_library(qf::${name} ALIAS qf_${name})
  target_include_directories(qf_${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(qf_${name} PUBLIC ${A_DEPS} PRIVATE ${A_PRIVATE_DEPS})
  qf_precompiled_library(qf_${name})
endfunction()

# qf_program(qingfengd SRCS main.cc DEPS qf::server)
function(qf_program name)
  cmake_parse_arguments(A "" "" "SRCS;DEPS" ${ARGN})
  add_executable(${name} ${A_SRCS})
  target_link_libraries(${name} PRIVATE ${A_DEPS})
endfunction()

# qf_test(sealing SRCS a_test.cc DEPS qf::sealing [TIMEOUT 120] [LABELS crash]) makes the program test_sealing, one line of ctest.
function(qf_test name)
  cmake_parse_arguments(A "" "TIMEOUT" "SRCS;DEPS;LABELS" ${ARGN})
  add_executable(test_${name} ${A_SRCS})
  target_link_libraries(test_${name} PRIVATE ${A_DEPS} GTest::gmock GTest::gtest_main)
  qf_precompiled_test(test_${name})
  # Tests name files of the tree from its root, so that a second checkout compiles to the same bytes.
  add_test(NAME ${name} COMMAND test_${name} --gtest_brief=1 WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  if(NOT A_TIMEOUT)
    set(A_TIMEOUT 300)
  endif()
  if(CMAKE_CROSSCOMPILING)  # emulated, a test takes ten times as long
    math(EXPR A_TIMEOUT "${A_TIMEOUT} * 10")
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${A_TIMEOUT} LABELS "${A_LABELS}")
endfunction()

# qf_fuzzer(record SRCS record_fuzz.cc DEPS qf::record): fuzz_record, with its corpus in tests/fuzz/corpus/record.
# With libFuzzer the test looks for QF_FUZZ_SECONDS; elsewhere the same source is built with replay_main.cc, so that the
# corpus runs in every build. What a run finds of interest stays in the build folder; what fails, beside it as found-….
function(qf_fuzzer name)
  cmake_parse_arguments(A "" "" "SRCS;DEPS" ${ARGN})
  add_executable(fuzz_${name} ${A_SRCS})
  if(NOT TARGET fuzzers)
    add_custom_target(fuzzers)
  endif()
  add_dependencies(fuzzers fuzz_${name})
  target_link_libraries(fuzz_${name} PRIVATE ${A_DEPS})
  set(corpus ${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${name})
  if(QF_FUZZ)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/corpus/${name})
    add_test(NAME fuzz_${name} COMMAND fuzz_${name} -max_total_time=${QF_FUZZ_SECONDS} -timeout=10 -rss_limit_mb=2048
             -verbosity=0 -print_final_stats=1 -artifact_prefix=${CMAKE_BINARY_DIR}/found-${name}-
             ${CMAKE_BINARY_DIR}/corpus/${name} ${corpus})
    math(EXPR patience "${QF_FUZZ_SECONDS} + 120")
    set_tests_properties(fuzz_${name} PROPERTIES TIMEOUT ${patience} LABELS fuzz)
  else()
    target_sources(fuzz_${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests/fuzz/replay_main.cc)
    add_test(NAME fuzz_${name} COMMAND fuzz_${name} ${corpus})
  endif()
endfunction()
