// Who must get nothing from the port that hosts the app: another page, another name, another program of the machine.
import assert from "node:assert/strict";
import { createServer, request } from "node:http";
import { after, before, test } from "node:test";

import { openPhone, World } from "./world.mjs";

const SESSION = "/qingfeng.client.v1.VaultService/GetSession";
const OPEN = "/qingfeng.client.v1.VaultService/Open";
const CONNECT = { "Content-Type": "application/json", "Connect-Protocol-Version": "1" };
let world, phone, origin, cookie;

before(async () => {
  world = await World.open(process.env.QF_BUILD ?? "build/web");
  phone = await openPhone();
  const { url } = await world.ask({ host: "pc" });
  await phone.page.goto(url);
  origin = new URL(url);
  await phone.page.getByRole("heading", { level: 1 }).waitFor();
  cookie = (await phone.context.cookies()).map((each) => `${each.name}=${each.value}`).join("; ");
  assert.match(cookie, /^qf=/);
});
after(async () => {
  await phone?.browser.close();
  await world?.close();
});

/** As any program of this machine can: the port, and whatever head it likes. */
function raw(path, headers, { method = "POST", body = "{}" } = {}) {
  return new Promise((resolve, reject) => {
    const call = request({ host: "127.0.0.1", port: origin.port, path, method, headers }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (part) => (text += part));
      answer.on("end", () => resolve({ status: answer.statusCode, text, headers: answer.headers }));
    });
    call.on("error", reject);
    call.end(method === "POST" ? body : undefined);
  });
}
const allowed = () => ({ ...CONNECT, Host: origin.host, Origin: origin.origin, Cookie: cookie });

test("the control: with name, origin and cookie the call is answered", async () => {
  const { status, text } = await raw(SESSION, allowed());
  assert.equal(status, 200);
  assert.match(text, /SESSION_STATE_EMPTY/);
});

for (const [what, head] of [
  ["no cookie", { Cookie: "" }],
  ["a guessed cookie", { Cookie: "qf=00" }],
  ["no origin", { Origin: undefined }],
  ["another page's origin", { Origin: "http://evil.example" }],
  ["the origin of another port", { Origin: "http://localhost:1" }],
  ["a name that somebody points here", { Host: "evil.example" }],
  ["the bare address", { Host: `127.0.0.1` }],
]) {
  test(`a call with ${what} gets nothing`, async () => {
    const headers = Object.fromEntries(Object.entries({ ...allowed(), ...head }).filter(([, value]) => value !== undefined));
    const { status, text } = await raw(SESSION, headers);
    assert.equal(status, 403);
    assert.doesNotMatch(text, /SESSION_STATE/);
  });
}

test("the pages too are for the browser that was let in", async () => {
  const { status, text } = await raw("/", { Host: origin.host }, { method: "GET" });
  assert.equal(status, 403);
  assert.doesNotMatch(text, /<script/);
});

test("a page cannot open another store", async () => {
  const { status } = await raw(OPEN, allowed(), { body: '{"folder":"/tmp"}' });
  assert.equal(status, 403);
});

test("a spent address lets nobody in", async () => {
  const { url } = await world.ask({ launch: true });
  const path = new URL(url).pathname;
  const first = await raw(path, { Host: origin.host }, { method: "GET" });
  assert.ok(first.headers["set-cookie"]);
  const second = await raw(path, { Host: origin.host }, { method: "GET" });
  assert.equal(second.status, 403);
  assert.equal(second.headers["set-cookie"], undefined);
});

test("another origin's page in the same browser reads nothing, changes nothing, and frames nothing", async (t) => {
  const evil = createServer((_, answer) => answer.setHeader("Content-Type", "text/html").end("<h1>evil</h1>"));
  await new Promise((listening) => evil.listen(0, "127.0.0.1", listening));
  t.after(() => evil.closeAllConnections() ?? evil.close());
  const page = await phone.context.newPage();
  await page.goto(`http://localhost:${evil.address().port}/`);
  const got = await page.evaluate(
    async ([target, path]) => {
      const tries = {};
      const read = async (name, init) =>
        (tries[name] = await fetch(target + path, init).then((answer) => answer.text(), () => "refused"));
      await read("call", { method: "POST", credentials: "include", body: "{}", headers: { "Content-Type": "application/json", "Connect-Protocol-Version": "1" } });
      await read("simple", { method: "POST", credentials: "include", body: "{}" });
      await read("opaque", { method: "POST", credentials: "include", mode: "no-cors", body: "{}" });
      tries.script = await new Promise((done) => {
        const script = document.createElement("script");
        script.src = `${target}/index.html`;
        script.onload = () => done("loaded");
        script.onerror = () => done("refused");
        document.head.append(script);
      });
      return tries;
    },
    [origin.origin, SESSION],
  );
  // A browser does send the last kind, without our cookie, and keeps the refusal that comes back from the page.
  assert.deepEqual(got, { call: "refused", simple: "refused", opaque: "", script: "refused" });
  await page.setContent(`<iframe src="${origin.origin}/"></iframe>`);
  await page.waitForTimeout(500);
  const framed = page.frames()[1];
  assert.ok(!(await framed.content().catch(() => "")).includes('id="app"'), "it was framed");
  await page.close();
});
