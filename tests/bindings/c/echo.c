/* echo.json and threads.json. */
#include <pthread.h>
#include <string.h>

#include "cases.h"

/* EchoRequest.data, with bytes of all values, another sequence for each seed. EchoResponse is the same bytes. */
static struct message* data_request(size_t size, int seed) {
  struct message* const request = calloc(1, sizeof *request + 1 + 5 + size);
  CHECK(request != NULL);
  if (size == 0) return request;
  request->bytes[request->size++] = 2 << 3 | 2; /* field 2, bytes with their length before them */
  for (size_t left = size; left > 0; left >>= 7) {
    request->bytes[request->size++] = (uint8_t)((left & 127) | (left > 127 ? 128 : 0));
  }
  for (size_t i = 0; i < size; ++i) request->bytes[request->size++] = (uint8_t)(i * 31 + (i >> 8) + (size_t)seed);
  return request;
}

/* The bytes come back; true if the core took them. */
static int echo_data(qf_client client, struct message* request) {
  int32_t code;
  const qf_bytes bytes = {request->bytes, request->size};
  struct call* const call = start_bytes(client, ECHO, bytes, 1, &code);
  CHECK(call != NULL || code == INVALID_ARGUMENT);
  if (call != NULL) {
    struct message* const answer = take(call);
    CHECK(answer != NULL && answer->size == request->size && memcmp(answer->bytes, request->bytes, answer->size) == 0);
    free(answer);
    CHECK(end_of(call) == OK && delivered_to(call) == 1);
    forget(call);
  }
  free(request);
  return call != NULL;
}

static void echo_text(qf_client client, json_t* text) {
  struct call* const call = start(client, ECHO, json_pack("{s:O}", "text", text), 1, NULL);
  CHECK(call != NULL);
  struct message* const message = take(call);
  CHECK(message != NULL && end_of(call) == OK);
  json_t* const answer = json_of(message);
  CHECK(json_equal(json_object_get(answer, "text"), text));
  json_decref(answer);
  free(message);
  forget(call);
}

void echo(qf_client client) {
  json_t* const file = read_case("echo.json");
  json_t* const cases = json_object_get(file, "cases");
  CHECK(json_array_size(cases) > 0);
  for (size_t i = 0; i < json_array_size(cases); ++i) {
    const json_t* const one = json_array_get(cases, i);
    json_t* const text = json_object_get(one, "text");
    if (text != NULL) {
      echo_text(client, text);
    } else if (json_object_get(one, "data_bytes") != NULL) {
      CHECK(echo_data(client, data_request((size_t)number_in(one, "data_bytes"), 0)));
    } else {
      const size_t wanted = (size_t)number_in(one, "request_bytes");
      struct message* const larger = data_request(wanted, 0);
      const size_t around = larger->size - wanted;
      free(larger);
      /* What is too large is refused by qf_start itself, without an event and without a reason. */
      const char* const reason = json_string_value(json_object_get(one, "reason"));
      CHECK(reason == NULL || strcmp(reason, "REASON_TOO_LARGE") == 0);
      CHECK(echo_data(client, data_request(wanted - around, 0)) == (reason == NULL));
    }
  }
  json_decref(file);
}

struct caller {
  pthread_t thread;
  qf_client client;
  int first, calls;
  size_t data_bytes;
};

static void* call_often(void* context) {
  const struct caller* const caller = context;
  for (int i = 0; i < caller->calls; ++i) {
    CHECK(echo_data(caller->client, data_request(caller->data_bytes, caller->first + i)));
  }
  return NULL;
}

void threads(qf_client client) {
  json_t* const one = read_case("threads.json");
  const int count = number_in(one, "threads"), calls = rounds_in(one, "calls_each");
  struct caller* const callers = calloc((size_t)count, sizeof *callers);
  CHECK(callers != NULL);
  for (int i = 0; i < count; ++i) {
    callers[i] = (struct caller){.client = client, .first = i * calls, .calls = calls};
    callers[i].data_bytes = (size_t)number_in(one, "data_bytes");
    CHECK(pthread_create(&callers[i].thread, NULL, call_often, &callers[i]) == 0);
  }
  for (int i = 0; i < count; ++i) CHECK(pthread_join(callers[i].thread, NULL) == 0);
  free(callers);
  json_decref(one);
}
