import { mount, type ComponentMountingOptions } from "@vue/test-utils";
import type { Component } from "vue";

import { kitI18n } from "../src/i18n.js";

/** A component of the kit on a page of its own, in English. */
export function mounted(component: Component, options: ComponentMountingOptions<Component> = {}) {
  const plugins = [kitI18n({ "zh-CN": { app: "清风" }, en: { app: "Qingfeng" } }, "en")];
  return mount(component, { attachTo: document.body, global: { plugins }, ...options });
}

// jsdom knows <dialog> but not how it opens.
HTMLDialogElement.prototype.showModal ??= function () {
  this.open = true;
};
HTMLDialogElement.prototype.close ??= function () {
  this.open = false;
  this.dispatchEvent(new Event("close"));
};
