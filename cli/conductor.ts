#!/usr/bin/env node
import { readFile } from 'node:fs/promises';
import { target } from './deployment/deployment-target.ts';
import { runConductor } from './program.ts';

await runConductor(process.argv.slice(2), {
  print: (line) => process.stdout.write(`${line}\n`),
  complain: (line) => process.stderr.write(`${line}\n`),
  target,
  readFile: (path) => readFile(path, 'utf8'),
  end: (exitCode) => {
    process.exitCode = exitCode;
  },
});
