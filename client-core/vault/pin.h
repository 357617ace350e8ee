// PINs and passphrases: which are refused, and what the others are worth. Pure functions; any thread.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "client-core/vault/cost.h"

namespace qf::client {

constexpr size_t kPinDigitsMin = 6;
constexpr size_t kPassphraseCharactersMin = 8;
constexpr size_t kPinBytesMax = 256;

// OK for digits alone, at least kPinDigitsMin of them, or for anything of at least kPassphraseCharactersMin
// characters. INVALID_ARGUMENT(PIN_WEAK), naming what is wrong, for less, and for what is tried first: one symbol or a
// short pattern repeated (000000, 121212, 123123), a run (123456, 876543, abcdefgh), the most used ones (list in
// pin.cc), and dates: six or eight digits that are a day of this or the last century in the orders YYMMDD, DDMMYY,
// YYYYMMDD or DDMMYYYY, or begin with a year (198512). INVALID_ARGUMENT(LENGTH) above kPinBytesMax.
absl::Status CheckPin(absl::string_view pin);

// What guessing `pin` would cost whoever takes the device, in a few plain sentences of that locale ("zh-CN", else
// English): with the platform secret, without it, and on the device itself.
std::string ProtectionOf(absl::string_view pin, const VaultCost& cost, bool in_hardware, absl::string_view locale);

}  // namespace qf::client
