import { Code, ConnectError } from "@connectrpc/connect";
import { fromBinary } from "@bufbuild/protobuf";

import { StatusSchema } from "../gen/google/rpc/status_pb.js";
import { Reason } from "../gen/qingfeng/common/v1/reason_pb.js";
import { refusal } from "../error.js";
import type { Bridge } from "./bridge.js";

// The bound of qingfeng.h; files go in pieces (FieldService.PutFilePart).
const REQUEST_BYTES_MAX = 1 << 20;

// What an app says of a call that it does not start: the code of qf_start, or its own, without a Status. Each reason has
// its code in the registry.
function notStarted(code: number): ConnectError {
  switch (code) {
    case 3:
      return refusal(Reason.TOO_LARGE, Code.OutOfRange, "a request holds at most 1 MiB: files go in pieces");
    case 5:
      return refusal(Reason.STATE, Code.FailedPrecondition, "the core is closed");
    case 7:
      return refusal(Reason.BROWSER, Code.PermissionDenied, "which store is open is not the page's affair");
    case 8:
      return refusal(Reason.BUSY, Code.ResourceExhausted, "a client has at most 256 calls at once");
    default:
      return refusal(Reason.INTERNAL, Code.Internal, "the app did not start the call");
  }
}

function errorOf(code: Code, bytes: Uint8Array): ConnectError {
  if (bytes.length === 0) return notStarted(code);
  const status = fromBinary(StatusSchema, bytes);
  const error = new ConnectError(status.message, code);
  error.details = status.details.map(({ typeUrl, value }) => ({ type: typeUrl.slice(typeUrl.lastIndexOf("/") + 1), value }));
  return error;
}

/**
 * The messages of one call. The core runs ahead of the reader by at most `window` of them; each that was read is credit
 * for another. Aborting `signal` ends it at once and asks the core to stop.
 *
 * @throws ConnectError with the details that came; CANCELED if it was aborted.
 */
export async function* callOver(
  bridge: Bridge,
  method: string,
  request: Uint8Array,
  window: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  if (request.length > REQUEST_BYTES_MAX) throw notStarted(3);
  const cancelled = new ConnectError("the call was cancelled", Code.Canceled);
  if (signal.aborted) throw cancelled;
  const waiting: Uint8Array[] = [];
  let end: { error?: unknown } | undefined;
  let wake = () => {};
  const finish = (error?: unknown) => {
    end ??= { error };
    wake();
  };
  const call = bridge.start(method, request, window, {
    onMessage(bytes) {
      waiting.push(bytes);
      wake();
    },
    onEnd: (code, status) => finish(code === 0 ? undefined : errorOf(code, status)),
    onClosed: finish,
  });
  const abort = () => {
    // Whatever has come meanwhile: a stream that seemed to have ended well would lack what its reader did not take.
    waiting.length = 0;
    end = { error: cancelled };
    wake();
  };
  signal.addEventListener("abort", abort);
  try {
    for (;;) {
      const message = waiting.shift();
      if (message !== undefined) {
        yield message;
        bridge.credit(call);
      } else if (end !== undefined) {
        if (end.error !== undefined) throw end.error;
        return;
      } else {
        await new Promise<void>((woken) => (wake = woken));
      }
    }
  } finally {
    signal.removeEventListener("abort", abort);
    bridge.cancel(call);
  }
}
