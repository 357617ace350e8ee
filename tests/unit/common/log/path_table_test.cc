#include "common/log/path_table.h"

#include "common/log/verify.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_entropy.h"
#include "tests/unit/common/log/memory_tiles.h"
#include "tests/unit/common/log/reference_tree.h"

namespace qf::log {
namespace {

class PathTableTest : public testing::Test {
 protected:
  PathTableTest() : tree_(*Tree::Open(tiles_, 0, {}, {})) {
    for (uint64_t i = 0; i < 2000; ++i) {
      reference_.Append(ReferenceTree::MakeLeaf(i));
      tree_->Append(reference_.leaf(i));
    }
  }

  MemoryTiles tiles_;
  std::unique_ptr<Tree> tree_;
  ReferenceTree reference_;
};

TEST_F(PathTableTest, PathsAreThoseOfTheTree) {
  SeededEntropy entropy(6);
  for (const uint64_t size : {1, 2, 255, 256, 1000, 1999, 2000}) {
    PathTable table(*tree_, size);
    for (int i = 0; i < 50; ++i) {
      const uint64_t position = entropy.Below(size);
      ASSERT_OK_AND_ASSIGN(const auto inclusion, table.AddInclusion(position));
      ASSERT_OK_AND_ASSIGN(const auto path, PathFromTable(table.nodes(), inclusion));
      EXPECT_EQ(path, reference_.Inclusion(position, size));
      EXPECT_OK(VerifyInclusion(reference_.leaf(position), position, size, path, reference_.Root(size)));
    }
  }
}

// Every hash stands in the table once.
TEST_F(PathTableTest, HashesAreShared) {
  PathTable table(*tree_, 2000);
  for (uint64_t position = 512; position < 512 + 64; ++position) ASSERT_OK(table.AddInclusion(position));
  // 64 leaves and the 62 nodes over them, and 5 hashes from there to the root.
  EXPECT_EQ(table.nodes().size(), (64 + 62 + 5) * Digest::kSize);
  const std::string before = table.nodes();
  for (uint64_t position = 512; position < 512 + 64; ++position) ASSERT_OK(table.AddInclusion(position));
  EXPECT_EQ(table.nodes(), before);
}

TEST_F(PathTableTest, WhatTheTreeDoesNotHaveIsNotFound) {
  PathTable table(*tree_, 1000);
  EXPECT_THAT(table.AddInclusion(1000), Fails(Reason::REASON_NOT_FOUND));
  PathTable beyond(*tree_, 2001);
  EXPECT_THAT(beyond.AddInclusion(0), Fails(Reason::REASON_NOT_FOUND));
  MemoryTiles no_tiles;
  ASSERT_OK_AND_ASSIGN(const auto no_leaves, Tree::Open(no_tiles, 0, {}, {}));
  PathTable of_nothing(*no_leaves, 1);
  EXPECT_THAT(of_nothing.AddInclusion(0), Fails(Reason::REASON_NOT_FOUND));
  PathTable empty(*tree_, 0);
  EXPECT_THAT(empty.AddInclusion(0), Fails(Reason::REASON_NOT_FOUND));
  EXPECT_EQ(empty.nodes(), "");
}

}  // namespace
}  // namespace qf::log
