import { Listr } from 'listr2';
import type { DemoExecution, DemoWorld } from './demo-world.ts';
import { endedExecutions } from './ended-executions.ts';
import { playScenario, type Played } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';
import { executionTable, serverTable } from './tables.ts';
import { verdict } from './verdict.ts';

/** How the demo is shown. */
export interface DemoOptions {
  readonly scenarios: readonly Scenario[];
  /** Takes the lines of the final report. */
  readonly print: (line: string) => void;
  /** `terminal` redraws, `lines` appends, `none` shows no progress. */
  readonly progress: 'terminal' | 'lines' | 'none';
  /** Milliseconds that a scenario may take. @default 60 s */
  readonly timeoutMs?: number;
}

const RENDERERS = { terminal: 'default', lines: 'simple', none: 'silent' } as const;

/** Plays the scenarios one after the other, shows what becomes of them, and answers the exit code. */
export async function runDemo(world: DemoWorld, options: DemoOptions): Promise<0 | 1> {
  const { scenarios, print, progress, timeoutMs = 60_000 } = options;
  const played: Played[] = [];
  const tasks = new Listr(
    scenarios.map((scenario) => ({
      title: scenario.title,
      task: async (_context: unknown, task: { output: string; title: string }): Promise<void> => {
        let shown = '';
        const result = await playScenario(world, scenario, timeoutMs, (line) => {
          if (line !== shown) task.output = line;
          shown = line;
        });
        played.push(result);
        if (judge([result], []).exitCode === 1) throw new Error(`${scenario.title}: not as expected`);
      },
    })),
    { renderer: RENDERERS[progress], exitOnError: false, collectErrors: false },
  );
  await tasks.run();

  const executions = await endedExecutions(world);
  const { exitCode, complaints } = judge(played, executions);
  const rows = played.flatMap(({ servers }) => servers.map((row) => ({ milliseconds: undefined, ...row })));
  const report = [
    '',
    ...serverTable(rows),
    '',
    ...executionTable(executions),
    '',
    ...(exitCode === 0
      ? ['Everything went as expected.']
      : ['Not as expected:', ...complaints.map((text) => `  ${text}`)]),
  ];
  for (const line of report) print(line);
  return played.length === scenarios.length ? exitCode : 1;
}

const judge = (played: readonly Played[], executions: readonly DemoExecution[]) =>
  verdict(
    played.map(({ scenario, servers, trouble }) => ({
      scenario: scenario.name,
      expected: scenario.expected,
      servers: servers.map(({ server }) => server),
      ...(trouble !== undefined && { trouble }),
    })),
    executions,
  );
