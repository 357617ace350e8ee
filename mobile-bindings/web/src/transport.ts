import type { StreamResponse, Transport } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";

import { isAttended } from "./attended.js";
import { QingfengError } from "./error.js";

// A browser ends what a page has under way when the page goes, and lets a call outlive it only up to this size.
const KEEPALIVE_BYTES_MAX = 60_000;

// The last answers are saved as a page goes, so single calls may outlive it; a stream must end with it.
// The host is told which calls no person asked for.
const fetchOutlivingPage: typeof fetch = (input, init) => {
  const headers = new Headers(init?.headers);
  if (!isAttended()) headers.set("Qingfeng-Unattended", "1");
  const body = init?.body;
  const small = body instanceof Uint8Array && body.byteLength <= KEEPALIVE_BYTES_MAX;
  const single = headers.get("Content-Type") === "application/proto";
  return fetch(input, { ...init, headers, keepalive: single && small });
};

/** The core that hosts this page, at the page's own origin (mobile-bindings/loopback). */
export function loopbackTransport(baseUrl = globalThis.location.origin): Transport {
  return failingClearly(createConnectTransport({ baseUrl, useBinaryFormat: true, fetch: fetchOutlivingPage }));
}

async function* failingStream<T>(messages: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* messages;
  } catch (cause) {
    throw QingfengError.from(cause);
  }
}

/** `transport`, whose calls fail with a QingfengError. */
export function failingClearly(transport: Transport): Transport {
  return {
    unary: (...call) =>
      transport.unary(...call).catch((cause) => {
        throw QingfengError.from(cause);
      }),
    async stream(...call) {
      try {
        const response = await transport.stream(...call);
        return { ...response, message: failingStream(response.message) } as StreamResponse<
          (typeof call)[0]["input"],
          (typeof call)[0]["output"]
        >;
      } catch (cause) {
        throw QingfengError.from(cause);
      }
    },
  };
}
