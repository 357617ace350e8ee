import { afterEach, expect, test } from "vitest";

import { SchematicMap } from "../src/index.js";
import { mounted } from "./mounted.js";

let page: ReturnType<typeof mounted>;
afterEach(() => page.unmount());

const PLACES = [
  { name: "South", column: 4, row: 9 },
  { name: "Nowhere", column: 0, row: 0 },
  { name: "East", column: 5, row: 8 },
  { name: "North", column: 4, row: 8 },
  { name: "", column: 1, row: 1 },
];
const shown = (more = {}) => (page = mounted(SchematicMap, { props: { label: "Townships", places: PLACES, ...more } }));
const told = () => page.findAll("button").map((each) => each.attributes("aria-pressed"));

test("tiles are read as the eye reads them, lie as they lie to each other, and what has no place or name is not shown", () => {
  shown();
  expect(page.findAll("button").map((each) => each.text())).toEqual(["North", "East", "South"]);
  const places = page.findAll("li").map(({ element }) => [element.style.gridColumn, element.style.gridRow]);
  expect(places).toEqual([["1", "1"], ["2", "1"], ["1", "2"]]);
  expect(page.get("ul").attributes("aria-label")).toBe("Townships");
});

test("a pressed tile is chosen, and the chosen one is told where there is a choice", async () => {
  shown({ chosen: "East" });
  expect(told()).toEqual(["false", "true", "false"]);
  await page.findAll("button")[2].trigger("click");
  expect(page.emitted("choose")).toEqual([[PLACES[0]]]);
  await page.setProps({ chosen: undefined });
  expect(told()).toEqual([undefined, undefined, undefined]);
});

test("a map to be read has nothing to press, and without a place there is none", async () => {
  shown({ only: true });
  expect([page.findAll("button").length, page.findAll("li").map((each) => each.text())]).toEqual([0, ["North", "East", "South"]]);
  await page.setProps({ places: PLACES.slice(1, 2) });
  expect(page.findAll("li")).toEqual([]);
});
