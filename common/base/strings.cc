#include "common/base/strings.h"

#include "absl/strings/escaping.h"
#include "common/base/check.h"

namespace qf {
namespace {

int Nibble(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string ToHex(Bytes bytes) { return absl::BytesToHexString(bytes); }

bool FromHex(absl::string_view hex, std::string* out) {
  out->clear();
  if (hex.size() % 2 != 0) return false;
  out->reserve(hex.size() / 2);
  for (size_t i = 0; i < hex.size(); i += 2) {
    const int high = Nibble(hex[i]), low = Nibble(hex[i + 1]);
    if (high < 0 || low < 0) return false;
    out->push_back(static_cast<char>(high << 4 | low));
  }
  return true;
}

std::string U64(uint64_t value) {
  std::string out(8, '\0');
  for (int i = 7; i >= 0; --i, value >>= 8) out[i] = static_cast<char>(value & 0xff);
  return out;
}

uint64_t TakeU64(Bytes* bytes) {
  QF_CHECK(bytes->size() >= sizeof(uint64_t));
  uint64_t value = 0;
  for (const char byte : bytes->substr(0, sizeof value)) value = value << 8 | static_cast<unsigned char>(byte);
  bytes->remove_prefix(sizeof value);
  return value;
}

std::string Counted(Bytes value) {
  QF_CHECK(value.size() <= 0xffff);
  std::string out;
  out.reserve(value.size() + 2);
  out.push_back(static_cast<char>(value.size() >> 8));
  out.push_back(static_cast<char>(value.size() & 0xff));
  out.append(value.data(), value.size());
  return out;
}

}  // namespace qf
