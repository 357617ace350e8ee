import { Code, QingfengError, Reason } from "@qingfeng/client";
import { afterEach, expect, test } from "vitest";
import { h, nextTick } from "vue";

import { ChoiceField, ErrorState, KitButton, NoteBox, PageFrame, SelectField, ModalDialog, SyncLine, TechnicalDetail, TextField } from "../src/index.js";
import { mounted } from "./mounted.js";

let page: ReturnType<typeof mounted>;
afterEach(() => page.unmount());

/** The control that a label names, as a screen reader finds it. */
function labelled(text: string): HTMLInputElement {
  const label = page.findAll("label").find((each) => each.text().startsWith(text))!;
  return document.getElementById(label.attributes("for")!) as HTMLInputElement;
}

test("a busy button keeps the focus and takes no press", async () => {
  page = mounted(KitButton, { props: { busy: true, submit: true }, slots: { default: "Go" } });
  const button = page.get("button");
  await button.trigger("click");
  expect([page.emitted("press"), button.attributes("aria-disabled"), button.attributes("disabled")]).toEqual([undefined, "true", undefined]);
  await page.setProps({ busy: false });
  await button.trigger("click");
  expect(page.emitted("press")).toHaveLength(1);
});

test("a text field is named by its label, told by its hint, and marked when wrong", async () => {
  page = mounted(TextField, { props: { modelValue: "a", label: "Name", hint: "As known", wrong: "Missing", required: true } });
  const control = labelled("Name");
  expect([control.value, control.getAttribute("aria-invalid"), control.getAttribute("aria-required")]).toEqual(["a", "true", "true"]);
  const told = control.getAttribute("aria-describedby")!.split(" ").map((id) => document.getElementById(id)!.textContent);
  expect(told).toEqual(["As known", "Missing"]);
  await page.get("input").setValue("b");
  expect(page.emitted("update:modelValue")).toEqual([["b"]]);
});

test("a secret is hidden, and no browser offers to save it", () => {
  page = mounted(TextField, { props: { modelValue: "", label: "PIN", secret: true } });
  const control = labelled("PIN");
  expect([control.type, control.getAttribute("autocomplete")]).toEqual(["password", "one-time-code"]);
});

test("a select gives the value of what was chosen, not its text", async () => {
  page = mounted(SelectField, { props: { modelValue: 1, label: "Stage", choices: [{ value: 1, text: "one" }, { value: 2, text: "two" }] } });
  expect(labelled("Stage").tagName).toBe("SELECT");
  await page.get("select").setValue(2);
  expect(page.emitted("update:modelValue")).toEqual([[2]]);
});

test("a choice among many is searched by words in any order and group, and closes once made", async () => {
  const choices = [
    { value: "a", text: "Bribing delegates", group: "Canvassing" },
    { value: "b", text: "Selling posts", group: "Posts" },
  ];
  page = mounted(ChoiceField, { props: { modelValue: "", label: "Rule", choices } });
  await page.get("button.opener").trigger("click");
  expect(document.activeElement).toBe(labelled("Search"));
  await page.get("input").setValue("posts sell");
  expect(page.findAll(".option").map((each) => each.text())).toEqual(["Selling posts"]);
  await page.get("input").setValue("nothing like it");
  expect(page.text()).toContain("Nothing fits");
  await page.get("input").setValue("canvassing");
  await page.get(".option").trigger("click");
  expect([page.emitted("update:modelValue"), page.get("dialog").element.open]).toEqual([[["a"]], false]);
});

test("what stands in a sheet lives only while it is open", async () => {
  page = mounted(ModalDialog, { props: { title: "Camera" }, slots: { default: () => h("video") } });
  const sheet = page.vm as unknown as { open(): Promise<void> };
  expect(page.find("video").exists()).toBe(false);
  await sheet.open();
  await nextTick();
  expect(page.find("video").exists()).toBe(true);
  await page.get("button").trigger("click");
  expect(page.find("video").exists()).toBe(false);
});

test("an error says what happened and what to do; one without an answer says that the program is gone", async () => {
  const wrong = new QingfengError("no", Code.Unauthenticated, Reason.PIN_WRONG);
  page = mounted(ErrorState, { props: { error: wrong, retry: true } });
  expect(page.get("[role=alert]").text()).toMatch(/try again.*PIN_WRONG/s);
  await page.get("button").trigger("click");
  expect(page.emitted("retry")).toHaveLength(1);
  await page.setProps({ error: QingfengError.from(new TypeError("Failed to fetch")) });
  expect(page.text()).toContain("does not answer");
});

// A node that stays as it is says nothing to a screen reader.
test("the same error twice is said twice", async () => {
  const wrong = () => new QingfengError("no", Code.Unauthenticated, Reason.PIN_WRONG);
  page = mounted(ErrorState, { props: { error: wrong() } });
  const before = page.get("[role=alert]").element;
  await page.setProps({ error: wrong() });
  expect([page.get("[role=alert]").element === before, page.get("[role=alert]").text()]).toEqual([false, expect.stringContaining("PIN_WRONG")]);
});

test("sync is told in words for each of its states", async () => {
  const sync = { working: false, recordsLeft: 0, fileBytesLeft: 0n, waiting: Reason.UNSPECIFIED, reached: true };
  page = mounted(SyncLine, { props: { sync } });
  const says = async (more: object) => {
    await page.setProps({ sync: { ...sync, ...more } });
    return page.get("[role=status]").text();
  };
  expect(await says({})).toBe("Everything has arrived");
  await page.setProps({ stuck: 1 });
  expect(await says({})).toBe("Everything else has arrived");
  await page.setProps({ stuck: 0 });
  expect(await says({ reached: false })).toBe("The server has not been reached yet");
  expect(await says({ working: true, recordsLeft: 2 })).toBe("Sending, 2 to go");
  expect(await says({ recordsLeft: 1 })).toBe("1 waits to be sent");
  expect(await says({ waiting: Reason.UNREACHABLE, recordsLeft: 1 })).toContain("cannot be reached");
  expect(await says({ waiting: Reason.DEADLINE, recordsLeft: 1 })).toContain("cannot be reached");
  expect(await says({ waiting: Reason.QUOTA })).toMatch(/Cannot be sent yet: The day's quota.*tomorrow/s);
  expect(await says({ working: true, fileBytesLeft: 112_000n })).toBe("All text has arrived; files are still on their way");
  expect(await says({ fileBytesLeft: 112_000n })).toBe("All text has arrived; files wait to be sent");
  expect(page.text()).toContain("112 kB of files to go");
});

test("a page takes the focus to its heading, tells the tab nothing, and a note is named by its title", async () => {
  document.title = "Qingfeng";
  page = mounted(PageFrame, { props: { title: "Help", back: true }, slots: { default: () => h(NoteBox, { title: "Mind" }) } });
  await nextTick();
  await nextTick();
  expect([document.activeElement?.textContent?.trim(), document.title]).toEqual(["Help", "Qingfeng"]);
  expect(document.getElementById(page.get("section").attributes("aria-labelledby")!)?.textContent?.trim()).toBe("Mind");
  await page.get(".back").trigger("click");
  expect(page.emitted("back")).toHaveLength(1);
});

test("evidence in English is folded away under a label in the page's language, and marked as English", () => {
  page = mounted(TechnicalDetail, { props: { text: "position 3: a stream has a gap" } });
  expect([page.get("details").attributes("open"), page.get("summary").text()]).toEqual([undefined, "Technical details"]);
  expect([page.get("p").attributes("lang"), page.get("p").text()]).toEqual(["en", "position 3: a stream has a gap"]);
});
