#include "tools/qingfeng/qr.h"

#include <qrencode.h>

#include <memory>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "tools/qingfeng/text.h"

namespace qf::cli {
namespace {

constexpr int kQuietModules = 2;  // the standard says 4; readers take 2, and terminals are small

using Code = std::unique_ptr<QRcode, decltype(&QRcode_free)>;

bool Dark(const QRcode& code, int x, int y) {
  const int size = code.width;
  return x >= 0 && y >= 0 && x < size && y < size && (code.data[y * size + x] & 1) != 0;
}

// The cell whose upper and lower half are light or not; light is drawn.
const char* Cell(bool upper_light, bool lower_light) {
  if (upper_light) return lower_light ? "\xe2\x96\x88" : "\xe2\x96\x80";
  return lower_light ? "\xe2\x96\x84" : " ";
}

}  // namespace

absl::StatusOr<std::string> TerminalQr(absl::string_view text, bool coloured, int columns) {
  const Code code(QRcode_encodeData(static_cast<int>(text.size()), reinterpret_cast<const unsigned char*>(text.data()),
                                    0, QR_ECLEVEL_L),
                  &QRcode_free);
  if (code == nullptr) return Error(Reason::REASON_TOO_LARGE, Tr("this is too long for a QR code"));
  const int from = -kQuietModules;
  const int to = code->width + kQuietModules;
  if (columns > 0 && to - from > columns) {
    return Error(Reason::REASON_TOO_LARGE, Tr("the terminal is too narrow for the QR code; use --qr FILE"));
  }
  std::string out;
  for (int y = from; y < to; y += 2) {
    if (coloured) out += "\x1b[40;97m";
    for (int x = from; x < to; ++x)
      absl::StrAppend(&out, Cell(!Dark(*code, x, y), y + 1 < to && !Dark(*code, x, y + 1)));
    absl::StrAppend(&out, coloured ? "\x1b[0m\n" : "\n");
  }
  return out;
}

}  // namespace qf::cli
