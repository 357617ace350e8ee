#include "calls.h"

#include <pthread.h>
#include <string.h>

struct call {
  qf_client client;
  struct message *first, *last; /* not taken yet */
  int delivered, ends;
  int32_t code;
  struct message* status; /* what the end carried */
};

/* One for all calls: guards what they hold, and whoever waits looks again whenever anything came. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

static struct message* copy_of(qf_bytes bytes) {
  struct message* const copy = calloc(1, sizeof *copy + bytes.size);
  CHECK(copy != NULL);
  copy->size = bytes.size;
  if (bytes.size > 0) memcpy(copy->bytes, bytes.data, bytes.size);
  return copy;
}

/* A call's number is where it stands in memory. */
qf_call number_of(const struct call* call) { return (uintptr_t)call; }

void on_event(void* context, qf_call number, int32_t kind, int32_t code, qf_bytes bytes) {
  (void)context;
  struct call* const call = (struct call*)(uintptr_t)number;
  struct message* const came = copy_of(bytes);
  pthread_mutex_lock(&mutex);
  CHECK(call->ends == 0); /* an end is the last event, and the only one */
  if (kind == QF_MESSAGE) {
    if (call->first == NULL) {
      call->first = came;
    } else {
      call->last->next = came;
    }
    call->last = came;
    ++call->delivered;
  } else {
    CHECK(kind == QF_END && (code == OK) == (bytes.size == 0));
    call->code = code;
    call->status = came;
    ++call->ends;
  }
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&mutex);
}

struct call* start_bytes(qf_client client, const char* method, qf_bytes request, int window, int32_t* code) {
  struct call* const call = calloc(1, sizeof *call);
  CHECK(call != NULL);
  call->client = client;
  const int32_t said = qf_start(client, number_of(call), method, request, window);
  if (code != NULL) *code = said;
  if (said == OK) return call;
  free(call);
  return NULL;
}

struct call* start(qf_client client, const char* method, json_t* request, int window, int32_t* code) {
  char* const text = json_dumps(request, JSON_COMPACT);
  CHECK(text != NULL);
  const qf_bytes bytes = {(const uint8_t*)text, strlen(text)};
  struct call* const call = start_bytes(client, method, bytes, window, code);
  free(text);
  json_decref(request);
  return call;
}

struct message* take(struct call* call) {
  pthread_mutex_lock(&mutex);
  while (call->first == NULL && call->ends == 0) pthread_cond_wait(&changed, &mutex);
  struct message* const taken = call->first;
  if (taken != NULL) call->first = taken->next;
  pthread_mutex_unlock(&mutex);
  if (taken != NULL) qf_credit(call->client, number_of(call), 1);
  return taken;
}

json_t* json_of(const struct message* message) {
  json_t* const json = json_loadb((const char*)message->bytes, message->size, JSON_ALLOW_NUL, NULL);
  CHECK(json != NULL);
  return json;
}

int take_index(struct call* call) {
  struct message* const message = take(call);
  if (message == NULL) return -1;
  json_t* const json = json_of(message);
  const int index = (int)json_integer_value(json_object_get(json, "index"));
  json_decref(json);
  free(message);
  return index;
}

/* What `counter` of a call is now, or once it is at least `wanted`. */
static int counted(const int* counter, int wanted) {
  pthread_mutex_lock(&mutex);
  while (*counter < wanted) pthread_cond_wait(&changed, &mutex);
  const int value = *counter;
  pthread_mutex_unlock(&mutex);
  return value;
}

void wait_for_delivered(struct call* call, int count) { counted(&call->delivered, count); }
int delivered_to(struct call* call) { return counted(&call->delivered, 0); }
int ends_of(struct call* call) { return counted(&call->ends, 0); }

int32_t end_of(struct call* call) {
  counted(&call->ends, 1);
  return call->code;
}

int fails_with(struct call* call, const char* reason) {
  if (end_of(call) == OK) return 0;
  json_t* const status = json_of(call->status);
  const json_t* const detail = json_array_get(json_object_get(status, "details"), 0);
  const char* const said = json_string_value(json_object_get(detail, "reason"));
  const int equal = said != NULL && strcmp(said, reason) == 0;
  if (!equal) fprintf(stderr, "%s instead of %s\n", said == NULL ? "no reason" : said, reason);
  json_decref(status);
  return equal;
}

void forget(struct call* call) {
  CHECK(end_of(call) == call->code);
  for (struct message* message = call->first; message != NULL;) {
    struct message* const next = message->next;
    free(message);
    message = next;
  }
  free(call->status);
  free(call);
}
