// What an app that hosts this page in a WebView puts into it, and how bytes pass: as an ArrayBuffer where the WebView
// carries one, else as base64.

/**
 * `qingfengPort`, there before the page's first script runs. Android's WebMessageListener makes an object of this shape;
 * on iOS a script of the app's makes it from its message handler.
 */
export interface AppPort {
  postMessage(data: string | ArrayBuffer): void;
  onmessage: ((event: { data: string | ArrayBuffer }) => void) | null;
}

/** The port of the app that hosts this page; undefined in a browser. */
export function appPort(): AppPort | undefined {
  return (globalThis as { qingfengPort?: AppPort }).qingfengPort;
}

const CHUNK = 8192; // of arguments, which engines bound

function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(text);
}

/** What goes through the port for these bytes. */
export function toPort(bytes: Uint8Array<ArrayBuffer>, binary: boolean): string | ArrayBuffer {
  return binary ? bytes.buffer : toBase64(bytes);
}

/** The bytes that came through it; null if they are no base64. */
export function fromPort(data: string | ArrayBuffer): Uint8Array | null {
  if (typeof data !== "string") return new Uint8Array(data);
  try {
    const text = atob(data);
    const bytes = new Uint8Array(text.length);
    for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
    return bytes;
  } catch {
    return null;
  }
}
