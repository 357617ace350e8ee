#include "common/sealing/frame.h"

#include <zstd.h>

#include <memory>

#include "common/base/check.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/try.h"

namespace qf::sealing {
namespace {

struct FreeContext {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

ZSTD_CCtx* Writer() {
  thread_local const std::unique_ptr<ZSTD_CCtx, FreeContext> context(ZSTD_createCCtx());
  QF_CHECK(context != nullptr);
  return context.get();
}

ZSTD_DCtx* Reader() {
  thread_local const std::unique_ptr<ZSTD_DCtx, FreeContext> context(ZSTD_createDCtx());
  QF_CHECK(context != nullptr);
  return context.get();
}

absl::Status Malformed() { return Error(Reason::REASON_MALFORMED, "the content is no frame of compressed bytes"); }

// Bytes of the frame at the start of `padded`. zstd would also read skippable frames and those of its past
// versions.
absl::StatusOr<size_t> FrameBytes(Bytes padded) {
  constexpr Bytes kMagic("\x28\xb5\x2f\xfd", 4);
  if (padded.substr(0, kMagic.size()) != kMagic) return Malformed();
  const size_t size = ZSTD_findFrameCompressedSize(padded.data(), padded.size());
  if (ZSTD_isError(size) || padded.find_first_not_of('\0', size) != Bytes::npos) return Malformed();
  return size;
}

// Bytes of content that the frame states.
absl::StatusOr<size_t> ContentBytes(Bytes frame) {
  const unsigned long long size = ZSTD_getFrameContentSize(frame.data(), frame.size());
  if (size >= ZSTD_CONTENTSIZE_ERROR) return Malformed();  // that, or ZSTD_CONTENTSIZE_UNKNOWN
  if (size > limits::kContentBytes) {
    return Error(Reason::REASON_TOO_LARGE, "the content is larger than 1 MiB");
  }
  return static_cast<size_t>(size);
}

// Without a number no dictionary is needed, and none is used.
absl::StatusOr<const Dictionary*> DictionaryOf(Bytes frame, DictionaryFinder find) {
  const uint32_t id = ZSTD_getDictID_fromFrame(frame.data(), frame.size());
  const Dictionary* dictionary = id == 0 ? nullptr : find(id);
  if (id != 0 && dictionary == nullptr) {
    return Error(Reason::REASON_DICTIONARY, "the dictionary of this content is not here");
  }
  return dictionary;
}

}  // namespace

absl::StatusOr<std::string> MakeFrame(Bytes content, const Dictionary* dictionary) {
  if (content.size() > limits::kContentBytes) {
    return Error(Reason::REASON_TOO_LARGE, "the content is larger than 1 MiB");
  }
  ZSTD_CCtx* writer = Writer();
  ZSTD_CCtx_reset(writer, ZSTD_reset_session_and_parameters);
  ZSTD_CCtx_setParameter(writer, ZSTD_c_compressionLevel, kFrameLevel);
  if (dictionary != nullptr) ZSTD_CCtx_refCDict(writer, dictionary->for_writing());
  std::string frame(ZSTD_compressBound(content.size()), '\0');
  const size_t size = ZSTD_compress2(writer, &frame[0], frame.size(), content.data(), content.size());
  QF_CHECK(!ZSTD_isError(size));
  frame.resize(size);
  return frame;
}

absl::StatusOr<std::string> OpenFrame(Bytes padded, DictionaryFinder find) {
  QF_TRY_ASSIGN(const size_t frame_bytes, FrameBytes(padded));
  const Bytes frame = padded.substr(0, frame_bytes);
  QF_TRY_ASSIGN(const size_t content_bytes, ContentBytes(frame));
  QF_TRY_ASSIGN(const Dictionary* dictionary, DictionaryOf(frame, find));
  std::string content(content_bytes, '\0');
  const size_t size = ZSTD_decompress_usingDDict(Reader(), &content[0], content.size(), frame.data(), frame.size(),
                                                 dictionary == nullptr ? nullptr : dictionary->for_reading());
  if (size != content.size()) return Malformed();  // an error code is no size that a frame may state
  return content;
}

}  // namespace qf::sealing
