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
};

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
      [active, { ...active, uuid: 'u2', host: 'host2' }],
      's: its servers are in 1 of 2 cells',
    ],
    [
      { state: 'active', hosts: 2 } as const,
      [active, { ...active, uuid: 'u2', cell: 'cell2' }],
      's: its servers are on 1 of 2 hosts',
    ],
    [{ state: 'active' } as const, [], 's: there are no servers'],
  ])('%j is not met by %j', (expected, servers, complaint) => {
    const answer = verdict([{ scenario: 's', expected, servers }], [succeeded]);

    expect(answer).toEqual({ exitCode: 1, complaints: [complaint] });
  });

  test.each(['FAILED', 'TIMED_OUT', 'ABORTED', 'RUNNING'] as const)(
    'an execution that is %s is never expected',
    (status) => {
      const answer = verdict([], [{ ...succeeded, status }]);

      expect(answer).toEqual({ exitCode: 1, complaints: [`execution build b1 is ${status}`] });
    },
  );
});
