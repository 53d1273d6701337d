import type { Command } from 'commander';
import { EXIT, toFailure } from '#cli/deployment/failure';
import type { DeploymentTarget } from '#cli/deployment/deployment-target';
import type { TargetOptions } from '#cli/deployment/place';

/** What the command line stands on: a terminal and a deployment, or a test's stand-ins. */
export interface Cli {
  /** Of the package that the command is part of. */
  readonly version: string;
  print(line: string): void;
  complain(line: string): void;
  target(options: TargetOptions): Promise<DeploymentTarget>;
  readFile(path: string): Promise<string>;
  /** The command's exit code; the last one told holds. */
  end(exitCode: number): void;
}

/** What a subcommand answers: data for programs, lines for people. */
export interface Answer {
  readonly data: unknown;
  readonly lines: readonly string[];
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
  readonly [option: string]: unknown;
}

/** Lets a subcommand reach its deployment, prints what it answers, and tells failures in one line. */
export function answering(command: Command, cli: Cli, work: (asked: Asked) => Promise<Answer>): void {
  command.action(async () => {
    const globals = command.optsWithGlobals<Globals>();
    let target: DeploymentTarget | undefined;
    try {
      target = await cli.target(globals);
      const answer = await work({ target, cli, args: command.args, ...reader(globals) });
      const text = globals.json === true ? [JSON.stringify(answer.data, undefined, 2)] : answer.lines;
      for (const line of text) cli.print(line);
      cli.end(answer.exitCode ?? EXIT.done);
    } catch (error) {
      const failure = toFailure(error, target?.endpoint ?? globals.endpointUrl ?? 'AWS');
      cli.complain(`conductor: ${failure.message}`);
      cli.end(failure.exitCode);
    } finally {
      await target?.close();
    }
  });
}

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
