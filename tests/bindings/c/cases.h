/* The cases of tests/bindings/cases, whose README says what each means. */
#ifndef TESTS_BINDINGS_C_CASES_H_
#define TESTS_BINDINGS_C_CASES_H_

#include "calls.h"

/* The object in `file`. */
json_t* read_case(const char* file);

/* A number that must be there. */
int number_in(const json_t* one, const char* key);

/* How often something is repeated: the number, or less where the program was told so. */
int rounds_in(const json_t* one, const char* key);

/* Whether a stream of so many messages is left out. */
int is_too_long(int messages);

/* A client; EchoStream's request for so many messages. */
qf_client opened(qf_listener listener, void* context);
json_t* echo_stream_request(int count);

/* echo.c */
void echo(qf_client client);
void threads(qf_client client);
/* failures.c; `reasons` is the contract's list, reason.proto */
void failures(qf_client client, const char* reasons);
/* streams.c */
void streams(qf_client client);
void cancel_races(void);
/* lifetime.c */
void closed_clients(void);
void closed_while_busy(void);
void listeners_may_call_anything_but_close(void);

#endif /* TESTS_BINDINGS_C_CASES_H_ */
