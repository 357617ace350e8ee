#include "tests/simulation/bounds.h"

#include "common/base/limits.h"
#include "qingfeng/server/v1/blob.pb.h"
#include "qingfeng/server/v1/sync.pb.h"

namespace qf::sim {
namespace {

namespace serverpb = ::qingfeng::server::v1;
namespace recordpb = ::qingfeng::record::v1;

constexpr char kExchange[] = "qingfeng.server.v1.SyncService/Exchange";
constexpr char kAppend[] = "qingfeng.server.v1.BlobService/Append";
constexpr char kRead[] = "qingfeng.server.v1.BlobService/Read";

size_t Count(int size) { return static_cast<size_t>(size); }

std::string OfRecord(const recordpb::Record& record) {
  if (record.header().size() > limits::kHeaderBytes) return "a header";
  if (record.body().size() > limits::kBodyBytes) return "a body";
  return "";
}

std::string OfPush(const serverpb::ExchangeRequest& request) {
  if (Count(request.push_size()) > limits::kPushRecords) return "the records of a push";
  size_t size_bytes = 0;
  for (const serverpb::Offer& offer : request.push()) {
    const recordpb::Record& record = offer.record();
    if (const std::string what = OfRecord(record); !what.empty()) return what;
    size_bytes += record.header().size() + record.signature().size() + record.body().size();
  }
  return size_bytes > limits::kPushBytes ? "the bytes of a push" : "";
}

std::string OfExchange(const serverpb::ExchangeRequest& request) {
  if (Count(request.hello().placed_size()) > limits::kStreamsPerHello) return "the streams of a Hello";
  if (Count(request.hello().bodies_wanted_size()) > limits::kAwaitedBodies) return "the bodies that a Hello wants";
  return OfPush(request);
}

std::string OfAnswer(const serverpb::ExchangeResponse& response) {
  if (Count(response.welcome().lacking_size()) > limits::kLackingPerWelcome) return "what a Welcome lacks";
  if (Count(response.consistency_size()) > limits::kConsistencyPathHashes) return "a proof of consistency";
  size_t size_bytes = 0;
  size_t entries = 0;
  for (const serverpb::Page& page : response.pages()) {
    if (Count(page.entries_size()) > limits::kPageEntries) return "the entries of a page";
    entries += Count(page.entries_size());
    for (const recordpb::Entry& entry : page.entries()) size_bytes += entry.ByteSizeLong();
  }
  // The first entry goes whatever it weighs, so that a page is never empty for its sake.
  return entries > 1 && size_bytes > limits::kPageBytes ? "the bytes of a page" : "";
}

template <class Message, class Judge>
std::string Judged(const std::string& bytes, Judge judge) {
  Message message;
  return message.ParseFromString(bytes) ? judge(message) : "bytes that are no message";
}

}  // namespace

std::string RequestBeyondBounds(const std::string& method, const std::string& request) {
  if (request.size() > limits::kMessageBytes) return "a call";
  if (method == kExchange) return Judged<serverpb::ExchangeRequest>(request, OfExchange);
  if (method != kAppend) return "";
  return Judged<serverpb::AppendRequest>(request, [](const serverpb::AppendRequest& append) {
    return append.data().size() > limits::kAppendBytes ? "a part of a file" : "";
  });
}

std::string AnswerBeyondBounds(const std::string& method, const std::string& answer) {
  if (answer.size() > limits::kMessageBytes) return "an answer";
  if (method == kExchange) return Judged<serverpb::ExchangeResponse>(answer, OfAnswer);
  if (method != kRead) return "";
  return Judged<serverpb::ReadResponse>(answer, [](const serverpb::ReadResponse& read) {
    return read.data().size() > limits::kAppendBytes ? "a part of a file" : "";
  });
}

}  // namespace qf::sim
