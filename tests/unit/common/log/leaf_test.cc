#include "common/log/leaf.h"

#include "common/base/sha256.h"
#include "common/log/format.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/common/log/json_vectors.h"

namespace qf::log {
namespace {

TEST(Leaf, AgreesWithTheVectors) {
  for (const JsonObject& c : JsonObject::Load("leaf.json").objects("cases")) {
    const Leaf leaf{.position = c.u64("position"),
                    .received_at_us = c.u64("received_at_us"),
                    .clock_at_us = c.u64("clock_at_us"),
                    .verdict = static_cast<uint16_t>(c.u64("verdict")),
                    .record_id = c.id<RecordId>("record_id"),
                    .signature_sha256 = Sha256(c.bytes("signature"))};
    EXPECT_EQ(ToHex(LeafData(leaf)), c.text("leaf_data"));
    EXPECT_EQ(LeafData(leaf).size(), kLeafDataBytes);
    EXPECT_EQ(LeafHash(LeafData(leaf)).hex(), c.text("leaf_hash"));
  }
}

// Every field that a receipt names is bound: changing one changes the leaf.
TEST(Leaf, EveryFieldCounts) {
  const Leaf leaf{1, 2, 3, 4, *RecordId::From(std::string(32, 'r')), Sha256("signature")};
  std::vector<Leaf> others(6, leaf);
  others[0].position = 5;
  others[1].received_at_us = 5;
  others[2].clock_at_us = 5;
  others[3].verdict = 5;
  others[4].record_id = *RecordId::From(std::string(32, 's'));
  others[5].signature_sha256 = Sha256("another");
  for (const Leaf& other : others) EXPECT_NE(LeafData(other), LeafData(leaf));
}

TEST(Leaf, IsTakenFromAPlacement) {
  qingfeng::record::v1::Placement placement;
  placement.set_position(7);
  placement.set_received_at_us(11);
  placement.set_clock_at_us(10);
  placement.set_verdict(37);
  const RecordId id = *RecordId::From(std::string(32, 'r'));
  ASSERT_OK_AND_ASSIGN(const Leaf leaf, LeafFrom(placement, id, Sha256("signature")));
  EXPECT_EQ(LeafData(leaf), LeafData({7, 11, 10, 37, id, Sha256("signature")}));
}

// 0x10000 must not pass for 0, "kept".
TEST(Leaf, NumbersThatDoNotFitAreRefused) {
  qingfeng::record::v1::Placement good;
  for (const auto& set : std::vector<void (*)(qingfeng::record::v1::Placement*)>{
           [](auto* p) { p->set_verdict(0x10000); }, [](auto* p) { p->set_position(kMaxSize); },
           [](auto* p) { p->set_received_at_us(kMaxSize + 1); }, [](auto* p) { p->set_clock_at_us(~uint64_t{0}); }}) {
    auto placement = good;
    set(&placement);
    EXPECT_THAT(LeafFrom(placement, RecordId(), Digest()), Fails(Reason::REASON_MALFORMED));
  }
  EXPECT_OK(LeafFrom(good, RecordId(), Digest()));
}

}  // namespace
}  // namespace qf::log
