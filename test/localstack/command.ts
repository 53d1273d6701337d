import { spawn } from 'node:child_process';

/** How a command ended. */
export interface CommandResult {
  readonly status: number;
  /** Last lines of what it printed. */
  readonly tail: string;
}

const TAIL_LINES = 40;

/** Runs a command to its end; one that does not exist ends with status 127. */
export async function run(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let printed = '';
    const keep = (chunk: Buffer) => {
      printed = `${printed}${chunk.toString()}`.split('\n').slice(-TAIL_LINES).join('\n');
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', (error) => {
      resolve({ status: 127, tail: error.message });
    });
    child.once('close', (code) => {
      resolve({ status: code ?? 1, tail: printed.trim() });
    });
  });
}
