// What people do. Each act is one or a few calls of their client; what the client confirmed is noted in the office, and
// the oracles ask for it at the end. An act fails only where the step has troubled the disk below it.
#pragma once

#include "tests/simulation/office.h"

namespace qf::sim {

// A report, sometimes with a file.
void FileReport(Office& office, Device& phone, bool with_file);
// A reporter adds something to a report.
void SendMessage(Office& office, Device& phone);
// The case manager answers a report, or opens a case for one.
void Reply(Office& office);
void OpenCase(Office& office);

// A phone enrols while no administrator is there: files as a provisional one, for longer than it may.
void EnrolLate(Office& office);
// Somebody enrols with an invitation that was used already, or that has expired: refused for ever.
void EnrolRefused(Office& office);
// A phone is revoked: it drains and erases itself when it hears of it.
void Revoke(Office& office, Device& phone);

}  // namespace qf::sim
