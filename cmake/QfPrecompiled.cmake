# Headers parsed once instead of five hundred times. Tests use them in every build; the product only under
# sanitizers and in fuzzing, so that its release build still finds a missing include.

# A program that owns the headers of the tests: a precompiled header fits only where the options are the same.
if(QF_TESTS)
  file(WRITE ${CMAKE_BINARY_DIR}/precompiled/tests.cc "int main() { return 0; }\n")
  add_executable(qf_precompiled_tests ${CMAKE_BINARY_DIR}/precompiled/tests.cc)
endif()
if(QF_SANITIZE)
  file(WRITE ${CMAKE_BINARY_DIR}/precompiled/product.cc "")
  add_library(qf_precompiled_product STATIC ${CMAKE_BINARY_DIR}/precompiled/product.cc)
endif()

# Angle brackets: quoted names would become absolute paths, and a second checkout would compile everything again.
foreach(owner qf_precompiled_tests qf_precompiled_product)
  if(TARGET ${owner})
    target_include_directories(${owner} PRIVATE ${CMAKE_SOURCE_DIR})
    target_link_libraries(${owner} PRIVATE qf::proto absl::status absl::statusor absl::strings)
    target_precompile_headers(${owner} PRIVATE <cmake/precompiled_product.h>)
    if(QF_CCACHE AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
      # Clang's names the checkout that it was made in: out of the cache it would break once that one is deleted.
      set_target_properties(${owner} PROPERTIES CXX_COMPILER_LAUNCHER "")
    elseif(QF_CCACHE)
      set_target_properties(${owner} PROPERTIES CXX_COMPILER_LAUNCHER "${CMAKE_CURRENT_LIST_DIR}/fresh_pch.sh;${QF_LAUNCHER}")
    endif()
  endif()
endforeach()
if(QF_TESTS)
  target_link_libraries(qf_precompiled_tests PRIVATE GTest::gmock)
  target_precompile_headers(qf_precompiled_tests PRIVATE <cmake/precompiled_tests.h>)
  target_compile_options(qf_precompiled_tests PRIVATE ${QF_TEST_OPTIONS})
endif()

function(qf_precompiled_test target)
  target_compile_options(${target} PRIVATE ${QF_TEST_OPTIONS})
  target_precompile_headers(${target} REUSE_FROM qf_precompiled_tests)
endfunction()

function(qf_precompiled_library target)
  if(QF_SANITIZE)
    target_precompile_headers(${target} REUSE_FROM qf_precompiled_product)
  endif()
endfunction()
