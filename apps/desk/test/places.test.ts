import { create, Role, SessionSchema } from "@qingfeng/client";
import { session } from "@qingfeng/kit/session";
import { expect, test } from "vitest";

import { places } from "../src/places.js";

function seenAs(role: Role): string[] {
  session.value = create(SessionSchema, { role });
  return places.value.map(({ name }) => name);
}

test("desks that read no reports are led to none, and to no case", () => {
  for (const role of [Role.ADMINISTRATOR, Role.CUSTODIAN, Role.UNSPECIFIED]) {
    expect(seenAs(role), Role[role]).toEqual(["devices", "log", "alarms", "settings", "help"]);
  }
});

test("desks that read them are led to everything", () => {
  for (const role of [Role.DUTY_OFFICER, Role.INVESTIGATOR, Role.CASE_MANAGER, Role.SUPERIOR]) {
    expect(seenAs(role).slice(0, 3), Role[role]).toEqual(["register", "cases", "devices"]);
  }
});
