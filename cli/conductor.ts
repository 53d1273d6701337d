#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { target } from './deployment/deployment-target.ts';
import { runConductor } from './program.ts';

// The same step up from the sources as from the packed file.
const { version }: { readonly version: string } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
);

await runConductor(process.argv.slice(2), {
  version,
  print: (line) => process.stdout.write(`${line}\n`),
  complain: (line) => process.stderr.write(`${line}\n`),
  target,
  readFile: (path) => readFile(path, 'utf8'),
  end: (exitCode) => {
    process.exitCode = exitCode;
  },
});
