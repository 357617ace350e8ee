// A phone in TypeScript, step by step, for phone_test.py: what its page does, over the bridge to bridge_host.c. Its report is
// filed by the sample of docs/bindings.md, in SAMPLES.
//
//   node phone.mjs BUILD SAMPLES enrol STORE
//   node phone.mjs BUILD SAMPLES report STORE PHOTO
//
// Standard input has the PIN in its first line, then the invitation or what to report.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createServer } from "vite";

import { portTo } from "./bridge_host.mjs";

const [build, samples, step, store, photo] = process.argv.slice(2);
const [pin, text] = readFileSync(0, "utf8").split("\n");

const vite = await createServer({ configFile: false, logLevel: "error", appType: "custom", server: { middlewareMode: true, hmr: false } });
const load = (module) => vite.ssrLoadModule(module);
const { bridgeTransport, coreOver, ItemState, SessionState } = await load("@qingfeng/client");

/** Does something over a core of its own, as an app that is opened and closed does. */
async function opened(body) {
  const port = portTo(build, store);
  const done = await body(port);
  assert.equal(await port.host.close(), 0);
  return done;
}

async function sync(core) {
  for await (const _ of core.field.sync({})); // prettier-ignore
  return (await core.vault.getSession({})).session.state;
}

if (step === "enrol") {
  await opened(async (port) => {
    const core = coreOver(bridgeTransport(port));
    await core.vault.enrol({ invitation: text, pin });
    assert.equal(await sync(core), SessionState.PROVISIONAL);
  });
} else {
  await opened(async (port) => {
    const core = coreOver(bridgeTransport(port));
    await core.vault.unlock({ pin });
    assert.equal(await sync(core), SessionState.ACTIVE); // brings its certificate, and the key to seal to
  });
  const { report } = await load(join(samples, "report.ts"));
  const item = await opened((port) => report(port, pin, readFileSync(photo), text));
  assert.equal(item.state, ItemState.COMPLETE);
  assert.equal(item.files.length, 1);
  assert.equal(item.files[0].sentBytes, item.files[0].sealedBytes);
  console.log(`at ${item.position}`);
}
await vite.close();
