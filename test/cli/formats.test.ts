import { spawnSync } from 'node:child_process';
import { describe, expect, it, test } from 'vitest';
import { CommandFailure } from '#cli/deployment/failure';
import { columns } from '#cli/output/columns';
import { textOf, zoneNamed } from '#cli/output/formats';
import { yaml } from '#cli/output/yaml';
import { run } from './local-deployment.ts';

const ROWS = columns(
  ['uuid', 'state', 'changed'],
  [
    ['u1', 'active, "now"', '2026-11-29T00:10:00Z'],
    ['u2', 'error', '2026-06-01T12:00:00Z'],
  ],
);
const ANSWER = { data: [{ uuid: 'u1' }], lines: ['two servers', ROWS] };

describe('an answer', () => {
  it('is lines and columns for people', () => {
    expect(textOf(ANSWER, { format: 'table' })).toEqual([
      'two servers',
      'UUID  STATE          CHANGED',
      'u1    active, "now"  2026-11-29T00:10:00Z',
      'u2    error          2026-06-01T12:00:00Z',
    ]);
  });

  it('is its data as JSON and YAML', () => {
    expect(textOf(ANSWER, { format: 'json' })).toEqual(['[\n  {\n    "uuid": "u1"\n  }\n]']);
    expect(textOf(ANSWER, { format: 'yaml' })).toEqual(['- uuid: u1']);
  });

  it('is its table as CSV, with quotes where a field needs them', () => {
    expect(textOf(ANSWER, { format: 'csv' })).toEqual([
      'uuid,state,changed',
      'u1,"active, ""now""",2026-11-29T00:10:00Z',
      'u2,error,2026-06-01T12:00:00Z',
    ]);
  });

  it('shows what a terminal would follow: names and reasons are chosen by users and hosts', () => {
    const name = '\u001B[2Jgone\u009B31m\r\n\u202Edlo';
    const lines = [columns(['name'], [[name]]), `fault: ${name}`];

    const rows = textOf({ data: [{ name }], lines }, { format: 'table' });

    const shown = String.raw`\u001b[2Jgone\u009b31m\u000d`;
    expect(rows).toEqual(['NAME', String.raw`${shown}\u000a\u202edlo`, `fault: ${shown}\n${String.raw`\u202edlo`}`]);
  });

  it.each(['@web', '.inf', '.NaN', '+1', '- a', 'a: b', 'yes', 'n', ''])(
    'writes the text "%s" as one in YAML',
    (name) => {
      expect(textOf({ data: { name }, lines: [] }, { format: 'yaml' })).toEqual([`name: ${JSON.stringify(name)}`]);
    },
  );

  it('is of the columns that are named, in their order, in every form', () => {
    const wanted = ['State', 'uuid'];

    expect(textOf(ANSWER, { format: 'csv', columns: wanted })[2]).toBe('error,u2');
    expect(textOf(ANSWER, { format: 'yaml', columns: wanted }).slice(2)).toEqual(['- state: error', '  uuid: u2']);
  });

  it('has its times in the zone that is wanted, winter and summer', () => {
    const rows = textOf(ANSWER, { format: 'table', timeZone: 'Europe/Berlin' }).join('\n');

    expect(rows).toContain('2026-11-29 01:10:00+01:00');
    expect(rows).toContain('2026-06-01 14:00:00+02:00');
  });

  it('leaves a text alone that only looks like a time', () => {
    const lines = [columns(['name'], [['2026-99-99T99:99:99Z']])];

    expect(textOf({ data: [], lines }, { format: 'table', timeZone: 'UTC' })[1]).toBe('2026-99-99T99:99:99Z');
  });

  it('stands in columns whose signs take one or two columns of a terminal, or none of their own', () => {
    const names = ['web', '服务器', 'e\u0301te\u0301', '🚀', '👩‍🚀x', 'é'];

    const shown = textOf(
      {
        data: [],
        lines: [
          columns(
            ['n', 'at'],
            names.map((name) => [name, '|']),
          ),
        ],
      },
      { format: 'table' },
    );

    expect(shown).toEqual([
      'N       AT',
      'web     |',
      '服务器  |',
      'e\u0301te\u0301     |',
      '🚀      |',
      '👩‍🚀x     |',
      'é       |',
    ]);
  });

  it('is drawn of 200,000 rows', () => {
    const rows = Array.from({ length: 200_000 }, (_, at) => [String(at)]);

    expect(textOf({ data: [], lines: [columns(['n'], rows)] }, { format: 'table' })).toHaveLength(200_001);
  });

  it.each([
    [{ format: 'csv' as const }, { data: {}, lines: ['one'] }, /--format csv is for tables/u],
    [
      { format: 'table' as const, columns: ['colour'] },
      ANSWER,
      /--columns colour is no column: choose of uuid, state/u,
    ],
    [{ format: 'json' as const, columns: ['uuid'] }, { data: {}, lines: [] }, /--columns: there is no table/u],
  ])('that cannot be had as %j is refused', (wanted, answer, says) => {
    expect(() => textOf(answer, wanted)).toThrow(says);
  });

  it('is in no zone that nobody knows', () => {
    expect(() => zoneNamed('Mars/Base')).toThrow('--time-zone Mars/Base is no time zone');
    expect(zoneNamed('local')).toMatch(/./u);
  });
});

test('YAML quotes what could be read as something else', () => {
  const data = { a: 'yes', b: '12', c: 'plain text', d: [], e: [[1, 2], { f: null }], g: 'a: b', h: '' };

  expect(yaml(data)).toEqual([
    'a: "yes"',
    'b: "12"',
    'c: plain text',
    'd: []',
    'e:',
    '  - - 1',
    '    - 2',
    '  - f: null',
    'g: "a: b"',
    'h: ""',
  ]);
});

const target = () => Promise.reject(new CommandFailure('nobody is there', 4));

describe('the command', () => {
  const nowhere = { target, readFile: () => Promise.reject(new Error('no file')) };

  it.each([
    ['cell list --json', { message: 'nobody is there', exitCode: 4 }],
    ['cell list --format json', { message: 'nobody is there', exitCode: 4 }],
    ['cell list --nope --json', { message: "unknown option '--nope': see conductor cell list --help", exitCode: 2 }],
    [
      '--format=json cell show',
      { message: "missing required argument 'name': see conductor cell show --help", exitCode: 2 },
    ],
  ])('prints errors of %s as data', async (line, error) => {
    const ran = await run(line, nowhere);

    expect(JSON.parse(ran.err)).toEqual({ error });
    expect(ran.exitCode).toBe(error.exitCode);
  });

  it.each([
    ['cell list --json --format yaml', '--json and --format yaml name two forms'],
    ['cell list --format xml', "option '--format <format>' argument 'xml' is invalid"],
    ['cell list --watch soon', '--watch "soon" is no time'],
    ['cell list --watch 1e9', '--watch "1e9" is no time: give seconds, 0.2 to 86400'],
    ['cell show cell1 --watch Infinity', '--watch "Infinity" is no time'],
    ['cell list --time-zone Nowhere', '--time-zone Nowhere is no time zone'],
    ['cell create c --watch', "unknown option '--watch'"],
    ["quota set '' --instances 1", '<project> is empty: give a value'],
    ["server list --project ''", '--project is empty: give a value, or leave it out'],
    ["cell list --deployment ''", '--deployment is empty'],
    ["quota set p --instances ''", '--instances is empty'],
  ])('refuses %s', async (line, says) => {
    expect(await run(line, nowhere)).toMatchObject({ exitCode: 2, err: expect.stringContaining(says) });
  });

  it('ends without a word when whoever reads its output has enough of it', () => {
    const { status, stderr } = spawnSync('bash', ['-c', 'set -o pipefail; node cli/conductor.ts --help | true'], {
      encoding: 'utf8',
    });

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it.each(['cli/conductor.ts --help', 'local/request.ts'])(
    'says in one line that the disk is full to which %s is written',
    { timeout: 60_000 },
    (line) => {
      const { status, stderr } = spawnSync('sh', ['-c', `node ${line} > /dev/full`], { encoding: 'utf8' });

      expect(status).toBe(1);
      expect(stderr).toMatch(/^(?:conductor|npm run \w+): what is printed cannot be kept: ENOSPC: [^\n]*\n$/u);
    },
  );
});
