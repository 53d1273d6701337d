import { expect, it } from 'vitest';
import type { Json } from '#ports/json';
import { commandLineOf } from '#cli/console/routes';

const at = (path: string): URL => new URL(path, 'http://127.0.0.1:1');

it.each([
  ['/api/hosts', ['host', 'list']],
  ['/api/hosts/--format=yaml', ['host', 'show', '--', '--format=yaml']],
  ['/api/hosts/a%2Fb', ['host', 'show', '--', 'a/b']],
  ['/api/executions/build/e-1', ['execution', 'show', '--', 'build/e-1']],
  ['/api/dead-letters/conductor', ['dead-letter', 'list', '--', 'conductor']],
  ['/api/findings/outcomes', ['heal', '--dry-run']],
])('GET %s is answered by the subcommand, whose words are never options', (path, argv) => {
  const errand = commandLineOf('GET', at(path), null);

  expect(errand?.argv).toEqual(argv);
});

it('a search of servers is handed on by its options, and nothing else of the query is', () => {
  const errand = commandLineOf('GET', at('/api/servers?name=--deleted&state=error&deleted=1&host='), null);

  expect(errand?.argv.slice(4)).toEqual(['--name=--deleted', '--state=error']);
});

it.each(['/api/', '/api/nothing', '/api/hosts/%E0%A4%A', '/api/hosts/a/b', '/api/findings/heal'])(
  'GET %s leads nowhere',
  (path) => {
    const errand = commandLineOf('GET', at(path), null);

    expect(errand).toBeUndefined();
  },
);

it('only POST changes: dead letters go back, and findings are healed', () => {
  const redrive = commandLineOf('POST', at('/api/dead-letters/network/redrive'), { ids: ['--all', 'm-1', 7] });
  const heal = commandLineOf('POST', at('/api/findings/heal'), null);
  const listed = commandLineOf('POST', at('/api/hosts'), null);

  expect(redrive?.argv).toEqual(['dead-letter', 'redrive', '--', 'network', '--all', 'm-1']);
  expect(heal?.argv).toEqual(['heal']);
  expect(listed).toBeUndefined();
});

it.each<[string, Json, string]>([
  ['/api/executions/build/e-1', { name: 'e-1', input: 'correct-horse', output: 'correct-horse' }, 'e-1'],
  ['/api/findings', [{ rule: 'r', remedy: { kind: 'release-claim', consumer: 'correct-horse' } }], 'release-claim'],
])('what %s shows holds no input, output or token', (path, data, kept) => {
  const errand = commandLineOf('GET', at(path), null);

  const shown = JSON.stringify(errand?.shown?.(data));

  expect(shown).toContain(kept);
  expect(shown).not.toContain('correct-horse');
});
