/* Round trips of an echo of 3 KiB through the C ABI, one after another: echo_bench CALLS. What a binding adds to this
 * is its own. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "mobile-bindings/c/qingfeng.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t ended = PTHREAD_COND_INITIALIZER;
static uint64_t ends;

static void listen_to(void* context, qf_call call, int32_t kind, int32_t code, qf_bytes bytes) {
  (void)context, (void)call, (void)bytes;
  if (kind != QF_END) return;
  if (code != 0) exit(1);
  pthread_mutex_lock(&mutex);
  ++ends;
  pthread_cond_signal(&ended);
  pthread_mutex_unlock(&mutex);
}

int main(int argc, char** argv) {
  static uint8_t request[3 + 3072] = {0x12, 0x80, 0x18}; /* EchoRequest.data, 3072 bytes long */
  const qf_bytes bytes = {request, sizeof request};
  const uint64_t calls = argc > 1 ? strtoull(argv[1], NULL, 10) : 0;
  const qf_client client = qf_open(listen_to, NULL);
  struct timespec start, stop;
  if (client == 0 || calls == 0) return 2;
  clock_gettime(CLOCK_MONOTONIC, &start);
  for (uint64_t call = 1; call <= calls; ++call) {
    if (qf_start(client, call, "qingfeng.client.v1.EventService/Echo", bytes, 1) != 0) return 1;
    pthread_mutex_lock(&mutex);
    while (ends < call) pthread_cond_wait(&ended, &mutex);
    pthread_mutex_unlock(&mutex);
  }
  clock_gettime(CLOCK_MONOTONIC, &stop);
  qf_close(client);
  printf("C: %.1f us\n",
         ((double)(stop.tv_sec - start.tv_sec) * 1e9 + (double)(stop.tv_nsec - start.tv_nsec)) / 1e3 / (double)calls);
  return 0;
}
