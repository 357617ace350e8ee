// The server's schema: migrations/NNNN_name.sql, embedded. See common/sql/migrations.h.
#pragma once

#include <vector>

#include "common/sql/migrations.h"

namespace qf::server {

const std::vector<sql::Migration>& ServerMigrations();

}  // namespace qf::server
