// Builds dist/: a page that shows widgets with the manager which VS Code's Jupyter extension uses.
//
// The manager is fetched with `npm pack`: its bundle is complete, while the dependencies it was made from do not resolve.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFile, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const DIST = join(HERE, "dist");
const MANAGER = "@vscode/jupyter-ipywidgets8@1.0.9";
const MANAGER_SHA512 = "bocCThfa4JDIDd7qCFAfW3HpzHfTLYxOTpTbiDfw4DXOUjKHnr6ObkMBiIkuzYPRybh5bY4FhYLemuDuTvIbpQ==";

async function fetchManager(target) {
  const folder = await mkdtemp(join(tmpdir(), "vscode-widget-page-"));
  try {
    const options = { cwd: folder, encoding: "utf-8" };
    const archive = execFileSync("npm", ["pack", "--silent", MANAGER], options).trim();
    const sha512 = createHash("sha512").update(await readFile(join(folder, archive))).digest("base64");
    if (sha512 !== MANAGER_SHA512) throw new Error(`${MANAGER} is not what it was: its SHA-512 is ${sha512}`);
    execFileSync("tar", ["-xzf", archive], options);
    await copyFile(join(folder, "package", "dist", "ipywidgets.js"), target);
  } finally {
    await rm(folder, { recursive: true });
  }
}

await mkdir(DIST, { recursive: true });
await Promise.all([
  fetchManager(join(DIST, "ipywidgets.js")),
  copyFile(join(HERE, "node_modules", "requirejs", "require.js"), join(DIST, "require.js")),
  copyFile(join(HERE, "src", "vscode.html"), join(DIST, "vscode.html")),
]);
await build({ // last: where this file is, the page is complete
  entryPoints: [join(HERE, "src", "page.ts")],
  outfile: join(DIST, "page.js"),
  bundle: true,
  format: "esm",
  target: "es2022",
  external: ["./ipywidgets.js"],
  logLevel: "warning",
});
