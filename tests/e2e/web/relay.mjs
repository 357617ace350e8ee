/**
 * The way between devices and server, as bad as it can be: slow, far, cut in the middle, or silent. Who connects to it is
 * carried to where the server will listen; both ports are known before the office is made.
 *
 *   const relay = await Relay.open();
 *   const world = await World.open(BUILD, "--ports", relay.ports);
 *   relay.become({ bytesPerSecond: 8_000, delayMs: 400 });   each way, for what comes from now on
 *   relay.cutAfter(30_000);                                  closed, once so many bytes more have gone up
 *   relay.become({ closed: true });                          ends what there is, and takes no connection
 *   relay.become({ silent: "both" });                        swallows what comes and tells nobody; "down" = answers alone
 *   relay.become();                                          good; a connection that lost something stays silent
 */
import { createConnection, createServer } from "node:net";

const PIECE_BYTES = 512;

const listening = (server) =>
  new Promise((opened) => server.listen(0, "127.0.0.1", () => opened(server.address().port)));

async function until(moment) {
  const wait = moment - Date.now();
  if (wait > 0) await new Promise((later) => setTimeout(later, wait));
}

/** What comes from `socket`, until it ends or is cut. */
async function* pieces(socket) {
  try {
    for await (const data of socket) {
      for (let at = 0; at < data.length; at += PIECE_BYTES) yield data.subarray(at, at + PIECE_BYTES);
    }
  } catch {
    // The other end hears of a cut by `close`.
  }
}

async function freePort() {
  const probe = createServer();
  const port = await listening(probe);
  await new Promise((closed) => probe.close(closed));
  return port;
}

export class Relay {
  static async open() {
    const relay = new Relay();
    relay.target = await freePort();
    relay.server = createServer((device) => relay.#carry(device));
    relay.ports = `${relay.target}:${await listening(relay.server)}`;
    return relay;
  }

  /** Bytes that have reached the server. */
  up = 0;
  #link = {};
  #pairs = new Set();
  #cutAt = Infinity;

  become(link = {}) {
    this.#link = link;
    if (link.closed) this.cut();
  }
  cutAfter(bytes) {
    this.#cutAt = this.up + bytes;
  }
  cut() {
    for (const ends of this.#pairs) ends.forEach((end) => end.destroy());
  }
  close() {
    this.cut();
    return new Promise((closed) => this.server.close(closed));
  }

  #carry(device) {
    if (this.#link.closed) return device.destroy();
    const ends = [device, createConnection(this.target, "127.0.0.1")];
    this.#pairs.add(ends);
    const over = () => {
      this.#pairs.delete(ends);
      ends.forEach((end) => end.destroy());
    };
    for (const end of ends) end.on("error", over).on("close", over).setNoDelay(true);
    void this.#pour(...ends, "up");
    void this.#pour(...[...ends].reverse(), "down");
  }

  /** Piece by piece, each when the link would have brought it; whoever sends is held back meanwhile. */
  async #pour(from, to, way) {
    let free = 0; // when the link has done with what it was given
    let arriving = Promise.resolve();
    let lost = false; // what follows a hole is of no use
    const bring = (piece) => {
      if (to.destroyed || lost) return;
      to.write(piece);
      if (way === "up") this.#gone(piece.length);
    };
    for await (const data of pieces(from)) {
      const { silent, bytesPerSecond = Infinity, delayMs = 0 } = this.#link;
      lost ||= silent === "both" || silent === way;
      free = Math.max(free, Date.now()) + (data.length * 1000) / bytesPerSecond;
      const due = free + delayMs;
      arriving = arriving.then(() => until(due)).then(() => bring(data));
      await until(free);
    }
  }

  #gone(bytes) {
    this.up += bytes;
    if (this.up < this.#cutAt) return;
    this.#cutAt = Infinity;
    this.become({ closed: true });
  }
}
