#include "client-core/vault/pin.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "common/base/error.h"

namespace qf::client {
namespace {

// What lists of leaked PINs and passwords begin with and the rules below do not catch, in small letters.
constexpr absl::string_view kMostUsed[] = {
    "520520",   "521521",   "5201314",   "1314520",   "131452",   "147258",     "147258369", "159357",
    "159753",   "741852",   "852963",    "963852",    "789456",   "456123",     "147852",    "258369",
    "369258",   "112233",   "223344",    "445566",    "778899",   "100200",     "101010",    "168168",
    "518518",   "666888",   "888666",    "888999",    "999888",   "696969",     "654123",    "314159",
    "password", "passw0rd", "password1", "p@ssw0rd",  "qwertyui", "qwertyuiop", "qwerty123", "1qaz2wsx",
    "1q2w3e4r", "q1w2e3r4", "asdfghjk",  "asdfghjkl", "zxcvbnm1", "woaini1314", "iloveyou",  "admin123",
    "abc12345", "a1234567", "aa123456",  "qingfeng",  "football", "baseball",   "sunshine",  "princess",
};

constexpr uint64_t kCardGuessesPerSecond = 2000;  // of a rented graphics card at 64 MiB, t = 3; cost.h

absl::Status Weak(absl::string_view why) {
  return Error(Reason::REASON_PIN_WEAK,
               absl::StrCat("the PIN is too easy to guess: ", why, "; take at least ", kPinDigitsMin,
                            " digits that are no date or pattern, or ", kPassphraseCharactersMin, " characters"));
}

bool IsDigits(absl::string_view text) { return std::all_of(text.begin(), text.end(), absl::ascii_isdigit); }

// Characters of UTF-8: bytes that do not continue one.
size_t Characters(absl::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

// "000000", "121212", "123123": a part of at most half the length, again and again.
bool Repeats(absl::string_view text) {
  for (size_t period = 1; period <= text.size() / 2; ++period) {
    if (text.substr(period) == text.substr(0, text.size() - period)) return true;
  }
  return false;
}

// "123456", "987654", "abcdefgh", "135790": every step the same, digits running on from 9 to 0.
bool Runs(absl::string_view text) {
  const auto step = [&](size_t i) {
    const int difference = text[i] - text[i - 1];
    return IsDigits(text) ? (difference + 10) % 10 : difference;
  };
  for (size_t i = 2; i < text.size(); ++i) {
    if (step(i) != step(1)) return false;
  }
  return true;
}

int Number(absl::string_view digits, size_t at, size_t count) {
  int out = 0;
  return absl::SimpleAtoi(digits.substr(at, count), &out) ? out : -1;
}
bool IsDay(int month, int day) { return month >= 1 && month <= 12 && day >= 1 && day <= 31; }
bool IsYear(int year) { return year >= 1920 && year <= 2039; }

bool IsDate(absl::string_view digits) {
  if (digits.size() == 6) {
    return IsDay(Number(digits, 2, 2), Number(digits, 4, 2)) || IsDay(Number(digits, 2, 2), Number(digits, 0, 2)) ||
           IsYear(Number(digits, 0, 4));
  }
  return digits.size() == 8 && ((IsYear(Number(digits, 0, 4)) && IsDay(Number(digits, 4, 2), Number(digits, 6, 2))) ||
                                (IsYear(Number(digits, 4, 4)) && IsDay(Number(digits, 2, 2), Number(digits, 0, 2))));
}

// How long `seconds` are, in the largest unit that fits.
std::string Lasting(double seconds, bool chinese) {
  struct Unit {
    double seconds;
    const char* english;
    const char* chinese;
  };
  constexpr Unit kUnits[] = {{1, "seconds", "秒"},
                             {60, "minutes", "分钟"},
                             {3600, "hours", "小时"},
                             {86400, "days", "天"},
                             {86400 * 365.0, "years", "年"}};
  const Unit* unit = &kUnits[0];
  for (const Unit& next : kUnits) {
    if (seconds >= 2 * next.seconds) unit = &next;
  }
  const auto count = static_cast<uint64_t>(seconds / unit->seconds + 0.5);
  return chinese ? absl::StrCat(count, unit->chinese) : absl::StrCat(count, " ", unit->english);
}

// What is said of a PIN's worth. $0 of of_digits is how many they are, $1 and $2 how long trying all takes a
// processor's core and a graphics card; $0 of of_words is a card's guesses a second.
struct Sentences {
  const char* in_hardware;
  const char* taken;
  const char* of_digits;
  const char* of_words;
  const char* file_apart;
};
constexpr Sentences kEnglish = {
    "The keys are protected by this device's security chip: whoever takes the device can only guess on it, and after "
    "several wrong tries once an hour.",
    "If somebody takes this device together with its secret file: ",
    "trying every number of $0 digits takes one processor core about $1, and one rented graphics card about $2. That "
    "stops a passer-by and nobody who is determined. Five words drawn at random stop everybody.",
    "one rented graphics card makes about $0 guesses a second. A saying, a song or a name with numbers is found; five "
    "words drawn at random are not.",
    " If the secret file is kept in another place, no number of guesses opens it. In this program, after several wrong "
    "tries one guess an hour is allowed."};
constexpr Sentences kChinese = {
    "密钥由本机安全芯片保护：拿到本机的人只能在本机上逐次试，连续输错后每小时只许试一次。",
    "如果有人拿到本机和密钥文件：",
    "试遍$0位数字，一个处理器核心约需$1，一块租用的显卡约需$2，只挡得住旁人，挡不住有决心的人；随机抽取的五个词，谁也"
    "试不完。",
    "一块租用的显卡每秒约试$0次，名言、歌词、姓名加数字都试得出；随机抽取的五个词，谁也试不完。",
    "密钥文件另存他处，则试多少次也打不开。在本程序里，连续输错后每小时只许试一次。"};

}  // namespace

absl::Status CheckPin(absl::string_view pin) {
  if (pin.size() > kPinBytesMax) return Error(Reason::REASON_LENGTH, "a passphrase has at most 256 bytes");
  const bool digits = IsDigits(pin);
  if (digits ? pin.size() < kPinDigitsMin : Characters(pin) < kPassphraseCharactersMin) return Weak("it is too short");
  const std::string small = absl::AsciiStrToLower(pin);
  if (Repeats(small)) return Weak("it repeats itself");
  if (Runs(small)) return Weak("it is a run");
  if (std::find(std::begin(kMostUsed), std::end(kMostUsed), small) != std::end(kMostUsed)) {
    return Weak("it is one of the most used");
  }
  if (digits && IsDate(pin)) return Weak("it is a date");
  return absl::OkStatus();
}

std::string ProtectionOf(absl::string_view pin, const VaultCost& cost, bool in_hardware, absl::string_view locale) {
  const bool chinese = locale == "zh-CN";
  const Sentences& say = chinese ? kChinese : kEnglish;
  if (in_hardware) return say.in_hardware;
  const double guess_seconds = static_cast<double>(GuessMs(cost)) / 1000;
  const double card_per_second =
      kCardGuessesPerSecond * static_cast<double>(GuessMs(kFileSecretCost)) / static_cast<double>(GuessMs(cost));
  std::string worth;
  if (IsDigits(pin) && pin.size() <= 12) {
    double all = 1;
    for (size_t i = 0; i < pin.size(); ++i) all *= 10;
    worth = absl::Substitute(say.of_digits, pin.size(), Lasting(all * guess_seconds, chinese),
                             Lasting(all / card_per_second, chinese));
  } else {
    worth = absl::Substitute(say.of_words, static_cast<uint64_t>(card_per_second + 0.5));
  }
  return absl::StrCat(say.taken, worth, say.file_apart);
}

}  // namespace qf::client
