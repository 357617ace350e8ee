// `qingfeng app` over a store of its own, and a browser's fetch to it: this process has neither names under localhost nor
// a jar of cookies.
import { spawn } from "node:child_process";
import { request } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";

const cookies = new Map(); // by origin

/** What a browser's fetch does, for the programs of this file. */
export function fetchLoopback(input, { method = "GET", headers, body, signal } = {}) {
  const { host, origin, port, pathname: path } = new URL(input);
  const head = { ...Object.fromEntries(new Headers(headers)), Host: host, Origin: origin, Cookie: cookies.get(origin) ?? "" };
  return new Promise((resolve, reject) => {
    let answer;
    const call = request({ host: "127.0.0.1", port, path, method, headers: head }, (came) => {
      answer = came;
      answer.on("error", () => {}); // told by the stream
      resolve(new Response(Readable.toWeb(answer), { status: answer.statusCode, headers: answer.headers }));
    });
    call.on("error", reject);
    // As a browser does: what is under way fails with the reason, and the connection ends.
    const abort = () => (answer ?? call).destroy(signal.reason);
    signal?.addEventListener("abort", abort);
    if (signal?.aborted) abort();
    else call.end(body);
  });
}

/** { origin, close } of a program that hosts the field app over the store in `folder`, and has let this process in. */
export async function openLoopback(build, folder) {
  const child = spawn(join(build, "tools/qingfeng/qingfeng"), ["--store", folder, "app"], { stdio: ["ignore", "pipe", "ignore"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const launch = new URL((await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next()).value);
  const { headers } = await fetchLoopback(launch);
  cookies.set(launch.origin, headers.get("set-cookie").split(";")[0]);
  const close = () => {
    child.kill();
    return ended;
  };
  return { origin: launch.origin, close };
}
