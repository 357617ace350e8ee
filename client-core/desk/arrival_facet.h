// What lists of the register are filtered and marked by: one narrow row an arrival, so that a page costs a scan of
// numbers and not of reports, messages and certificates.
//
// A facet is a function of the arrival, of the messages about it, of who had which role when (record::Authority) and
// of the cases. Whoever changes one of these marks the rows that depend on it as stale; the register's steps work them
// out anew (TendFacets), a bounded number at a time. Until then a list shows what held before.
//
// Free functions over a transaction; lives on the loop.
#pragma once

#include <map>

#include "client-core/desk/arrival_store.h"
#include "common/record/authority.h"

namespace qf::client {

// Takes the facet of a new arrival, to be worked out.
absl::Status InsertFacet(sql::WriteTxn& tx, const ArrivalRow& row);
absl::Status DropFacet(sql::WriteTxn& tx, uint64_t position);

// Something was said about a report.
absl::Status MarkReportStale(sql::WriteTxn& tx, const ThingId& report);
// An entry that changes whose authority counts: what its device reported or wrote is stale, and everything is if that
// device is an administrator's, on whom the certificates of others rest. Other entries change nothing. True if it did.
absl::StatusOr<bool> MarkStaleByRoster(sql::WriteTxn& tx, const record::Authority& authority,
                                       const record::Entry& entry);

// Takes the number of the case that each report is in; those whose number differs become stale.
absl::Status PutCaseNumbers(sql::WriteTxn& tx, const std::map<ThingId, uint64_t>& numbers);

// Works out at most `limit` stale facets; how many it were.
absl::StatusOr<size_t> TendFacets(sql::WriteTxn& tx, const record::Authority& authority, size_t limit);
absl::StatusOr<bool> HasStaleFacet(sql::ReadTxn& tx);

// Everything above goes.
absl::Status ClearFacets(sql::WriteTxn& tx);

}  // namespace qf::client
