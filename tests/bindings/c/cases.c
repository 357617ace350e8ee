/* The cases over the C ABI itself: text as ProtoJSON, data as Protocol Buffers.
 *
 *   c_cases CASES_FOLDER REASON_PROTO [ROUNDS]
 *
 * ROUNDS is for Valgrind: nothing is repeated more often, and streams of more than a thousand messages are left out. */
#include "cases.h"

#include <limits.h>

static const char* folder;
static int rounds_max = INT_MAX;

json_t* read_case(const char* file) {
  char path[4096];
  CHECK(snprintf(path, sizeof path, "%s/%s", folder, file) < (int)sizeof path);
  json_t* const one = json_load_file(path, JSON_ALLOW_NUL, NULL);
  CHECK(one != NULL);
  return one;
}

int number_in(const json_t* one, const char* key) {
  CHECK(json_is_integer(json_object_get(one, key)));
  return (int)json_integer_value(json_object_get(one, key));
}

int rounds_in(const json_t* one, const char* key) {
  const int rounds = number_in(one, key);
  return rounds < rounds_max ? rounds : rounds_max;
}

int is_too_long(int messages) { return rounds_max < INT_MAX && messages > 1000; }

qf_client opened(qf_listener listener, void* context) {
  const qf_client client = qf_open(listener, context);
  CHECK(client != 0);
  return client;
}

json_t* echo_stream_request(int count) { return json_pack("{s:s, s:i}", "text", "风", "count", count); }

int main(int argc, char** argv) {
  CHECK(argc >= 3);
  folder = argv[1];
  if (argc > 3) rounds_max = atoi(argv[3]);
  const qf_client client = opened(on_event, NULL);
  echo(client);
  failures(client, argv[2]);
  streams(client);
  threads(client);
  CHECK(qf_close(client) == OK);
  cancel_races();
  closed_clients();
  closed_while_busy();
  listeners_may_call_anything_but_close();
  puts("the cases hold in C");
  return 0;
}
