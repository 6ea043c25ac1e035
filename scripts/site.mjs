// Makes the folder the server serves: the app for the browser, its style, and the files of public/,
// each beside a copy packed by Brotli and one by gzip. A step whose sources are as they were is skipped.
//
//   node scripts/site.mjs --wasm <folder where cargo left the app> --out <folder> [--fast]
//
// --fast leaves out what only makes files smaller, and takes the app in one piece: for trying things out, not for people.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const { wasm, out, fast } = parseArgs({
  options: { wasm: { type: 'string' }, out: { type: 'string' }, fast: { type: 'boolean', default: false } },
}).values;

const pkg = join(out, 'pkg');
const made = join(out, '.made.json');
const before = existsSync(made) ? JSON.parse(readFileSync(made, 'utf8')) : {};
const now = {};

/** All files under a folder, sorted, without those of npm. */
const files = (folder) =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter((file) => !file.includes('node_modules'))
    .sort();

/** One word for what these files hold and how they are treated. */
const fingerprint = (paths) => {
  const hash = createHash('sha256').update(fast ? 'fast' : 'small');
  for (const path of [...paths, import.meta.filename]) hash.update(path).update('\0').update(readFileSync(path));
  return hash.digest('hex');
};

/** Does a step when its sources, or the way they are treated, have changed. `make` returns the files it made. */
const step = (name, sources, make) => {
  const key = fingerprint(sources);
  const was = before[name];
  if (was?.key === key && was.files.every((file) => existsSync(join(out, file)))) {
    now[name] = was;
    return;
  }
  for (const file of was?.files ?? []) for (const end of ['', '.br', '.gz']) rmSync(join(out, file + end), { force: true });
  const paths = make();
  paths.forEach(pack);
  now[name] = { key, files: paths.map((path) => relative(out, path)) };
  writeFileSync(made, JSON.stringify({ ...before, ...now }, null, 2));
};

const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`;

/** Text and wasm get their packed copies; pictures and fonts are packed already. */
const pack = (path) => {
  if (!['.css', '.html', '.ico', '.js', '.json', '.svg', '.txt', '.wasm', '.webmanifest', '.xml'].includes(extname(path))) return;
  const bytes = readFileSync(path);
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_LGWIN, BROTLI_PARAM_SIZE_HINT } = constants;
  const brotli = brotliCompressSync(bytes, {
    params: { [BROTLI_PARAM_QUALITY]: fast ? 4 : 11, [BROTLI_PARAM_LGWIN]: 22, [BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
  writeFileSync(`${path}.br`, brotli);
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: fast ? 1 : 9 }));
  console.log(`  ${relative(out, path)}  ${kib(bytes.length)}, ${kib(brotli.length)} on the wire`);
};

/** Runs a command, which tells its own faults. */
const run = (command, ...args) => {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status === 0) return;
  console.error(`\n${basename(command)} could not do its part${error ? `: ${error.message}` : ''}.`);
  process.exit(1);
};
const npm = (command) => join('style', 'node_modules', '.bin', command);

mkdirSync(pkg, { recursive: true });

/** One app for the browser, under the name the pages ask for. */
const app = (name, file) =>
  step(name, [file, join('style', 'package-lock.json')], () => {
    const snippets = join(pkg, 'snippets');
    rmSync(snippets, { recursive: true, force: true });
    run('wasm-bindgen', file, '--target', 'web', '--no-typescript', '--out-dir', pkg, '--out-name', name);
    const binary = join(pkg, `${name}_bg.wasm`);
    if (!fast) {
      // What every browser since 2022 knows, and the Rust compiler uses.
      const features = ['bulk-memory', 'bulk-memory-opt', 'multivalue', 'mutable-globals', 'nontrapping-float-to-int', 'reference-types', 'sign-ext'];
      // Taken apart and put together again first: one part in a hundred smaller on the wire.
      const passes = ['--flatten', '--rereloop', '-Oz', '-Oz', '--strip-producers', '--strip-target-features'];
      run(npm('wasm-opt'), binary, ...passes, ...features.map((feature) => `--enable-${feature}`), '-o', binary);
    }
    return [join(pkg, `${name}.js`), binary, ...(existsSync(snippets) ? files(snippets) : [])];
  });

if (fast) {
  app('akkoord', join(wasm, 'akkoord_app.wasm'));
  // The server takes the table's own app wherever it finds one.
  for (const end of ['.js', '_bg.wasm']) for (const packed of ['', '.br', '.gz']) rmSync(join(pkg, `akkoord-table${end}${packed}`), { force: true });
} else {
  app('akkoord', join(wasm, 'akkoord_pages.wasm'));
  app('akkoord-table', join(wasm, 'akkoord_table.wasm'));
}

step('style', [...files('style')], () => {
  const sheet = join(pkg, 'akkoord.css');
  const targets = 'chrome >= 123, firefox >= 121, safari >= 17.5';
  run(npm('lightningcss'), '--bundle', ...(fast ? [] : ['--minify']), '--targets', targets, join('style', 'main.css'), '-o', sheet);
  return [sheet];
});

const publicFiles = files('public');
step('public', publicFiles, () =>
  publicFiles.map((file) => {
    const to = join(out, relative('public', file));
    mkdirSync(dirname(to), { recursive: true });
    cpSync(file, to);
    return to;
  }),
);

if (!fast) {
  // B1 asks for 300 KiB. Until that is met, it may at least not grow; lower this with every step towards it.
  const most = 700 * 1024;
  const wire = (file) => statSync(join(pkg, `${file}.br`)).size;
  const asked = wire('akkoord-table.js') + wire('akkoord-table_bg.wasm');
  console.log(`· a table asks for ${kib(asked)} of app (B1: at most 300 KiB)`);
  if (asked > most) {
    console.error(
      `\nThe app of the table is larger than the ${kib(most)} allowed now. Views of many types are the usual cause: use \`view!\`, ` +
        '`Each` and `changing` of `app/src/ui`, and write a closure out where it is shown (`{move || text()}`, not `{text}`).',
    );
    process.exit(1);
  }
}
