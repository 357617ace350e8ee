#include "tests/simulation/world/meddler.h"

#include <optional>
#include <utility>
#include <vector>

#include "common/base/check.h"
#include "qingfeng/server/v1/sync.pb.h"

namespace qf::sim {
namespace {

namespace serverpb = ::qingfeng::server::v1;
namespace recordpb = ::qingfeng::record::v1;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// A value inside a message.
struct Spot {
  Message* message;
  const FieldDescriptor* field;
  int index;  // -1: not repeated
};

bool MayBeAltered(const FieldDescriptor& field) {
  return field.name() != "retry_after_ms" && field.name() != "reason" && field.name() != "client_version";
}

void Collect(Message& message, std::vector<Spot>* spots) {
  const auto& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (!MayBeAltered(*field)) continue;
    const int count = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
    for (int i = 0; i < count; ++i) {
      const int index = field->is_repeated() ? i : -1;
      if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
        spots->push_back({&message, field, index});
      } else {
        Collect(*(index < 0 ? reflection.MutableMessage(&message, field)
                            : reflection.MutableRepeatedMessage(&message, field, index)),
                spots);
      }
    }
  }
}

template <class Get, class Set>
void Flip(Entropy& entropy, uint64_t bits, Get get, Set set) {
  set(get() ^ (uint64_t{1} << entropy.Below(bits)));
}

void AlterBytes(Entropy& entropy, const Spot& spot) {
  const auto& reflection = *spot.message->GetReflection();
  std::string bytes = spot.index < 0 ? reflection.GetString(*spot.message, spot.field)
                                     : reflection.GetRepeatedString(*spot.message, spot.field, spot.index);
  if (bytes.empty()) return;
  char& byte = bytes[entropy.Below(bytes.size())];
  // Text stays text, so that what is altered reaches the reader's rules and does not stop at the parser.
  const uint64_t bits = spot.field->type() == FieldDescriptor::TYPE_STRING ? 5 : 8;
  byte = static_cast<char>(byte ^ (1 << entropy.Below(bits)));
  if (spot.index < 0) {
    reflection.SetString(spot.message, spot.field, std::move(bytes));
  } else {
    reflection.SetRepeatedString(spot.message, spot.field, spot.index, std::move(bytes));
  }
}

void AlterNumber(Entropy& entropy, const Spot& spot) {
  const auto& reflection = *spot.message->GetReflection();
  Message* const message = spot.message;
  switch (spot.field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_UINT64:
      if (spot.index >= 0) return;
      return Flip(
          entropy, 64, [&] { return reflection.GetUInt64(*message, spot.field); },
          [&](uint64_t value) { reflection.SetUInt64(message, spot.field, value); });
    case FieldDescriptor::CPPTYPE_UINT32:
      if (spot.index < 0) {
        return Flip(
            entropy, 32, [&] { return reflection.GetUInt32(*message, spot.field); },
            [&](uint64_t value) { reflection.SetUInt32(message, spot.field, static_cast<uint32_t>(value)); });
      }
      return Flip(
          entropy, 8, [&] { return reflection.GetRepeatedUInt32(*message, spot.field, spot.index); },
          [&](uint64_t value) {
            reflection.SetRepeatedUInt32(message, spot.field, spot.index, static_cast<uint32_t>(value));
          });
    case FieldDescriptor::CPPTYPE_ENUM:
      return reflection.SetEnumValue(message, spot.field, static_cast<int>(entropy.Below(8)));
    default:
      return;
  }
}

// Alters one value somewhere in the messages; false if there is none.
bool AlterOne(Entropy& entropy, const std::vector<Message*>& messages) {
  if (messages.empty()) return false;
  std::vector<Spot> spots;
  Collect(*messages[entropy.Below(messages.size())], &spots);
  if (spots.empty()) return false;
  const Spot& spot = spots[entropy.Below(spots.size())];
  if (spot.field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
    AlterBytes(entropy, spot);
  } else {
    AlterNumber(entropy, spot);
  }
  return true;
}

template <class Repeated>
void Add(Repeated* repeated, std::vector<Message*>* out) {
  for (auto& message : *repeated) out->push_back(&message);
}

// In the name of the author of `original`: another stream, another item, the same body, the old signature.
std::optional<serverpb::Offer> Forge(Entropy& entropy, const serverpb::Offer& original) {
  recordpb::Header header;
  if (!header.ParseFromString(original.record().header())) return std::nullopt;
  header.set_incarnation(entropy.RandomSecret(8).bytes().data(), 8);
  header.set_item_id(entropy.RandomSecret(16).bytes().data(), 16);
  header.set_sequence(1);
  serverpb::Offer forged;
  *forged.mutable_record() = original.record();
  forged.mutable_record()->set_header(header.SerializeAsString());
  return forged;
}

}  // namespace

bool Meddler::Request(const std::string& peer, std::string* bytes) {
  const bool alter = Chance(rates_.requests);
  const bool forge = Chance(rates_.forgeries);
  if (!alter && !forge) return false;
  serverpb::ExchangeRequest request;
  QF_CHECK(request.ParseFromString(*bytes));
  const int pushed = request.push_size();
  std::optional<serverpb::Offer> forged;
  if (forge && pushed > 0) forged = Forge(entropy_, request.push(static_cast<int>(entropy_.Below(pushed))));
  if (alter) {
    std::vector<Message*> parts;
    Add(request.mutable_push(), &parts);
    if (parts.empty() || entropy_.Below(4) == 0) parts = {request.mutable_hello()};
    const std::string checkpoint = request.hello().checkpoint();
    if (AlterOne(entropy_, parts)) {
      // An enrolled device that claims a later term is believed without proof and stops the server until a RESTART.
      if (!checkpoint.empty()) request.mutable_hello()->set_checkpoint(checkpoint);
      ++requests_altered_;
      ++lies_[peer];
    }
  }
  if (forged.has_value()) {
    *request.add_push() = *std::move(forged);
    ++forged_;
    ++lies_[peer];
  }
  *bytes = request.SerializeAsString();
  return forged.has_value();
}

void Meddler::AnyAnswer(const std::string& peer, const std::string& method, std::string* answer) {
  if (lie_ == nullptr) return;
  const std::string before = *answer;
  lie_(method, answer);
  if (*answer != before) ++lies_[peer];
}

void Meddler::Answer(const std::string& peer, bool forged, std::string* bytes) {
  const bool alter = Chance(rates_.answers);
  if (!alter && !forged) return;
  serverpb::ExchangeResponse response;
  QF_CHECK(response.ParseFromString(*bytes));
  if (forged && response.acknowledgements_size() > 0) response.mutable_acknowledgements()->RemoveLast();
  if (alter) {
    std::vector<Message*> parts;
    Add(response.mutable_acknowledgements(), &parts);
    Add(response.mutable_pages(), &parts);
    Add(response.mutable_late_bodies(), &parts);
    if (response.has_proofs()) parts.push_back(response.mutable_proofs());
    if (response.welcome().has_revoke()) parts.push_back(response.mutable_welcome()->mutable_revoke());
    if (AlterOne(entropy_, parts)) {
      ++answers_altered_;
      ++lies_[peer];
    }
  }
  *bytes = response.SerializeAsString();
}

uint64_t Meddler::lies(const std::string& peer) const {
  const auto found = lies_.find(peer);
  return found == lies_.end() ? 0 : found->second;
}

}  // namespace qf::sim
