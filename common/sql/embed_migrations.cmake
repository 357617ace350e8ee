# Run by qf_embed_migrations: writes OUT from FILES; FUNCTION may stand in namespaces.
string(REPLACE "::" ";" path "${FUNCTION}")
list(POP_BACK path name)
list(JOIN path "::" namespace)
list(SORT FILES)

set(number 0)
set(rows "")
foreach(file IN LISTS FILES)
  math(EXPR number "${number} + 1")
  get_filename_component(base ${file} NAME)
  if(NOT base MATCHES "^([0-9][0-9][0-9][0-9])_[a-z0-9_]+\\.sql$")
    message(FATAL_ERROR "${base}: a migration is named NNNN_name.sql")
  endif()
  string(REGEX REPLACE "^0+" "" found ${CMAKE_MATCH_1})
  if(NOT found STREQUAL number)
    message(FATAL_ERROR "${base}: expected number ${number}; numbers run without gaps")
  endif()
  # As hexadecimal, so that no character of the text can meet CMake's or C++'s quoting.
  file(READ ${file} hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" bytes "${hex}")
  string(LENGTH "${hex}" digits)
  math(EXPR size "${digits} / 2")
  string(APPEND rows "      {${number}, absl::string_view(\"${bytes}\", ${size})},  // ${base}\n")
endforeach()

file(WRITE ${OUT} "// Made from the migrations' files; do not edit.
#include <vector>

#include \"common/sql/migrations.h\"

namespace ${namespace} {

const std::vector<qf::sql::Migration>& ${name}();
const std::vector<qf::sql::Migration>& ${name}() {
  static const auto* const all = new std::vector<qf::sql::Migration>{
${rows}  };
  return *all;
}

}  // namespace ${namespace}
")
