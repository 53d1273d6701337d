import { describe, expect, it } from 'vitest';
import { commandLine } from '#cli/output/command-line';

class Ended extends Error {}

const OPTIONS = { servers: { type: 'string', default: '1' } } as const;

/** Reads arguments as a process that writes here and ends by an error. */
function read(...args: string[]) {
  const written: string[] = [];
  const process = {
    stderr: { write: (text: string) => written.push(text) > 0 },
    exit: (code?: number): never => {
      throw new Ended(String(code));
    },
  };
  return { written, values: () => commandLine(process, { args, options: OPTIONS }, 'usage\n').values };
}

describe('the command line of a script', () => {
  it('is read with its defaults', () => {
    const [given, left] = [read('--servers', '3'), read()].map(({ values }) => values());

    expect([given, left]).toMatchObject([{ servers: '3' }, { servers: '1' }]);
  });

  it.each([['--nope'], ['--servers'], ['more']])('%s ends it with code 2, by its name and the usage', (wrong) => {
    const { written, values } = read(wrong);

    expect(values).toThrow(new Ended('2'));
    expect(written.join('')).toContain(wrong);
    expect(written.join('')).toMatch(/\n\nusage\n$/u);
  });
});
