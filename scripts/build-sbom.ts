import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import manifest from '../package.json' with { type: 'json' };
import { DIST, ROOT } from './build-paths.ts';
import { shippedPackages } from './shipped-packages.ts';

/** What is read of a bill of materials. */
interface Bill {
  readonly metadata: { readonly component: object };
  readonly components: readonly { readonly name: string; readonly 'bom-ref': string }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

/** Writes the bill of materials (CycloneDX) of the packages whose code is deployed or packed. */
export async function buildSbom(): Promise<void> {
  const text = execFileSync('npm', ['sbom', '--sbom-format', 'cyclonedx'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const bill: Bill = JSON.parse(text);
  const shipped = await shippedPackages();
  const components = bill.components.filter(({ name }) => shipped.has(name));
  const kept = new Set(components.map((each) => each['bom-ref']));
  const dependencies = bill.dependencies
    .filter(({ ref }) => kept.has(ref))
    .map((each) => ({ ...each, dependsOn: (each.dependsOn ?? []).filter((ref) => kept.has(ref)) }));
  // npm names the folder, which is whatever a clone is called.
  const metadata = { ...bill.metadata, component: { ...bill.metadata.component, name: manifest.name } };
  writeFileSync(
    join(DIST, 'sbom.cdx.json'),
    `${JSON.stringify({ ...bill, metadata, components, dependencies }, null, 2)}\n`,
  );
}
