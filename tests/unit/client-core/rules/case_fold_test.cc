#include "client-core/rules/case_fold.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace qf::client {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

template <class Id>
Id IdOf(char c) {
  return *Id::From(std::string(Id::kSize, c));
}

// An action, named by a letter: its record, its item and (unless said) its author's.
CaseStep Action(char name, uint64_t at, char author = 'A') {
  CaseStep step;
  step.record = IdOf<RecordId>(name);
  step.author = IdOf<SigningKey>(author);
  step.item = IdOf<ItemId>(name);
  step.clock_at_us = at;
  step.role_in_force = true;
  return step;
}
CaseStep Open(char name, uint64_t number, uint64_t at, char author = 'A') {
  CaseStep step = Action(name, at, author);
  step.action.mutable_open()->set_number(number);
  return step;
}
CaseStep Next(char name, char of_case, char previous, uint64_t at, char author = 'A') {
  CaseStep step = Action(name, at, author);
  step.action.set_case_id(std::string(RecordId::kSize, of_case));
  step.action.set_previous(std::string(RecordId::kSize, previous));
  return step;
}
// The same thing, placed anew as another record.
CaseStep Again(CaseStep step, char record, uint64_t at) {
  step.record = IdOf<RecordId>(record);
  step.clock_at_us = at;
  return step;
}

std::string Shown(const CaseRegister& result) {
  std::string out;
  for (const Case& one : result.cases) {
    out += std::to_string(one.number) + one.id.str()[0] + one.last.str()[0] + " ";
  }
  for (const IneffectiveStep& step : result.ineffective) {
    out += std::string("!") + step.record.str()[0] + std::string(NameOf(step.rule)) + " ";
  }
  return out;
}

// Every order of the same actions has to give the same.
std::string Folded(std::vector<CaseStep> steps) {
  std::sort(steps.begin(), steps.end(), [](const CaseStep& a, const CaseStep& b) { return a.record < b.record; });
  const std::string expected = Shown(FoldCases(steps));
  std::vector<size_t> order(steps.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  do {
    std::vector<CaseStep> shuffled;
    for (const size_t i : order) shuffled.push_back(steps[i]);
    EXPECT_EQ(Shown(FoldCases(std::move(shuffled))), expected);
  } while (std::next_permutation(order.begin(), order.end()));
  return expected;
}

TEST(CaseFoldTest, NothingGivesNothingAndTheNextNumberIsOne) {
  const CaseRegister none = FoldCases({});
  EXPECT_THAT(none.cases, IsEmpty());
  EXPECT_THAT(none.ineffective, IsEmpty());
  EXPECT_EQ(none.next_number(), 1u);
}

TEST(CaseFoldTest, AnOpenTakesTheNextNumberInOrderOfClockAt) {
  CaseStep first = Open('a', 1, 10);
  first.action.mutable_open()->add_reports(std::string(32, 'r'));
  first.action.mutable_open()->add_reports("too short");
  const CaseRegister result = FoldCases({Open('b', 2, 20), first});
  ASSERT_EQ(result.cases.size(), 2u);
  EXPECT_EQ(result.cases[0].id, IdOf<RecordId>('a'));
  EXPECT_EQ(result.cases[0].opened_by, IdOf<SigningKey>('A'));
  EXPECT_EQ(result.cases[0].opened_at_us, 10u);
  EXPECT_THAT(result.cases[0].reports, ElementsAre(IdOf<RecordId>('r')));
  EXPECT_EQ(result.next_number(), 3u);
  EXPECT_EQ(Folded({Open('a', 1, 10), Open('b', 2, 20)}), "1aa 2bb ");
}

TEST(CaseFoldTest, ANumberThatIsTakenOrSkippedHasNoEffect) {
  EXPECT_EQ(Folded({Open('a', 1, 10), Open('b', 1, 20)}), "1aa !bNUMBER ");
  EXPECT_EQ(Folded({Open('a', 2, 10)}), "!aNUMBER ");
  EXPECT_EQ(Folded({Open('a', 0, 10), Open('b', 1, 20), Open('c', 3, 30)}), "1bb !aNUMBER !cNUMBER ");
  // Offered again as a new record with the next number, it counts.
  EXPECT_EQ(Folded({Open('a', 1, 10), Open('b', 1, 20), Open('c', 2, 30)}), "1aa 2cc !bNUMBER ");
}

TEST(CaseFoldTest, WithoutARoleInForceNothingHasEffect) {
  CaseStep open = Open('a', 1, 10), next = Next('b', 'c', 'c', 30);
  open.role_in_force = next.role_in_force = false;
  EXPECT_EQ(Folded({open, Open('c', 1, 20), next}), "1cc !aROLE !bROLE ");
}

TEST(CaseFoldTest, AStepNamesTheLastEffectiveOneOfItsCase) {
  EXPECT_EQ(Folded({Open('a', 1, 10), Next('b', 'a', 'a', 20), Next('c', 'a', 'b', 30)}), "1ac ");
  // Two desks step from the same place: the earlier counts, the later has not seen it.
  EXPECT_EQ(Folded({Open('a', 1, 10), Next('b', 'a', 'a', 20), Next('c', 'a', 'a', 30)}), "1ab !cPREVIOUS ");
  // After an ineffective one the chain goes on from the last effective one.
  EXPECT_EQ(Folded({Open('a', 1, 10), Next('b', 'a', 'x', 20), Next('c', 'a', 'a', 30)}), "1ac !bPREVIOUS ");
  EXPECT_EQ(Folded({Open('a', 1, 10), Next('b', 'a', 'x', 20), Next('c', 'a', 'b', 30)}), "1aa !bPREVIOUS !cPREVIOUS ");
}

TEST(CaseFoldTest, CasesDoNotMixTheirChains) {
  EXPECT_EQ(Folded({Open('a', 1, 10), Open('b', 2, 20), Next('c', 'a', 'a', 30), Next('d', 'b', 'b', 40)}), "1ac 2bd ");
  EXPECT_EQ(Folded({Open('a', 1, 10), Open('b', 2, 20), Next('c', 'a', 'b', 30)}), "1aa 2bb !cPREVIOUS ");
}

TEST(CaseFoldTest, AStepOfNoCaseHasNoEffect) {
  EXPECT_EQ(Folded({Next('a', 'x', 'x', 10)}), "!aCASE ");                             // no such record
  EXPECT_EQ(Folded({Open('a', 2, 10), Next('b', 'a', 'a', 20)}), "!aNUMBER !bCASE ");  // its OPEN is ineffective
  EXPECT_EQ(Folded({Open('a', 1, 10), Next('b', 'a', 'a', 20), Next('c', 'b', 'b', 30)}), "1ab !cCASE ");  // no OPEN
  EXPECT_EQ(Folded({Open('b', 1, 20), Next('a', 'b', 'b', 10)}), "1bb !aCASE ");  // before its OPEN
  CaseStep empty = Action('a', 10);
  EXPECT_EQ(Folded({empty}), "!aCASE ");
}

TEST(CaseFoldTest, AnActionThatWasPlacedAnewIsTheSame) {
  const CaseStep open = Open('a', 1, 10);
  // Its double is no second case, and its number is not taken by it.
  EXPECT_EQ(Folded({open, Again(open, 'z', 40), Open('b', 2, 50)}), "1aa 2bb ");
  // A step may name either record.
  EXPECT_EQ(Folded({open, Again(open, 'z', 40), Next('b', 'z', 'z', 50)}), "1ab ");
  EXPECT_EQ(Folded({open, Again(open, 'z', 40), Next('b', 'z', 'a', 50), Next('c', 'a', 'b', 60)}), "1ac ");
  // So may the doubles of a step that stands between.
  const CaseStep step = Next('b', 'a', 'a', 20);
  EXPECT_EQ(Folded({open, step, Again(step, 'y', 30), Next('c', 'a', 'y', 40)}), "1ac ");
  // The double of an ineffective one does not make it effective.
  const CaseStep early = Open('c', 2, 5);
  EXPECT_EQ(Folded({early, open, Again(early, 'y', 20)}), "1aa !cNUMBER ");
}

TEST(CaseFoldTest, OneItemIdOfTwoAuthorsIsTwoThings) {
  CaseStep other = Open('b', 2, 20, 'B');
  other.item = IdOf<ItemId>('a');
  EXPECT_EQ(Folded({Open('a', 1, 10), other}), "1aa 2bb ");
}

TEST(CaseFoldTest, EqualClocksAreOrderedByRecord) {
  EXPECT_EQ(Folded({Open('a', 1, 10), Open('b', 1, 10)}), "1aa !bNUMBER ");
}

// Against the definition, written plainly: all short histories over two items, three numbers and every `previous`.
TEST(CaseFoldTest, EveryShortHistoryFollowsTheDefinition) {
  const std::vector<CaseStep> pool = {Open('a', 1, 0),        Open('b', 1, 0),        Open('c', 2, 0),
                                      Next('d', 'a', 'a', 0), Next('e', 'a', 'd', 0), Next('f', 'b', 'b', 0),
                                      Next('g', 'a', 'a', 0)};
  size_t histories = 0;
  for (size_t i = 0; i < pool.size(); ++i) {
    for (size_t j = 0; j < pool.size(); ++j) {
      for (size_t k = 0; k < pool.size(); ++k) {
        std::vector<CaseStep> history = {pool[i], pool[j], pool[k]};
        for (size_t n = 0; n < history.size(); ++n) history[n].clock_at_us = n + 1;
        if (i == j || j == k || i == k) continue;
        std::map<char, char> last;  // by case: its last effective action
        std::map<char, uint64_t> number;
        std::string expected;
        for (const CaseStep& step : history) {
          const char me = step.record.str()[0];
          if (step.action.has_open()) {
            if (step.action.open().number() == number.size() + 1) {
              number[me] = number.size() + 1;
              last[me] = me;
            }
          } else if (const char of = step.action.case_id()[0];
                     last.count(of) > 0 && step.action.previous()[0] == last[of]) {
            last[of] = me;
          }
        }
        const CaseRegister result = FoldCases(history);
        ASSERT_EQ(result.cases.size(), number.size());
        for (const Case& one : result.cases) {
          EXPECT_EQ(one.number, number[one.id.str()[0]]);
          EXPECT_EQ(one.last.str()[0], last[one.id.str()[0]]);
        }
        ++histories;
      }
    }
  }
  EXPECT_EQ(histories, 210u);
}

}  // namespace
}  // namespace qf::client
