import type { Command } from 'commander';
import { CommandFailure, EXIT, toFailure } from '#cli/deployment/failure';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';
import type { TargetOptions } from '#cli/deployment/place';
import type { Line } from './columns.ts';
import { printable, textOf, zoneNamed, type Format, type Wanted } from './formats.ts';

/** What the command line stands on: a terminal and a deployment, or a test's stand-ins. */
export interface Cli {
  /** Of the package that the command is part of. */
  readonly version: string;
  print(line: string): void;
  complain(line: string): void;
  target(options: TargetOptions): Promise<DeploymentTarget>;
  readFile(path: string): Promise<string>;
  /** Waits, then answers whether to look again; for commands that watch. */
  again(milliseconds: number): Promise<boolean>;
  /**
   * Has an interruption (Ctrl-C) reported once, in place of ending the command at once; answers what takes that back.
   */
  onInterrupt(interrupt: () => void): () => void;
  /** The command's exit code; the last one set holds. */
  end(exitCode: number): void;
}

/** What a subcommand answers: data for programs, lines and tables for people. */
export interface Answer {
  readonly data: unknown;
  readonly lines: readonly Line[];
  /** @default 0 */
  readonly exitCode?: number;
}

/** What a subcommand is asked. */
export interface Asked {
  readonly target: DeploymentTarget;
  readonly cli: Cli;
  /** Arguments in order; those left out are missing at the end. */
  readonly args: readonly string[];
  /** Text of an option; undefined when it was not given. */
  readonly option: (name: string) => string | undefined;
  /** Texts of an option that may be given several times. */
  readonly options: (name: string) => readonly string[];
  readonly flag: (name: string) => boolean;
}

/** Options of every subcommand as commander gives them. */
interface Globals extends TargetOptions {
  readonly json?: boolean;
  readonly format?: Format;
  readonly columns?: string;
  readonly timeZone?: string;
  readonly [option: string]: unknown;
}

/** Commands that look and change nothing, and can look again. */
const LOOKING: ReadonlySet<string> = new Set(['list', 'show']);

const SECONDS_BETWEEN_LOOKS = 2;

/** A day; a timer that is set to 25 days or more fires at once. */
const MOST_SECONDS_BETWEEN_LOOKS = 86_400;

/**
 * Lets a subcommand reach its deployment, prints what it answers, and prints failures in one line.
 *
 * @param known - answers what needs no deployment, of which none is looked for then
 */
export function answering(
  command: Command,
  cli: Cli,
  work: (asked: Asked) => Promise<Answer>,
  known: (asked: Pick<Asked, 'flag'>) => Answer | undefined = () => undefined,
): void {
  if (LOOKING.has(command.name()))
    command.option('--watch [seconds]', `look again every so many seconds (${SECONDS_BETWEEN_LOOKS} unless given)`);
  command.action(async () => {
    const globals = command.optsWithGlobals<Globals>();
    let target: DeploymentTarget | undefined;
    const fail = (error: unknown): void => {
      const failure = toFailure(error, target?.endpoint ?? globals.endpointUrl ?? 'AWS');
      complain(cli, failure, globals.json === true || globals.format === 'json');
      cli.end(failure.exitCode);
    };
    try {
      mustNotBeEmpty(command);
      const wanted = wantedOf(globals);
      const pause = pauseOf(globals['watch']);
      const answered = known(reader(globals));
      if (answered !== undefined) return textOf(answered, wanted).forEach((line) => cli.print(line));
      target = await cli.target(deploymentOf(globals));
      const asked = { target, cli, args: command.args, ...reader(globals) };
      const look = async (): Promise<void> => {
        const answer = await work(asked);
        if (pause !== undefined) for (const line of BEFORE_LOOK[wanted.format]) cli.print(line);
        for (const line of textAfter(command.name(), answer, wanted, cli)) cli.print(line);
        cli.end(answer.exitCode ?? EXIT.done);
      };
      await look();
      if (pause === undefined) return;
      // What was there once is looked for again whatever comes between: an outage passes.
      while (await cli.again(pause)) await look().catch(fail);
    } catch (error) {
      fail(error);
    } finally {
      await target?.close();
    }
  });
}

/** Commands that change nothing: what cannot be printed as it was asked for is refused. */
const READING: ReadonlySet<string> = new Set([...LOOKING, 'audit', 'check', 'defaults', 'diff', 'export']);

/** The text of an answer; where a change is made already, that is reported whatever form it was asked in. */
function textAfter(name: string, answer: Answer, wanted: Wanted, cli: Pick<Cli, 'complain'>): string[] {
  try {
    return textOf(answer, wanted);
  } catch (error) {
    if (READING.has(name) || !(error instanceof CommandFailure)) throw error;
    cli.complain(`conductor: it is done; what follows is all of it, since ${error.message}`);
    return textOf(answer, { ...wanted, format: wanted.format === 'csv' ? 'table' : wanted.format, columns: undefined });
  }
}

/**
 * What is printed before each look of a command that looks again: what stands on the screen is taken away, as terminals
 * understand it, and a document of YAML is begun.
 */
const BEFORE_LOOK: Readonly<Record<Format, readonly string[]>> = {
  table: ['\u001B[2J\u001B[H'],
  yaml: ['---'],
  json: [],
  csv: [],
};

/** Prints what went wrong: a line for people, an object for programs that asked for JSON. */
export function complain(cli: Pick<Cli, 'complain'>, { message, exitCode }: CommandFailure, json: boolean): void {
  cli.complain(json ? JSON.stringify({ error: { message, exitCode } }) : `conductor: ${printable(message)}`);
}

/**
 * A variable of the shell that is not set becomes an empty text, which nobody means.
 *
 * @throws CommandFailure that names the argument or option
 */
function mustNotBeEmpty(command: Command): void {
  const argument = command.registeredArguments[command.args.indexOf('')]?.name();
  const globals = command.optsWithGlobals<Globals>();
  const option = [...command.options, ...rootOf(command).options].find(
    (each) => globals[each.attributeName()] === '',
  )?.long;
  const empty = argument === undefined ? option : `<${argument}>`;
  if (empty === undefined) return;
  throw new CommandFailure(
    `${empty} is empty: give a value${argument === undefined ? ', or leave it out' : ''}`,
    EXIT.usage,
  );
}

const rootOf = (command: Command): Command => (command.parent === null ? command : rootOf(command.parent));

function wantedOf({ json = false, format, columns, timeZone }: Globals): Wanted {
  if (json && format !== undefined && format !== 'json')
    throw new CommandFailure(`--json and --format ${format} name two forms: give one`, EXIT.usage);
  const named = columns?.split(',');
  if (named?.some((name) => name.trim() === '') === true)
    throw new CommandFailure(`--columns "${columns}" names an empty column`, EXIT.usage);
  return {
    format: format ?? (json ? 'json' : 'table'),
    columns: named,
    timeZone: timeZone === undefined ? undefined : zoneNamed(timeZone),
  };
}

/** Milliseconds between two looks; undefined where one is enough. */
function pauseOf(watch: unknown): number | undefined {
  if (watch === undefined) return undefined;
  const seconds = watch === true ? SECONDS_BETWEEN_LOOKS : Number(watch);
  if (seconds >= 0.2 && seconds <= MOST_SECONDS_BETWEEN_LOOKS) return seconds * 1000;
  const text = JSON.stringify(watch);
  throw new CommandFailure(
    `--watch ${text} is no time: give seconds, 0.2 to ${MOST_SECONDS_BETWEEN_LOOKS}`,
    EXIT.usage,
  );
}

/** What a file holds that the command line names. @throws CommandFailure when it cannot be read */
export async function fileText(cli: Pick<Cli, 'readFile'>, path: string, named: string): Promise<string> {
  try {
    return await cli.readFile(path);
  } catch {
    throw new CommandFailure(`${path} cannot be read: check ${named}`, EXIT.usage);
  }
}

/** Which deployment is meant, and nothing else. */
const deploymentOf = ({ profile, endpointUrl, deployment, region }: Globals): TargetOptions => ({
  ...(profile === undefined ? {} : { profile }),
  ...(endpointUrl === undefined ? {} : { endpointUrl }),
  ...(deployment === undefined ? {} : { deployment }),
  ...(region === undefined ? {} : { region }),
});

const reader = (globals: Globals): Pick<Asked, 'option' | 'options' | 'flag'> => ({
  option: (name) => {
    const value = globals[name];
    return typeof value === 'string' ? value : undefined;
  },
  options: (name) => {
    const value: unknown = globals[name];
    const listed: readonly unknown[] = Array.isArray(value) ? value : [];
    return listed.filter((each) => typeof each === 'string');
  },
  flag: (name) => globals[name] === true,
});
