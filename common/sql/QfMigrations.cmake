# qf_embed_migrations(qf_server_store migrations qf::server::ServerMigrations) compiles the files NNNN_name.sql of a
# folder into a target, as  namespace qf::server { const std::vector<qf::sql::Migration>& ServerMigrations(); }
# which a header of that folder declares. Numbers run 0001, 0002, … without gaps (common/sql/migrations.h).
set(QF_EMBED_MIGRATIONS ${CMAKE_CURRENT_LIST_DIR}/embed_migrations.cmake CACHE INTERNAL "")

function(qf_embed_migrations target dir function)
  cmake_path(ABSOLUTE_PATH dir NORMALIZE)
  file(GLOB files CONFIGURE_DEPENDS ${dir}/*.sql)
  string(REPLACE "::" "_" name ${function})
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${name}.cc)
  add_custom_command(
    OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -D OUT=${out} -D FUNCTION=${function} -D "FILES=${files}" -P ${QF_EMBED_MIGRATIONS}
    DEPENDS ${files} ${QF_EMBED_MIGRATIONS}
    COMMENT "Embedding the migrations of ${function}"
    VERBATIM)
  target_sources(${target} PRIVATE ${out})
  target_link_libraries(${target} PUBLIC qf::sql)
endfunction()
