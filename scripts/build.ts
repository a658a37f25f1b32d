import { cpSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { minified, minifiedPath } from "../src/http/assets";
import { makeSameCluster } from "./release/cluster";

/**
 * `bun run build`: the whole program in one file, `dist/gatehouse`, for Linux on x64. `bun run build bun-linux-arm64`
 * and the like for another target, and a path behind it for another place. Files that the program reads while it runs
 * are inside, under their paths from here.
 */

const root = join(import.meta.dir, "..");
const target = (process.argv[2] ?? "bun-linux-x64") as Bun.Build.CompileTarget;
const ownName = target === "bun-linux-x64" ? "gatehouse" : target.replace("bun", "gatehouse");
const outfile = resolve(root, process.argv[3] ?? join("dist", ownName));

/** Lists of words are packed too: as code, their bytecode alone would take 8 MB. */
const listNames = /@zxcvbn-ts\/language-.*\.json$/;
const nameOfList = (path: string) => join("lists", path.slice(path.lastIndexOf("language-")).replaceAll("/", "-"));
const lists: Bun.BunPlugin = {
  name: "lists",
  setup: (build) =>
    void build.onLoad({ filter: listNames }, ({ path }) => {
      const [own, name] = [join(root, "db/own-path.ts"), nameOfList(path)].map((text) => JSON.stringify(text));
      return {
        loader: "js",
        contents: `import { ownText } from ${own}; export default JSON.parse(ownText(${name}));`,
      };
    }),
};

const stage = mkdtempSync(join(tmpdir(), "gatehouse-build-"));
const put = (from: string, to: string) => {
  mkdirSync(dirname(join(stage, to)), { recursive: true });
  cpSync(join(root, from), join(stage, to), { recursive: true });
};
try {
  const migrations = [...new Bun.Glob("src/capabilities/*/migrations").scanSync({ cwd: root, onlyFiles: false })];
  for (const path of ["views/assets", "db/migrations", ...migrations]) put(path, path);
  put("node_modules/htmx.org/dist/htmx.min.js", "views/assets/htmx.min.js");
  for (const name of ["pglite.wasm", "initdb.wasm", "pglite.data"])
    await pack(join("node_modules/@electric-sql/pglite/dist", name), join("pglite", name));
  const packages = join(root, "node_modules/@zxcvbn-ts");
  for (const path of new Bun.Glob("language-*/src/*.json").scanSync({ cwd: packages, followSymlinks: true }))
    await pack(join("node_modules/@zxcvbn-ts", path), nameOfList(path));
  await makeSameCluster(join(stage, "pglite/empty-cluster.tar.gz"));
  for (const scripts of ["views/assets/*.js", "src/capabilities/*/*.js"])
    for (const path of new Bun.Glob(scripts).scanSync({ cwd: root })) {
      put(path, path);
      await Bun.write(join(stage, minifiedPath(path)), await minified(join(root, path)));
    }
  const program = join(stage, "gatehouse"); // Bun writes this name into it
  await compile(program);
  mkdirSync(dirname(outfile), { recursive: true });
  rmSync(outfile, { force: true }); // it may be running
  cpSync(program, outfile);
  console.log(`${outfile}: ${Math.round(statSync(outfile).size / 1e6)} MB`);
} finally {
  rmSync(stage, { recursive: true });
}

/** Puts a file into the program packed, a third or a fifth of its size; `ownFile` gives it as it was. */
async function pack(from: string, to: string) {
  await Bun.write(
    join(stage, `${to}.zst`),
    Bun.zstdCompressSync(await Bun.file(join(root, from)).bytes(), { level: 19 }),
  );
}

async function compile(program: string) {
  const threads = ["hasher", "strength-thread", "picture-worker"].map((name) => `guard/${name}.ts`);
  const built = await Bun.build({
    entrypoints: ["main.ts", ...threads].map((path) => join(root, "src", path)),
    root: join(root, "src"),
    // Split, so that what a start does not import stays on the disk.
    ...{ minify: true, bytecode: true, splitting: true, format: "esm", target: "bun" },
    jsx: { development: false }, // by itself it would depend on NODE_ENV
    compile: {
      ...{ target, outfile: program, autoloadDotenv: false, autoloadBunfig: false },
      assets: ["views", "db", "src", "pglite", "lists"].map((name) => join(stage, name)),
    },
    plugins: [lists],
  });
  if (!built.success) throw new AggregateError(built.logs, "The program could not be built.");
}
