/* One client core, seen from any language.
 *
 * Everything that the core can do is a method of the services of package qingfeng.client.v1, such as
 * "qingfeng.client.v1.FieldService/FileReport". This header only carries their bytes, so it does not grow with them.
 *
 * THREADS   Every function may be called from any thread and returns without waiting for disk or network; only
 *           qf_close waits.
 * LISTENER  Runs on one thread that the core owns, one event at a time, never from inside a function of this header.
 *           It returns quickly and may call anything but qf_close.
 * BYTES     A qf_bytes argument is read before the function returns and stays the caller's. A qf_bytes in an event is
 *           the core's and dies when the listener returns. A request is at most 1 MiB: attachments travel by path or
 *           descriptor, or in pieces.
 * ENCODING  Each request decides for its own call: if its first byte is '{', request, messages and status are ProtoJSON
 *           text, else Protocol Buffers (where no request begins with that byte). An empty request is "{}" or "".
 *           Answers in ProtoJSON name fields as the contract spells them ("draft_id"), defaults among them.
 * ERRORS    Codes are google.rpc.Code numbers (0 = OK). No C++ exception passes this line.
 * VERSION   A new QF_ABI_VERSION means recompile; new methods never do.
 */
#ifndef QINGFENG_H_
#define QINGFENG_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define QF_ABI_VERSION 1

typedef struct qf_bytes {
  const uint8_t* data;
  size_t size;
} qf_bytes;

/* 0 is never a client. A handle of a closed client is NOT_FOUND for ever, and never a crash. */
typedef uint64_t qf_client;

/* Chosen by the caller, so that it is known before the first event: not 0, unique among the client's live calls. */
typedef uint64_t qf_call;

enum {
  QF_MESSAGE = 1, /* one response, or one message of a stream; code is 0 */
  QF_END = 2      /* the terminal event: exactly one for each started call, always last. code 0: bytes empty.
                     Otherwise bytes is a google.rpc.Status with one qingfeng.common.v1.ErrorDetail, without user data */
};

typedef void (*qf_listener)(void* context, qf_call call, int32_t kind, int32_t code, qf_bytes bytes);

/* Name of the build; static storage. Writes the ABI version, if asked: call first, compare with QF_ABI_VERSION. */
const char* qf_version(int32_t* abi_version);

/* Makes a client and starts its threads. Touches no file: "VaultService/Open" does, so that a failed opening is told
 * like any other error. 0 if listener is null, or memory, threads or handles (1,024) have run out. */
qf_client qf_open(qf_listener listener, void* context);

/* Starts `method`, a full name. `window` is how many messages may be under way before qf_credit (1 to 256; a unary call
 * needs 1). OK: exactly one QF_END will come. Otherwise no event comes:
 *   NOT_FOUND           no such client
 *   INVALID_ARGUMENT    null or too long a method, call 0, window out of bounds, request over 1 MiB
 *   ALREADY_EXISTS      the call number is in use
 *   RESOURCE_EXHAUSTED  256 live calls */
int32_t qf_start(qf_client client, qf_call call, const char* method, qf_bytes request, int32_t window);

/* Lets a stream go on by `count` messages (1 to 256). NOT_FOUND, INVALID_ARGUMENT; a call that has ended is OK. */
int32_t qf_credit(qf_client client, qf_call call, int32_t count);

/* Asks a call to stop. Its QF_END still comes: CANCELLED, or the true outcome if the work was done. Messages that were
 * not delivered yet are dropped. Cancelling a call that has ended is OK and does nothing. NOT_FOUND: no such client. */
int32_t qf_cancel(qf_client client, qf_call call);

/* Ends every call, waits until the listener is silent, closes the store and forgets the keys. The listener is never
 * called again. Twice is OK; the second, meanwhile or later, returns at once. FAILED_PRECONDITION from inside the
 * listener. */
int32_t qf_close(qf_client client);

#ifdef __cplusplus
}
#endif

#endif /* QINGFENG_H_ */
