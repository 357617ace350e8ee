#include "client-core/desk/names.h"

#include "common/base/error.h"
#include "common/base/try.h"

namespace qf::client {
namespace {

constexpr sql::Statement kPut(
    "INSERT INTO desk_name (device, clock_at_us, for_office, person) VALUES ($1, $2, $3, $4) "
    "ON CONFLICT (device) DO UPDATE SET clock_at_us = excluded.clock_at_us, for_office = excluded.for_office, "
    "person = excluded.person WHERE excluded.clock_at_us >= desk_name.clock_at_us");
constexpr sql::Statement kList("SELECT device, for_office, person FROM desk_name");
constexpr sql::Statement kFind("SELECT person FROM desk_name WHERE device = $1");
constexpr sql::Statement kClear("DELETE FROM desk_name");

absl::StatusOr<contentpb::Person> Parse(Bytes bytes) {
  contentpb::Person person;
  if (!person.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return Error(Reason::REASON_STORE_DAMAGED, "a name in the store cannot be read");
  }
  return person;
}

}  // namespace

absl::Status PutName(sql::WriteTxn& tx, const record::Entry& entry, const contentpb::Person& person) {
  const auto device = SigningKey::From(person.device());
  if (!device.ok()) return absl::OkStatus();  // names nobody
  constexpr char kOneReader = 1;
  const bool for_office = !entry.record.body.empty() && entry.record.body[0] > kOneReader;
  const std::string bytes = person.SerializeAsString();
  return tx.Execute(kPut, {*device, entry.place.clock_at_us, for_office, sql::Blob(bytes)});
}

absl::StatusOr<std::map<SigningKey, Name>> ListNames(sql::ReadTxn& tx) {
  std::map<SigningKey, Name> names;
  QF_TRY(tx.Query(kList, {}, [&](const sql::Row& row) -> absl::Status {
    QF_TRY_ASSIGN(contentpb::Person person, Parse(row.Get<Bytes>(2)));
    names[row.Get<SigningKey>(0)] = {std::move(person), row.Get<bool>(1)};
    return absl::OkStatus();
  }));
  return names;
}

absl::StatusOr<std::optional<contentpb::Person>> FindName(sql::ReadTxn& tx, const SigningKey& device) {
  return tx.QueryOne(kFind, {device}, [](const sql::Row& row) { return Parse(row.Get<Bytes>(0)); });
}

absl::Status ClearNames(sql::WriteTxn& tx) { return tx.Execute(kClear); }

}  // namespace qf::client
