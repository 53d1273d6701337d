import { describe, expect, it } from 'vitest';
import { adaptersIn, unheldAdapters, unwiredAdapters } from './adapters.ts';
import { sourceFile, sourceFiles } from './source-tree.ts';

const port = sourceFile('functions/ports/mail.ts', 'export interface Mail {}\n');
const memory = sourceFile('test/adapters/memory/mail.ts', 'export class MemoryMail implements Mail {}\n');
const real = sourceFile('functions/adapters/smtp/mail.ts', 'export class SmtpMail implements Mail {}\n');
const contract = sourceFile('test/adapters/mail.contract.ts', 'export const mailContract = () => {};\n');
const test = (text: string) => sourceFile('test/adapters/mail.test.ts', text);

describe('an adapter', () => {
  it('on which the contract of its port is not run is found', () => {
    const found = unheldAdapters([port, memory, real, contract, test('mailContract(() => new MemoryMail());')]);

    expect(found).toEqual([
      'functions/adapters/smtp/mail.ts: run the contract of Mail on SmtpMail in test/adapters/mail.test.ts',
    ]);
  });

  it('of a port that has two and no contract is found, with the other', () => {
    const found = unheldAdapters([port, memory, real, test('new MemoryMail(); new SmtpMail();')]);

    expect(found).toEqual([
      'test/adapters/memory/mail.ts: write test/adapters/mail.contract.ts and run it on MemoryMail in test/adapters/mail.test.ts',
      'functions/adapters/smtp/mail.ts: write test/adapters/mail.contract.ts and run it on SmtpMail in test/adapters/mail.test.ts',
    ]);
  });

  it('that is the only one of its port is found where no test names it', () => {
    const found = unheldAdapters([port, memory, test('')]);

    expect(found).toEqual(['test/adapters/memory/mail.ts: test MemoryMail in test/adapters/']);
  });

  it('that no function is given is found, but for one of tests', () => {
    const wiring = sourceFile('functions/wiring.ts', 'export const wire = () => ({});\n');

    const found = unwiredAdapters([port, memory, real, wiring]);

    expect(found).toEqual(['functions/adapters/smtp/mail.ts: hand SmtpMail out in functions/wiring.ts']);
  });

  it('is held to its port, and is wired', () => {
    const files = sourceFiles();

    expect(adaptersIn(files).length).toBeGreaterThan(15);
    expect(unheldAdapters(files)).toEqual([]);
    expect(unwiredAdapters(files)).toEqual([]);
  });
});
