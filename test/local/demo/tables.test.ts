import { expect, test } from 'vitest';
import { executionTable, serverTable } from '#local/demo/tables';

const server = {
  uuid: 'u1',
  state: 'error',
  taskState: null,
  cell: 'cell0',
  host: null,
  attempts: 0,
  fault: 'No valid host was found.\nmore',
  flavor: 'm1.tiny',
  migration: null,
  holds: [],
  runsOn: [],
};

test('servers are told by name, place, state, attempts, duration and the first line of their fault', () => {
  const lines = serverTable([
    { name: 'spread-1', server, milliseconds: 1234 },
    {
      name: 's',
      server: { ...server, cell: 'cell1', host: 'host1', state: 'active', fault: null },
      milliseconds: undefined,
    },
  ]);

  expect(lines).toEqual([
    'server    uuid  cell   host   state   attempts  duration  fault',
    '────────  ────  ─────  ─────  ──────  ────────  ────────  ────────────────────────',
    'spread-1  u1    cell0  -      error   0         1.2 s     No valid host was found.',
    's         u1    cell1  host1  active  0         -         -',
  ]);
});

test('executions are told by workflow, name, status and outcome, long texts cut', () => {
  const name = 'x'.repeat(80);

  const lines = executionTable([
    { workflow: 'launch', name, status: 'SUCCEEDED', outcome: 'active', milliseconds: 50 },
  ]);

  expect(lines[2]).toBe(`launch    ${'x'.repeat(59)}…  SUCCEEDED  active   0.1 s`);
});
