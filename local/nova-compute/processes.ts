import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { assignments } from './command.ts';

/** A process that a test started, with its output in a file. */
export class StartedProcess {
  readonly #child: ChildProcess;
  readonly #output: string;

  constructor(
    program: string,
    args: readonly string[],
    how: { output: string; cwd: string; env?: Readonly<Record<string, string>> },
  ) {
    const output = openSync(how.output, 'a');
    const command = [...assignments(how.env ?? {}), program, ...args];
    this.#child = spawn('env', command, { cwd: how.cwd, stdio: ['ignore', output, output] });
    closeSync(output);
    this.#output = how.output;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** What it said last. */
  get said(): string {
    return existsSync(this.#output) ? readFileSync(this.#output, 'utf8').slice(-3000) : '';
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(signal);
  }

  /** Ends it, by force when it has not ended within so many milliseconds, and waits for its end. */
  async stop(milliseconds = 20_000): Promise<void> {
    if (!this.running) return;
    const closed = once(this.#child, 'close');
    // a stopped process takes no signal but this
    this.#child.kill('SIGCONT');
    this.#child.kill('SIGTERM');
    const late = setTimeout(() => this.#child.kill('SIGKILL'), milliseconds);
    await closed;
    clearTimeout(late);
  }

  /** Ends it at once, as a power cut does. */
  async kill(): Promise<void> {
    if (!this.running) return;
    const closed = once(this.#child, 'close');
    this.#child.kill('SIGKILL');
    await closed;
  }
}
