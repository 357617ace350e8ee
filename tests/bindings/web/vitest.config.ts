import { defineConfig } from "vitest/config";

// The binding's cases over real cores: QF_BUILD names the build folder. `npm test` runs what needs none.
export default defineConfig({ test: { root: ".", include: ["tests/bindings/web/*.test.ts"], testTimeout: 120_000 } });
