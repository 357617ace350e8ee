// What gRPC must be told once in a process before it is used: by both of its carriers, server/rpc and client-core/net.
//
// TLS 1.3 and nothing older. gRPC 1.51 has no option for it and would take 1.2. But every certificate of an office is
// P-256 (common/tls), and gRPC reads from the environment which suites it offers below 1.3: given only one that needs
// an RSA key, a 1.2 handshake finds no shared cipher; 1.3, whose suites have another list, is untouched.
//
// Names are looked up as the system does it (hosts file, the office's own DNS), addresses and nothing else: gRPC's
// other resolver asks for more records, needs its own ways to the settings of each phone, and loses a few bytes a
// lookup.
//
// No log. gRPC's lines hold addresses of callers. Only the line before an abort is printed, unless the environment has
// GRPC_VERBOSITY, which is for whoever debugs.
#pragma once

namespace qf::rpc {

// Call while the process has one thread (setenv is not safe beside a getenv): the carriers do it while the program is
// being loaded. Twice is fine. Returns true, so that a constant can call it.
bool PrepareGrpc();

}  // namespace qf::rpc
