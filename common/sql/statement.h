// What goes into the database and what comes out: Statement, Value, Row.
//
// One SQL text for two engines (SQLite ≥ 3.40, PostgreSQL ≥ 15). Stay in the subset that both run:
//   types        BIGINT, TEXT, BLOB; moments are BIGINT microseconds named `_us`; truth is BIGINT 0 or 1
//   parameters   $1 … $n, each named at least once, any order
//   writing      INSERT … ON CONFLICT … DO NOTHING / DO UPDATE, RETURNING; UPDATE … FROM
//   reading      joins, CTEs (recursive too), window functions, partial indexes; CAST(SUM(x) AS BIGINT)
//   not used     AUTOINCREMENT, SERIAL, BOOLEAN, REAL, JSON, triggers, date types, INTEGER PRIMARY KEY
//                (migrations write ROWID_KEY for an append-ordered key, see migrations.h)
// Text and blobs never compare equal in SQLite and are two types in PostgreSQL, so a call says which it means:
// Text(x) or Blob(x). A bare string does not compile. Ids (FixedBytes) are blobs by themselves.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "common/base/ids.h"
#include "common/base/strings.h"

namespace qf::sql {

// One SQL statement: a constant of the program, never put together from input.
//
//   constexpr Statement kBodyOf("SELECT body FROM entry WHERE position = $1");
//
// Prepared once a connection and found again by the address of its text, so a constant costs one preparation.
// The number of parameters is counted by the compiler ('…' is skipped) and checked at each call.
class Statement {
 public:
  explicit consteval Statement(const char* text) : text_(text), parameters_(HighestParameter(text)) {}
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  constexpr const char* text() const { return text_; }
  // The n of the highest $n.
  constexpr size_t parameters() const { return parameters_; }

 private:
  static consteval size_t HighestParameter(const char* at) {
    size_t highest = 0;
    bool quoted = false;
    while (*at != '\0') {
      if (*at == '\'') quoted = !quoted;
      if (*at++ != '$' || quoted) continue;
      size_t number = 0;
      while (*at >= '0' && *at <= '9') number = number * 10 + static_cast<size_t>(*at++ - '0');
      if (number > highest) highest = number;
    }
    return highest;
  }

  const char* text_;
  size_t parameters_;
};

// Marks characters as text (TEXT; UTF-8) or as bytes (BLOB; BYTEA). Views: the argument outlives the call.
struct Text {
  explicit Text(absl::string_view characters) : view(characters) {}
  absl::string_view view;
};
struct Blob {
  explicit Blob(Bytes bytes) : view(bytes) {}
  Bytes view;
};
// NULL for no bytes at all.
inline std::optional<Blob> BlobOrNull(Bytes bytes) { return bytes.empty() ? std::nullopt : std::optional(Blob(bytes)); }

// One argument: an integer, an enum, Text, Blob, an id, or an optional of these (nullopt = NULL). Made implicitly:
//
//   tx.Execute(kInsert, {position, record_id, Blob(body), Text(name), std::nullopt});
//
// An unsigned value above 2^63 - 1 has no place in BIGINT: the call fails with OUT_OF_RANGE(TOO_LARGE).
class Value {
 public:
  enum class Kind { kNull, kInteger, kText, kBlob, kTooLarge };

  template <class T>
    requires std::integral<T> || std::is_enum_v<T>
  Value(T value) : integer_(static_cast<int64_t>(value)), kind_(Fits(value) ? Kind::kInteger : Kind::kTooLarge) {}
  Value(Text text) : bytes_(text.view), kind_(Kind::kText) {}
  Value(Blob blob) : bytes_(blob.view), kind_(Kind::kBlob) {}
  template <size_t N, class Tag>
  Value(const FixedBytes<N, Tag>& id) : bytes_(id.bytes()), kind_(Kind::kBlob) {}
  Value(std::nullopt_t) {}
  template <class T>
  Value(const std::optional<T>& value) : Value(value ? Value(*value) : Value(std::nullopt)) {}

  Kind kind() const { return kind_; }
  int64_t integer() const { return integer_; }  // of kInteger
  Bytes bytes() const { return bytes_; }        // of kText and kBlob

 private:
  template <class T>
  static bool Fits(T value) {
    if constexpr (std::is_same_v<T, uint64_t> || std::is_same_v<T, unsigned long long>) {
      return value <= static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
    } else {
      return true;
    }
  }

  int64_t integer_ = 0;
  Bytes bytes_;
  Kind kind_ = Kind::kNull;
};

// One row of an answer, alive only inside the callback that it is given to.
//
//   Entry FromRow(const Row& row) { return {row.Get<uint64_t>(0), row.Get<RecordId>(1), row.Get<std::string>(2)}; }
//
// Get<T>(column) for T = any integer, bool, std::string (text or blob, copied), Bytes (the same, a view that dies
// with the callback), a FixedBytes, or std::optional of one (NULL = nullopt). Columns count from 0.
// A value of another type, out of T's range or of another length gives T() and makes the query that called back
// fail with DATA_LOSS(STORE_DAMAGED): readers need no check of their own.
class Row {
 public:
  struct Cell {
    Value::Kind kind = Value::Kind::kNull;
    int64_t integer = 0;
    Bytes bytes;
  };
  // For drivers. `cells` outlive the row.
  explicit Row(absl::Span<const Cell> cells) : cells_(cells) {}
  Row(const Row&) = delete;
  Row& operator=(const Row&) = delete;

  template <class T>
  T Get(size_t column) const {
    if constexpr (IsOptional<T>::value) {
      if (IsNull(column)) return std::nullopt;
      return Get<typename T::value_type>(column);
    } else if constexpr (std::integral<T>) {
      const int64_t value = Integer(column);
      return InRange<T>(value) ? static_cast<T>(value) : (Damaged(column, "is out of range"), T());
    } else if constexpr (std::is_same_v<T, Bytes>) {
      return BytesAt(column);
    } else if constexpr (std::is_same_v<T, std::string>) {
      return std::string(BytesAt(column));
    } else {
      auto id = T::From(BytesAt(column));
      return id.ok() ? *id : (Damaged(column, "has another length"), T());
    }
  }
  bool IsNull(size_t column) const { return At(column).kind == Value::Kind::kNull; }
  size_t columns() const { return cells_.size(); }

  // The first wrong column, if any was asked for; what the query answers.
  const absl::Status& status() const { return status_; }

 private:
  template <class T>
  struct IsOptional : std::false_type {};
  template <class T>
  struct IsOptional<std::optional<T>> : std::true_type {};

  template <class T>
  static bool InRange(int64_t value) {
    if constexpr (std::is_same_v<T, bool>) {
      return value == 0 || value == 1;
    } else {
      return std::in_range<T>(value);
    }
  }

  const Cell& At(size_t column) const;
  int64_t Integer(size_t column) const;
  Bytes BytesAt(size_t column) const;
  void Damaged(size_t column, absl::string_view what) const;

  absl::Span<const Cell> cells_;
  mutable absl::Status status_;
};

}  // namespace qf::sql
