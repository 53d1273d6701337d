import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localDeployment, run, type LocalDeployment, type Ran } from '../local-deployment.ts';

let local: LocalDeployment;
beforeAll(async () => {
  local = await localDeployment();
}, 60_000);
afterAll(() => local.stop());

/** Redrives the letters of a queue that no function of the account takes messages from. */
const redrive = (queue: string, cellRole: (cell: string) => Promise<string | undefined>): Promise<Ran> =>
  run(`dead-letter redrive ${queue} --all`, {
    target: async () => {
      const target = local.target(false);
      return {
        ...target,
        eventSources: Object.assign(target.eventSources, { roleOf: async () => undefined }),
        cellRole,
      };
    },
    readFile: () => Promise.reject(new Error('nothing is read')),
  });

describe('dead-letter redrive of a queue whose function is not in the account', () => {
  it('knows who put letters aside by the role at home of the cell', async () => {
    const asked: string[] = [];

    const redriven = await redrive('cell-cell1-conductor', async (cell) => {
      asked.push(cell);
      return 'AROAHOME';
    });

    expect(redriven).toMatchObject({ exitCode: 0, err: '' });
    expect(asked).toEqual(['cell1']);
  });

  it.each(['cell-cell1-conductor', 'compute-task'])('is refused for %s where there is no such role', async (queue) => {
    const refused = await redrive(queue, async () => undefined);

    expect(refused.exitCode).not.toBe(0);
    expect(refused.err).toContain(`no function takes messages from ${queue}`);
  });
});
