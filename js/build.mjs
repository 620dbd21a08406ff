// Bundles each widget, src/<widget>/index.ts, into one offline ES module, ../cloudscope_widgets/static/<widget>.js.
import { existsSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const SOURCES = fileURLToPath(new URL("src", import.meta.url));
const BUNDLES = fileURLToPath(new URL("../cloudscope_widgets/static", import.meta.url));
const MOST_BYTES = 400_000; // a bundle travels once per widget instance and is kept in every saved notebook

async function widgetNames() {
  const entries = await readdir(SOURCES, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && entry.name !== "shared")
    .map((entry) => entry.name)
    .filter((name) => existsSync(join(SOURCES, name, "index.ts")))
    .sort();
}

/** Bundle one widget in memory, so that a refused bundle never reaches the package. */
async function bundled(name) {
  const result = await build({
    entryPoints: [join(SOURCES, name, "index.ts")],
    bundle: true,
    format: "esm",
    target: "es2022",
    minify: true,
    loader: { ".css": "text" },
    write: false,
    logLevel: "warning",
  });
  const bytes = result.outputFiles[0].contents;
  if (bytes.length > MOST_BYTES) {
    throw new Error(`${name}.js has ${bytes.length} bytes, more than ${MOST_BYTES}: import less, or split the widget`);
  }
  return { path: join(BUNDLES, `${name}.js`), bytes };
}

try {
  const names = await widgetNames();
  const bundles = await Promise.all(names.map(bundled));
  for (const { path, bytes } of bundles) {
    await mkdir(BUNDLES, { recursive: true });
    await writeFile(path, bytes);
  }
  console.log(names.length ? `bundled ${names.join(", ")}` : "no widget to bundle yet");
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
