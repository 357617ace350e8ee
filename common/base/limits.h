// Every bound of the protocol, in one place, each with its reason. docs/protocol.md, "Bounds", says the same.
// Sizes in bytes, times in microseconds.
#pragma once

#include <cstddef>
#include <cstdint>

#include "common/base/clock.h"

namespace qf::limits {

// A record (protocol.md, Record).
constexpr size_t kHeaderBytes = 4 * 1024;
constexpr size_t kBodyBytes = 256 * 1024;
constexpr size_t kBlobsPerRecord = 32;
constexpr uint64_t kBlobBytes = 2ull << 30;
constexpr size_t kContentBytes = 1 << 20;  // what a compressed body may grow to: a frame that states more is refused
constexpr size_t kRecipients = 8;          // of one body, suite 2
constexpr size_t kMessageTextBytes = 64 * 1024;  // of a message to the office, and of its answer

// The office's list of townships, which fits into a header; its map fits on a phone.
constexpr size_t kTownships = 40;
constexpr size_t kTownshipNameBytes = 60;
constexpr uint32_t kMapColumns = 6;
constexpr uint32_t kMapRows = 12;

// One Exchange.
constexpr size_t kPushRecords = 64;
constexpr size_t kPushBytes = 1 << 20;
constexpr size_t kPageEntries = 512;
constexpr size_t kPageBytes = 1 << 20;
constexpr size_t kMessageBytes = 2 << 20;  // any call: a pack of 1 MiB and its frame
constexpr uint64_t kWaitForNewsUs = 25 * kMicrosPerSecond;
constexpr size_t kAwaitedBodies = 256;     // ids of entries read without their body, in one Hello
constexpr size_t kStreamsPerHello = 4096;  // a desk that writes to every inbox has a stream to each
constexpr size_t kLackingPerWelcome = 256;

// Calls.
constexpr uint64_t kCallSkewUs = 300 * kMicrosPerSecond;
constexpr size_t kMethodNameBytes = 128;

// Blobs.
constexpr size_t kBlobChunkBytes = 64 * 1024;  // STREAM's chunk
constexpr size_t kAppendBytes = 256 * 1024;    // one Append
constexpr uint64_t kBlobPartRestUs = 30 * kMicrosPerDay;

// Provisional devices, until their certificate comes.
constexpr size_t kProvisionalRecords = 200;
constexpr uint64_t kProvisionalBytes = 64ull << 20;
constexpr uint64_t kProvisionalUs = 30 * kMicrosPerDay;

// Quotas of one calling device a day; beyond them LATER(QUOTA), never a refusal.
constexpr uint64_t kRecordsPerDay = 20'000;
constexpr uint64_t kBytesPerDay = 4ull << 30;

// Epochs and restores.
constexpr uint64_t kEpochScheduleUs = 7 * kMicrosPerDay;
constexpr uint64_t kDrainUs = 30 * kMicrosPerDay;
constexpr uint64_t kRefillUs = 72 * kMicrosPerHour;
constexpr size_t kConsistencyPathHashes = 64;

// Backoff of a device, full jitter.
constexpr uint64_t kBackoffMinUs = kMicrosPerSecond;
constexpr uint64_t kBackoffMaxUs = 15 * kMicrosPerMinute;

}  // namespace qf::limits
