import { expect, test } from 'vitest';
import { executionTable, progressLine, serverTable } from '#local/demo/tables';

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

const at = (host: string | null, state: string, taskState: string | null) => ({ ...server, host, state, taskState });

test('servers are listed by name, place, state, attempts and duration, with the first line of their fault below', () => {
  const lines = serverTable([
    { name: 'spread-1', server, milliseconds: 1234 },
    {
      name: 's',
      server: { ...server, cell: 'cell1', host: 'host1', state: 'active', fault: null },
      milliseconds: undefined,
    },
  ]);

  expect(lines).toEqual([
    'server    uuid  cell   host   state   attempts  duration',
    '────────  ────  ─────  ─────  ──────  ────────  ────────',
    'spread-1  u1    cell0  -      error   0         1.2 s',
    '  fault: No valid host was found.',
    's         u1    cell1  host1  active  0         -',
  ]);
});

test('tables are no wider than 80 columns, and name a server by what both begin its uuid with', () => {
  const uuid = 'a09c7015-f14a-4b8b-bf0d-776f73634c9b';
  const fault = 'Exceeded maximum number of retries. '.repeat(4);
  const name = `14176ebf4b890d88959ed232d775d1d6-${uuid}`;
  const outcome = 'buried (MaxRetriesExceeded)';

  const servers = serverTable([
    { name: 'dying-host-with-a-long-name', server: { ...server, uuid, fault }, milliseconds: 61_000 },
  ]);
  const executions = executionTable([
    { workflow: 'live-migrate', name, status: 'SUCCEEDED', outcome, milliseconds: 61_000 },
  ]);

  expect([...servers, ...executions].filter((line) => line.length > 80)).toEqual([]);
  expect(servers[2]).toContain('a09c7015');
  expect(executions[2]).toContain('14176ebf-a09c7015');
});

test('executions are listed by workflow, name, status and outcome, long texts cut', () => {
  const name = 'x'.repeat(80);

  const lines = executionTable([
    { workflow: 'launch', name, status: 'SUCCEEDED', outcome: 'active', milliseconds: 50 },
  ]);

  expect(lines[2]).toBe(`launch    ${'x'.repeat(19)}…  SUCCEEDED  active   0.1 s`);
});

test('a line of progress groups servers by state and task, and fits into 80 columns', () => {
  const hosts = Array.from({ length: 30 }, (_, number) => at(`host${number}`, 'building', 'spawning'));

  const few = progressLine([
    at('host3', 'active', null),
    at('host2', 'building', 'spawning'),
    at('host1', 'building', 'spawning'),
    at(null, 'building', 'scheduling'),
  ]);
  const many = progressLine(hosts);

  expect(few).toBe('1 active (host3), 3 building (spawning on host1, host2; scheduling on cell0)');
  expect(many).toHaveLength(78);
  expect(many).toMatch(/^30 building \(spawning on host0, host1, .*…$/u);
});
