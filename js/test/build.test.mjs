import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

const JS = fileURLToPath(new URL("..", import.meta.url));
let root = "";

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "bundles-"));
  mkdirSync(join(root, "js"));
  cpSync(join(JS, "build.mjs"), join(root, "js", "build.mjs"));
  symlinkSync(join(JS, "node_modules"), join(root, "js", "node_modules"), "junction");
  source("shared", "export const unit = 'mm/s';");
});
afterEach(() => rmSync(root, { recursive: true }));

const bundle = (widget) => join(root, "cloudscope_widgets", "static", `${widget}.js`);
const build = () => spawnSync(process.execPath, [join(root, "js", "build.mjs")], { encoding: "utf8" });
function source(folder, text) {
  mkdirSync(join(root, "js", "src", folder), { recursive: true });
  writeFileSync(join(root, "js", "src", folder, "index.ts"), text);
}

test("a widget becomes one module that imports nothing", () => {
  source("dial", "import { unit } from '../shared'; export default { render: (): string => unit };");
  expect(build().status).toBe(0);
  const text = readFileSync(bundle("dial"), "utf8");
  expect(text).toContain("mm/s");
  expect(text).not.toContain("import");
});

test("shared code alone is no widget", () => {
  const { status, stdout } = build();
  expect([status, stdout.trim()]).toEqual([0, "no widget to bundle yet"]);
  expect(existsSync(bundle("shared"))).toBe(false);
});

test("a bundle over 400 kB is refused and not written", () => {
  source("heavy", `export default "${"x".repeat(400_001)}";`);
  const { status, stderr } = build();
  expect(status).toBe(1);
  expect(stderr).toContain("heavy.js has 4000");
  expect(existsSync(bundle("heavy"))).toBe(false);
});

test("a source that does not compile fails the build", () => {
  source("broken", "export default {");
  expect(build().status).toBe(1);
});
