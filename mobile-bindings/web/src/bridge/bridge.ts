import { Code, ConnectError } from "@connectrpc/connect";

import { isAttended } from "../attended.js";
import { bytesEqual } from "../bytes.js";
import { BRIDGE_VERSION, creditPayload, decodeFrame, encodeFrame, Kind, startPayload, type Frame } from "./frames.js";
import { fromPort, toPort, type AppPort } from "./port.js";

// An app that hosts the page answers at once; without an answer a person waits in vain and is told so.
const GREETING_MS = 10_000;
const NONCE_BYTES = 8;

/** Hears of one call: messages, then its end. */
export interface Receiver {
  onMessage(bytes: Uint8Array): void;
  /** Exactly once, and last. `status` is a google.rpc.Status; empty if `code` is 0, or the call was not even started. */
  onEnd(code: number, status: Uint8Array): void;
  /** The app has gone: instead of an end. */
  onClosed(error: ConnectError): void;
}

/**
 * The page's side of the bridge: calls by number over the one port that there is.
 *
 * It greets first, with bytes drawn for this page, and takes nothing before the app has answered with them: what the
 * app had under way for a page before this one, it has dropped by then.
 */
export class Bridge {
  private readonly receivers = new Map<number, Receiver>();
  private readonly nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  private readonly greeting = setTimeout(() => this.close("the app does not answer"), GREETING_MS);
  private state: "greeting" | "open" | ConnectError = "greeting";
  private binary = false;
  private unsent: Uint8Array<ArrayBuffer>[] = [];
  private calls = 0;

  constructor(private readonly port: AppPort) {
    port.onmessage = ({ data }) => {
      const bytes = fromPort(data);
      const frame = bytes && decodeFrame(bytes);
      if (frame === null) this.close("the app sent what is no frame");
      else if (this.state === "greeting") this.onGreeting(frame, typeof data !== "string");
      else this.onFrame(frame);
    };
    port.postMessage(toPort(encodeFrame(Kind.HELLO, BRIDGE_VERSION, this.nonce), false));
  }

  /** Starts a call, of which `receiver` then hears, and gives its number. */
  start(method: string, request: Uint8Array, window: number, receiver: Receiver): number {
    const call = ++this.calls;
    if (this.state instanceof ConnectError) {
      receiver.onClosed(this.state);
    } else {
      this.receivers.set(call, receiver);
      this.send(encodeFrame(Kind.START, call, startPayload(method, request, window, isAttended())));
    }
    return call;
  }

  /** Lets a stream go on by one message. Nothing, once it has ended. */
  credit(call: number): void {
    if (this.receivers.has(call)) this.send(encodeFrame(Kind.CREDIT, call, creditPayload(1)));
  }

  /** Asks a call to stop, and hears no more of it. Nothing, once it has ended. */
  cancel(call: number): void {
    if (this.receivers.delete(call)) this.send(encodeFrame(Kind.CANCEL, call));
  }

  private send(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.state === "greeting") this.unsent.push(bytes);
    else this.port.postMessage(toPort(bytes, this.binary));
  }

  private onGreeting(frame: Frame, binary: boolean): void {
    if (frame.kind !== Kind.HELLO || !bytesEqual(frame.payload, this.nonce)) return; // meant for the page before
    if (frame.number !== BRIDGE_VERSION) return this.close("the app speaks another version of the bridge");
    clearTimeout(this.greeting);
    this.binary = binary;
    this.state = "open";
    for (const bytes of this.unsent.splice(0)) this.send(bytes);
  }

  private onFrame({ kind, number, payload }: Frame): void {
    if (kind === Kind.CLOSED) return this.close("the app has closed its core");
    const receiver = this.receivers.get(number); // none: cancelled
    if (kind === Kind.MESSAGE) receiver?.onMessage(payload);
    if (kind !== Kind.END) return;
    this.receivers.delete(number);
    receiver?.onEnd(payload[0] ?? Code.Unknown, payload.subarray(1));
  }

  private close(why: string): void {
    clearTimeout(this.greeting);
    // Without the detail of a registered reason: nobody has answered, as when a host's program has ended.
    const error = new ConnectError(why, Code.Unavailable);
    this.state = error;
    this.unsent = [];
    const left = [...this.receivers.values()];
    this.receivers.clear();
    for (const receiver of left) receiver.onClosed(error);
  }
}
