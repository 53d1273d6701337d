import { describe, expect, test } from 'vitest';
import type { DemoExecution, DemoServer } from '#local/demo/demo-world';
import { verdict } from '#local/demo/verdict';

const active: DemoServer = {
  uuid: 'u1',
  state: 'active',
  taskState: null,
  cell: 'cell1',
  host: 'host1',
  attempts: 1,
  fault: null,
  flavor: 'm1.tiny',
  migration: null,
  holds: ['host1'],
  runsOn: ['host1'],
};

/** The same server on another host. */
const elsewhere = { host: 'host2', holds: ['host2'], runsOn: ['host2'] };

const succeeded: DemoExecution = { workflow: 'build', name: 'b1', status: 'SUCCEEDED', milliseconds: 10 };

describe('verdict', () => {
  test('everything as expected is exit code 0 without complaints', () => {
    const outcome = { scenario: 's', expected: { state: 'active', attempts: 1 } as const, servers: [active] };

    const answer = verdict([outcome], [succeeded]);

    expect(answer).toEqual({ exitCode: 0, complaints: [] });
  });

  test.each([
    [{ state: 'error' } as const, [active], 's: u1 is active, not error'],
    [{ state: 'active', attempts: 2 } as const, [active], 's: u1 took 1 attempts, not 2'],
    [{ state: 'active', cell: 'cell0' } as const, [active], 's: u1 is in cell1, not cell0'],
    [{ state: 'active', fault: /no valid host/iu } as const, [active], 's: u1 has no fault'],
    [
      { state: 'active', fault: /no valid host/iu } as const,
      [{ ...active, fault: 'odd' }],
      's: u1 has the fault "odd"',
    ],
    [
      { state: 'active', cells: 2 } as const,
      [active, { ...active, uuid: 'u2', ...elsewhere }],
      's: its servers are in 1 of 2 cells',
    ],
    [
      { state: 'active', hosts: 2 } as const,
      [active, { ...active, uuid: 'u2', cell: 'cell2' }],
      's: its servers are on 1 of 2 hosts',
    ],
    [{ state: 'active' } as const, [], 's: there are no servers'],
    [
      { state: 'active' } as const,
      [{ ...active, taskState: 'migrating' }],
      's: u1 has the task_state migrating, not null',
    ],
    [{ state: 'active', taskState: 'unshelving' } as const, [active], 's: u1 has the task_state null, not unshelving'],
    [{ state: 'active', host: 'host1' } as const, [{ ...active, ...elsewhere }], 's: u1 is on host2, not host1'],
    [{ state: 'active', left: 'host1' } as const, [active], 's: u1 is on host1, not elsewhere'],
    [
      { state: 'active', migration: 'failed' } as const,
      [{ ...active, migration: 'completed' }],
      's: u1 has a migration that is completed, not failed',
    ],
    [{ state: 'active', migration: 'done' } as const, [active], 's: u1 has no migration, not done'],
    [{ state: 'active', flavor: 'm1.small' } as const, [active], 's: u1 has the flavor m1.tiny, not m1.small'],
    [
      { state: 'active' } as const,
      [{ ...active, holds: ['host1', 'host2'] }],
      's: u1 holds resources on host1 and host2, but is on host1',
    ],
    [
      { state: 'active' } as const,
      [{ ...active, runsOn: ['host1', 'host3'] }],
      's: u1 runs on host1 and host3, but is on host1',
    ],
    [{ state: 'active' } as const, [{ ...active, runsOn: [] }], 's: u1 runs on no host, but is on host1'],
  ])('%j is not met by %j', (expected, servers, complaint) => {
    const answer = verdict([{ scenario: 's', expected, servers }], [succeeded]);

    expect(answer).toEqual({ exitCode: 1, complaints: [complaint] });
  });

  test('a scenario that could not be played to its end is never as expected', () => {
    const outcome = { scenario: 's', expected: { state: 'active' } as const, servers: [active], trouble: 'it broke' };

    const answer = verdict([outcome], [succeeded]);

    expect(answer).toEqual({ exitCode: 1, complaints: ['s: it broke'] });
  });

  test.each(['FAILED', 'TIMED_OUT', 'ABORTED', 'RUNNING'] as const)(
    'an execution that is %s is never expected',
    (status) => {
      const answer = verdict([], [{ ...succeeded, status }]);

      expect(answer).toEqual({ exitCode: 1, complaints: [`execution build b1 is ${status}`] });
    },
  );
});
