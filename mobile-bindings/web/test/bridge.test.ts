import { create, toBinary } from "@bufbuild/protobuf";
import { anyPack } from "@bufbuild/protobuf/wkt";
import { afterEach, expect, test, vi } from "vitest";

import { BRIDGE_VERSION, creditPayload, decodeFrame, encodeFrame, Kind, type Frame } from "../src/bridge/frames.js";
import { fromPort, toPort, type AppPort } from "../src/bridge/port.js";
import { toHex } from "../src/bytes.js";
import { StatusSchema } from "../src/gen/google/rpc/status_pb.js";
import {
  bridgeTransport, coreOver, Code, EchoResponseSchema, EchoStreamResponseSchema, ErrorDetailSchema, noteUse, QingfengError, Reason,
} from "../src/index.js";

/** The other end of a port: what a page sent, and words to say to it. Real cores answer in tests/bindings/web. */
class App implements AppPort {
  onmessage: AppPort["onmessage"] = null;
  readonly said: (string | ArrayBuffer)[] = [];
  constructor(private readonly binary = true) {}
  postMessage(data: string | ArrayBuffer) {
    this.said.push(data);
  }
  frames(kind: number): Frame[] {
    return this.said.map((data) => decodeFrame(fromPort(data)!)!).filter((each) => each.kind === kind);
  }
  say(kind: number, number: number, payload?: Uint8Array) {
    this.onmessage!({ data: toPort(encodeFrame(kind, number, payload), this.binary) });
  }
  greet() {
    this.say(Kind.HELLO, BRIDGE_VERSION, this.frames(Kind.HELLO)[0].payload);
  }
  answer(call: number, text: string) {
    this.say(Kind.MESSAGE, call, toBinary(EchoResponseSchema, create(EchoResponseSchema, { text })));
    this.say(Kind.END, call, Uint8Array.of(0));
  }
  streamed(call: number, index: number) {
    this.say(Kind.MESSAGE, call, toBinary(EchoStreamResponseSchema, create(EchoStreamResponseSchema, { index })));
  }
}

function open(app: App, greeted = true) {
  const core = coreOver(bridgeTransport(app));
  if (greeted) app.greet();
  return core;
}
const failure = (call: Promise<unknown>): Promise<QingfengError> =>
  call.then(
    () => Promise.reject(new Error("it succeeded")),
    (error) => error,
  );
const settled = () => new Promise((resolve) => setTimeout(resolve));

afterEach(() => vi.useRealTimers());

test("the page greets in base64, which every port carries, and waits with its calls for the answer", async () => {
  const app = new App();
  const answer = open(app, false).event.echo({ text: "清风" });
  await settled();
  expect(app.said.map((each) => typeof each)).toEqual(["string"]);
  app.greet();
  expect(typeof app.said[1]).toBe("object"); // the app answered in binary
  app.answer(app.frames(Kind.START)[0].number, "清风");
  expect((await answer).text).toBe("清风");
});

test("with an app whose port carries text alone the page goes on in base64", async () => {
  const app = new App(false);
  const answer = open(app).event.echo({});
  await settled();
  expect(app.said.every((each) => typeof each === "string")).toBe(true);
  app.answer(1, "风");
  expect((await answer).text).toBe("风");
});

test("what an app had under way for the page before this one is not taken for an answer", async () => {
  const app = new App();
  const answer = open(app, false).event.echo({});
  await settled();
  app.say(Kind.HELLO, BRIDGE_VERSION, new Uint8Array(8)); // the answer to the former page's greeting
  app.answer(1, "of the former page");
  app.greet();
  app.answer(1, "of this page");
  expect((await answer).text).toBe("of this page");
});

test("an app is told which calls a person asked for", async () => {
  const app = new App();
  const core = open(app);
  const attended = () => app.frames(Kind.START).map(({ payload }) => payload[2]);
  vi.useFakeTimers({ toFake: ["performance"] });
  vi.advanceTimersByTime(3_600_000); // whatever a test before this one has noted
  void core.event.echo({});
  await settled();
  expect(attended()).toEqual([0]);
  noteUse();
  void core.event.echo({});
  await settled();
  expect(attended()).toEqual([0, 1]);
});

test("an error carries the details that a Status brought", async () => {
  const app = new App();
  const refused = failure(open(app).event.echo({}));
  await settled();
  const detail = create(ErrorDetailSchema, { reason: Reason.PIN_WAIT, retryAfterMs: 4_000n });
  const status = create(StatusSchema, { code: 8, message: "wait", details: [anyPack(ErrorDetailSchema, detail)] });
  app.say(Kind.END, 1, Uint8Array.of(8, ...toBinary(StatusSchema, status)));
  const { message, code, reason, retryAfterMs, unanswered } = await refused;
  expect([message, code, reason, retryAfterMs, unanswered]).toEqual(["wait", Code.ResourceExhausted, Reason.PIN_WAIT, 4_000, false]);
});

test.each([
  [5, Reason.STATE],
  [7, Reason.BROWSER],
  [8, Reason.BUSY],
  [13, Reason.INTERNAL],
])("a call that was not even started, code %d, has its reason", async (code, reason) => {
  const app = new App();
  const refused = failure(open(app).event.echo({}));
  await settled();
  app.say(Kind.END, 1, Uint8Array.of(code));
  expect((await refused).reason).toBe(reason);
});

test("a request over 1 MiB is refused before it is sent", async () => {
  const app = new App();
  const { reason } = await failure(open(app).event.echo({ data: new Uint8Array(1 << 20) }));
  expect(reason).toBe(Reason.TOO_LARGE);
  expect(app.frames(Kind.START)).toEqual([]);
});

test("each message that was read is credit for one, and no more", async () => {
  const app = new App();
  const stream = open(app).event.echoStream({ count: 3 })[Symbol.asyncIterator]();
  const first = stream.next();
  await settled();
  for (const index of [0, 1]) app.streamed(1, index);
  expect((await first).value.index).toBe(0);
  await settled();
  expect(app.frames(Kind.CREDIT)).toEqual([]);
  expect((await stream.next()).value.index).toBe(1);
  expect(app.frames(Kind.CREDIT).map(({ number, payload }) => [number, toHex(payload)])).toEqual([[1, toHex(creditPayload(1))]]);
  app.say(Kind.END, 1, Uint8Array.of(0));
  expect((await stream.next()).done).toBe(true);
});

test("a call that is aborted ends at once, asks the app to stop, and hears no more", async () => {
  const app = new App();
  const stop = new AbortController();
  const refused = failure(open(app).event.echo({}, { signal: stop.signal }));
  await settled();
  stop.abort();
  const { reason, unanswered } = await refused;
  expect([reason, unanswered]).toEqual([Reason.CANCELLED, false]);
  expect(app.frames(Kind.CANCEL).map(({ number }) => number)).toEqual([1]);
  app.answer(1, "too late");
});

test("a deadline ends a call with its reason, and cancels it", async () => {
  const app = new App();
  const { code, reason } = await failure(open(app).event.echo({}, { timeoutMs: 10 }));
  expect([code, reason]).toEqual([Code.DeadlineExceeded, Reason.DEADLINE]);
  expect(app.frames(Kind.CANCEL).length).toBe(1);
});

test.each<[string, (app: App) => void]>([
  ["the app closes its core", (app) => app.say(Kind.CLOSED, 0)],
  ["the app sends what is no frame", (app) => app.onmessage!({ data: "AA==" })],
])("when %s every call ends unanswered, also the next", async (_, close) => {
  const app = new App();
  const core = open(app);
  const calls = [failure(core.event.echo({})), failure(core.event.echoStream({})[Symbol.asyncIterator]().next())];
  await settled();
  close(app);
  for (const error of await Promise.all([...calls, failure(core.event.echo({}))])) {
    expect([error.code, error.unanswered]).toEqual([Code.Unavailable, true]);
  }
});

test("an app of another version is not spoken to", async () => {
  const app = new App();
  const refused = failure(open(app, false).event.echo({}));
  app.say(Kind.HELLO, BRIDGE_VERSION + 1, app.frames(Kind.HELLO)[0].payload);
  expect((await refused).message).toMatch(/version/);
  expect(app.frames(Kind.START)).toEqual([]);
});

test("an app that does not answer is not waited for", async () => {
  vi.useFakeTimers();
  const refused = failure(open(new App(), false).event.echo({}));
  await vi.advanceTimersByTimeAsync(10_000);
  expect((await refused).unanswered).toBe(true);
});
