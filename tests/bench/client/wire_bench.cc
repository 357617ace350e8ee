// S5: bytes at the socket for reports, TLS and HTTP/2 included, between the real client and the real server on a
// connection that is open already; against the multipart request that ODK Collect would send to Central with the same
// answers, on an open connection too. Of words that dictionary 1 was not made from, and of words that it was.
#include <benchmark/benchmark.h>

#include "common/sealing/frame.h"
#include "tests/bench/client/alternation.h"
#include "tests/bench/client/phone.h"
#include "tests/bench/client/wire_office.h"

namespace qf::bench {
namespace {

constexpr size_t kTlsRecordBytes = 22;  // header, type and tag of one TLS 1.3 record

// The answers as OpenRosa XML: an element a field, named by it.
void AppendXml(const google::protobuf::Message& message, std::string* out) {
  using google::protobuf::FieldDescriptor;
  std::vector<const FieldDescriptor*> fields;
  const auto* reflection = message.GetReflection();
  reflection->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const int count = field->is_repeated() ? reflection->FieldSize(message, field) : 1;
    for (int i = 0; i < count; ++i) {
      absl::StrAppend(out, "<", field->name(), ">");
      if (field->type() == FieldDescriptor::TYPE_MESSAGE) {
        AppendXml(field->is_repeated() ? reflection->GetRepeatedMessage(message, field, i)
                                       : reflection->GetMessage(message, field),
                  out);
      } else if (field->type() == FieldDescriptor::TYPE_STRING) {
        absl::StrAppend(out, reflection->GetString(message, field));
      } else if (field->type() == FieldDescriptor::TYPE_ENUM) {
        absl::StrAppend(out, reflection->GetEnumValue(message, field));
      } else {
        absl::StrAppend(out, reflection->GetUInt64(message, field));
      }
      absl::StrAppend(out, "</", field->name(), ">");
    }
  }
}

std::string CollectRequest(const contentpb::Report& report) {
  std::string xml =
      "<?xml version='1.0' ?><data id=\"report\" version=\"2024061201\" xmlns:h=\"http://www.w3.org/1999/xhtml\" "
      "xmlns:orx=\"http://openrosa.org/xforms\">";
  AppendXml(report, &xml);
  absl::StrAppend(
      &xml, "<orx:meta><orx:instanceID>uuid:5d3f6e0a-5f0b-4a53-9c58-0d4c2e5fd8f1</orx:instanceID></orx:meta></data>");
  const std::string boundary = "6c1f0f3e-8d2e-4d0e-a1f7-b2b8d3f6a9c4";
  const std::string body = absl::StrCat("--", boundary,
                                        "\r\nContent-Disposition: form-data; name=\"xml_submission_file\"; "
                                        "filename=\"report_2026-06-12_10-20-30.xml\"\r\nContent-Type: text/xml; "
                                        "charset=utf-8\r\nContent-Length: ",
                                        xml.size(), "\r\n\r\n", xml, "\r\n--", boundary, "--\r\n");
  return absl::StrCat(
      "POST /v1/key/", std::string(64, 'k'),
      "/projects/1/submission?deviceID=collect%3AaB3dE5fG7hI9jK1L HTTP/1.1\r\nX-OpenRosa-Version: 1.0\r\n"
      "User-Agent: org.odk.collect.android/v2024.3.1 Dalvik/2.1.0 (Linux; U; Android 13)\r\n"
      "Date: Fri, 12 Jun 2026 02:20:30 GMT\r\nContent-Type: multipart/form-data; boundary=",
      boundary, "\r\nContent-Length: ", body.size(),
      "\r\nHost: central.example\r\nConnection: Keep-Alive\r\nAccept-Encoding: gzip\r\n\r\n", body);
}

constexpr absl::string_view kCentralAnswer =
    "HTTP/1.1 201 Created\r\nServer: nginx\r\nDate: Fri, 12 Jun 2026 02:20:30 GMT\r\nContent-Type: text/xml; "
    "charset=utf-8\r\nContent-Length: 301\r\nConnection: keep-alive\r\nX-OpenRosa-Version: 1.0\r\n"
    "X-OpenRosa-Accept-Content-Length: 100000000\r\nStrict-Transport-Security: max-age=63072000\r\n"
    "Vary: Accept-Encoding\r\n\r\n";
constexpr size_t kCentralAnswerBody = 301;

// The content as it is sealed, compressed with the dictionary.
size_t FrameBytes(const contentpb::Report& report) {
  contentpb::Content content;
  *content.mutable_report() = report;
  return sealing::MakeFrame(content.SerializeAsString(), sealing::DictionaryById(sealing::kDictionary1))->size();
}

// `batch` reports in one run of sync; bytes are of one of them.
void CountBytes(benchmark::State& state, size_t batch, Vocabulary vocabulary) {
  WireOffice office;
  std::vector<double> up, down, central_up, central_down, frames;
  uint64_t number = 0;
  for (auto _ : state) {
    state.PauseTiming();
    QF_CHECK(office.phone().Sync().ok());  // the connection is open, nothing waits
    double peer = 0;
    for (size_t i = 0; i < batch; ++i) {
      const contentpb::Report report = ReferenceReport(++number, vocabulary);
      peer += static_cast<double>(CollectRequest(report).size() + kTlsRecordBytes);
      office.phone().File(report);
      frames.push_back(static_cast<double>(FrameBytes(report)));
    }
    const uint64_t up_before = office.proxy().up();
    const uint64_t down_before = office.proxy().down();
    state.ResumeTiming();
    QF_CHECK(office.phone().Sync().ok());
    const auto reports = static_cast<double>(batch);
    up.push_back(static_cast<double>(office.proxy().up() - up_before) / reports);
    down.push_back(static_cast<double>(office.proxy().down() - down_before) / reports);
    central_up.push_back(peer / reports);
    central_down.push_back(static_cast<double>(kCentralAnswer.size() + kCentralAnswerBody + kTlsRecordBytes));
  }
  state.counters["frame"] = Median(frames);
  state.counters["up"] = Median(up);
  state.counters["down"] = Median(down);
  state.counters["central_up"] = Median(central_up);
  state.counters["up_ratio"] = Median(up) / Median(central_up);
  state.counters["both_ratio"] = (Median(up) + Median(down)) / (Median(central_up) + Median(central_down));
}

void OneReport(benchmark::State& state) { CountBytes(state, 1, Vocabulary::kUnseen); }
void HundredReports(benchmark::State& state) { CountBytes(state, 100, Vocabulary::kUnseen); }
void OneReportOfKnownWords(benchmark::State& state) { CountBytes(state, 1, Vocabulary::kKnown); }
void HundredReportsOfKnownWords(benchmark::State& state) { CountBytes(state, 100, Vocabulary::kKnown); }
BENCHMARK(OneReport)->Iterations(25)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(HundredReports)->Iterations(5)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(OneReportOfKnownWords)->Iterations(25)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(HundredReportsOfKnownWords)->Iterations(5)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace qf::bench

BENCHMARK_MAIN();
