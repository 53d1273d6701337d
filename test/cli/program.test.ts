import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { completionScript } from '#cli/completion';
import { CommandFailure, EXIT, toFailure } from '#cli/deployment/failure';
import { conductorProgram, forEach } from '#cli/program';
import { run } from './local-deployment.ts';

const nowhere = {
  again: async () => false,
  onInterrupt: () => () => undefined,
  target: () => Promise.reject(new CommandFailure('understood', 99)),
  readFile: () => Promise.reject(new Error('no file')),
};

describe('conductor', () => {
  it.each([
    ['cell show', 'missing required argument'],
    ['host add host1', "required option '--cell <cell>' not specified"],
    ['dead-letter drop compute-task 1', "required option '--reason <text>' not specified"],
    ['servers', "unknown command 'servers'"],
  ])('%s ends as wrong usage in one line', async (line, message) => {
    const ran = await run(line, nowhere);

    expect(ran.exitCode).toBe(2);
    expect(ran.err).toContain(message);
  });

  it('takes options of the deployment before and after the subcommand', async () => {
    const before = await run('--profile local cell list', nowhere);
    const after = await run('cell list --profile local --json', nowhere);

    expect([before.exitCode, after.exitCode]).toEqual([99, 99]);
  });

  it.each([
    ['--profile staging', { profile: 'staging' }],
    ['--endpoint-url http://127.0.0.1:1', { endpointUrl: 'http://127.0.0.1:1' }],
    ['--deployment other', { deployment: 'other' }],
    ['--region eu-west-1', { region: 'eu-west-1' }],
    ['--json', {}],
  ])('hands %s to the deployment, before and after the subcommand', async (option, message) => {
    const asked: object[] = [];
    const target = (options: object): Promise<never> => {
      asked.push(options);
      return Promise.reject(new CommandFailure('there is no such deployment', EXIT.failed));
    };

    await run(`${option} cell list`, { ...nowhere, target });
    await run(`cell list ${option}`, { ...nowhere, target });

    expect(asked).toEqual([message, message]);
  });

  it('has no other option of the deployment, and of what is printed, than those', () => {
    const program = conductorProgram({
      ...nowhere,
      version: '1.2.3',
      print: () => {},
      complain: () => {},
      end: () => {},
    });

    expect(program.options.map(({ long }) => long)).toEqual([
      '--version',
      '--profile',
      '--endpoint-url',
      '--deployment',
      '--region',
      '--json',
      '--format',
      '--columns',
      '--time-zone',
    ]);
  });

  it('documents its exit codes', async () => {
    const help = await run('--help', nowhere);

    expect(help.exitCode).toBe(0);
    expect(help.out).toContain('Exit codes: 0 done');
  });

  it('prints its version', async () => {
    const { exitCode, out } = await run('--version', nowhere);

    expect(out).toBe('1.2.3');
    expect(exitCode).toBe(0);
  });

  it('prints failures of connections and credentials with their remedy', () => {
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    const silent = Object.assign(new Error('no answer'), { name: 'TimeoutError' });
    const within = new Error('TableThrottled', { cause: new AggregateError([refused]) });
    const expired = Object.assign(new Error('token'), { name: 'ExpiredToken' });

    expect(toFailure(refused, 'http://127.0.0.1:1')).toMatchObject({
      exitCode: 4,
      message: 'nothing answers at http://127.0.0.1:1: is the deployment up?',
    });
    expect(toFailure(silent, 'here').message).toBe('nothing answers at here: is the deployment up?');
    expect(toFailure(within, 'here').message).toBe('nothing answers at here: is the deployment up?');
    expect(toFailure(expired, '').message).toBe('the AWS credentials have expired: log in again');
  });
});

describe('completion', () => {
  const program = conductorProgram({
    ...nowhere,
    version: '1.2.3',
    print: () => {},
    complain: () => {},
    end: () => {},
  });

  /** What a shell proposes; zsh as its emulation of bash's completion calls a function. */
  const complete = (words: readonly string[], before = '', shell: 'bash' | 'zsh' = 'bash', typed = ''): string => {
    const line = words.map((word) => `'${word}'`).join(' ');
    const ask = `COMP_LINE='${typed}'; COMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _conductor; echo "\${COMPREPLY[*]}"`;
    const asked =
      shell === 'bash' ? ask : `ask() { emulate -L sh; setopt kshglob ksharrays shwordsplit; ${ask}; }; ask`;
    const script = [before, ...completionScript(program, shell), asked].join('\n');
    const proposed = spawnSync(shell, ['-c', script], { encoding: 'utf8' }).stdout.trim();
    // zsh shows only what begins as the word does; its compgen leaves the choice to it.
    return proposed
      .split(/\s+/u)
      .filter((each) => shell === 'bash' || each.startsWith(words.at(-1) ?? ''))
      .join(' ');
  };

  it.each([
    [['conductor', 'ho'], 'host'],
    [['conductor', 'execution', 're'], 'redrive'],
    [['conductor', '--profile', 'local', 'dead-letter', 'dr'], 'drop'],
    [['conductor', 'host', 'add', 'host1', '--ce'], '--cell'],
    [['conductor', '--format', ''], 'table json yaml csv'],
    [['conductor', 'server', 'list', '--name', ''], ''],
    [['conductor', 'host', 'list', '--watch', '--ce'], '--cell'],
  ])('of %j is %s', (words, expected) => {
    expect(complete(words)).toBe(expected);
  });

  // Stands for the function or alias of the documents: it lists, and says to whom it speaks.
  const LISTING =
    'listing() { echo name; case "$*" in *"host list"*) echo host1; echo host2 ;; *"cell list"*) echo "cell1$2" ;; *"server list"*) echo 7c0e ;; esac; }; conductor() { listing "$@"; }';

  const COMPLETED: readonly (readonly [words: readonly string[], expected: string])[] = [
    [['conductor', 'host', 'show', ''], 'host1 host2'],
    [['conductor', 'host', 'down', 'host2'], 'host2'],
    [['conductor', 'host', 'show', 'host1', '--w'], '--watch'],
    [['conductor', '--profile', 'local', 'host', 'list', '--cell', ''], 'cell1local'],
    [['conductor', 'cell', 'show', ''], 'cell1list'],
    [['conductor', 'server', 'list', '--host', ''], 'host1 host2'],
    [['conductor', 'server', 'show', ''], '7c0e'],
    [['conductor', 'execution', 'list', '--server', '7'], '7c0e'],
    [['conductor', 'host', 'evacuate', 'host1', '--to', 'host2'], 'host2'],
    [['conductor', 'execution', 'show', ''], '7c0e'],
    [['conductor', '--region=eu-west-1', 'cell', 'show', ''], 'cell1cell'],
  ];

  it.each(COMPLETED)('of %j takes its values from a list: %s', (words, expected) => {
    expect(complete(words, LISTING)).toBe(expected);
  });

  // bash parts words at these signs, and leaves it to a function to see what was typed.
  it.each([
    ['conductor --profile local:mine cell show ', 'conductor|--profile|local|:|mine|cell|show|', 'cell1local:mine'],
    ['conductor --profile=local:mine host show ', 'conductor|--profile|=|local|:|mine|host|show|', 'host1 host2'],
    ['conductor host list --cell=', 'conductor|host|list|--cell|=', 'cell1list'],
    ['conductor server list --host=host2', 'conductor|server|list|--host|=|host2', 'host2'],
    ['conductor --profile local:', 'conductor|--profile|local|:', ''],
    ['conductor --format=js', 'conductor|--format|=|js', 'json'],
  ])('of "%s", which bash parts, takes what was typed', (typed, parted, expected) => {
    expect(complete(parted.split('|'), LISTING, 'bash', typed)).toBe(expected);
  });

  it.skipIf(spawnSync('zsh', ['-c', 'true']).status !== 0).each(COMPLETED)(
    'of %j in zsh, where it is installed: %s',
    (words, expected) => {
      expect(complete(words, LISTING, 'zsh')).toBe(expected);
    },
  );

  it.skipIf(spawnSync('zsh', ['-c', 'true']).status !== 0)(
    'in zsh works through an alias, which it makes a function',
    () => {
      const script = ['alias conductor="echo --profile local"', ...completionScript(program, 'zsh')].join('\n');

      const { stdout } = spawnSync('zsh', ['-c', `${script}\nconductor 'two words' | cat; whence -w conductor`], {
        encoding: 'utf8',
      });

      expect(stdout).toBe('--profile local two words\nconductor: function\n');
    },
  );

  it('knows every subcommand in zsh too', () => {
    const script = completionScript(program, 'zsh').join('\n');
    const names: string[] = [];
    forEach(program, (command) => names.push(command.name()));

    expect(names.filter((name) => name !== 'conductor' && !script.includes(name))).toEqual([]);
  });
});

it('the command ends without a word when nobody reads on', { timeout: 60_000 }, () => {
  const line = `"${process.execPath}" cli/conductor.ts --help | true`;

  const ran = spawnSync('sh', ['-c', line], { encoding: 'utf8' });

  expect(ran.stderr).toBe('');
});
