#include "common/log/tree.h"

#include "common/log/format.h"
#include "common/log/verify.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_entropy.h"
#include "tests/unit/common/log/json_vectors.h"
#include "tests/unit/common/log/memory_tiles.h"
#include "tests/unit/common/log/reference_tree.h"

namespace qf::log {
namespace {

using testing::IsEmpty;

// A store as server and desk keep it: leaves and tiles that change together, and the tree over them. Beside
// it the definition, which says what every answer must be.
class Log {
 public:
  explicit Log(size_t cached_tiles = 2) : cached_tiles_(cached_tiles) { Open(); }

  void Append(uint64_t count) {
    for (uint64_t i = 0; i < count; ++i) {
      const Digest leaf = ReferenceTree::MakeLeaf(next_tag_++);
      ASSERT_EQ(tree_->Append(leaf), reference_.size());
      reference_.Append(leaf);
    }
  }
  void Commit() {
    tiles_.Commit(tree_->TakeTiles());
    committed_ = tree_->size();
  }
  // The transaction fails, before or after its tiles were taken.
  void FailCommit(bool taken) {
    if (taken) tree_->TakeTiles();
    Truncate(committed_);
  }
  void Truncate(uint64_t size) {
    ASSERT_OK(tree_->Truncate(size));
    reference_.Truncate(size);
  }
  // The program ends, with what was committed.
  void Open() {
    reference_.Truncate(committed_);
    std::vector<Digest> tail;
    for (uint64_t i = Tree::TailStart(committed_); i < committed_; ++i) tail.push_back(reference_.leaf(i));
    auto tree = Tree::Open(tiles_, committed_, tail, {.cached_tiles = cached_tiles_});
    ASSERT_TRUE(tree.ok()) << tree.status();
    tree_ = *std::move(tree);
  }

  void CheckRoot(uint64_t size) {
    ASSERT_OK_AND_ASSIGN(const Digest root, tree_->RootAt(size));
    ASSERT_EQ(root, reference_.Root(size)) << "at " << size << " of " << tree_->size();
  }
  void CheckInclusion(uint64_t position, uint64_t size) {
    ASSERT_OK_AND_ASSIGN(const auto path, tree_->InclusionPath(position, size));
    ASSERT_EQ(path, reference_.Inclusion(position, size)) << position << " in " << size << " of " << tree_->size();
  }
  void CheckConsistency(uint64_t old_size, uint64_t size) {
    ASSERT_OK_AND_ASSIGN(const auto path, tree_->ConsistencyPath(old_size, size));
    ASSERT_EQ(path, reference_.Consistency(old_size, size)) << old_size << " to " << size << " of " << tree_->size();
  }
  // Some roots and paths drawn from `entropy`, and those of the present size.
  void CheckSome(Entropy& entropy) {
    CheckRoot(tree_->size());
    if (tree_->size() == 0) return;
    for (int i = 0; i < 4; ++i) {
      const uint64_t size = i == 0 ? tree_->size() : 1 + entropy.Below(tree_->size());
      CheckRoot(size);
      CheckInclusion(entropy.Below(size), size);
      CheckInclusion(size - 1, size);
      CheckConsistency(entropy.Below(size + 1), size);
    }
  }

  Tree& tree() { return *tree_; }
  ReferenceTree& reference() { return reference_; }
  MemoryTiles& tiles() { return tiles_; }
  uint64_t committed() const { return committed_; }

 private:
  const size_t cached_tiles_;
  MemoryTiles tiles_;
  ReferenceTree reference_;
  std::unique_ptr<Tree> tree_;
  uint64_t committed_ = 0;
  uint64_t next_tag_ = 0;
};

TEST(Tree, AgreesWithTheDefinitionAtEverySizeTo600) {
  Log log;
  log.CheckRoot(0);
  for (uint64_t size = 1; size <= 600; ++size) {
    log.Append(1);
    log.CheckRoot(size);
    for (uint64_t position = 0; position < size; ++position) log.CheckInclusion(position, size);
    for (uint64_t old_size = 0; old_size <= size; ++old_size) log.CheckConsistency(old_size, size);
    if (HasFatalFailure()) return;
  }
}

// The same at older sizes than the present one, where the right edge lies inside full tiles.
TEST(Tree, AgreesWithTheDefinitionAtOlderSizes) {
  Log log;
  log.Append(600);
  log.Commit();
  for (uint64_t size = 1; size <= 600; size += size % 64 < 3 ? 1 : 7) {
    log.CheckRoot(size);
    for (uint64_t position = 0; position < size; ++position) log.CheckInclusion(position, size);
    for (uint64_t old_size = 0; old_size <= size; ++old_size) log.CheckConsistency(old_size, size);
    if (HasFatalFailure()) return;
  }
}

TEST(Tree, ItsProofsVerify) {
  Log log;
  log.Append(1000);
  SeededEntropy entropy(3);
  for (int i = 0; i < 300; ++i) {
    const uint64_t size = 1 + entropy.Below(1000);
    const uint64_t position = entropy.Below(size), old_size = entropy.Below(size);
    ASSERT_OK_AND_ASSIGN(const Digest root, log.tree().RootAt(size));
    ASSERT_OK_AND_ASSIGN(const auto path, log.tree().InclusionPath(position, size));
    EXPECT_OK(VerifyInclusion(log.reference().leaf(position), position, size, path, root));
    ASSERT_OK_AND_ASSIGN(const Digest old_root, log.tree().RootAt(old_size));
    ASSERT_OK_AND_ASSIGN(const auto consistency, log.tree().ConsistencyPath(old_size, size));
    EXPECT_OK(VerifyConsistency(old_size, old_root, size, root, consistency));
  }
}

// Whatever happens to a store (commits, failed commits, parts taken back, restarts with fewer leaves,
// reopening), the tree is that of the leaves which are there.
TEST(Tree, AgreesWithTheDefinitionThroughFaults) {
  for (uint64_t seed = 0; seed < 60; ++seed) {
    SeededEntropy entropy(seed);
    Log log(1 + entropy.Below(4));
    for (int step = 0; step < 40; ++step) {
      switch (entropy.Below(8)) {
        case 0:
          log.Append(entropy.Below(700));
          break;
        case 1:
          log.Append(256 - log.tree().size() % 256);
          break;
        case 2:
          log.Append(entropy.Below(5));
          break;
        case 3:
          log.Commit();
          break;
        case 4:
          log.FailCommit(entropy.Below(2) == 0);
          break;
        case 5:
          log.Truncate(log.committed() + entropy.Below(log.tree().size() - log.committed() + 1));
          break;
        case 6:
          // A RESTART keeps some leaves, and says so durably before anything else.
          log.Truncate(entropy.Below(4) == 0 ? log.committed() - log.committed() % 256
                                             : entropy.Below(log.committed() + 1));
          log.Commit();
          break;
        case 7:
          log.Open();
          break;
      }
      log.CheckSome(entropy);
      if (HasFatalFailure()) FAIL() << "seed " << seed << " step " << step;
    }
  }
}

// Beyond 65,536 leaves there are tiles of three levels.
TEST(Tree, ThreeLevels) {
  SeededEntropy entropy(4);
  Log log(3);
  for (const uint64_t size : {65'535, 65'536, 65'537, 66'000, 131'071, 131'072, 140'000}) {
    log.Append(size - log.tree().size());
    log.CheckSome(entropy);
    log.Commit();
    log.Open();
    log.CheckSome(entropy);
  }
  for (const uint64_t size : {131'072, 131'071, 70'000, 65'536, 65'535, 300}) {
    log.Truncate(size);
    log.CheckSome(entropy);
    log.Commit();
    log.Append(2);
    log.CheckSome(entropy);
    log.Open();
    log.CheckSome(entropy);
  }
}

TEST(Tree, OpensByReadingOneRowALevel) {
  Log log;
  log.Append(70'000);
  log.Commit();
  log.tiles().reads = 0;
  log.Open();
  log.CheckRoot(70'000);
  EXPECT_LE(log.tiles().reads, 2);
}

TEST(Tree, AgreesWithTheVectors) {
  const JsonObject large = JsonObject::Load("proof.json").object("large");
  MemoryTiles tiles;
  ASSERT_OK_AND_ASSIGN(const auto tree, Tree::Open(tiles, 0, {}, {}));
  for (uint64_t i = 0; i < large.u64("size"); ++i) tree->Append(LeafHash(U64(i)));
  for (const JsonObject& c : large.objects("inclusion")) {
    ASSERT_OK_AND_ASSIGN(const auto path, tree->InclusionPath(c.u64("position"), c.u64("size")));
    EXPECT_EQ(path, c.digests("path"));
    ASSERT_OK_AND_ASSIGN(const Digest root, tree->RootAt(c.u64("size")));
    EXPECT_EQ(root, c.id<Digest>("root"));
  }
  for (const JsonObject& c : large.objects("consistency")) {
    ASSERT_OK_AND_ASSIGN(const auto path, tree->ConsistencyPath(c.u64("old_size"), c.u64("new_size")));
    EXPECT_EQ(path, c.digests("path"));
  }
}

TEST(Tree, AgreesWithTheVectorsOfTheSmallTree) {
  const JsonObject small = JsonObject::Load("proof.json").object("small");
  MemoryTiles tiles;
  ASSERT_OK_AND_ASSIGN(const auto tree, Tree::Open(tiles, 0, {}, {}));
  for (const std::string& leaf : small.texts("leaves")) tree->Append(LeafHash(JsonObject::Unhex(leaf)));
  for (uint64_t size = 0; size <= 8; ++size) {
    ASSERT_OK_AND_ASSIGN(const Digest root, tree->RootAt(size));
    EXPECT_EQ(root.hex(), small.texts("roots")[size]);
  }
  for (const JsonObject& c : small.objects("inclusion")) {
    ASSERT_OK_AND_ASSIGN(const auto path, tree->InclusionPath(c.u64("position"), c.u64("size")));
    EXPECT_EQ(path, c.digests("path"));
  }
  for (const JsonObject& c : small.objects("consistency")) {
    ASSERT_OK_AND_ASSIGN(const auto path, tree->ConsistencyPath(c.u64("old_size"), c.u64("new_size")));
    EXPECT_EQ(path, c.digests("path"));
  }
}

TEST(TakeTiles, GivesFullLeafTilesAndGrowingUpperOnes) {
  Log log;
  log.Append(255);
  EXPECT_THAT(log.tree().TakeTiles(), IsEmpty());
  log.Append(1 + 256 + 10);
  const auto rows = log.tree().TakeTiles();
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].level, 0);
  EXPECT_EQ(rows[0].index, 0u);
  EXPECT_EQ(rows[0].hashes.size(), kTileBytes);
  EXPECT_EQ(rows[0].hashes.substr(32, 32), log.reference().leaf(1).str());
  EXPECT_EQ(rows[1].index, 1u);
  EXPECT_EQ(rows[2].level, 1);
  EXPECT_EQ(rows[2].index, 0u);
  EXPECT_EQ(rows[2].hashes.substr(0, 32), log.reference().Root(256).str());
  EXPECT_EQ(rows[2].hashes.size(), 2 * Digest::kSize);
  EXPECT_THAT(log.tree().TakeTiles(), IsEmpty());
}

// A leaf tile that was written and then cut is written again with its new leaves; so is the one above.
TEST(TakeTiles, ComeAgainAfterACut) {
  Log log;
  log.Append(600);
  log.Commit();
  log.Truncate(300);
  EXPECT_THAT(log.tree().TakeTiles(), IsEmpty());
  log.Append(211);
  EXPECT_THAT(log.tree().TakeTiles(), IsEmpty());
  log.Append(1);
  const auto rows = log.tree().TakeTiles();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].index, 1u);
  EXPECT_EQ(rows[0].hashes.substr(kTileBytes - 32), log.reference().leaf(511).str());
  EXPECT_EQ(rows[1].level, 1);
}

// The store must not be asked for rows that its running transaction wrote.
TEST(TakeTiles, TakenTilesStayUntilTheNextTransaction) {
  Log log(1);
  log.Append(256 * 8 + 1);
  const auto rows = log.tree().TakeTiles();
  for (uint64_t position = 0; position < log.tree().size(); position += 100) {
    log.CheckInclusion(position, log.tree().size());
  }
  EXPECT_EQ(log.tiles().reads, 0);
  log.tiles().Commit(rows);
  log.tree().TakeTiles();
  for (uint64_t position = 0; position < log.tree().size(); position += 100) {
    log.CheckInclusion(position, log.tree().size());
  }
  EXPECT_GT(log.tiles().reads, 0);
}

TEST(Tree, WhatItDoesNotHaveIsNotFound) {
  Log log;
  // A path without hashes must not come of a leaf that is not there.
  EXPECT_THAT(log.tree().InclusionPath(0, 1), Fails(Reason::REASON_NOT_FOUND));
  log.Append(10);
  Tree& tree = log.tree();
  EXPECT_THAT(tree.RootAt(11), Fails(Reason::REASON_NOT_FOUND));
  EXPECT_THAT(tree.InclusionPath(0, 11), Fails(Reason::REASON_NOT_FOUND));
  EXPECT_THAT(tree.InclusionPath(9, 9), Fails(Reason::REASON_NOT_FOUND));
  EXPECT_THAT(tree.InclusionPath(0, 0), Fails(Reason::REASON_NOT_FOUND));
  EXPECT_THAT(tree.ConsistencyPath(0, 11), Fails(Reason::REASON_NOT_FOUND));
  EXPECT_THAT(tree.ConsistencyPath(6, 5), Fails(Reason::REASON_NOT_FOUND));
  EXPECT_THAT(tree.InclusionPath(~uint64_t{0}, ~uint64_t{0}), Fails(Reason::REASON_NOT_FOUND));
  EXPECT_THAT(tree.Truncate(11), Fails(Reason::REASON_NOT_FOUND));
  log.CheckRoot(10);
}

// A damaged row is an error and never a wrong path.
TEST(Tree, DamagedRowsAreFound) {
  Log log(1);
  log.Append(256 * 300);
  log.Commit();
  for (const auto& [key, good] : std::map(log.tiles().rows)) {
    if (key.first == 0 && key.second % 60 != 0) continue;
    std::string& row = log.tiles().rows[key];
    row[row.size() / 2 + key.second % 32] ^= 4;
    log.Open();
    bool noticed = log.tree().Root().value_or(Digest()) != log.reference().Root(256 * 300);
    const uint64_t width = uint64_t{1} << 8 * key.first;
    const auto path = log.tree().InclusionPath(key.second * 256 * width, 256 * 300);
    noticed |= ReasonOf(path.status()) == Reason::REASON_STORE_DAMAGED;
    EXPECT_TRUE(noticed) << "level " << key.first << " index " << key.second;
    row = good;
  }
}

TEST(Tree, MissingAndMisfitRowsAreFound) {
  Log log(1);
  log.Append(256 * 3 + 5);
  log.Commit();
  const auto good = log.tiles().rows;
  const auto damage = [&](auto change) {
    log.tiles().rows = good;
    change(log.tiles().rows);
    const auto tree = Tree::Open(log.tiles(), 256 * 3 + 5, std::vector<Digest>(5), {});
    return tree.ok() ? (*tree)->InclusionPath(0, 256 * 3).status() : tree.status();
  };
  EXPECT_OK(damage([](auto&) {}));
  EXPECT_THAT(damage([](auto& rows) { rows.erase({1, 0}); }), Fails(Reason::REASON_STORE_DAMAGED));
  EXPECT_THAT(damage([](auto& rows) { rows.erase({0, 0}); }), Fails(Reason::REASON_STORE_DAMAGED));
  EXPECT_THAT(damage([](auto& rows) { rows[{1, 0}].resize(64); }), Fails(Reason::REASON_STORE_DAMAGED));
  EXPECT_THAT(damage([](auto& rows) { rows[{1, 0}].push_back('x'); }), Fails(Reason::REASON_STORE_DAMAGED));
  EXPECT_THAT(damage([](auto& rows) { rows[{0, 0}].append(32, 'x'); }), Fails(Reason::REASON_STORE_DAMAGED));
  EXPECT_THAT(Tree::Open(log.tiles(), 773, std::vector<Digest>(4), {}), Fails(Reason::REASON_STORE_DAMAGED));
  EXPECT_THAT(Tree::Open(log.tiles(), kMaxSize + 1, {}, {}), Fails(Reason::REASON_STORE_DAMAGED));
}

// Truncate that cannot read leaves everything as it was.
TEST(Tree, TruncateThatFailsChangesNothing) {
  Log log(1);
  log.Append(256 * 3 + 5);
  log.Commit();
  log.Open();
  const auto rows = log.tiles().rows;
  log.tiles().rows.erase({0, 0});
  EXPECT_THAT(log.tree().Truncate(100), Fails(Reason::REASON_STORE_DAMAGED));
  log.tiles().rows = rows;
  SeededEntropy entropy(5);
  log.CheckSome(entropy);
  log.Append(300);
  log.CheckSome(entropy);
}

}  // namespace
}  // namespace qf::log
