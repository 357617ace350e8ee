import { ItemState } from "@qingfeng/client";
import { expect, test } from "vitest";

import { isLost } from "../src/items.js";

test("lost is what is neither on its way nor there", () => {
  const states = Object.values(ItemState).filter((each): each is ItemState => typeof each === "number");
  expect(states.filter(isLost)).toEqual([ItemState.UNSPECIFIED, ItemState.REFUSED, ItemState.DAMAGED]);
});
