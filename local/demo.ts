import { helpText, readAsked } from './demo/asked.ts';
import { runDemo } from './demo/run-demo.ts';
import type { Story } from './demo/scenario.ts';
import { STORIES } from './demo/stories.ts';
import { bootDemoWorld } from './demo/world-on-emulators.ts';

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** Plays the demo and answers the exit code. */
async function main(): Promise<number> {
  const asked = readAsked(process.argv.slice(2), STORIES);
  if (asked.kind === 'help') {
    print(helpText(STORIES));
    return 0;
  }
  if (asked.kind === 'wrong') {
    process.stderr.write(`${asked.message}\n`);
    return 2;
  }
  const codes: number[] = [];
  for (const story of asked.stories) {
    if (asked.stories.length > 1) print(`${codes.length === 0 ? '' : '\n'}${story.name}: ${story.title}\n`);
    codes.push(await play(story));
  }
  return Math.max(...codes);
}

/** Plays a story in a world of its own. */
async function play({ scenarios }: Story): Promise<number> {
  const world = await bootDemoWorld(scenarios);
  try {
    return await runDemo(world, {
      print,
      progress: process.stdout.isTTY && process.stdout.columns > 0 ? 'terminal' : 'lines',
      scenarios,
    });
  } finally {
    await world.stop();
  }
}

process.exitCode = await main();
