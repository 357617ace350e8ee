// Times what a benchmark is about and its floor by turns, so that both meet the same machine and the same neighbours.
//
//   Alternation turns;
//   for (auto _ : state) {
//     turns.Subject([&] { File(); });
//     turns.Floor([&] { floor.Append(row); });
//     state.SetIterationTime(turns.last_us() / 1e6);   // UseManualTime: the subject's alone
//   }
//   turns.Report(state);
//
// Counters: us and floor_us (medians) and their ratio, floor / subject: 1 is as fast as the floor. What comes before
// Begin warms up and is not counted.
#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <vector>

namespace qf::bench {

inline double Median(std::vector<double> all) {
  const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
  std::nth_element(all.begin(), middle, all.end());
  return *middle;
}

class Alternation {
 public:
  template <class Work>
  void Subject(Work work) {
    subject_us_.push_back(Time(work));
  }
  template <class Work>
  void Floor(Work work) {
    floor_us_.push_back(Time(work));
  }
  // Forgets what was timed so far.
  void Begin() {
    subject_us_.clear();
    floor_us_.clear();
  }
  // Of the subject.
  double last_us() const { return subject_us_.back(); }

  void Report(benchmark::State& state) const {
    state.counters["us"] = Median(subject_us_);
    state.counters["floor_us"] = Median(floor_us_);
    state.counters["ratio"] = Median(floor_us_) / Median(subject_us_);
  }

 private:
  template <class Work>
  static double Time(Work& work) {
    const auto began = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - began).count();
  }
  std::vector<double> subject_us_;
  std::vector<double> floor_us_;
};

// Five repeats with median and range, and no line for each.
inline benchmark::internal::Benchmark* Repeated(benchmark::internal::Benchmark* benchmark, int64_t iterations) {
  return benchmark->UseManualTime()
      ->Unit(benchmark::kMicrosecond)
      ->Iterations(iterations)
      ->Repetitions(5)
      ->ReportAggregatesOnly()
      ->ComputeStatistics("min", [](const auto& all) { return *std::min_element(all.begin(), all.end()); })
      ->ComputeStatistics("max", [](const auto& all) { return *std::max_element(all.begin(), all.end()); });
}

}  // namespace qf::bench
