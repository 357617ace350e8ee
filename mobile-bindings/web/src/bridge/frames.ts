// The frames of the bridge: docs/bindings.md, "The bridge", says what they mean and who sends which.
//
//   kind, 1 byte | number, 4 bytes, big-endian | payload

/** The one that both sides speak; they are built and shipped together. */
export const BRIDGE_VERSION = 2;

export const Kind = { HELLO: 1, START: 2, CREDIT: 3, CANCEL: 4, MESSAGE: 5, END: 6, CLOSED: 7 } as const;

export interface Frame {
  kind: number;
  /** Of a HELLO the version; of all others the call that it belongs to, 0 for CLOSED. */
  number: number;
  payload: Uint8Array;
}

const HEAD_BYTES = 5;
const NOTHING = new Uint8Array(0);

export function encodeFrame(kind: number, number: number, payload: Uint8Array = NOTHING): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEAD_BYTES + payload.length);
  bytes[0] = kind;
  new DataView(bytes.buffer).setUint32(1, number);
  bytes.set(payload, HEAD_BYTES);
  return bytes;
}

/** null if `bytes` are no frame. */
export function decodeFrame(bytes: Uint8Array): Frame | null {
  if (bytes.length < HEAD_BYTES || bytes[0] < Kind.HELLO || bytes[0] > Kind.CLOSED) return null;
  const number = new DataView(bytes.buffer, bytes.byteOffset).getUint32(1);
  return { kind: bytes[0], number, payload: bytes.subarray(HEAD_BYTES) };
}

const START_HEAD_BYTES = 4;

/** window, 2 bytes | attended, 1 byte | length of the name, 1 byte | the method's full name | request. */
export function startPayload(method: string, request: Uint8Array, window: number, attended: boolean): Uint8Array {
  const name = new TextEncoder().encode(method);
  const payload = new Uint8Array(START_HEAD_BYTES + name.length + request.length);
  new DataView(payload.buffer).setUint16(0, window);
  payload[2] = attended ? 1 : 0;
  payload[3] = name.length;
  payload.set(name, START_HEAD_BYTES);
  payload.set(request, START_HEAD_BYTES + name.length);
  return payload;
}

/** How many messages more, 2 bytes. */
export function creditPayload(count: number): Uint8Array {
  const payload = new Uint8Array(2);
  new DataView(payload.buffer).setUint16(0, count);
  return payload;
}
