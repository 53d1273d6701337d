import { describe, expect, it } from 'vitest';
import { sharedBodies } from './bodies.ts';
import { sourceFiles } from './source-tree.ts';

const file = (name: string, text: string) => ({ path: `functions/wire/${name}.ts`, text });

describe('one body: a function or constant at the top of a file', () => {
  it('is found under two names, whether it is an arrow or a function, with or without an export', () => {
    const one = file('one', 'const first = (text: string): string => text.split(",")[0] ?? "nothing";\n');
    const two = file(
      'two',
      '/** Says what. */\nexport function head(text: string): string {\n  return text.split(",")[0] ?? "nothing";\n}\n',
    );

    expect(sharedBodies([one, two])).toEqual(['functions/wire/one.ts first = functions/wire/two.ts head']);
  });

  it('that calls itself, or stands over many lines, is found as well', () => {
    const body = '(value: Json): Json {\n  if (Array.isArray(value)) return value.map(NAME);\n  return value;\n}\n';
    const [one, two] = ['bare', 'plain'].map((name) => file(name, `function ${name}${body.replace('NAME', name)}`));

    expect(sharedBodies([one, two].flatMap((each) => each ?? []))).toHaveLength(1);
  });

  it('is another one where a name of its own folder or a literal differs, and short ones do not count', () => {
    const call =
      "import { ownership } from './state.ts';\nexport const finish = (state: State): Move => move(ownership(state));\n";
    const move = { path: 'functions/workflows/cold-migrate/finish.ts', text: call };
    const live = { path: 'functions/workflows/live-migrate/finish.ts', text: call };
    const kinds = file(
      'kinds',
      "const all = (): Kind => ({ kind: 'all', of: 'all' });\nconst any = (): Kind => ({ kind: 'any', of: 'any' });\n",
    );
    const values = file('values', 'const FIRST_MS = 1000;\nconst OTHER_MS = 1000;\n');

    expect(sharedBodies([move, live, kinds, values])).toEqual([]);
  });

  it('stands once', () => {
    const shipped = sourceFiles().filter(({ path }) => /^(?:functions|client|cli|local|lib)\//u.test(path));

    expect(shipped.length).toBeGreaterThan(400);
    expect(sharedBodies(shipped)).toEqual([]);
  });
});
