import { mkdirSync, writeFileSync } from 'node:fs';
import { playThrough } from '../statemachines/play.ts';
import { FOLDER, recordedStates, Recorder, STORIES } from './recorded-states.ts';

/*
 * `npm run states` records the states of this release. Run once for a release, right before it is tagged: what lies
 * under test/fixtures/states are the states of the release before, which the code of the next one has to accept. With
 * `--new` it adds the steps that have no record and leaves the others as they are.
 */
const kept = process.argv.includes('--new') ? recordedStates() : undefined;
const recorder = new Recorder();
for (const story of STORIES) await playThrough(story, recorder.around);
mkdirSync(FOLDER, { recursive: true });
for (const [workflow, steps] of recorder.states) {
  const all = new Map([...steps, ...Object.entries(kept?.get(workflow) ?? {})]);
  const sorted = Object.fromEntries([...all].toSorted(([a], [b]) => a.localeCompare(b)));
  writeFileSync(new URL(`${workflow}.json`, FOLDER), `${JSON.stringify(sorted, undefined, 2)}\n`);
}
console.log(`${recorder.states.size} workflows recorded`);
