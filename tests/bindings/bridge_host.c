/* The app's side of the bridge (docs/bindings.md) in C: what an app in Kotlin or Swift does with the frames of its
 * page.
 *
 *   bridge_host FOLDER       a core over the store in FOLDER; frames on stdin and stdout, each behind its length,
 *                            4 bytes, big-endian. Ends, as an app that closes its core, when stdin does. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mobile-bindings/c/qingfeng.h"

enum { HELLO = 1, START, CREDIT, CANCEL, MESSAGE, END, CLOSED };
enum { VERSION = 2, HEAD = 5, NONCE = 8, START_HEAD = 4, CALLS = 256, FRAME_MAX = (1 << 20) + 256 };

static const char open_method[] = "qingfeng.client.v1.VaultService/Open";

static qf_client client;

/* A call of the core is the number of its page, then the page's own number for it. The mutex guards what follows. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static uint64_t page;
static int greeted; /* in the version of this side */
static qf_call live[CALLS];

static uint32_t read_u32(const uint8_t* at) {
  return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static void write_u32(uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) putchar((int)(value >> shift & 255));
}

/* Under the mutex. `code` is the first byte of an END's payload, and -1 for all else. */
static void say(int kind, uint32_t number, int code, const uint8_t* bytes, size_t size) {
  write_u32((uint32_t)(HEAD + (code >= 0) + size));
  putchar(kind);
  write_u32(number);
  if (code >= 0) putchar(code);
  if (size > 0) fwrite(bytes, 1, size, stdout);
  fflush(stdout);
}

/* The place of `call` among the live ones, or a free one (0); NULL if there is none. Under the mutex. */
static qf_call* place_of(qf_call call) {
  for (int i = 0; i < CALLS; ++i) {
    if (live[i] == call) return &live[i];
  }
  return NULL;
}

static void on_event(void* context, qf_call call, int32_t kind, int32_t code, qf_bytes bytes) {
  (void)context;
  pthread_mutex_lock(&mutex);
  qf_call* const place = place_of(call); /* none: of the page before this one, or the app's own */
  if (place != NULL && kind == QF_MESSAGE) say(MESSAGE, (uint32_t)call, -1, bytes.data, bytes.size);
  if (place != NULL && kind == QF_END) {
    *place = 0;
    say(END, (uint32_t)call, code, bytes.data, bytes.size);
  }
  pthread_mutex_unlock(&mutex);
}

/* A page begins anew: nothing more of the calls of the one before. */
static void greet(uint32_t version, const uint8_t* nonce) {
  qf_call left[CALLS];
  pthread_mutex_lock(&mutex);
  memcpy(left, live, sizeof left);
  memset(live, 0, sizeof live);
  ++page;
  greeted = version == VERSION;
  say(HELLO, VERSION, -1, nonce, NONCE);
  pthread_mutex_unlock(&mutex);
  for (int i = 0; i < CALLS; ++i) {
    if (left[i] != 0) qf_cancel(client, left[i]);
  }
}

/* False if it is no START. */
static int start(uint32_t number, const uint8_t* payload, size_t size) {
  char method[256];
  if (size < START_HEAD || payload[2] > 1 || size < (size_t)START_HEAD + payload[3]) return 0;
  memcpy(method, payload + START_HEAD, payload[3]);
  method[payload[3]] = 0;
  const qf_bytes request = {payload + START_HEAD + payload[3], size - START_HEAD - payload[3]};
  const qf_call call = page << 32 | number;
  pthread_mutex_lock(&mutex);
  qf_call* const place = place_of(0);
  if (place != NULL) *place = call;
  pthread_mutex_unlock(&mutex);
  int32_t code = 8; /* RESOURCE_EXHAUSTED */
  if (strcmp(method, open_method) == 0) {
    code = 7; /* PERMISSION_DENIED */
  } else if (place != NULL) {
    code = qf_start(client, call, method, request, payload[0] << 8 | payload[1]);
  }
  if (code == 0) return 1;
  pthread_mutex_lock(&mutex);
  if (place != NULL) *place = 0;
  say(END, number, code, NULL, 0);
  pthread_mutex_unlock(&mutex);
  return 1;
}

/* False if it is no frame of a page. */
static int obey(const uint8_t* frame, size_t size) {
  const uint8_t* const payload = frame + HEAD;
  const uint32_t number = read_u32(frame + 1);
  const qf_call call = page << 32 | number;
  size -= HEAD;
  if (frame[0] == HELLO && size == NONCE) {
    greet(number, payload);
    return 1;
  }
  if (!greeted) return frame[0] >= START && frame[0] <= CANCEL;
  switch (frame[0]) {
    case START:
      return start(number, payload, size);
    case CREDIT:
      return size == 2 && qf_credit(client, call, payload[0] << 8 | payload[1]) == 0;
    case CANCEL:
      return size == 0 && qf_cancel(client, call) == 0;
    default:
      return 0;
  }
}

static void open_store(const char* folder) {
  uint8_t request[130] = {0x0a, (uint8_t)strlen(folder)}; /* OpenRequest.folder */
  const qf_bytes bytes = {request, 2 + strlen(folder)};
  if (strlen(folder) > 127) exit(2);
  memcpy(request + 2, folder, strlen(folder));
  if (client == 0 || qf_start(client, 1, open_method, bytes, 1) != 0) exit(2);
}

int main(int argc, char** argv) {
  static uint8_t frame[FRAME_MAX];
  uint8_t length[4];
  if (argc != 2) return 2;
  client = qf_open(on_event, NULL);
  open_store(argv[1]);
  while (fread(length, sizeof length, 1, stdin) == 1) {
    const uint32_t size = read_u32(length);
    if (size < HEAD || size > FRAME_MAX || fread(frame, size, 1, stdin) != 1 || !obey(frame, size)) break;
  }
  qf_close(client);
  pthread_mutex_lock(&mutex);
  say(CLOSED, 0, -1, NULL, 0);
  pthread_mutex_unlock(&mutex);
  return 0;
}
