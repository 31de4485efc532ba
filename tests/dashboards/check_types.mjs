// check_types.mjs DIRECTORY: compiles each dashboard of that directory as a value of
// LogtallyDashboard, then some with a mistake in each, which the compiler must find.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

import { mistakes } from './mistakes.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const directory = process.argv[2];

// Sources that exist in memory alone, by path: a literal is checked for unknown keys, an imported
// JSON file is not.
const sources = new Map();
const sourceOf = (dashboard) =>
  `import type { LogtallyDashboard } from './dashboard_types';\n` +
  `export const dashboard: LogtallyDashboard = ${JSON.stringify(dashboard, null, 2)};\n`;

const names = readdirSync(directory).filter((name) => name.endsWith('.json'));
const dashboards = new Map(
  names.map((name) => [name, JSON.parse(readFileSync(join(directory, name), 'utf8'))]),
);
for (const [name, dashboard] of dashboards) sources.set(join(here, `${name}.ts`), sourceOf(dashboard));
mistakes.forEach((mistake, index) => {
  const wrong = structuredClone(dashboards.get('overview.json'));
  mistake.make(wrong);
  sources.set(join(here, `mistake_${index}.ts`), sourceOf(wrong));
});

const options = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  types: [],
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
};
const host = ts.createCompilerHost(options);
const { fileExists, getSourceFile, readFile } = host;
host.fileExists = (path) => sources.has(path) || fileExists(path);
host.readFile = (path) => sources.get(path) ?? readFile(path);
host.getSourceFile = (path, languageVersion, ...rest) =>
  sources.has(path)
    ? ts.createSourceFile(path, sources.get(path), languageVersion)
    : getSourceFile(path, languageVersion, ...rest);
const program = ts.createProgram([...sources.keys()], options, host);

// "overview.json.ts:12: what the compiler says".
const complaintsOf = (path) =>
  ts.getPreEmitDiagnostics(program, program.getSourceFile(path)).map((found) => {
    const { line } = found.file.getLineAndCharacterOfPosition(found.start);
    const text = ts.flattenDiagnosticMessageText(found.messageText, '\n  ');
    return `${path.slice(here.length + 1)}:${line + 1}: ${text}`;
  });

let failures = 0;
const fail = (text) => {
  failures += 1;
  console.error(text);
};
for (const name of dashboards.keys()) complaintsOf(join(here, `${name}.ts`)).forEach(fail);
// Types that are missing would be "any", and find nothing.
complaintsOf(join(here, 'dashboard_types.ts')).forEach(fail);
mistakes.forEach((mistake, index) => {
  const found = complaintsOf(join(here, `mistake_${index}.ts`));
  if (!found.some((text) => text.includes(mistake.finds))) {
    fail(`the mistake "${mistake.what}" was not found; the compiler said: ${found.join('\n') || 'nothing'}`);
  }
});
if (dashboards.size === 0) fail(`${directory} holds no dashboards`);
if (failures > 0) process.exit(1);
console.log(`${dashboards.size} dashboards are of Grafana's types, ${mistakes.length} mistakes were found`);
