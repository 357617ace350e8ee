#include "common/record/record.h"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <fstream>
#include <sstream>

#include "common/base/limits.h"
#include "tests/support/status_matchers.h"

namespace qf::record {
namespace {

std::string Unhex(const std::string& hex) {
  std::string bytes;
  EXPECT_TRUE(FromHex(hex, &bytes)) << hex;
  return bytes;
}

google::protobuf::Struct Vectors() {
  std::ifstream file("tests/vectors/record.json");
  std::stringstream text;
  text << file.rdbuf();
  google::protobuf::Struct vectors;
  EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(text.str(), &vectors).ok());
  return vectors;
}

struct Made {
  Signer signer;
  Record record;
};

Made FromVector(const google::protobuf::Struct& in) {
  const auto& fields = in.fields();
  const auto bytes = [&](const char* name) { return Unhex(fields.at(name).string_value()); };
  Header header;
  header.office = *OfficeId::From(bytes("office_id"));
  header.feed = *Feed::Parse(fields.at("feed").string_value());
  header.incarnation = *Incarnation::From(bytes("incarnation"));
  header.sequence = std::stoull(fields.at("sequence").string_value());
  header.kind = static_cast<recordpb::Kind>(std::stoi(fields.at("kind").string_value()));
  header.item = *ItemId::From(bytes("item_id"));
  if (!bytes("reference").empty()) header.reference = *RecordId::From(bytes("reference"));
  for (const auto& blob : fields.at("blobs").list_value().values()) {
    const auto& ref = blob.struct_value().fields();
    header.blobs.push_back(
        {*Digest::From(Unhex(ref.at("sha256").string_value())), std::stoull(ref.at("size_bytes").string_value())});
  }
  Signer signer = *Signer::FromSeed(bytes("seed"));
  Record record = MakeRecord(std::move(header), bytes("body"), signer);
  return {std::move(signer), std::move(record)};
}

TEST(RecordVectors, EveryByteIsThatOfAnotherHand) {
  const auto vectors = Vectors();
  ASSERT_EQ(vectors.fields().at("records").list_value().values_size(), 3);
  for (const auto& value : vectors.fields().at("records").list_value().values()) {
    const auto& fields = value.struct_value().fields();
    const Made made = FromVector(value.struct_value());
    EXPECT_EQ(ToHex(made.record.header_bytes), fields.at("header").string_value());
    EXPECT_EQ(made.record.id.hex(), fields.at("record_id").string_value());
    EXPECT_EQ(ToHex(made.record.signature), fields.at("signature").string_value());
    ASSERT_OK_AND_ASSIGN(const Record parsed, ParseRecord(made.record.ToProto()));
    EXPECT_EQ(parsed.id, made.record.id);
    EXPECT_EQ(parsed.header.blobs.size(), made.record.header.blobs.size());
  }
}

class RecordTest : public testing::Test {
 protected:
  RecordTest() : made_(FromVector(Vectors().fields().at("records").list_value().values(0).struct_value())) {}
  // The record after `change` of its parsed header, signed again.
  recordpb::Record Changed(const std::function<void(recordpb::Header&)>& change) {
    recordpb::Header header;
    header.ParseFromString(made_.record.header_bytes);
    change(header);
    recordpb::Record out;
    out.set_header(header.SerializeAsString());
    out.set_signature(made_.signer.Sign(std::string(kRecordLabel) + out.header()));
    return out;
  }
  Made made_;
};

TEST_F(RecordTest, ABodyMayBeAbsentAndThenSaysSo) {
  recordpb::Record without = made_.record.ToProto();
  without.clear_body();
  ASSERT_OK_AND_ASSIGN(const Record record, ParseRecord(without));
  EXPECT_TRUE(record.body_missing());
}

TEST_F(RecordTest, RefusesWhatWasChanged) {
  recordpb::Record changed = made_.record.ToProto();
  changed.mutable_body()->back() ^= 1;
  EXPECT_THAT(ParseRecord(changed), Fails(Reason::REASON_MALFORMED));
  changed = made_.record.ToProto();
  changed.mutable_signature()->back() ^= 1;
  EXPECT_THAT(ParseRecord(changed), Fails(Reason::REASON_SIGNATURE));
  changed = made_.record.ToProto();
  changed.mutable_header()->append("\x7a\x01x", 3);  // an unknown field: fine, but not what was signed
  EXPECT_THAT(ParseRecord(changed), Fails(Reason::REASON_SIGNATURE));
  EXPECT_OK(ParseRecord(changed, SignatureCheck::kKnownGood));
}

TEST_F(RecordTest, RefusesWhatIsOverBoundsOrOfAWrongLength) {
  const auto fails = [&](const std::function<void(recordpb::Header&)>& change, Reason reason) {
    EXPECT_THAT(ParseRecord(Changed(change)), Fails(reason));
  };
  fails([](auto& h) { h.set_office_id("short"); }, Reason::REASON_MALFORMED);
  fails([](auto& h) { h.set_author(std::string(31, 'a')); }, Reason::REASON_MALFORMED);
  fails([](auto& h) { h.set_feed("everywhere"); }, Reason::REASON_MALFORMED);
  fails([](auto& h) { h.set_feed("log"); }, Reason::REASON_MALFORMED);
  fails([](auto& h) { h.set_sequence(0); }, Reason::REASON_MALFORMED);
  fails([](auto& h) { h.set_reference("x"); }, Reason::REASON_MALFORMED);
  fails([](auto& h) { h.clear_body_sha256(); }, Reason::REASON_MALFORMED);
  fails([](auto& h) { h.set_body_size_bytes(limits::kBodyBytes + 1); }, Reason::REASON_TOO_LARGE);
  fails([](auto& h) { h.mutable_blobs(0)->set_size_bytes(limits::kBlobBytes + 1); }, Reason::REASON_MALFORMED);
  fails([](auto& h) { *h.add_blobs() = h.blobs(0); }, Reason::REASON_MALFORMED);
  fails(
      [](auto& h) {
        for (int i = 0; i < 40; ++i) h.add_blobs()->set_size_bytes(1);
      },
      Reason::REASON_MALFORMED);
  fails([](auto& h) { h.mutable_clear_part()->mutable_restart()->set_cause(std::string(5000, 'c')); },
        Reason::REASON_TOO_LARGE);
  EXPECT_THAT(ParseHeader("\xff\xff\xff"), Fails(Reason::REASON_MALFORMED));
}

TEST_F(RecordTest, KindsOfNewerProgramsAreRead) {
  ASSERT_OK_AND_ASSIGN(const Record record, ParseRecord(Changed([](auto& h) {
                         h.set_kind(static_cast<recordpb::Kind>(4711));
                         h.clear_body_sha256();
                         h.clear_body_size_bytes();
                       })));
  EXPECT_EQ(record.header.kind, 4711);
}

TEST(Feed, HasOneSpelling) {
  const std::string key(64, 'a');
  for (const std::string& name :
       {std::string("office"), std::string("broadcast"), std::string("roster"), std::string("letters"),
        std::string("replies"), std::string("log"), "inbox/" + key, "thread/" + key}) {
    ASSERT_OK_AND_ASSIGN(const Feed feed, Feed::Parse(name));
    EXPECT_EQ(feed.name(), name);
  }
  for (const std::string& name :
       {std::string(), std::string("Office"), "inbox/" + std::string(64, 'A'), "inbox/" + std::string(62, 'a'),
        std::string("inbox/"), "thread/" + key + "/", std::string("office ")}) {
    EXPECT_THAT(Feed::Parse(name), Fails(Reason::REASON_MALFORMED)) << name;
  }
}

}  // namespace
}  // namespace qf::record
