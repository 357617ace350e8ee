#include "common/log/verify.h"

#include "common/log/format.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_entropy.h"
#include "tests/unit/common/log/json_vectors.h"
#include "tests/unit/common/log/reference_tree.h"

namespace qf::log {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

absl::Status Inclusion(const JsonObject& c) {
  return VerifyInclusion(c.id<Digest>("leaf_hash"), c.u64("position"), c.u64("size"), c.digests("path"),
                         c.id<Digest>("root"));
}

absl::Status Consistency(const JsonObject& c) {
  return VerifyConsistency(c.u64("old_size"), c.id<Digest>("old_root"), c.u64("new_size"), c.id<Digest>("new_root"),
                           c.digests("path"));
}

Digest Hex(absl::string_view hex) { return *Digest::FromHexText(hex); }

ReferenceTree TreeOf(uint64_t size) {
  ReferenceTree tree;
  for (uint64_t i = 0; i < size; ++i) tree.Append(ReferenceTree::MakeLeaf(i));
  return tree;
}

// The eight leaves, roots and paths that Certificate Transparency's implementations share as their test data.
constexpr absl::string_view kRoots[] = {"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                                        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                                        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                                        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                                        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                                        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                                        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                                        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                                        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
constexpr absl::string_view kLeaves[] = {Bytes("", 0), Bytes("\x00", 1), "\x10",     "\x20\x21",
                                         "\x30\x31",   "@ABC",           "PQRSTUVW", "`abcdefghijklmno"};

TEST(Published, RootsOfTheCertificateTransparencyTree) {
  Accumulator accumulator;
  EXPECT_EQ(accumulator.Root().hex(), kRoots[0]);
  EXPECT_EQ(EmptyRoot().hex(), kRoots[0]);
  for (size_t i = 0; i < 8; ++i) {
    accumulator.Append(LeafHash(kLeaves[i]));
    EXPECT_EQ(accumulator.Root().hex(), kRoots[i + 1]);
    EXPECT_EQ(accumulator.size(), i + 1);
  }
}

TEST(Published, PathsOfTheCertificateTransparencyTree) {
  EXPECT_OK(VerifyInclusion(LeafHash(kLeaves[0]), 0, 8,
                            {Hex("96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"),
                             Hex("5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"),
                             Hex("6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4")},
                            Hex(kRoots[8])));
  EXPECT_OK(VerifyInclusion(LeafHash(kLeaves[5]), 5, 8,
                            {Hex("bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"),
                             Hex("ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"),
                             Hex("d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")},
                            Hex(kRoots[8])));
  EXPECT_OK(VerifyInclusion(LeafHash(kLeaves[2]), 2, 3, {Hex(kRoots[2])}, Hex(kRoots[3])));
  EXPECT_OK(VerifyConsistency(1, Hex(kRoots[1]), 8, Hex(kRoots[8]),
                              {Hex("96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"),
                               Hex("5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"),
                               Hex("6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4")}));
  EXPECT_OK(VerifyConsistency(6, Hex(kRoots[6]), 8, Hex(kRoots[8]),
                              {Hex("0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"),
                               Hex("ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"),
                               Hex("d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")}));
  EXPECT_OK(VerifyConsistency(2, Hex(kRoots[2]), 5, Hex(kRoots[5]),
                              {Hex("5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"),
                               Hex("bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b")}));
}

TEST(Vectors, GoodProofsVerify) {
  const JsonObject vectors = JsonObject::Load("proof.json");
  for (const char* tree : {"small", "large"}) {
    for (const JsonObject& c : vectors.object(tree).objects("inclusion")) EXPECT_OK(Inclusion(c));
    for (const JsonObject& c : vectors.object(tree).objects("consistency")) EXPECT_OK(Consistency(c));
  }
}

TEST(Vectors, SpoiledProofsAreRefused) {
  const JsonObject refused = JsonObject::Load("proof.json").object("refused");
  for (const JsonObject& c : refused.objects("inclusion")) {
    EXPECT_THAT(Inclusion(c), Fails(Reason::REASON_PROOF)) << c.text("why");
  }
  for (const JsonObject& c : refused.objects("consistency")) {
    EXPECT_THAT(Consistency(c), Fails(Reason::REASON_PROOF)) << c.text("why");
  }
}

TEST(Vectors, AccumulatorGivesTheRoots) {
  const JsonObject large = JsonObject::Load("proof.json").object("large");
  const JsonObject roots = large.object("roots");
  Accumulator accumulator;
  size_t compared = 0;
  for (uint64_t i = 0; i < large.u64("size"); ++i) {
    accumulator.Append(LeafHash(U64(i)));
    for (const std::string& size : roots.names()) {
      if (JsonObject::ToU64(size) != accumulator.size()) continue;
      EXPECT_EQ(accumulator.Root().hex(), roots.text(size));
      ++compared;
    }
  }
  EXPECT_EQ(compared, roots.names().size());
}

TEST(VerifyInclusion, TakesWhatTheDefinitionGives) {
  ReferenceTree tree = TreeOf(130);
  for (uint64_t size = 1; size <= tree.size(); ++size) {
    for (uint64_t position = 0; position < size; ++position) {
      ASSERT_OK(VerifyInclusion(tree.leaf(position), position, size, tree.Inclusion(position, size), tree.Root(size)));
    }
  }
}

TEST(VerifyConsistency, TakesWhatTheDefinitionGives) {
  ReferenceTree tree = TreeOf(130);
  for (uint64_t size = 0; size <= tree.size(); ++size) {
    for (uint64_t old_size = 0; old_size <= size; ++old_size) {
      ASSERT_OK(
          VerifyConsistency(old_size, tree.Root(old_size), size, tree.Root(size), tree.Consistency(old_size, size)));
    }
  }
}

// Calls `use` with `hash` changed in each of its bits.
template <class Use>
void WithEachBit(Digest* hash, Use use) {
  for (size_t bit = 0; bit < 8 * Digest::kSize; ++bit) {
    hash->mutable_data()[bit / 8] ^= 1 << bit % 8;
    use(bit);
    hash->mutable_data()[bit / 8] ^= 1 << bit % 8;
  }
}

TEST(VerifyInclusion, NoSingleBitMayChange) {
  ReferenceTree tree = TreeOf(700);
  SeededEntropy entropy(1);
  for (int i = 0; i < 12; ++i) {
    const uint64_t size = 1 + entropy.Below(tree.size()), position = entropy.Below(size);
    Digest leaf = tree.leaf(position), root = tree.Root(size);
    std::vector<Digest> path = tree.Inclusion(position, size);
    const auto refused = [&](size_t bit) {
      ASSERT_THAT(VerifyInclusion(leaf, position, size, path, root), Fails(Reason::REASON_PROOF))
          << position << " of " << size << ", bit " << bit;
    };
    WithEachBit(&leaf, refused);
    WithEachBit(&root, refused);
    for (Digest& hash : path) WithEachBit(&hash, refused);
    for (int bit = 0; bit < 64; ++bit) {
      ASSERT_THAT(VerifyInclusion(leaf, position ^ uint64_t{1} << bit, size, path, root), Fails(Reason::REASON_PROOF));
    }
    ASSERT_OK(VerifyInclusion(leaf, position, size, path, root));
  }
}

TEST(VerifyConsistency, NoSingleBitMayChange) {
  ReferenceTree tree = TreeOf(700);
  SeededEntropy entropy(2);
  for (int i = 0; i < 12; ++i) {
    const uint64_t size = 2 + entropy.Below(tree.size() - 1), old_size = 1 + entropy.Below(size - 1);
    Digest old_root = tree.Root(old_size), root = tree.Root(size);
    std::vector<Digest> path = tree.Consistency(old_size, size);
    const auto refused = [&](size_t bit) {
      ASSERT_THAT(VerifyConsistency(old_size, old_root, size, root, path), Fails(Reason::REASON_PROOF))
          << old_size << " to " << size << ", bit " << bit;
    };
    WithEachBit(&old_root, refused);
    WithEachBit(&root, refused);
    for (Digest& hash : path) WithEachBit(&hash, refused);
    ASSERT_OK(VerifyConsistency(old_size, old_root, size, root, path));
  }
}

// Hashes that fit each other prove nothing when there are more of them than the tree is high, or when the
// newer tree is smaller.
TEST(Verify, HashesThatFitAreNotEnough) {
  const Digest a = ReferenceTree::MakeLeaf(1), b = ReferenceTree::MakeLeaf(2), c = ReferenceTree::MakeLeaf(3);
  EXPECT_THAT(VerifyInclusion(a, 0, 1, {b}, NodeHash(b, a)), Fails(Reason::REASON_PROOF));
  EXPECT_THAT(VerifyInclusion(a, 0, 2, {b, c}, NodeHash(c, NodeHash(a, b))), Fails(Reason::REASON_PROOF));
  const Digest old_root = NodeHash(c, a), new_root = NodeHash(c, NodeHash(a, b));
  EXPECT_OK(VerifyConsistency(3, old_root, 4, new_root, {a, b, c}));
  EXPECT_THAT(VerifyConsistency(3, NodeHash(c, old_root), 4, NodeHash(c, new_root), {a, b, c, c}),
              Fails(Reason::REASON_PROOF));
  EXPECT_THAT(VerifyConsistency(3, a, 2, NodeHash(a, b), {a, b}), Fails(Reason::REASON_PROOF));
}

// A fork: the same size, another history below.
TEST(VerifyConsistency, AnotherHistoryHasNoPath) {
  ReferenceTree ours = TreeOf(100), theirs = TreeOf(60);
  theirs.Truncate(59);
  for (uint64_t tag = 1000; theirs.size() < 100; ++tag) theirs.Append(ReferenceTree::MakeLeaf(tag));
  for (ReferenceTree* maker : {&ours, &theirs}) {
    EXPECT_THAT(VerifyConsistency(60, ours.Root(60), 100, theirs.Root(100), maker->Consistency(60, 100)),
                Fails(Reason::REASON_PROOF));
  }
  EXPECT_OK(VerifyConsistency(59, ours.Root(59), 100, theirs.Root(100), theirs.Consistency(59, 100)));
}

TEST(VerifyConsistency, EmptyAndEqualTrees) {
  ReferenceTree tree = TreeOf(5);
  EXPECT_OK(VerifyConsistency(0, EmptyRoot(), 0, EmptyRoot(), {}));
  EXPECT_OK(VerifyConsistency(0, EmptyRoot(), 5, tree.Root(5), {}));
  EXPECT_OK(VerifyConsistency(5, tree.Root(5), 5, tree.Root(5), {}));
  EXPECT_THAT(VerifyConsistency(0, tree.Root(5), 5, tree.Root(5), {}), Fails(Reason::REASON_PROOF));
  EXPECT_THAT(VerifyConsistency(0, EmptyRoot(), 0, tree.Root(5), {}), Fails(Reason::REASON_PROOF));
  EXPECT_THAT(VerifyConsistency(5, tree.Root(5), 5, tree.Root(4), {}), Fails(Reason::REASON_PROOF));
  EXPECT_THAT(VerifyConsistency(5, tree.Root(5), 5, tree.Root(5), {tree.Root(1)}), Fails(Reason::REASON_PROOF));
  EXPECT_THAT(VerifyConsistency(0, EmptyRoot(), 5, tree.Root(5), {tree.Root(1)}), Fails(Reason::REASON_PROOF));
}

// Sizes near 2^64, as a hostile server may claim them: an answer, not an endless loop or a wrap.
TEST(VerifyInclusion, HugeSizesEnd) {
  const uint64_t most = ~uint64_t{0};
  const std::vector<Digest> path(63, EmptyRoot());
  EXPECT_THAT(VerifyInclusion(EmptyRoot(), most - 1, most, path, EmptyRoot()), Fails(Reason::REASON_PROOF));
  EXPECT_THAT(VerifyInclusion(EmptyRoot(), most, most, path, EmptyRoot()), Fails(Reason::REASON_PROOF));
  EXPECT_THAT(VerifyConsistency(1, EmptyRoot(), most, EmptyRoot(), path), Fails(Reason::REASON_PROOF));
  EXPECT_THAT(VerifyConsistency(most - 1, EmptyRoot(), most, EmptyRoot(), path), Fails(Reason::REASON_PROOF));
  EXPECT_THAT(VerifyConsistency(uint64_t{1} << 63, EmptyRoot(), most, EmptyRoot(), path), Fails(Reason::REASON_PROOF));
}

TEST(Accumulator, AgreesWithTheDefinition) {
  ReferenceTree tree = TreeOf(600);
  Accumulator accumulator;
  for (uint64_t i = 0; i < tree.size(); ++i) {
    accumulator.Append(tree.leaf(i));
    ASSERT_EQ(accumulator.Root(), tree.Root(i + 1));
  }
}

TEST(PathFromTable, PicksAndChecksBounds) {
  const Digest a = ReferenceTree::MakeLeaf(1), b = ReferenceTree::MakeLeaf(2);
  const std::string table = a.str() + b.str();
  ASSERT_OK_AND_ASSIGN(const auto path, PathFromTable(table, {1, 0, 1}));
  EXPECT_THAT(path, ElementsAre(b, a, b));
  ASSERT_OK_AND_ASSIGN(const auto none, PathFromTable("", {}));
  EXPECT_THAT(none, IsEmpty());
  EXPECT_THAT(PathFromTable(table, {2}), Fails(Reason::REASON_MALFORMED));
  EXPECT_THAT(PathFromTable(table, {~uint32_t{0}}), Fails(Reason::REASON_MALFORMED));
  EXPECT_THAT(PathFromTable(table + "x", {0}), Fails(Reason::REASON_MALFORMED));
  EXPECT_OK(PathFromTable(table, std::vector<uint32_t>(63, 0)));
  EXPECT_THAT(PathFromTable(table, std::vector<uint32_t>(64, 0)), Fails(Reason::REASON_MALFORMED));
}

TEST(PathFromHashes, ChecksBounds) {
  const Digest a = ReferenceTree::MakeLeaf(1), b = ReferenceTree::MakeLeaf(2);
  ASSERT_OK_AND_ASSIGN(const auto path, PathFromHashes(std::vector<std::string>{a.str(), b.str()}));
  EXPECT_THAT(path, ElementsAre(a, b));
  EXPECT_THAT(PathFromHashes(std::vector<std::string>{std::string(31, 'x')}), Fails(Reason::REASON_LENGTH));
  EXPECT_OK(PathFromHashes(std::vector<std::string>(63, a.str())));
  EXPECT_THAT(PathFromHashes(std::vector<std::string>(64, a.str())), Fails(Reason::REASON_MALFORMED));
}

}  // namespace
}  // namespace qf::log
