import type { Clock } from '#ports/clock';
import type { DemoExecution, DemoWorld } from './demo-world.ts';

/** Milliseconds between two looks. */
const LOOK = 150;

/** Milliseconds that executions may take to end after the last server did. */
const EXECUTION_TIMEOUT = 10_000;

/**
 * All executions, once none runs any more or that time is over. A server is there a moment before its execution has
 * ended and given back what it claimed.
 */
export async function endedExecutions(world: DemoWorld): Promise<DemoExecution[]> {
  const deadline = world.clock.now() + EXECUTION_TIMEOUT;
  for (;;) {
    const executions = await world.executions();
    const running = executions.some(({ status }) => status === 'RUNNING');
    if (!running || world.clock.now() >= deadline) return executions;
    await pause(world.clock);
  }
}

/** Resolves when it is time to look again. */
export const pause = (clock: Clock): Promise<void> =>
  new Promise((resolve) => {
    clock.timer(LOOK, resolve);
  });
