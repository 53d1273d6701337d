import { helpText, readAsked } from './demo/asked.ts';
import type { BootedDemo } from './demo/demo-on-world.ts';
import { novaCompute, STOCK_HOSTS } from './demo/nova-compute-story.ts';
import { runDemo, type DemoOptions } from './demo/run-demo.ts';
import type { Story } from './demo/scenario.ts';
import { STORIES } from './demo/stories.ts';
import { bootComputeWorld, installComputes } from './demo/world-on-computes.ts';
import { bootDemoWorld } from './demo/world-on-emulators.ts';
import { endOnFailedOutput } from '#cli/output/failed-output';

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** Plays the demo and answers the exit code. */
async function main(): Promise<number> {
  const asked = readAsked(process.argv.slice(2), STORIES, [novaCompute]);
  if (asked.kind === 'help') {
    print(helpText(STORIES, [novaCompute]));
    return 0;
  }
  if (asked.kind === 'wrong') {
    process.stderr.write(`${asked.message}\n`);
    return 2;
  }
  const codes: number[] = [];
  for (const story of asked.stories) {
    if (asked.stories.length > 1) print(`${codes.length === 0 ? '' : '\n'}${story.name}: ${story.title}\n`);
    codes.push(await (story === novaCompute ? playOnComputes : play)(story));
  }
  return Math.max(...codes);
}

/** Plays a story in a world of its own. */
async function play({ scenarios }: Story): Promise<number> {
  return show(await bootDemoWorld(scenarios), { scenarios });
}

/** Milliseconds for what stock computes do: they beat every two seconds, and start within twenty. */
const COMPUTES_TIMEOUT_MS = 600_000;

/** Plays the story of stock computes, where they can be installed. */
async function playOnComputes({ scenarios }: Story): Promise<number> {
  print('Installing nova 34.0.0 from Python’s index, where it is not there yet …');
  const missing = await installComputes();
  if (missing !== undefined) {
    process.stderr.write(`${missing}\n`);
    return 2;
  }
  print(`Starting ${STOCK_HOSTS.join(' and ')}, some twenty seconds …`);
  return show(await bootComputeWorld(), { scenarios, timeoutMs: COMPUTES_TIMEOUT_MS });
}

async function show(world: BootedDemo, how: Pick<DemoOptions, 'scenarios' | 'timeoutMs'>): Promise<number> {
  const progress = process.stdout.isTTY && process.stdout.columns > 0 ? 'terminal' : 'lines';
  try {
    return await runDemo(world, { print, progress, ...how });
  } finally {
    await world.stop();
  }
}

endOnFailedOutput(process, 'npm run demo');
process.exitCode = await main();
