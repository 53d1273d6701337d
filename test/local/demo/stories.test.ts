import { describe, expect, test } from 'vitest';
import { VirtualClock } from '#adapters/memory/virtual-clock';
import { DEMO_CELLS, demoOn } from '#local/demo/demo-on-world';
import { runDemo } from '#local/demo/run-demo';
import { SPAWN } from '#local/demo/scenario';
import { STORIES } from '#local/demo/stories';
import { memoryPlatform } from '../../fixtures/memory/platform.ts';

describe('a story in memory', () => {
  test.each(STORIES.map((story) => [story.name, story] as const))(
    '%s ends as intended, and its report has 80 columns at most',
    async (_name, story) => {
      const clock = new VirtualClock(Date.parse('2026-11-22T12:00:00Z'));
      const booting = demoOn(memoryPlatform({ clock, cells: DEMO_CELLS }), story.scenarios);
      await clock.runUntil(booting, 60_000);
      const world = await booting;
      const lines: string[] = [];

      const playing = runDemo(world, {
        scenarios: story.scenarios,
        print: (line) => lines.push(line),
        progress: 'none',
      });
      const exitCode = await clock.runUntil(playing, 600_000);
      await clock.runUntil(world.stop(), 60_000);

      expect(lines.at(-1)).toBe('Everything went as expected.');
      expect(exitCode).toBe(0);
      expect(lines.flatMap((line) => line.split('\n')).filter((line) => line.length > 80)).toEqual([]);
    },
  );

  test('a server whose first build goes wrong is evacuated like any other afterwards', () => {
    const [build] = STORIES;

    const kinds = build?.scenarios.map(({ kind }) => kind?.({ method: 'rebuild_instance', host: 'host2', nth: 1 }));

    expect(kinds?.filter((kind) => kind !== undefined)).toEqual([SPAWN, SPAWN, SPAWN]);
  });

  test('no scenario has a name by which another one begins', () => {
    const names = STORIES.flatMap(({ scenarios }) => scenarios.map(({ name }) => name));

    const mistaken = names.filter((name) => names.some((other) => name.startsWith(`${other}-`)));

    expect(new Set(names).size).toBe(names.length);
    expect(mistaken).toEqual([]);
  });
});
