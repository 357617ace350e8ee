// The app's side of the bridge: bridge_host.c over a store of its own, spoken to frame by frame.
import { spawn } from "node:child_process";
import { webcrypto } from "node:crypto";
import { join } from "node:path";

globalThis.crypto ??= webcrypto; // which every browser has, and Node from 19 on

const LENGTH_BYTES = 4;

export class BridgeHost {
  /** `onFrame` hears each frame of the app. */
  constructor(build, folder, onFrame) {
    this.child = spawn(join(build, "tests/bindings/bridge_host"), [folder], { stdio: ["pipe", "pipe", "inherit"] });
    this.ended = new Promise((resolve) => this.child.once("exit", (code, signal) => resolve(code ?? signal)));
    let held = Buffer.alloc(0);
    this.child.stdout.on("data", (part) => {
      held = Buffer.concat([held, part]);
      while (held.length >= LENGTH_BYTES && held.length >= LENGTH_BYTES + held.readUInt32BE()) {
        const end = LENGTH_BYTES + held.readUInt32BE();
        onFrame(held.subarray(LENGTH_BYTES, end));
        held = held.subarray(end);
      }
    });
    this.child.stdin.on("error", () => {}); // it may have closed first
  }

  send(frame) {
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32BE(frame.length);
    this.child.stdin.write(Buffer.concat([length, frame]));
  }

  /** Closes the core; gives the code with which the program ended. */
  close() {
    this.child.stdin.end();
    return this.ended;
  }
}

/** A port as an app puts it into a page, in this process: the page's code runs here too. */
export function portTo(build, folder, { binary = true } = {}) {
  const port = { onmessage: null, heard: [] };
  const host = new BridgeHost(build, folder, (frame) => {
    port.heard.push(frame[0]);
    const bytes = Uint8Array.from(frame);
    port.onmessage?.({ data: binary ? bytes.buffer : frame.toString("base64") });
  });
  port.postMessage = (data) => host.send(Buffer.from(data, typeof data === "string" ? "base64" : undefined));
  port.host = host;
  return port;
}
