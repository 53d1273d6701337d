import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Locked {
  readonly dependencies?: Readonly<Record<string, string>>;
}

type Lock = Readonly<Record<string, Locked>>;

/** Packages of a project beside one and the packages that its peer needs, by their places under `node_modules`. */
export function installedBeside(project: string, own: string, peer: string): readonly string[] {
  const { packages }: { readonly packages: Lock } = JSON.parse(
    readFileSync(join(project, 'package-lock.json'), 'utf8'),
  );
  const known = new Set(['', `node_modules/${own}`, ...neededBy(packages, peer)]);
  return Object.keys(packages).filter((path) => !known.has(path));
}

/** Places of a package and of everything that it depends on. */
function neededBy(lock: Lock, name: string): ReadonlySet<string> {
  const needed = new Set<string>();
  const names = [name];
  for (const each of names) {
    for (const [path, { dependencies = {} }] of Object.entries(lock)) {
      if (!path.endsWith(`node_modules/${each}`) || needed.has(path)) continue;
      needed.add(path);
      names.push(...Object.keys(dependencies));
    }
  }
  return needed;
}
