/* failures.json. */
#include "cases.h"

static void fail(qf_client client, const char* reason, int code) {
  struct call* const call = start(client, ECHO, json_pack("{s:s}", "fail", reason), 1, NULL);
  CHECK(call != NULL && fails_with(call, reason) && end_of(call) == code && delivered_to(call) == 0);
  forget(call);
}

/* Every reason, from where the contract lists them with their codes; then those that the cases know. */
void failures(qf_client client, const char* reasons) {
  char line[512], name[64];
  int code, count = 0;
  FILE* const list = fopen(reasons, "r");
  CHECK(list != NULL);
  while (fgets(line, sizeof line, list) != NULL) {
    if (sscanf(line, " %63[A-Z_] = %*d [(reason_info) = {code: %d", name, &code) != 2) continue;
    fail(client, name, code);
    ++count;
  }
  fclose(list);
  json_t* const file = read_case("failures.json");
  const json_t* const known = json_object_get(file, "known");
  CHECK(json_array_size(known) > 0 && (size_t)count > json_array_size(known));
  for (size_t i = 0; i < json_array_size(known); ++i) {
    const json_t* const one = json_array_get(known, i);
    fail(client, json_string_value(json_object_get(one, "reason")), number_in(one, "code"));
  }
  const int messages = number_in(file, "stream_messages");
  json_t* const request = json_pack("{s:i, s:s}", "count", messages, "fail", "REASON_DISK_FULL");
  struct call* const call = start(client, ECHO_STREAM, request, messages, NULL);
  CHECK(call != NULL && fails_with(call, "REASON_DISK_FULL"));
  for (int i = 0; i < messages; ++i) CHECK(take_index(call) == i);
  CHECK(take_index(call) == -1);
  forget(call);
  json_decref(file);
}
