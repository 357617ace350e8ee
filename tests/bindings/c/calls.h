/* Calls of the core that the cases look at: every message is kept until it is taken, and a reader gives its own credit.
 *
 * THREADS  Any; a call has one reader.
 * TIME     Whoever waits here for something that never comes is ended by the test's timeout. */
#ifndef TESTS_BINDINGS_C_CALLS_H_
#define TESTS_BINDINGS_C_CALLS_H_

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "mobile-bindings/c/qingfeng.h"

#define CHECK(condition)                                                            \
  do {                                                                              \
    if (!(condition)) {                                                             \
      fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__, #condition); \
      exit(1);                                                                      \
    }                                                                               \
  } while (0)

#define ECHO "qingfeng.client.v1.EventService/Echo"
#define ECHO_STREAM "qingfeng.client.v1.EventService/EchoStream"

/* Codes of qingfeng.h. */
enum { OK = 0, CANCELLED = 1, INVALID_ARGUMENT = 3, NOT_FOUND = 5, RESOURCE_EXHAUSTED = 8, FAILED_PRECONDITION = 9 };

struct call;

struct message {
  struct message* next;
  size_t size;
  uint8_t bytes[];
};

/* The listener of every client whose calls are these. */
void on_event(void* context, qf_call number, int32_t kind, int32_t code, qf_bytes bytes);

/* Starts a call: of bytes, or of ProtoJSON, which this lets go of. NULL if the core refuses; its code, if asked. */
struct call* start_bytes(qf_client client, const char* method, qf_bytes request, int window, int32_t* code);
struct call* start(qf_client client, const char* method, json_t* request, int window, int32_t* code);

/* The number by which the core knows it. */
qf_call number_of(const struct call* call);

/* The next message, which gives credit for another, or NULL once the call has ended. The caller frees it. */
struct message* take(struct call* call);

/* What a message of ProtoJSON says. The message stays the caller's. */
json_t* json_of(const struct message* message);

/* Takes a message of EchoStream: its index, -1 once the call has ended. */
int take_index(struct call* call);

/* Waits until so many messages have been delivered, taken or not. */
void wait_for_delivered(struct call* call, int count);
int delivered_to(struct call* call);

/* Waits for the end: its code. */
int32_t end_of(struct call* call);

/* Waits for the end of a call of ProtoJSON: true if it failed with this reason. */
int fails_with(struct call* call, const char* reason);

/* How many ends came so far. */
int ends_of(struct call* call);

/* Of a call that has ended: lets go of it, and of what was not taken. */
void forget(struct call* call);

#endif /* TESTS_BINDINGS_C_CALLS_H_ */
