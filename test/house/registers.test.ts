import { describe, expect, it } from 'vitest';
import { given, REGISTERS, unlisted, type Register } from './registers.ts';
import { sourceFile, sourceFiles } from './source-tree.ts';

const COLOURS: Register = {
  what: 'a colour',
  files: /^functions\/colours\/\w+\.ts$/u,
  gives: /^export const (\w+): Colour\b/gmu,
  list: () => 'functions/colours/list.ts',
};

const FILES = sourceFiles();

const red = sourceFile('functions/colours/red.ts', 'export const red: Colour = {};\n');
const list = (text: string) => sourceFile('functions/colours/list.ts', text);

describe('what a file gives to a list', () => {
  it('is found where the list only imports it', () => {
    const found = unlisted(COLOURS, [red, list("import { red } from './red.ts';\nexport const all = [];\n")]);

    expect(found).toEqual(['functions/colours/red.ts: add red to functions/colours/list.ts']);
  });

  it('passes where the list names it', () => {
    const found = unlisted(COLOURS, [red, list("import { red } from './red.ts';\nexport const all = [red];\n")]);

    expect(found).toEqual([]);
  });

  it('passes where another file that may use it names it', () => {
    const mixing = { ...COLOURS, parts: () => /^functions\/colours\/mixed/u };
    const mixed = sourceFile(
      'functions/colours/mixed.ts',
      "import { red } from './red.ts';\nexport const mixed = [red];\n",
    );

    expect(unlisted(mixing, [red, mixed, list('export const all = [];\n')])).toEqual([]);
    expect(unlisted(COLOURS, [red, mixed, list('export const all = [];\n')])).toHaveLength(1);
  });

  it.each(REGISTERS)('is listed: $what', (register) => {
    const found = unlisted(register, FILES);

    expect(given(register, FILES).length).toBeGreaterThan(5);
    expect(found).toEqual([]);
  });
});
