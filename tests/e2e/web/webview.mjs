// The WebView of a phone's app, as far as a page can tell: its pages at an origin of their own under the policy that the
// apps give them, no network but that, and the port to a real core (tests/bindings/bridge_host.c).
import { readFileSync, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

import { BridgeHost } from "../../bindings/web/bridge_host.mjs";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const DIST = join(ROOT, "apps/field/dist");
const POLICY = readFileSync(join(ROOT, "mobile-bindings/web/content-security-policy.txt"), "utf8").trim();
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };

/** The binding by itself, for a page that is not an app: /client.js of an empty page /probe.html. */
const [{ output }] = await build({
  configFile: false,
  logLevel: "error",
  build: { write: false, lib: { entry: join(ROOT, "mobile-bindings/web/src/index.ts"), formats: ["es"] } },
});
const CLIENT = output[0].code;

function serve(path) {
  if (path === "/client.js") return [".js", CLIENT];
  if (path === "/probe.html") return [".html", "<!doctype html><title>probe</title>"];
  const file = join(DIST, normalize(path));
  // A view's address is the app's own page, as in mobile-bindings/loopback/pages.cc.
  const found = existsSync(file) && statSync(file).isFile() ? file : join(DIST, "index.html");
  return [extname(found), readFileSync(found)];
}

// Runs in the page before its first script, as what an app puts there does.
function putPort(binary) {
  globalThis.qingfengPort = {
    onmessage: null,
    postMessage(data) {
      const text = typeof data === "string" ? data : btoa(Array.from(new Uint8Array(data), (each) => String.fromCharCode(each)).join(""));
      globalThis.qingfengSend(text);
    },
    hear(text) {
      this.onmessage?.({ data: binary ? Uint8Array.from(atob(text), (each) => each.charCodeAt(0)).buffer : text });
    },
  };
}

export class WebView {
  /** Puts a core over the store in `folder` behind `page`, whose port carries binary or text alone. */
  static async open(page, build, folder, { binary }) {
    const view = new WebView();
    view.server = createServer((request, answer) => {
      const [type, body] = serve(new URL(request.url, "http://view").pathname);
      answer.writeHead(200, { "Content-Type": TYPES[type] ?? "application/octet-stream", "Content-Security-Policy": POLICY });
      answer.end(body);
    });
    await new Promise((listening) => view.server.listen(0, "127.0.0.1", listening));
    view.origin = `http://127.0.0.1:${view.server.address().port}`;
    view.said = []; // kinds of the page's frames
    view.heard = []; // and of the app's
    view.host = new BridgeHost(build, folder, (frame) => {
      view.heard.push(frame[0]);
      // A page that goes away meanwhile hears it no more.
      page.evaluate((text) => globalThis.qingfengPort.hear(text), frame.toString("base64")).catch(() => {});
    });
    await page.exposeBinding("qingfengSend", (_, text) => {
      const frame = Buffer.from(text, "base64");
      view.said.push(frame[0]);
      view.host.send(frame);
    });
    await page.addInitScript(putPort, binary);
    return view;
  }

  async close() {
    const code = await this.host.close();
    this.server.close();
    return code;
  }
}
