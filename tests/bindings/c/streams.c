/* stream.json and cancel.json. */
#include <time.h>

#include "cases.h"

void streams(qf_client client) {
  const struct timespec what_comes_beyond_the_bound_comes_in_this_time = {0, 50 * 1000 * 1000};
  json_t* const file = read_case("stream.json");
  const json_t* const cases = json_object_get(file, "cases");
  CHECK(json_array_size(cases) > 0);
  for (size_t i = 0; i < json_array_size(cases); ++i) {
    const json_t* const one = json_array_get(cases, i);
    const int count = number_in(one, "count"), window = number_in(one, "window"), pause = number_in(one, "pause_after");
    if (is_too_long(count)) continue;
    const int bound = count < pause + window ? count : pause + window;
    struct call* const call = start(client, ECHO_STREAM, echo_stream_request(count), window, NULL);
    CHECK(call != NULL);
    for (int index = 0; index < pause; ++index) CHECK(take_index(call) == index);
    wait_for_delivered(call, bound);
    nanosleep(&what_comes_beyond_the_bound_comes_in_this_time, NULL);
    CHECK(delivered_to(call) == bound);
    for (int index = pause; index < count; ++index) CHECK(take_index(call) == index);
    CHECK(take_index(call) == -1 && end_of(call) == OK && delivered_to(call) == count);
    forget(call);
  }
  json_decref(file);
}

/* One after another, so more of them than a client may have calls show that none is left. */
static int cancel_often(qf_client client, const json_t* one, struct call** ended) {
  const int rounds = rounds_in(one, "rounds");
  for (int round = 0; round < rounds; ++round) {
    json_t* const request = echo_stream_request(number_in(one, "count"));
    struct call* const call = start(client, ECHO_STREAM, request, number_in(one, "window"), NULL);
    CHECK(call != NULL);
    for (int i = 0; i < number_in(one, "after_messages"); ++i) CHECK(take_index(call) == i);
    CHECK(qf_cancel(client, number_of(call)) == OK);
    if (end_of(call) == OK) {
      CHECK(delivered_to(call) == number_in(one, "count"));
    } else {
      CHECK(fails_with(call, "REASON_CANCELLED"));
    }
    ended[round] = call;
  }
  return rounds;
}

void cancel_races(void) {
  json_t* const file = read_case("cancel.json");
  const json_t* const cases = json_object_get(file, "cases");
  CHECK(json_array_size(cases) > 0);
  for (size_t i = 0; i < json_array_size(cases); ++i) {
    const json_t* const one = json_array_get(cases, i);
    const qf_client client = opened(on_event, NULL);
    struct call** const ended = calloc((size_t)number_in(one, "rounds"), sizeof *ended);
    CHECK(ended != NULL);
    const int count = cancel_often(client, one, ended);
    CHECK(qf_close(client) == OK); /* no event comes any more */
    for (int round = 0; round < count; ++round) {
      CHECK(ends_of(ended[round]) == 1);
      forget(ended[round]);
    }
    free(ended);
  }
  json_decref(file);
}
