// Whose device is whose, as PERSON records say: a projection. docs/protocol.md, "Feeds" (roster).
#pragma once

#include <map>
#include <optional>
#include <string>

#include "common/record/entry.h"
#include "common/sql/database.h"
#include "qingfeng/content/v1/directory.pb.h"

namespace qf::client {

struct Name {
  contentpb::Person person;
  bool for_office = false;  // sealed to more than one reader: the office's desks may read it
};

// Takes a PERSON; of two about one device the later clock_at wins.
absl::Status PutName(sql::WriteTxn& tx, const record::Entry& entry, const contentpb::Person& person);
absl::StatusOr<std::map<SigningKey, Name>> ListNames(sql::ReadTxn& tx);
absl::StatusOr<std::optional<contentpb::Person>> FindName(sql::ReadTxn& tx, const SigningKey& device);
absl::Status ClearNames(sql::WriteTxn& tx);

}  // namespace qf::client
