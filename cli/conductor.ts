#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { env } from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { target } from './deployment/deployment-target.ts';
import { fillUpNode20 } from './node-20.ts';
import { endOnFailedOutput } from './output/failed-output.ts';
import { runConductor } from './program.ts';

fillUpNode20(env);

// The same step up from the sources as from the packed file.
const { version }: { readonly version: string } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
);

endOnFailedOutput(process, 'conductor');

await runConductor(process.argv.slice(2), {
  version,
  print: (line) => process.stdout.write(`${line}\n`),
  complain: (line) => process.stderr.write(`${line}\n`),
  target,
  again: async (milliseconds) => {
    await setTimeout(milliseconds);
    return true;
  },
  onInterrupt: (interrupt) => {
    const signals = ['SIGINT', 'SIGTERM'] as const;
    for (const signal of signals) process.once(signal, interrupt);
    return () => {
      for (const signal of signals) process.off(signal, interrupt);
    };
  },
  readFile: (path) => readFile(path, 'utf8'),
  end: (exitCode) => {
    process.exitCode = exitCode;
  },
});
