import { parseArgs } from 'node:util';
import { runDemo } from './demo/run-demo.ts';
import { SCENARIOS } from './demo/scenarios.ts';
import { bootDemoWorld } from './demo/world-on-emulators.ts';

const HELP = `npm run demo [-- --scenario NAME ...]

Boots two cells with six fake hosts on this machine (DynamoDB and SQS emulators, the real functions and state
machines) and shows what becomes of a few requests. Exits 0 only if every outcome is the intended one.

  --scenario NAME   play only this one; may be given more than once
  --help            this text

Scenarios:
${SCENARIOS.map(({ name, title }) => `  ${name.padEnd(12)} ${title}`).join('\n')}
`;

const { values } = parseArgs({
  options: { scenario: { type: 'string', multiple: true }, help: { type: 'boolean', default: false } },
});
const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** Plays the demo and answers the exit code. */
async function main(): Promise<number> {
  if (values.help) {
    print(HELP);
    return 0;
  }
  const wanted = values.scenario ?? SCENARIOS.map(({ name }) => name);
  const unknown = wanted.find((name) => SCENARIOS.every((scenario) => scenario.name !== name));
  if (unknown !== undefined) {
    print(`There is no scenario "${unknown}"; there are: ${SCENARIOS.map(({ name }) => name).join(', ')}.`);
    return 2;
  }
  const world = await bootDemoWorld();
  try {
    return await runDemo(world, {
      print,
      progress: process.stdout.isTTY && process.stdout.columns > 0 ? 'terminal' : 'lines',
      scenarios: SCENARIOS.filter(({ name }) => wanted.includes(name)),
    });
  } finally {
    await world.stop();
  }
}

process.exitCode = await main();
