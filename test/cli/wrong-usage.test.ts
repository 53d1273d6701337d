import { describe, expect, it } from 'vitest';
import { CommandFailure } from '#cli/deployment/failure';
import { conductorProgram, forEach } from '#cli/program';
import { run } from './local-deployment.ts';

const nowhere = {
  target: () => Promise.reject(new CommandFailure('understood', 99)),
  readFile: () => Promise.reject(new Error('no file')),
};

/** The command as it prints its help into a terminal of so many columns. */
function program(columns: number) {
  const made = conductorProgram({
    ...nowhere,
    again: async () => false,
    onInterrupt: () => () => undefined,
    version: '1.2.3',
    print: (line) => printed.push(line),
    complain: () => {},
    end: () => {},
  });
  const printed: string[] = [];
  forEach(made, (command) => void command.configureOutput({ getOutHelpWidth: () => columns }));
  return { made, printed };
}

describe('a command line that is not understood', () => {
  it.each([
    ['cell show', "missing required argument 'name': see conductor cell show --help"],
    ['cell list x', 'Expected 0 arguments but got 1: x: see conductor cell list --help'],
    ['server reset-state u --state error', "unknown option '--state': see conductor server reset-state --help"],
    ['host add host1', "required option '--cell <cell>' not specified: see conductor host add --help"],
    ['server purge', "unknown command 'purge': see conductor server --help"],
    ['purge', "unknown command 'purge': see conductor --help"],
  ])('is answered by what is wrong and where it stands: %s', async (line, says) => {
    const ran = await run(line, nowhere);

    expect(ran.err.split('\n')).toHaveLength(1);
    expect(ran).toMatchObject({ exitCode: 2, err: expect.stringContaining(says) });
  });

  it('names what was likely meant, in the same line', async () => {
    const ran = await run('server lst', nowhere);

    expect(ran.err).toBe("conductor: unknown command 'lst' (Did you mean list?)");
  });

  it.each(['', 'server', 'dead-letter'])(
    'is answered by the help where a command is left out: conductor %s',
    async (noun) => {
      const ran = await run(noun, nowhere);

      expect(ran.exitCode).toBe(2);
      expect(ran.err).toMatch(new RegExp(`^Usage: conductor ${noun}`, 'u'));
    },
  );

  it('is data for programs where a command is left out', async () => {
    const ran = await run('server --json', nowhere);

    expect(JSON.parse(ran.err)).toEqual({
      error: { message: 'a command is missing: see conductor server --help', exitCode: 2 },
    });
  });

  it.each(['verify --list', 'verify --list --json'])(
    'is no matter of a deployment where none is asked: %s',
    async (line) => {
      const ran = await run(line, nowhere);

      expect(ran).toMatchObject({ exitCode: 0, err: '', out: expect.stringContaining('sqs-sender-id') });
    },
  );

  it('names a column that is empty', async () => {
    const ran = await run('cell list --columns name,', nowhere);

    expect(ran).toMatchObject({ exitCode: 2, err: 'conductor: --columns "name," names an empty column' });
  });
});

describe('the help', () => {
  it.each([60, 80])('fits into a terminal of %i columns', (columns) => {
    const { made, printed } = program(columns);

    forEach(made, (command) => command.outputHelp());

    // How a command is written stands on one line, to be copied.
    const lines = printed.flatMap((text) => text.split('\n')).filter((line) => !line.startsWith('Usage: '));
    expect(lines.length).toBeGreaterThan(500);
    expect(lines.filter((line) => line.length > columns)).toEqual([]);
  });

  it('shows values that hold unless another is given, and no empty ones', () => {
    const { made, printed } = program(80);

    forEach(made, (command) => command.outputHelp());

    expect(printed.join('\n')).toContain('(default: 50)');
    expect(printed.join('\n')).not.toMatch(/\(default: (?:\[\]|")/u);
  });
});
