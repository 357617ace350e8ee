// TLS 1.3 and nothing older, for the gRPC of this process.
//
// gRPC 1.51 has no option for it and would take 1.2. But every certificate of an office is P-256, and gRPC reads
// from the environment which suites it offers below 1.3: given only one that needs an RSA key, a 1.2 handshake
// finds no shared cipher, and 1.3, whose suites have another list, is untouched. Good for servers and clients.
#pragma once

namespace qf::tls {

// Call before the first use of gRPC and while the process has one thread (setenv is not safe beside a getenv): the
// two carriers do it while the program is being loaded. Returns true, so that a constant can call it.
bool LetGrpcSpeakOnlyTls13();

}  // namespace qf::tls
