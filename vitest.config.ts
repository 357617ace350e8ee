import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vitest/config";

// All unit tests of the web side: those of a package stand in its folder `test`.
export default defineConfig({
  plugins: [vue()],
  test: { environment: "jsdom", include: ["{apps,mobile-bindings}/*/test/**/*.test.ts"] },
});
