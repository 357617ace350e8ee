#include "client-core/session/file_parts.h"

#include <algorithm>
#include <utility>

#include "common/base/error.h"
#include "common/base/wipe.h"

namespace qf::client {
namespace {

// Grows without leaving copies behind: what a string gives back to the heap when it moves is not overwritten.
void Append(std::string* bytes, Bytes data) {
  if (bytes->capacity() - bytes->size() < data.size()) {
    std::string larger;
    larger.reserve(std::max<size_t>(2 * bytes->capacity(), bytes->size() + data.size()));
    larger.append(*bytes);
    Wipe(bytes->data(), bytes->size());
    bytes->swap(larger);
  }
  bytes->append(data.data(), data.size());
}

std::shared_ptr<std::string> NewBytes() {
  return {new std::string, [](std::string* bytes) {
            Wipe(bytes->data(), bytes->size());
            delete bytes;
          }};
}

}  // namespace

absl::StatusOr<uint64_t> FileParts::Put(const FileId& id, uint64_t offset, Bytes data) {
  if (id.empty()) return Error(Reason::REASON_LENGTH, "a file id must not be all zeros");
  if (data.size() > kFilePartBytesMax) return Error(Reason::REASON_TOO_LARGE, "a piece has at most 1 MiB");
  auto file = Find(id);
  if (offset == 0 && file != files_.end()) {
    Erase(file);
    file = files_.end();
  }
  const uint64_t held = file == files_.end() ? 0 : file->bytes->size();
  if (offset != held || (held > 0 && file->taken))
    return Error(Reason::REASON_STATE, "the pieces of a file come one after the other; begin again");
  if (data.size() > kInMemoryBytesMax - held) {
    if (file != files_.end()) Erase(file);
    return Error(Reason::REASON_TOO_LARGE, "a file that is put in pieces has at most 64 MiB");
  }
  if (file == files_.end()) file = files_.insert(files_.end(), File{id, NewBytes()});
  files_.splice(files_.end(), files_, file);
  while (size_bytes_ + data.size() > kInMemoryBytesMax || files_.size() > kFilesInPartsMax) Erase(files_.begin());
  Append(file->bytes.get(), data);
  size_bytes_ += data.size();
  return file->bytes->size();
}

absl::StatusOr<std::shared_ptr<const std::string>> FileParts::Get(const FileId& id) {
  const auto file = Find(id);
  if (file == files_.end()) return Error(Reason::REASON_NOT_FOUND, "the file is not here any more: put it again");
  file->taken = true;
  return file->bytes;
}

void FileParts::Remove(const FileId& id) {
  const auto file = Find(id);
  if (file != files_.end()) Erase(file);
}

std::list<FileParts::File>::iterator FileParts::Find(const FileId& id) {
  return std::find_if(files_.begin(), files_.end(), [&](const File& file) { return file.id == id; });
}

void FileParts::Erase(std::list<File>::iterator file) {
  size_bytes_ -= file->bytes->size();
  files_.erase(file);
}

}  // namespace qf::client
