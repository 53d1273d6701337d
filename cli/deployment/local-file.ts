import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { JsonMap } from '#ports/json';
import { mapOf, numberOf, textOf } from '#wire/reading';

/** Region and credentials that the emulators take; no account is behind them. */
export const LOCAL = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
} as const;

/** The name of a local world that was given none. */
const UNNAMED = '';

/** Where a local world leaves how to reach it: in the folder that both are started from. */
export const localFile = (name: string = UNNAMED): string =>
  join('.cache', name === UNNAMED ? 'local.json' : `local-${name}.json`);

const LOCAL_FILE = localFile();

/** How the running local world is reached. */
export interface LocalWorld {
  readonly deployment: string;
  readonly dynamodb: string;
  readonly sqs: string;
  /** What the addresses of all queues begin with. */
  readonly queueUrlBase: string;
  /** Step Functions, event source mappings and what stands in for machines. */
  readonly control: string;
  /** Seconds after which a silent host counts as down. */
  readonly serviceDownTime: number;
}

/**
 * Makes a folder and those above it, where they are not there, in which files can be written.
 *
 * Each is made by itself: Node's own recursion hides why a folder cannot be made, and does not end in /proc.
 *
 * @throws Error of the file system (EACCES, ENOTDIR, EROFS, ENOSPC …) that names the path
 */
export function writableFolder(folder: string): void {
  if (!existsSync(folder)) {
    writableFolder(dirname(resolve(folder)));
    mkdirSync(folder);
  }
  // The path with its end is one of a folder alone.
  accessSync(join(folder, '/'), constants.W_OK);
}

export function writeLocalFile(world: LocalWorld, file: string = LOCAL_FILE): void {
  writableFolder(dirname(file));
  writeFileSync(file, `${JSON.stringify(world, undefined, 2)}\n`);
}

/** Takes away what this world wrote; another world that has taken its place keeps its own. */
export function removeLocalFile(world: Pick<LocalWorld, 'control'>, file: string = LOCAL_FILE): void {
  if (readLocalFile(file)?.control === world.control) rmSync(file, { force: true });
}

/** Undefined when no local world is up. */
export function readLocalFile(file: string = LOCAL_FILE): LocalWorld | undefined {
  let parsed: JsonMap;
  try {
    parsed = mapOf(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
  const deployment = textOf(parsed['deployment']);
  const dynamodb = textOf(parsed['dynamodb']);
  const sqs = textOf(parsed['sqs']);
  const queueUrlBase = textOf(parsed['queueUrlBase']);
  const control = textOf(parsed['control']);
  const serviceDownTime = numberOf(parsed['serviceDownTime']) ?? 60;
  if (!deployment || !dynamodb || !sqs || !queueUrlBase || !control) return undefined;
  return { deployment, dynamodb, sqs, queueUrlBase, control, serviceDownTime };
}
