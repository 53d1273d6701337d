import { execFile, execFileSync } from 'node:child_process';
import { delimiter, join } from 'node:path';

/** What a program printed, and how it ended. */
export interface Ran {
  readonly exitCode: number | null;
  readonly out: string;
  readonly err: string;
}

/** Oldest and newest version that the packages are for. */
export const MAJORS = ['20', '24'] as const;

/**
 * A Node of this major version on the path.
 *
 * @throws Error when there is none
 */
export function nodeOf(major: (typeof MAJORS)[number]): string {
  const candidates = [process.execPath, ...folders().map((folder) => join(folder, 'node'))];
  const found = candidates.find((file) => versionOf(file)?.startsWith(`v${major}.`));
  if (found === undefined)
    throw new Error(`no Node ${major} on the path: install one, the packages are tested with it`);
  return found;
}

/** The SDK of a publisher says on Node 20 when it will stop serving it. */
export const QUIET = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };

/** Runs a program and waits for its end; the environment names no account and no configuration of AWS. */
export function run(
  file: string,
  args: readonly string[],
  cwd: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const env = { PATH: process.env['PATH'], HOME: cwd, AWS_EC2_METADATA_DISABLED: 'true', ...variables };
  return new Promise((resolve) => {
    const child = execFile(file, args, { cwd, env }, (_, out, err) => resolve({ exitCode: child.exitCode, out, err }));
  });
}

const folders = (): string[] => (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');

function versionOf(file: string): string | undefined {
  try {
    return execFileSync(file, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return undefined;
  }
}
