/* lifetime.json: the ends that a client can come to. */
#include <pthread.h>
#include <string.h>
#include <time.h>

#include "cases.h"

void closed_clients(void) {
  const qf_client client = opened(on_event, NULL);
  struct call* const call = start(client, ECHO_STREAM, echo_stream_request(1000), 1, NULL);
  CHECK(call != NULL && take_index(call) == 0);
  CHECK(qf_close(client) == OK && ends_of(call) == 1 && fails_with(call, "REASON_CANCELLED"));
  CHECK(qf_close(client) == OK);
  /* Closed, and never opened. */
  const qf_client stale[] = {client, client + (1 << 16), 0, 0x7fff00000003, UINT64_MAX};
  for (size_t i = 0; i < sizeof stale / sizeof *stale; ++i) {
    int32_t code;
    CHECK(start(stale[i], ECHO, json_object(), 1, &code) == NULL && code == NOT_FOUND);
    CHECK(qf_credit(stale[i], number_of(call), 1) == NOT_FOUND);
    CHECK(qf_cancel(stale[i], number_of(call)) == NOT_FOUND);
    CHECK(i == 0 || qf_close(stale[i]) == NOT_FOUND);
  }
  forget(call);
}

/* Uses every function but qf_close, until the client is closed. */
static void* call_until_closed(void* context) {
  const qf_client client = *(const qf_client*)context;
  for (;;) {
    int32_t code;
    struct call* const call = start(client, ECHO_STREAM, echo_stream_request(1000), 1, &code);
    if (call == NULL) {
      CHECK(code == NOT_FOUND);
      return NULL;
    }
    qf_credit(client, number_of(call), 1);
    qf_cancel(client, number_of(call));
    CHECK(end_of(call) == CANCELLED);
    forget(call);
  }
}

enum { STREAMS_MAX = 64 };

void closed_while_busy(void) {
  json_t* const one = read_case("lifetime.json");
  const int streams = number_in(one, "streams"), callers = number_in(one, "callers");
  CHECK(streams > 0 && streams <= STREAMS_MAX && callers > 0 && callers <= STREAMS_MAX);
  const int rounds = rounds_in(one, "rounds");
  for (int round = 0; round < rounds; ++round) {
    struct call* calls[STREAMS_MAX];
    pthread_t callers_of[STREAMS_MAX];
    qf_client client = opened(on_event, NULL);
    for (int i = 0; i < streams; ++i) {
      calls[i] = start(client, ECHO_STREAM, echo_stream_request(1000000), 2, NULL);
      CHECK(calls[i] != NULL);
    }
    for (int i = 0; i < callers; ++i) CHECK(pthread_create(&callers_of[i], NULL, call_until_closed, &client) == 0);
    const struct timespec a_while = {0, round % 5 * 1000 * 1000};
    nanosleep(&a_while, NULL);
    CHECK(qf_close(client) == OK);
    for (int i = 0; i < callers; ++i) CHECK(pthread_join(callers_of[i], NULL) == 0);
    for (int i = 0; i < streams; ++i) {
      CHECK(ends_of(calls[i]) == 1 && fails_with(calls[i], "REASON_CANCELLED"));
      forget(calls[i]);
    }
  }
  json_decref(one);
}

/* What a listener did from inside. */
struct inside {
  qf_client client;
  qf_call outer;
  struct call* inner;
  int32_t closed, credited, cancelled;
};

static void call_from_inside(void* context, qf_call number, int32_t kind, int32_t code, qf_bytes bytes) {
  struct inside* const inside = context;
  if (kind == QF_MESSAGE && inside->outer == 0) {
    inside->outer = number;
    inside->inner = start(inside->client, ECHO, json_pack("{s:s}", "text", "inside"), 1, NULL);
    inside->closed = qf_close(inside->client);
    inside->credited = qf_credit(inside->client, number, 1);
  } else if (kind == QF_MESSAGE && inside->outer == number) {
    inside->cancelled = qf_cancel(inside->client, number);
  }
  on_event(NULL, number, kind, code, bytes);
}

void listeners_may_call_anything_but_close(void) {
  struct inside inside = {.credited = -1, .cancelled = -1};
  inside.client = opened(call_from_inside, &inside);
  struct call* const outer = start(inside.client, ECHO_STREAM, echo_stream_request(1000000), 1, NULL);
  CHECK(outer != NULL && fails_with(outer, "REASON_CANCELLED") && delivered_to(outer) == 2);
  CHECK(inside.closed == FAILED_PRECONDITION && inside.credited == OK && inside.cancelled == OK);
  CHECK(inside.inner != NULL);
  struct message* const message = take(inside.inner);
  CHECK(message != NULL && end_of(inside.inner) == OK);
  json_t* const answer = json_of(message);
  CHECK(strcmp(json_string_value(json_object_get(answer, "text")), "inside") == 0);
  json_decref(answer);
  free(message);
  CHECK(qf_close(inside.client) == OK);
  forget(inside.inner);
  forget(outer);
}
