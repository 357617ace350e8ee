// The migrations of a device's store, in order. migrations/*.sql, embedded.
#pragma once

#include <vector>

#include "common/sql/migrations.h"

namespace qf::client {

const std::vector<sql::Migration>& ReplicaMigrations();

}  // namespace qf::client
