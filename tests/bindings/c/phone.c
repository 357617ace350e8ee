/* A phone in C, step by step, for phone_test.py; its report is filed by the sample of docs/bindings.md.
 *
 *   c_phone enrol STORE
 *   c_phone report STORE PHOTO
 *
 * Standard input has the PIN in its first line, then the invitation or what to report. */
#include "calls.h"
#include "report.c"

static void read_line(char* line, int size) {
  CHECK(fgets(line, size, stdin) != NULL);
  line[strcspn(line, "\n")] = 0;
}

static const char* text_in(const json_t* object, const char* key) {
  const char* const text = json_string_value(json_object_get(object, key));
  return text == NULL ? "" : text;
}

/* The call fails with this reason; the next one is a new one. */
static void refuse(struct core* core, const char* method, json_t* request, const char* reason) {
  const json_t* const details = json_object_get(ask(core, method, request), "details");
  CHECK(core->code != OK && strcmp(text_in(json_array_get(details, 0), "reason"), reason) == 0);
  core->code = OK;
}

static void enrol(struct core* core, const char* store, const char* pin, const char* invitation) {
  refuse(core, FIELD "ListDrafts", json_object(), "REASON_STATE");
  const json_t* said = ask(core, VAULT "Open", json_pack("{s:s}", "folder", store));
  CHECK(strcmp(text_in(json_object_get(said, "session"), "state"), "SESSION_STATE_EMPTY") == 0);
  refuse(core, VAULT "Enrol", json_pack("{s:s, s:s}", "invitation", "QF1:half", "pin", pin), "REASON_INVITATION");
  said = ask(core, VAULT "Enrol", json_pack("{s:s, s:s}", "invitation", invitation, "pin", pin));
  CHECK(strcmp(text_in(json_object_get(said, "session"), "state"), "SESSION_STATE_PROVISIONAL") == 0);
  ask(core, FIELD "Sync", json_object());
}

/* Brings its certificate, and the key to seal to. */
static void become_active(struct core* core, const char* store, const char* pin) {
  ask(core, VAULT "Open", json_pack("{s:s}", "folder", store));
  ask(core, VAULT "Unlock", json_pack("{s:s}", "pin", pin));
  ask(core, FIELD "Sync", json_object());
}

static void check_item(const struct core* core) {
  const json_t* const item = json_object_get(core->said, "item");
  const json_t* const files = json_object_get(item, "files");
  CHECK(strcmp(text_in(item, "state"), "ITEM_STATE_COMPLETE") == 0 && json_array_size(files) == 1);
  const json_t* const file = json_array_get(files, 0);
  CHECK(strcmp(text_in(file, "sent_bytes"), text_in(file, "sealed_bytes")) == 0);
  printf("at %s\n", text_in(item, "position"));
}

static void open_core(struct core* core) {
  CHECK(sem_init(&core->ended, 0, 0) == 0);
  core->client = qf_open(hear, core);
  CHECK(core->client != 0);
}

static void close_core(struct core* core) {
  if (core->code != OK) fprintf(stderr, "code %d: %s\n", core->code, text_in(core->said, "message"));
  CHECK(core->code == OK && qf_close(core->client) == OK);
  json_decref(core->said);
  sem_destroy(&core->ended);
  memset(core, 0, sizeof *core);
}

int main(int argc, char** argv) {
  static char pin[256], text[4096];
  struct core core = {0};
  CHECK(argc >= 3);
  read_line(pin, sizeof pin);
  read_line(text, sizeof text);
  open_core(&core);
  if (strcmp(argv[1], "enrol") == 0) {
    enrol(&core, argv[2], pin, text);
  } else {
    CHECK(argc == 4);
    become_active(&core, argv[2], pin);
    close_core(&core);
    open_core(&core);
    report(&core, argv[2], pin, argv[3], text);
    if (core.code == OK) check_item(&core);
  }
  close_core(&core);
  return 0;
}
