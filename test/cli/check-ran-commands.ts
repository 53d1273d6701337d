import { globSync, readFileSync } from 'node:fs';
import * as v from 'valibot';
import { everyCommand, untried } from './ran-commands.ts';

/** Says which commands and options no test has run since the folder CONDUCTOR_LINES was made: `npm run commands`. */
const Ran = v.object({ name: v.string(), options: v.array(v.string()) });
const folder = process.env['CONDUCTOR_LINES'] ?? '.cache/conductor-lines';
const ran = globSync(`${folder}/*.jsonl`)
  .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
  .filter((line) => line !== '')
  .map((line) => v.parse(Ran, JSON.parse(line)));

const left = untried(everyCommand(), ran);
const said = left.length === 0 ? ['every command and option was run'] : ['no test has run:', ...left];
process.stdout.write(`${said.join('\n')}\n`);
if (left.length > 0) process.exitCode = 1;
