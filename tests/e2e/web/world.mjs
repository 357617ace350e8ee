// The office around the browser (office_world.py), and the browser itself.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const HERE = fileURLToPath(new URL(".", import.meta.url));

export class World {
  static async open(build, ...options) {
    const folder = mkdtempSync(join(tmpdir(), "qf-web-"));
    const child = spawn("/usr/bin/python3", ["-B", join(HERE, "office_world.py"), build, folder, ...options], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const world = new World(child, folder);
    await world.answer();
    return world;
  }

  constructor(child, folder) {
    this.child = child;
    this.folder = folder;
    this.lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  async answer() {
    const { value, done } = await this.lines.next();
    if (done) throw new Error("the office has ended");
    const answer = JSON.parse(value);
    if (answer.error) throw new Error(answer.error);
    return answer;
  }

  ask(order) {
    this.child.stdin.write(JSON.stringify(order) + "\n");
    return this.answer();
  }

  run(store, ...words) {
    return this.ask({ run: store, words });
  }

  async close() {
    this.child.stdin.end();
    await new Promise((ended) => this.child.once("exit", ended));
    rmSync(this.folder, { recursive: true });
  }
}

/**
 * A browser with a page of that size. `complaints` collects what its console says: a policy that was broken, an error.
 * `camera` is a video (media.mjs) that its camera sees; its microphone hears Chromium's beep then. Both ask for permission.
 */
async function openScreen(size, { language = "zh-CN", camera }) {
  const devices = camera ? ["--use-fake-device-for-media-stream", `--use-file-for-fake-video-capture=${camera}`] : [];
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  // In a locale without UTF-8 a browser cannot read the names of files that are Chinese.
  // Its own controls, such as the one for a date, speak the browser's language, not the page's.
  const env = { ...process.env, LC_ALL: "C.UTF-8", LANGUAGE: language.replace("-", "_") };
  const browser = await chromium.launch({ executablePath, env, args: ["--no-sandbox", ...devices] });
  const context = await browser.newContext({ ...size, locale: language });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  // A call that the core refused is logged by the browser itself as the HTTP status that it was.
  const ofCore = (text) => text.startsWith("Failed to load resource");
  page.on("console", (message) => message.type() === "error" && !ofCore(message.text()) && complaints.push(message.text()));
  return { browser, context, page, complaints };
}

export const openPhone = (options = {}) => openScreen({ viewport: { width: 360, height: 740 }, deviceScaleFactor: 2 }, options);
export const openDesk = (options = {}) => openScreen({ viewport: { width: 1440, height: 900 } }, options);
