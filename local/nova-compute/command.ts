import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds. */
  readonly timeout?: number;
}

/** A command that did not end well; its message has the end of what it said. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
}

/** What `env` sets before it becomes a program: the rest of the environment is inherited. */
export const assignments = (env: Readonly<Record<string, string>>): string[] =>
  Object.entries(env).map(([name, value]) => `${name}=${value}`);

/** Runs a command to its end. */
export async function run(program: string, args: readonly string[], options: CommandOptions = {}): Promise<void> {
  const { cwd, env = {}, timeout = 600_000 } = options;
  const child = spawn('env', [...assignments(env), program, ...args], {
    cwd,
    timeout,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const keep = (chunk: Buffer): void => void (said = `${said}${chunk.toString()}`.slice(-2000));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  await once(child, 'close');
  if (child.exitCode !== 0)
    throw new CommandFailed(`${program} ${args.join(' ')} ended with ${child.exitCode}:\n${said}`);
}

/** Whether a program is there and answers, which takes a busy machine its time. */
export const answers = (program: string, ...args: readonly string[]): boolean =>
  spawnSync(program, args, { stdio: 'ignore', timeout: 600_000 }).status === 0;
