/* What qingfeng.h says of its own functions, from plain C99 alone: encodings, codes, credit, bounds. What a call
 * carries and how it can end is in c/cases.c. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mobile-bindings/c/qingfeng.h"

#define CHECK(condition)                                                            \
  do {                                                                              \
    if (!(condition)) {                                                             \
      fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__, #condition); \
      exit(1);                                                                      \
    }                                                                               \
  } while (0)

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int messages, ends, last_code;
static char last_text[4096];
static qf_client client;

static void listen_to(void* context, qf_call call, int32_t kind, int32_t code, qf_bytes bytes) {
  (void)call;
  CHECK(strcmp(context, "context") == 0);
  CHECK(qf_close(client) == 9); /* FAILED_PRECONDITION: never from inside the listener */
  pthread_mutex_lock(&mutex);
  if (kind == QF_MESSAGE) {
    ++messages;
    size_t size = bytes.size < sizeof last_text - 1 ? bytes.size : sizeof last_text - 1;
    memcpy(last_text, bytes.data, size);
    last_text[size] = 0;
  } else {
    ++ends;
    last_code = code;
    if (code != 0) CHECK(bytes.size > 0);
  }
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&mutex);
}

static void wait_for(int* counter, int value) {
  pthread_mutex_lock(&mutex);
  while (*counter < value) pthread_cond_wait(&changed, &mutex);
  pthread_mutex_unlock(&mutex);
}

static qf_bytes text(const char* words) {
  qf_bytes bytes = {(const uint8_t*)words, strlen(words)};
  return bytes;
}

static const char echo[] = "qingfeng.client.v1.EventService/Echo";
static const char echo_stream[] = "qingfeng.client.v1.EventService/EchoStream";

int main(void) {
  int32_t version = 0;
  CHECK(strlen(qf_version(&version)) > 0 && version == QF_ABI_VERSION);
  CHECK(qf_open(NULL, NULL) == 0);
  client = qf_open(listen_to, "context");
  CHECK(client != 0);

  /* JSON, because the request begins with a brace; text in Chinese comes back as it went. */
  CHECK(qf_start(client, 1, echo, text("{\"text\":\"清风 breeze\"}"), 1) == 0);
  wait_for(&ends, 1);
  CHECK(last_code == 0 && messages == 1 && strstr(last_text, "清风 breeze") != NULL);

  /* Protocol Buffers, because the request does not; the same client speaks both. */
  const char binary[] = "\x0a\x03\xe9\xa3\x8e"; /* text: "风" */
  CHECK(qf_start(client, 1, echo, text(binary), 1) == 0);
  wait_for(&ends, 2);
  CHECK(last_code == 0 && messages == 2 && strcmp(last_text, binary) == 0);

  /* Errors: an unknown method, a request that is not its JSON, a registered reason. */
  CHECK(qf_start(client, 2, "no.Such/Method", text("{}"), 1) == 0);
  wait_for(&ends, 3);
  CHECK(last_code == 12);
  CHECK(qf_start(client, 3, echo, text("{\"text\":7}"), 1) == 0);
  wait_for(&ends, 4);
  CHECK(last_code == 3);
  CHECK(qf_start(client, 4, echo, text("{\"fail\":\"REASON_DISK_FULL\"}"), 1) == 0);
  wait_for(&ends, 5);
  CHECK(last_code == 8);

  /* A stream gives as many messages as there is credit, and no more. */
  messages = 0;
  CHECK(qf_start(client, 5, echo_stream, text("{\"text\":\"x\",\"count\":10}"), 3) == 0);
  wait_for(&messages, 3);
  CHECK(qf_start(client, 5, echo, text("{}"), 1) == 6); /* ALREADY_EXISTS */
  CHECK(qf_credit(client, 5, 4) == 0);
  wait_for(&messages, 7);
  CHECK(messages == 7 && ends == 5);
  CHECK(qf_credit(client, 5, 100) == 0);
  wait_for(&ends, 6);
  CHECK(messages == 10 && last_code == 0);

  /* A cancelled stream ends, and says so. */
  CHECK(qf_start(client, 6, echo_stream, text("{\"count\":1000000}"), 1) == 0);
  CHECK(qf_cancel(client, 6) == 0);
  wait_for(&ends, 7);
  CHECK(last_code == 1);
  CHECK(qf_cancel(client, 6) == 0);

  /* Bounds. */
  CHECK(qf_start(client, 0, echo, text("{}"), 1) == 3);
  CHECK(qf_start(client, 7, NULL, text("{}"), 1) == 3);
  CHECK(qf_start(client, 7, echo, text("{}"), 0) == 3);
  CHECK(qf_start(client, 7, echo, text("{}"), 257) == 3);
  CHECK(qf_credit(client, 7, 0) == 3);
  char* large = calloc(1, (1 << 20) + 2);
  memset(large, ' ', (1 << 20) + 1);
  CHECK(qf_start(client, 7, echo, text(large), 1) == 3);
  free(large);

  /* Stale handles are errors and never crashes. */
  CHECK(qf_start(client + (1 << 16), 7, echo, text("{}"), 1) == 5);
  CHECK(qf_start(0, 7, echo, text("{}"), 1) == 5);
  CHECK(qf_close(12345678) == 5);
  CHECK(qf_close(client) == 0);
  CHECK(qf_close(client) == 0);
  CHECK(qf_start(client, 8, echo, text("{}"), 1) == 5);
  puts("the C ABI keeps its word");
  return 0;
}
