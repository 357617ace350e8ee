// The cases of tests/bindings/cases in TypeScript, over each transport: the loopback of `qingfeng app`, and the bridge with
// a port that carries binary and one that carries text.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toBinary } from "@bufbuild/protobuf";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

import {
  bridgeTransport, coreOver, create, EchoRequestSchema, loopbackTransport, QingfengError, Reason, reasonTexts, type Core,
} from "@qingfeng/client";

import { portTo } from "./bridge_host.mjs";
import { fetchLoopback, openLoopback } from "./loopback_host.mjs";

const BUILD = process.env.QF_BUILD ?? "build/release";
const HELLO = 1, MESSAGE = 5, END = 6; // frames of the bridge
const read = (name: string) => JSON.parse(readFileSync(`tests/bindings/cases/${name}.json`, "utf8"));
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Bytes of all values, another sequence for each seed. */
const data = (size: number, seed = 0) => Uint8Array.from({ length: size }, (_, i) => (i * 31 + (i >> 8) + seed) & 255);

function echoRequest(one: { text?: string; data_bytes?: number; request_bytes?: number }) {
  if (one.request_bytes === undefined) return create(EchoRequestSchema, { text: one.text ?? "", data: data(one.data_bytes ?? 0) });
  const sized = (size: number) => create(EchoRequestSchema, { data: data(size) });
  const around = toBinary(EchoRequestSchema, sized(one.request_bytes)).length - one.request_bytes;
  return sized(one.request_bytes - around);
}

const failure = (call: Promise<unknown>): Promise<QingfengError> =>
  call.then(
    () => Promise.reject(new Error("it succeeded")),
    (error) => (error instanceof QingfengError ? error : Promise.reject(error)),
  );

async function take(messages: AsyncIterable<{ index: number }>): Promise<number[]> {
  const indexes: number[] = [];
  for await (const { index } of messages) indexes.push(index);
  return indexes;
}

interface Way {
  core: Core;
  close(): Promise<unknown>;
}
type Open = (folder: string, window?: number) => Promise<Way & { heard?: number[] }>;

const overBridge =
  (binary: boolean): Open =>
  async (folder, window) => {
    const port = portTo(BUILD, folder, { binary });
    return { core: coreOver(bridgeTransport(port, { window })), heard: port.heard, close: () => port.host.close() };
  };

const WAYS: Record<string, Open> = {
  async loopback(folder) {
    const host = await openLoopback(BUILD, folder);
    globalThis.fetch = fetchLoopback as typeof fetch;
    return { core: coreOver(loopbackTransport(host.origin)), close: host.close };
  },
  "bridge, binary": overBridge(true),
  "bridge, text": overBridge(false),
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "qf-cases-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe.each(Object.entries(WAYS))("%s", (name, open) => {
  const isBridge = name.startsWith("bridge");
  let home: string, way: Way, core: Core;
  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), "qf-cases-"));
    way = await open(home);
    core = way.core;
  });
  afterAll(async () => {
    await way.close();
    rmSync(home, { recursive: true });
  });

  // The bound of 1 MiB is the C ABI's; the loopback's is that of the method table, 2 MiB.
  const echoes = read("echo").cases.filter((one: { reason?: string }) => isBridge || one.reason === undefined);
  test.each<{ name: string; reason?: string }>(echoes)("echo: $name", async (one) => {
    const request = echoRequest(one);
    if (one.reason !== undefined) {
      expect(`REASON_${(await failure(core.event.echo(request))).reasonName}`).toBe(one.reason);
      return;
    }
    const answer = await core.event.echo(request);
    expect(answer.text).toBe(request.text);
    expect(Buffer.compare(answer.data, request.data)).toBe(0);
  });

  test("failures: every reason comes, with the code and remedy of those that are known", async () => {
    const { known, stream_messages } = read("failures");
    const reasons = Object.values(Reason).filter((each): each is Reason => typeof each === "number" && each !== Reason.UNSPECIFIED);
    for (const reason of reasons) {
      const error = await failure(core.event.echo({ fail: reason }));
      expect(error.reason).toBe(reason);
      const wanted = known.find((each: { reason: string }) => each.reason === `REASON_${Reason[reason]}`);
      if (wanted) expect([error.code, error.says("en").remedy]).toEqual([wanted.code, wanted.remedy]);
    }
    for (const { reason } of known) expect(reasonTexts.en[reason.replace("REASON_", "")], reason).toBeDefined();
    const indexes: number[] = [];
    const error = await failure(
      (async () => {
        for await (const { index } of core.event.echoStream({ count: stream_messages, fail: Reason.DISK_FULL })) indexes.push(index);
      })(),
    );
    expect([error.reason, indexes]).toEqual([Reason.DISK_FULL, Array.from({ length: stream_messages }, (_, at) => at)]);
  });

  test.each<{ name: string; count: number; window: number; pause_after: number }>(read("stream").cases)(
    "stream: $name",
    async ({ count, window, pause_after }) => {
      const { core, heard, close } = await open(folder, window);
      const bound = Math.min(count, pause_after + window);
      const delivered = () => heard!.filter((kind) => kind === MESSAGE).length;
      let next = 0;
      for await (const { index } of core.event.echoStream({ count, text: "风" })) {
        if (index === pause_after && heard !== undefined) {
          while (delivered() < bound) await pause(1);
          await pause(50); // what comes beyond the bound, comes in this time
          expect(delivered()).toBe(bound);
        }
        expect(index).toBe(next++);
      }
      expect(next).toBe(count);
      await close();
    },
  );

  test.each<{ name: string; rounds: number; after_messages: number; count: number }>(read("cancel").cases)(
    "cancel: $name",
    async ({ rounds, after_messages, count }) => {
      for (let round = 0; round < rounds; round++) {
        const stop = new AbortController();
        let got = 0;
        const call = (async () => {
          for await (const _ of core.event.echoStream({ count }, { signal: stop.signal })) {
            if (++got === after_messages) stop.abort();
          }
        })();
        if (after_messages === 0) stop.abort();
        await call.then(
          () => expect(got).toBe(count),
          (error) => expect(error.reason).toBe(Reason.CANCELLED),
        );
        expect(got).toBeGreaterThanOrEqual(after_messages);
      }
      // None is left: a client has room for 256.
      const answers = await Promise.all(Array.from({ length: 40 }, () => core.event.echo({ text: "still there" })));
      expect(answers.every((each) => each.text === "still there")).toBe(true);
    },
  );

  test("a deadline ends a stream that would go on", async () => {
    const error = await failure(take(core.event.echoStream({ count: 1_000_000 }, { timeoutMs: 50 })));
    expect(error.reason).toBe(Reason.DEADLINE);
  });

  test("lifetime: closed while busy, every call ends, and so does the next", async () => {
    const { streams, callers } = read("lifetime");
    const { core, close } = await open(folder);
    const busy = [
      ...Array.from({ length: streams }, () => failure(take(core.event.echoStream({ count: 1_000_000 })))),
      ...Array.from({ length: callers }, () => failure((async () => { for (;;) await core.event.echo({}); })())), // prettier-ignore
    ];
    await pause(20);
    await close();
    const ended = [Reason.CANCELLED, Reason.SHUTDOWN];
    for (const error of await Promise.all(busy)) expect(error.unanswered || ended.includes(error.reason)).toBe(true);
    expect((await failure(core.event.echo({}))).unanswered).toBe(true);
  });

  test("threads: many calls at once, and everybody gets the own bytes back", async () => {
    const { threads, calls_each, data_bytes } = read("threads");
    const caller = async (thread: number) => {
      for (let call = 0; call < calls_each; call++) {
        const wanted = data(data_bytes, thread * calls_each + call);
        expect(Buffer.compare((await core.event.echo({ data: wanted })).data, wanted)).toBe(0);
      }
    };
    await Promise.all(Array.from({ length: threads }, (_, thread) => caller(thread)));
  });

  test("which store is open is not the page's affair", async () => {
    expect((await failure(core.vault.open({ folder }))).reason).toBe(Reason.BROWSER);
  });
});

describe("a page that is loaded anew", () => {
  test("hears nothing of the calls of the one before, which are cancelled", async () => {
    const port = portTo(BUILD, folder);
    const before = coreOver(bridgeTransport(port, { window: 256 }));
    const old = before.event.echoStream({ count: 1_000_000 })[Symbol.asyncIterator]();
    expect((await old.next()).value.index).toBe(0);
    const text = "of the new page";
    const answers: string[] = [];
    const core = coreOver(bridgeTransport(port));
    for (let call = 0; call < 300; call++) answers.push((await core.event.echo({ text })).text);
    expect(new Set(answers)).toEqual(new Set([text]));
    expect(await port.host.close()).toBe(0);
  });

  test("of another version is answered and hears no more, and its core stays open", async () => {
    const port = portTo(BUILD, folder);
    port.postMessage(Uint8Array.of(HELLO, 0, 0, 0, 99, 1, 2, 3, 4, 5, 6, 7, 8).buffer);
    const { frame } = read("frames").frames.find((one: { name: string }) => one.name === "a call");
    port.postMessage(Uint8Array.from(Buffer.from(frame, "hex")).buffer);
    await coreOver(bridgeTransport(port)).event.echo({});
    expect(port.heard).toEqual([HELLO, HELLO, MESSAGE, END]);
    expect(await port.host.close()).toBe(0);
  });

  test("what is no frame closes the core", async () => {
    const port = portTo(BUILD, folder);
    const core = coreOver(bridgeTransport(port));
    await core.event.echo({});
    port.postMessage(Uint8Array.of(9, 0, 0, 0, 1).buffer);
    expect((await failure(core.event.echo({}))).unanswered).toBe(true);
    expect(await port.host.ended).toBe(0);
  });
});
