import { Code, ConnectError, createContextValues, type StreamResponse, type Transport } from "@connectrpc/connect";
import { createClientMethodSerializers, runStreamingCall, runUnaryCall } from "@connectrpc/connect/protocol";
import type { DescMethod } from "@bufbuild/protobuf";

import { failingClearly } from "../transport.js";
import { Bridge } from "./bridge.js";
import { callOver } from "./call.js";
import type { AppPort } from "./port.js";

const WINDOW = 16;

export interface BridgeOptions {
  /** How many messages of a stream the core may be ahead of its reader, 1 to 256. */
  window?: number;
}

// What a transport says of a call and its answer whether or not its carrier has such things.
function outline<M extends DescMethod>(method: M, header: HeadersInit | undefined) {
  return { service: method.parent, method, requestMethod: "POST", url: nameOf(method), header: new Headers(header) };
}
const nameOf = (method: DescMethod) => `${method.parent.typeName}/${method.name}`;
const positive = (timeoutMs: number | undefined) => (timeoutMs !== undefined && timeoutMs > 0 ? timeoutMs : undefined);

async function* parsed<T>(messages: AsyncIterable<Uint8Array>, parse: (bytes: Uint8Array) => T): AsyncGenerator<T> {
  for await (const bytes of messages) yield parse(bytes);
}

/**
 * The core of the app that hosts this page in a WebView, over the port that the app put into it. One bridge a port.
 * It carries no headers, so metadata is dropped; a deadline is kept here, and cancels.
 */
export function bridgeTransport(port: AppPort, { window = WINDOW }: BridgeOptions = {}): Transport {
  const bridge = new Bridge(port);
  return failingClearly({
    unary(method, signal, timeoutMs, header, message, contextValues = createContextValues()) {
      const { serialize, parse } = createClientMethodSerializers(method, true);
      return runUnaryCall({
        signal,
        timeoutMs: positive(timeoutMs),
        req: { ...outline(method, header), stream: false, contextValues, message },
        next: async (req) => {
          let answer: Uint8Array | undefined;
          for await (const bytes of callOver(bridge, req.url, serialize(req.message), 1, req.signal)) answer = bytes;
          if (answer === undefined) throw new ConnectError("the call ended without an answer", Code.Internal);
          return { ...req, header: new Headers(), message: parse(answer), trailer: new Headers() };
        },
      });
    },
    stream(method, signal, timeoutMs, header, input, contextValues = createContextValues()) {
      const { serialize, parse } = createClientMethodSerializers(method, true);
      return runStreamingCall({
        signal,
        timeoutMs: positive(timeoutMs),
        req: { ...outline(method, header), stream: true, contextValues, message: input },
        next: async (req) => {
          const request = (await req.message[Symbol.asyncIterator]().next()).value;
          const messages = callOver(bridge, req.url, serialize(request), window, req.signal);
          const answer = { ...req, header: new Headers(), message: parsed(messages, parse), trailer: new Headers() };
          return answer as StreamResponse<typeof method.input, typeof method.output>;
        },
      });
    },
  });
}
