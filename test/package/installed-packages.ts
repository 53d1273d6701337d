import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import manifest from '../../package.json' with { type: 'json' };

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The oldest SDK that the packages are for, as the publisher's own; a newer one under another name; two compilers. */
const OLDEST = `@aws-sdk/client-sqs@${manifest.peerDependencies['@aws-sdk/client-sqs'].replace('^', '')}`;
const NEWER = `newer-sqs@npm:@aws-sdk/client-sqs@${manifest.devDependencies['@aws-sdk/client-sqs']}`;
const COMPILERS = ['typescript@5.9.3', 'first-typescript@npm:typescript@5.0.4'];

declare module 'vitest' {
  export interface ProvidedContext {
    /** Folder of an empty project into which the publisher's package alone was installed. */
    readonly publisher: string;
    /** The same with the oldest version of the SDK, a second one of another name, and two compilers. */
    readonly compiled: string;
    /** Folder of an empty project into which the command's package alone was installed. */
    readonly operator: string;
    /** The tarballs' own lists of files. */
    readonly clientFiles: readonly string[];
    readonly commandFiles: readonly string[];
  }
}

/** Builds and packs both packages once for all files, and installs each as a user does. */
export default function installPackages(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'packed-'));
  const command = packed(ROOT, folder);
  const client = packed(join(ROOT, 'dist', 'client'), folder);

  project.provide('publisher', installed(join(folder, 'publisher'), [client]));
  project.provide('compiled', installed(join(folder, 'compiled'), [client, OLDEST, NEWER, ...COMPILERS]));
  project.provide('operator', installed(join(folder, 'operator'), [command]));
  project.provide('clientFiles', filesOf(client));
  project.provide('commandFiles', filesOf(command));
  return () => rmSync(folder, { recursive: true, force: true });
}

/** Path of the tarball; what has a build of its own is built first, whose lines come before the name of the tarball. */
function packed(source: string, folder: string): string {
  const lines = npm(source, ['pack', '--silent', '--pack-destination', folder]).trim().split('\n');
  return join(folder, lines.at(-1) ?? '');
}

function installed(project: string, packages: readonly string[]): string {
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'empty', private: true }));
  npm(project, ['install', '--prefer-offline', '--no-audit', '--no-fund', ...packages]);
  return project;
}

const npm = (cwd: string, args: readonly string[]): string =>
  execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

const filesOf = (tarball: string): string[] =>
  execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(/^package\//u, ''));
