import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { CommandFailure, EXIT } from '#cli/deployment/failure';
import { conductorProgram, forEach } from '#cli/program';

/** A command with options of its own, by their long names, or with those that it was given. */
export interface NamedCommand {
  readonly name: string;
  readonly options: readonly string[];
}

const program = (): Command =>
  conductorProgram({
    version: '1.2.3',
    print: () => {},
    complain: () => {},
    end: () => {},
    again: async () => false,
    onInterrupt: () => () => undefined,
    target: () => Promise.reject(new CommandFailure('nothing is asked')),
    readFile: () => Promise.reject(new Error('nothing is read')),
  });

const longOf = (options: Command['options']): string[] =>
  options.flatMap(({ long }) => (typeof long === 'string' && long !== '--version' ? [long] : []));

function nameOf(command: Command): string {
  return command.parent === null ? '' : `${nameOf(command.parent)} ${command.name()}`.trim();
}

/** What `answering` gives to every command that looks. */
const OF_EVERY_LOOK = '--watch';

/** Every command that does something, with its options; those of all commands, or of all that look, under no name. */
export function everyCommand(): NamedCommand[] {
  const found: NamedCommand[] = [];
  forEach(program(), (command) => {
    if (command.parent !== null && command.commands.length > 0) return;
    const own = longOf(command.options).filter((option) => option !== OF_EVERY_LOOK);
    found.push({ name: nameOf(command), options: command.parent === null ? [...own, OF_EVERY_LOOK] : own });
  });
  return found;
}

/** The names of all commands that look. */
export function everyLook(): string[] {
  const found: string[] = [];
  forEach(program(), (command) => {
    if (longOf(command.options).includes(OF_EVERY_LOOK)) found.push(nameOf(command));
  });
  return found;
}

/**
 * What a line is by the command's own parser: the command with the options that it gives, and those of all commands.
 */
export async function understood(argv: readonly string[]): Promise<NamedCommand[]> {
  const found: NamedCommand[] = [];
  const parsing = program().hook('preAction', (whole, command) => {
    for (const each of [whole, command]) {
      const given = each.options.filter((option) => each.getOptionValueSource(option.attributeName()) === 'cli');
      const options = longOf(given);
      found.push({ name: nameOf(each), options });
      if (options.includes(OF_EVERY_LOOK)) found.push({ name: '', options });
    }
  });
  await parsing.parseAsync([...argv], { from: 'user' }).catch(() => undefined);
  return found;
}

/** How a command ends that has reached its deployment; wrong usage, and what a test only has parsed, tries nothing. */
const REACHED: ReadonlySet<number> = new Set([EXIT.done, EXIT.failed, EXIT.findings]);

/** Notes a line that a test has run, in the folder CONDUCTOR_LINES where there is one. */
export async function noteRun(argv: readonly string[], exitCode: number): Promise<void> {
  const folder = process.env['CONDUCTOR_LINES'];
  if (folder === undefined || !REACHED.has(exitCode)) return;
  mkdirSync(folder, { recursive: true });
  const lines = (await understood(argv)).map((each) => `${JSON.stringify(each)}\n`);
  appendFileSync(join(folder, `${process.pid}.jsonl`), lines.join(''));
}

/** Commands that no line has run, and options that none has given. */
export function untried(commands: readonly NamedCommand[], ran: readonly NamedCommand[]): string[] {
  return commands.flatMap(({ name, options }) => {
    const tried = ran.filter((each) => each.name === name);
    if (tried.length === 0) return [`conductor ${name}`];
    const given = new Set(tried.flatMap((each) => each.options));
    return options.filter((option) => !given.has(option)).map((option) => `conductor ${name} ${option}`);
  });
}
