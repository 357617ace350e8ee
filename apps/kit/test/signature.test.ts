import { afterEach, expect, test } from "vitest";

import { SignaturePad } from "../src/media/index.js";
import { PAPER, pathOf } from "../src/media/signature.js";
import { mounted } from "./mounted.js";

// The picture itself is drawn by a browser: the journeys look into it.
let page: ReturnType<typeof mounted>;
afterEach(() => page?.unmount());

/** A pad that is half as large on the screen as its paper, at (10, 20). */
function pad() {
  page = mounted(SignaturePad, { props: { statement: "I saw it." } });
  const paper = page.get("svg");
  paper.element.getBoundingClientRect = () => new DOMRect(10, 20, PAPER.width / 2, PAPER.height / 2);
  (paper.element as Element).setPointerCapture = () => {};
  const point = (type: string, x: number, y: number, pointerId = 1) =>
    paper.trigger(`pointer${type}`, { clientX: x, clientY: y, pointerId, button: 0 });
  const stroke = async (...points: [number, number][]) => {
    await point("down", ...points[0]);
    for (const each of points.slice(1)) await point("move", ...each);
    await point("up", ...points[0]);
  };
  const drawn = () => page.findAll("path").map((each) => each.attributes("d"));
  const press = (name: string) => page.findAll("button").find((each) => each.text() === name)!.trigger("click");
  return { point, stroke, drawn, press, paper };
}

test("a stroke bends through its points, and a tap is a dot", () => {
  expect(pathOf([[1, 2]])).toBe("M1.0 2.0L1.0 2.0");
  expect(pathOf([[0, 0], [10, 0], [20, 10]])).toBe("M0.0 0.0Q10.0 0.0 15.0 5.0L20.0 10.0");
});

test("strokes stand where the pointer was, whatever the size of the screen; a second finger draws nothing", async () => {
  const { point, drawn, paper } = pad();
  await point("down", 10, 20);
  await point("down", 100, 100, 2);
  await point("move", 100, 100, 2);
  await point("move", 110, 70);
  await point("up", 110, 70);
  await point("move", 200, 100);
  expect(drawn()).toEqual(["M0.0 0.0L200.0 100.0"]);
  expect(paper.attributes("aria-label")).toBe("Signature, 1 stroke drawn");
});

test("the last stroke is taken back, or all of them, and from nothing nothing", async () => {
  const { stroke, drawn, press } = pad();
  await stroke([10, 20], [20, 30]);
  await stroke([30, 20], [40, 30]);
  await press("Take back the last stroke");
  expect(drawn()).toEqual(["M0.0 0.0L20.0 20.0"]);
  await stroke([50, 20], [60, 30]);
  await press("Begin again");
  await press("Take back the last stroke");
  expect(drawn()).toEqual([]);
});

test("without a drawing or a name nothing is signed, and what is missing is said", async () => {
  const { press } = pad();
  await press("Put it into the report");
  expect([page.get("[role=alert]").text(), page.emitted("signed")]).toEqual(["Draw your signature first, or type your name.", undefined]);
  await page.get("input[value=typed]").setValue();
  await page.get("input[type=text]").setValue("  ");
  await press("Put it into the report");
  expect([page.find("[role=alert]").exists(), page.emitted("signed")]).toEqual([true, undefined]);
});
