import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { CameraView, FilePicker, SignaturePad, SoundPlayer, SoundRecorder } from "../src/media/index.js";
import { troubleOf } from "../src/media/trouble.js";
import { mounted } from "./mounted.js";

// The devices themselves are shown by the journeys, in a browser that has them; here is what a page does with them.
const track = { stop: vi.fn() };
const getUserMedia = vi.fn();
let page: ReturnType<typeof mounted>;

beforeEach(() => {
  track.stop.mockClear();
  getUserMedia.mockReset().mockResolvedValue({ getTracks: () => [track] });
  Object.defineProperty(navigator, "mediaDevices", { value: { getUserMedia }, configurable: true });
  HTMLMediaElement.prototype.play = async () => {};
});
afterEach(() => page?.unmount());
const settled = () => new Promise((done) => setTimeout(done));

test("why a device cannot be used is told apart as far as a person can act on it", () => {
  const named = (name: string) => troubleOf(new DOMException("", name));
  expect(["NotAllowedError", "NotFoundError", "NotReadableError", "NotSupportedError"].map(named)).toEqual(["denied", "missing", "busy", "unsupported"]);
  expect([troubleOf(new Error("x")), troubleOf(null)]).toEqual(["failed", "failed"]);
});

test("the camera is off once its view goes, also when it was granted only afterwards", async () => {
  page = mounted(CameraView);
  await settled();
  expect(page.emitted("ready")).toHaveLength(1);
  page.unmount();
  expect(track.stop).toHaveBeenCalledTimes(1);
  let grant!: (stream: object) => void;
  getUserMedia.mockReturnValue(new Promise((done) => (grant = done)));
  page = mounted(CameraView);
  page.unmount();
  grant({ getTracks: () => [track] });
  await settled();
  expect(track.stop).toHaveBeenCalledTimes(2);
});

// The first of two streams was forgotten, and its microphone open for as long as the page.
test("pressed twice, the microphone is asked for once", async () => {
  let grant!: (stream: object) => void;
  getUserMedia.mockReturnValue(new Promise((done) => (grant = done)));
  page = mounted(SoundRecorder, { props: { keep: () => {} } });
  const button = page.get("button");
  await button.trigger("click");
  button.element.dispatchEvent(new Event("click"));
  expect([getUserMedia.mock.calls.length, button.attributes("aria-disabled")]).toEqual([1, "true"]);
  grant({ getTracks: () => [track] });
  await settled();
  page.unmount();
  expect(track.stop).toHaveBeenCalled();
});

test("a picture that cannot be made says so, and the button is free again", async () => {
  page = mounted(SignaturePad, { props: { statement: "So it was." } });
  await page.findAll("input[type=radio]")[1].setValue(true);
  await page.get("input.control").setValue("Li");
  await page.get("button.main").trigger("click"); // jsdom draws nothing
  await settled();
  expect(page.get("[role=alert]").text()).toContain("not made");
  expect(page.get("button.main").attributes("aria-disabled")).toBeUndefined();
});

test("a refusal and a browser without cameras say what to do instead", async () => {
  getUserMedia.mockRejectedValue(new DOMException("", "NotAllowedError"));
  page = mounted(CameraView);
  await settled();
  expect(page.get("[role=alert]").text()).toMatch(/may not be used.*choose a file/s);
  page.unmount();
  Object.defineProperty(navigator, "mediaDevices", { value: undefined, configurable: true });
  page = mounted(CameraView);
  await settled();
  expect(page.text()).toContain("no way to a camera");
});

test("the same file can be chosen twice, and no choice is none", async () => {
  page = mounted(FilePicker, { slots: { default: "Choose" } });
  const input = page.get("input").element;
  const file = new File(["a"], "a.txt");
  Object.defineProperty(input, "files", { value: [file], configurable: true });
  await page.get("input").trigger("change");
  await page.get("input").trigger("change");
  Object.defineProperty(input, "files", { value: [], configurable: true });
  await page.get("input").trigger("change");
  expect(page.emitted("chosen")).toEqual([[[file]], [[file]]]);
});

test("a player's address is revoked with it", () => {
  const [created, revoked] = [vi.fn(() => "blob:1"), vi.fn()];
  URL.createObjectURL = created;
  URL.revokeObjectURL = revoked;
  page = mounted(SoundPlayer, { props: { sound: new Blob(["a"]), label: "Recording" } });
  expect(revoked).not.toHaveBeenCalled();
  page.unmount();
  expect(revoked).toHaveBeenCalledWith("blob:1");
});
